import type { Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { indexOn, useChosenScale } from "../shell/chosen-scale.ts";
import { useLive } from "../session/live.ts";
import { shownStatus } from "../shell/status.ts";
import { useCategories } from "../shell/scales.tsx";
import { useNow } from "../shell/time.ts";
import { levelOf } from "../sky/air.ts";

export interface LiveRow {
  /** As the scale writes it; null where there is no value. */
  text: string | null;
  label: string;
  color: string | null;
  level: number;
  scale: string;
  status: Status;
  observedAt: string | null;
  /** Nothing newer can come: there is no network. */
  isLastKnown: boolean;
}

/** What the list said of a place, until the live connection says it anew. */
export function useLiveRow(place: PlaceRow): LiveRow {
  const { say, number } = useLanguage();
  const { data, isStale, connection } = useLive(place.slug);
  const now = useNow(60);
  const chosen = useChosenScale();
  const aqi = data ? indexOn(chosen, data) : place.aqi;
  const category = useCategories()(aqi);
  return {
    text: aqi.text ?? (aqi.value === null ? null : number(aqi.value)),
    label: category?.label ?? aqi.label ?? say("no_value"),
    color: aqi.color,
    level: levelOf(aqi.advice ?? category?.advice.id),
    scale: aqi.scale,
    status: shownStatus((data ?? place).status, data ? isStale : hasPassed(place.stale_at, now)),
    observedAt: (data ?? place).observed_at,
    isLastKnown: connection === "offline",
  };
}

function hasPassed(moment: string | null | undefined, now: number): boolean {
  return moment != null && Date.parse(moment) <= now;
}
