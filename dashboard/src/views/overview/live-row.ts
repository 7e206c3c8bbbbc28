import type { Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useWebSocketAQI } from "../live.ts";
import type { PlaceRow } from "../shell/answer-types.ts";
import { useCategories } from "../shell/scales.tsx";
import { levelOf } from "../sky/air.ts";

export interface LiveRow {
  value: number | null;
  label: string;
  color: string | null;
  level: number;
  status: Status;
}

/** What the list said of a place, until the live connection says it anew. */
export function useLiveRow(place: PlaceRow): LiveRow {
  const { say } = useLanguage();
  const { data, status, isStale } = useWebSocketAQI(place.slug);
  const category = useCategories()(data?.aqi ?? place.aqi);
  return {
    value: data ? data.aqi.value : place.aqi.value,
    label: category?.label ?? data?.aqi.label ?? (place.aqi.value === null ? say("no_value") : ""),
    color: data ? data.aqi.color : place.aqi.color,
    level: levelOf(data?.aqi.advice ?? category?.advice),
    status: isStale && status === "live" ? "stale" : (status ?? place.status),
  };
}
