import { expect, test } from "vitest";
import { formatsOf } from "../language/formats.ts";
import { distanceKm, ordered } from "../overview/order.ts";
import { cleanestWindow } from "../place/cleanest.ts";
import { positionOn } from "../place/position.ts";
import { ticksOf } from "../place/ticks.ts";
import { directionOf, trendsOf, twoDaysAround } from "../place/trends.ts";
import type { Hour, PlaceRow } from "../shell/answer-types.ts";
import { routeOf } from "../shell/routing.tsx";

function hours(...values: number[]): Hour[] {
  return values.map((value, at) => {
    const valid_at = new Date(Date.UTC(2026, 0, 15, at)).toISOString();
    return { valid_at, value, lo80: value - 10, hi80: value + 10, category: "good" };
  });
}

function place(slug: string, longitude: number, value: number | null): PlaceRow {
  return { slug, name: slug, latitude: 0, longitude, aqi: { value } } as PlaceRow;
}

test("the cleanest window is the three hours in a row with the lowest mean", () => {
  expect(cleanestWindow(hours(90, 10, 90, 90, 40, 40, 40, 90))).toMatchObject({ start: 4, mean: 40, isClear: true });
});

test("hours that differ less than the forecast is sure of are not called clearly cleaner", () => {
  expect(cleanestWindow(hours(50, 49, 48, 50, 51))?.isClear).toBe(false);
  expect(cleanestWindow(hours(50, 49))).toBeNull();
});

test("ticks are at midnight and noon of the place, half an hour off where it is, and midnight is the day", () => {
  const moments = hours(...Array(48).fill(1)).map(({ valid_at }) => new Date(valid_at));
  expect(ticksOf(moments, formatsOf("en"), "Asia/Kolkata")).toEqual([
    { text: "12:30", at: 7 / 48 }, { text: "Fri", at: 19 / 48 }, { text: "12:30", at: 31 / 48 },
  ]);
  expect(ticksOf(moments.slice(0, 24), formatsOf("en"), "UTC").map(({ text }) => text)).toEqual(["Thu", "06:00", "12:00", "18:00"]);
});

test("a trend is told only when it is more than noise", () => {
  expect([[10, 10, 10, 20, 20, 20], [20, 20, 20, 10, 10, 10], [20, 20, 20, 21, 20, 19]].map(directionOf)).toEqual([
    "rising", "falling", "steady",
  ]);
});

test("a trend ends with what is shown, whatever came later, and missing hours are left out", () => {
  const rows = hours(1, 2, 3, 4, 5, 6, 7, 8, 9).map(({ valid_at, value }) => ({
    observed_at: valid_at, parameter: "pm25", value_ug_m3: value === 3 ? null : value,
  }));
  expect(trendsOf(rows, Date.UTC(2026, 0, 15, 7)).pm25?.values).toEqual([1, 2, 4, 5, 6, 7, 8]);
});

test("the history that a trend is drawn from has the whole of today", () => {
  expect(twoDaysAround("2026-01-15T23:00:00Z")).toBe("from=2026-01-14&to=2026-01-16");
});

test("the pin stands in its category, and beyond the last number in the middle of the last", () => {
  const categories = [{ lowest: 0 }, { lowest: 51 }, { lowest: 101 }];
  expect(positionOn(categories, 75.5, 1)).toBeCloseTo(0.5);
  expect(positionOn(categories, 900, 2)).toBeCloseTo(2.5 / 3);
});

test("distance is along the great circle", () => {
  expect(distanceKm({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 51.5074, longitude: -0.1278 })).toBeCloseTo(343.6, 0);
});

test("places without a value come last, not as the cleanest or the worst", () => {
  const places = [place("unknown", 0, null), place("bad", 0, 200), place("clean", 0, 0)];
  expect(ordered(places, { by: "worst" }, () => 0).map(({ slug }) => slug)).toEqual(["bad", "clean", "unknown"]);
});

test("an address leads to its page, whatever language the name is in", () => {
  expect(routeOf("/places/S%C3%A3o%20Paulo")).toEqual({ page: "place", name: "São Paulo" });
  expect(routeOf("/")).toEqual({ page: "overview" });
  expect(routeOf("/elsewhere")).toEqual({ page: "unknown" });
});
