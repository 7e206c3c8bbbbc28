import type { PlaceRow } from "../shell/answer-types.ts";

export interface Position {
  latitude: number;
  longitude: number;
}

export type Order = { by: "name" } | { by: "worst" } | { by: "nearest"; from: Position };

/**
 * A new list; places without a value, or without coordinates, come last. Numbers of different scales cannot be compared,
 * so the worst is found by the level of its category first.
 */
export function ordered(places: PlaceRow[], order: Order, levelOf: (place: PlaceRow) => number): PlaceRow[] {
  if (order.by === "name") return places.toSorted((one, other) => one.name.localeCompare(other.name));
  if (order.by === "worst") {
    return places.toSorted((one, other) => levelOf(other) - levelOf(one) || (other.aqi.value ?? -1) - (one.aqi.value ?? -1));
  }
  const rank = (place: PlaceRow) => distanceKm(order.from, place) ?? Number.POSITIVE_INFINITY;
  return places.toSorted((one, other) => rank(one) - rank(other));
}

const EARTH_RADIUS_KM = 6371;

/** Along the great circle, by the haversine formula. */
export function distanceKm(from: Position, to: { latitude: number | null; longitude: number | null }): number | null {
  if (to.latitude === null || to.longitude === null) return null;
  const radians = Math.PI / 180;
  const north = Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2;
  const east = Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  const chord = north + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * east;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord));
}
