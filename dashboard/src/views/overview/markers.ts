import type { GeoProjection } from "d3-geo";
import type { PlaceRow } from "../shell/answer-types.ts";
import { MAP_HEIGHT, MAP_WIDTH, positionOf } from "./projection.ts";

type Point = [x: number, y: number];

export interface Placed {
  place: PlaceRow;
  /** In per cent of the map. */
  left: number;
  top: number;
  /** How many pixels beside its place its number is; null where there is no room for it. */
  shift: Point | null;
  /** Whether its name is shown, too. */
  isNamed: boolean;
}

const LABEL_WIDTH = 62;
const NAMED_WIDTH = 180;
const LABEL_HEIGHT = 30;
/** So many places have their names on the map, where that is no narrower than this. */
const MOST_NAMED = 8;
const LEAST_WIDTH_NAMED = 600;
const AT_ITS_PLACE: Point[] = [[0, 0]];
const besideIts = (width: number): Point[] => [[0, LABEL_HEIGHT], [0, -LABEL_HEIGHT], [width, 0], [-width, 0]];

/** Where each place is on a map of that width; of those too near to each other, the worst air keeps its number there. */
export function placed(places: PlaceRow[], projection: GeoProjection, width: number): Placed[] {
  const isNamed = places.length <= MOST_NAMED && width >= LEAST_WIDTH_NAMED;
  const labelWidth = isNamed ? NAMED_WIDTH : LABEL_WIDTH;
  const worstFirst = places.toSorted((one, other) => (other.aqi.value ?? -1) - (one.aqi.value ?? -1));
  const markers = worstFirst.flatMap((place) => markerOf(place, projection, isNamed) ?? []);
  const size: Point = [width, (width * MAP_HEIGHT) / MAP_WIDTH];
  const taken: Point[] = [];
  for (const spots of [AT_ITS_PLACE, besideIts(labelWidth)]) {
    for (const marker of markers) marker.shift ??= take(spots, marker, size, taken, labelWidth);
  }
  return markers;
}

function markerOf(place: PlaceRow, projection: GeoProjection, isNamed: boolean): Placed | null {
  const position = positionOf(place);
  const point = position && projection(position);
  return point && { place, left: (100 * point[0]) / MAP_WIDTH, top: (100 * point[1]) / MAP_HEIGHT, shift: null, isNamed };
}

/** The first spot for a number where there is none yet, inside the map. */
function take(spots: Point[], { left, top }: Placed, [width, height]: Point, taken: Point[], labelWidth: number): Point | null {
  for (const [right, down] of spots) {
    const [x, y] = [(left * width) / 100 + right, (top * height) / 100 + down];
    const isFree = !taken.some((other) => Math.abs(other[0] - x) < labelWidth && Math.abs(other[1] - y) < LABEL_HEIGHT);
    if (!isFree || x < 0 || x > width || y < 0 || y > height) continue;
    taken.push([x, y]);
    return [right, down];
  }
  return null;
}
