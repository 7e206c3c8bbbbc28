import { geoDistance } from "d3-geo";
import { expect, test } from "vitest";
import { placed } from "../overview/markers.ts";
import { MAP_HEIGHT, MAP_WIDTH, projectionOf } from "../overview/projection.ts";
import type { PlaceRow } from "../shell/answer-types.ts";

type At = [longitude: number, latitude: number];

function place(slug: string, [longitude, latitude]: At, value = 0): PlaceRow {
  return { slug, name: slug, latitude, longitude, aqi: { value } } as PlaceRow;
}

/** How many kilometres the map is high, along its middle. */
function heightKm(places: PlaceRow[]): number {
  const { invert } = projectionOf(places);
  const at = (y: number) => invert?.([MAP_WIDTH / 2, y]) as At;
  return geoDistance(at(0), at(MAP_HEIGHT)) * 6371;
}

const NEAR = [place("centre", [77.2, 28.6], 200), place("suburb", [77.25, 28.6], 20)];
// Longitudes and latitudes of the thirty cities that `add_demo_locations` adds.
const DEMO: At[] = [
  [77.2, 28.7], [72.9, 19.1], [116.4, 39.9], [139.7, 35.7], [127, 37.6], [100.5, 13.8], [106.8, -6.2], [90.4, 23.7], [74.4, 31.6], [28.9, 41],
  [-0.1, 51.5], [2.4, 48.9], [13.4, 52.5], [-3.7, 40.4], [12.5, 41.9], [19.9, 50.1], [3.4, 6.5], [31.2, 30.1], [36.8, -1.3], [28, -26.2],
  [-0.2, 5.6], [-118.2, 34.1], [-74, 40.7], [-79.4, 43.7], [-99.1, 19.4], [-46.6, -23.5], [-74.1, 4.6], [-77, -12], [151.2, -33.9], [174.8, -36.9],
];

test("two places 5 km apart are on a map of some 300 km, and both have their numbers", () => {
  expect(heightKm(NEAR)).toBeGreaterThan(300);
  expect(heightKm(NEAR)).toBeLessThan(500);
  const [worse, better] = placed(NEAR, projectionOf(NEAR), 960);
  expect([worse?.isNamed, placed(NEAR, projectionOf(NEAR), 360)[0]?.isNamed]).toEqual([true, false]);
  expect([worse?.shift, better?.shift]).toEqual([[0, 0], [0, 30]]);
});

test("the thirty demo cities are on the world, every one inside the map", () => {
  const places = DEMO.map((at, index) => place(String(index), at, index));
  expect(projectionOf(places)).toBe(projectionOf([]));
  const shown = placed(places, projectionOf(places), 960);
  expect(shown).toHaveLength(30);
  expect(shown.filter(({ left, top }) => left < 0 || left > 100 || top < 0 || top > 100)).toEqual([]);
});

test("places on both sides of 180° are near to each other", () => {
  expect(heightKm([place("suva", [178.4, -18.1]), place("apia", [-171.8, -13.8])])).toBeLessThan(2000);
});

test("of many places at one spot, the worst keeps its number there", () => {
  const crowd = [10, 200, 30, 40, 50, 60].map((value) => place(String(value), [10, 50], value));
  const shown = placed(crowd, projectionOf(crowd), 960);
  const withoutNumber = shown.filter(({ shift }) => shift === null);
  expect(shown[0]).toMatchObject({ place: { slug: "200" }, shift: [0, 0] });
  expect(withoutNumber.map(({ place: { slug } }) => slug)).toEqual(["10"]);
});
