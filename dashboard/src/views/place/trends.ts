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

/** By pollutant; a replay has its history at another time, so the window ends with what is shown. */
export function useTrends(slug: string, observedAt: string | null): Record<string, Trend> {
  const end = observedAt ? new Date(Date.parse(observedAt) + 1) : null;
  const begin = end && new Date(end.getTime() - HOURS * HOUR_MS);
  const address = begin && `/api/v1/locations/${slug}/history/?from=${begin.toISOString()}&to=${end.toISOString()}`;
  const { value } = useAnswer<HistoryAnswer>(address);
  const rows = value?.results ?? [];
  const parameters = [...new Set(rows.map(({ parameter }) => parameter))];
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const values = rows.filter((row) => row.parameter === parameter).flatMap((row) => row.value_ug_m3 ?? []);
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
