import { geoNaturalEarth1 } from "d3-geo";
import type { PlaceRow } from "../shell/answer-types.ts";

export const MAP_WIDTH = 960;
export const MAP_HEIGHT = 430;
export const ASPECT = `${MAP_WIDTH} / ${MAP_HEIGHT}`;

/** Without Antarctica, where nobody has added a place yet. */
export const projection = geoNaturalEarth1().scale(175).translate([MAP_WIDTH / 2 - 24, MAP_HEIGHT / 2 + 34]);

export interface Placed {
  place: PlaceRow;
  /** In per cent of the map. */
  left: number;
  top: number;
  /** Whether there is room for its number. */
  isLabelled: boolean;
}

const LABEL_WIDTH = 62;
const LABEL_HEIGHT = 30;

/** Where each place is on a map of that width; of those too near to each other, the worst air keeps its number. */
export function placed(places: PlaceRow[], width: number): Placed[] {
  const scale = width / MAP_WIDTH;
  const taken: [number, number][] = [];
  const worstFirst = places.toSorted((one, other) => (other.aqi.value ?? -1) - (one.aqi.value ?? -1));
  return worstFirst.flatMap((place) => {
    const point = place.latitude === null || place.longitude === null ? null : projection([place.longitude, place.latitude]);
    if (!point) return [];
    const [x, y] = [point[0] * scale, point[1] * scale];
    const isLabelled = !taken.some(([left, top]) => Math.abs(left - x) < LABEL_WIDTH && Math.abs(top - y) < LABEL_HEIGHT);
    if (isLabelled) taken.push([x, y]);
    return [{ place, left: (100 * point[0]) / MAP_WIDTH, top: (100 * point[1]) / MAP_HEIGHT, isLabelled }];
  });
}
