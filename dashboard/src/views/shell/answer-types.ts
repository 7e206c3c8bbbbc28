import type { AQI, Location, Status } from "../../client/types.ts";

/** A row of /api/v1/locations/. */
export interface PlaceRow extends Location {
  status: Status;
  observed_at: string | null;
  /** An older server does not say it. */
  stale_at?: string | null;
  aqi: Pick<AQI, "value" | "category" | "color" | "dominant_pollutant" | "scale"> & Partial<AQI>;
}

export interface PlacePage {
  next: string | null;
  results: PlaceRow[];
}

/** An hour of /forecast/; the outer bounds are there where the server's forecaster gives them. */
export interface Hour {
  valid_at: string;
  value: number;
  lo80: number;
  hi80: number;
  lo95?: number | null;
  hi95?: number | null;
  category: string;
}

export interface ForecastAnswer {
  issued_at: string | null;
  model: string | null;
  scale: string;
  status: Status;
  aqi: Hour[];
}

export interface HistoryAnswer {
  rows: { observed_at: string; parameter: string; value_ug_m3: number | null }[];
}
