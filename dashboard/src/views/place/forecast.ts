import type { Snapshot } from "../../client/types.ts";
import { useAnswer } from "../shell/answers.ts";
import type { ForecastAnswer, Hour } from "../shell/answer-types.ts";

export interface Forecast {
  hours: Hour[];
  issuedAt: string | null;
  model: string | null;
  scale: string;
}

/** 120 hours where the API's answer belongs to the snapshot that is shown; until then, the snapshot's own 24. */
export function useForecast(snapshot: Snapshot, scale: string): Forecast {
  const { forecast, location, aqi, status } = snapshot;
  const isReplay = status === "replay"; // a second may be an hour then, and the API knows no more than the snapshot
  const address = isReplay ? null : `/api/v1/locations/${location.slug}/forecast/?hours=120&scale=${scale}`;
  const { value } = useAnswer<ForecastAnswer>(address, forecast.issued_at);
  const isOfSnapshot = !isReplay && value !== null && value.issued_at === forecast.issued_at && value.aqi.length > 0;
  const hours = isOfSnapshot ? value.aqi : forecast.hours;
  return { hours, issuedAt: forecast.issued_at, model: forecast.model, scale: (isOfSnapshot && value.scale) || aqi.scale };
}
