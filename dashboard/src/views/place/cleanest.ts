import type { Hour } from "../shell/answer-types.ts";

const LENGTH = 3;

export interface Window {
  start: number;
  length: number;
  first: Hour;
  last: Hour;
  mean: number;
  /** Whether the median of all hours is beyond what these hours may well become. */
  isClear: boolean;
}

/** The three hours in a row with the lowest expected mean. */
export function cleanestWindow(hours: Hour[]): Window | null {
  if (hours.length < LENGTH) return null;
  const means = hours.slice(LENGTH - 1).map((_, start) => mean(hours.slice(start, start + LENGTH).map(({ value }) => value)));
  const start = means.indexOf(Math.min(...means));
  const chosen = hours.slice(start, start + LENGTH);
  const middle = hours.map(({ value }) => value).toSorted((one, other) => one - other)[hours.length >> 1] as number;
  const isClear = mean(chosen.map(({ hi80 }) => hi80)) < middle;
  return { start, length: LENGTH, first: chosen[0] as Hour, last: chosen[LENGTH - 1] as Hour, mean: means[start] as number, isClear };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
