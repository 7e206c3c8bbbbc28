import type { Snapshot } from "../../client/types.ts";
import { useAnswer } from "../shell/answers.ts";
import type { HistoryAnswer } from "../shell/answer-types.ts";
import { HOUR_MS } from "../shell/time.ts";

export interface Trend {
  direction: "rising" | "falling" | "steady";
  /** The last 24 hours, oldest first, without those that are missing. */
  values: number[];
}

const HOURS = 24;
const RECENT = 3;
/** Below it, a difference says more of the measurement than of the air. */
const NOTABLE = 0.12;

/**
 * By pollutant, up to what is shown. Two days are asked for at once, so that a replay, whose hours may pass in seconds,
 * asks once a day and not once an hour.
 */
export function useTrends({ location, observed_at, status }: Snapshot): Record<string, Trend> {
  const address = observed_at && `/api/v1/locations/${location.slug}/history/?${twoDaysAround(observed_at)}`;
  const { value } = useAnswer<HistoryAnswer>(address, status === "replay" ? null : observed_at);
  return observed_at ? trendsOf(value?.rows ?? [], Date.parse(observed_at)) : {};
}

/** The day of a moment and the one before it, whole: the end is not included. */
export function twoDaysAround(moment: string): string {
  const today = Date.parse(moment.slice(0, 10));
  const day = (offset: number) => new Date(today + offset * 24 * HOUR_MS).toISOString().slice(0, 10);
  return `from=${day(-1)}&to=${day(1)}`;
}

export function trendsOf(rows: HistoryAnswer["rows"], end: number): Record<string, Trend> {
  const isRecent = ({ observed_at }: { observed_at: string }) => {
    const age = end - Date.parse(observed_at);
    return age >= 0 && age < HOURS * HOUR_MS;
  };
  const recent = rows.filter(isRecent);
  const parameters = [...new Set(recent.map(({ parameter }) => parameter))];
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const values = recent.filter((row) => row.parameter === parameter).flatMap((row) => row.value_ug_m3 ?? []);
      return values.length > 2 * RECENT ? [[parameter, { values, direction: directionOf(values) }]] : [];
    }),
  );
}

export function directionOf(values: number[]): Trend["direction"] {
  const [now, before] = [mean(values.slice(-RECENT)), mean(values.slice(-2 * RECENT, -RECENT))];
  const change = (now - before) / Math.max(before, Number.MIN_VALUE);
  return change > NOTABLE ? "rising" : change < -NOTABLE ? "falling" : "steady";
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
