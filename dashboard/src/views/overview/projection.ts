import { geoAzimuthalEqualArea, geoCircle, geoNaturalEarth1, type GeoProjection } from "d3-geo";
import type { GeometryCollection } from "geojson";
import type { PlaceRow } from "../shell/answer-types.ts";

export const MAP_WIDTH = 960;
export const MAP_HEIGHT = 430;
export const ASPECT = `${MAP_WIDTH} / ${MAP_HEIGHT}`;

/** Where places span more degrees of longitude, the whole world is shown. */
const MOST_DEGREES = 100;
/** 150 km on each side of the middle, however near the places are to each other. */
const LEAST_RADIUS = 150 / 111.2;
/** Room for half a label, on a phone too. */
const PADDING = [100, 60] as const;

type Position = [longitude: number, latitude: number];

/** Without Antarctica, where nobody has added a place yet. */
const WORLD = geoNaturalEarth1().scale(175).translate([MAP_WIDTH / 2 - 24, MAP_HEIGHT / 2 + 34]);

/** As near to the places as shows them all. */
export function projectionOf(places: PlaceRow[]): GeoProjection {
  const positions = places.map(positionOf).filter((position) => position !== null);
  const { middle, span } = longitudesOf(positions.map(([longitude]) => longitude));
  return positions.length === 0 || span > MOST_DEGREES ? WORLD : fitted(positions, middle);
}

export function positionOf({ longitude, latitude }: PlaceRow): Position | null {
  return longitude === null || latitude === null ? null : [longitude, latitude];
}

function fitted(positions: Position[], longitude: number): GeoProjection {
  const latitudes = positions.map(([, latitude]) => latitude);
  const middle: Position = [longitude, (Math.min(...latitudes) + Math.max(...latitudes)) / 2];
  const least = geoCircle().center(middle).radius(LEAST_RADIUS)();
  const shown: GeometryCollection = { type: "GeometryCollection", geometries: [least, { type: "MultiPoint", coordinates: positions }] };
  const [x, y] = PADDING;
  return geoAzimuthalEqualArea()
    .rotate([-middle[0], -middle[1]])
    .fitExtent([[x, y], [MAP_WIDTH - x, MAP_HEIGHT - y]], shown)
    .clipExtent([[-5, -5], [MAP_WIDTH + 5, MAP_HEIGHT + 5]]);
}

/** The shortest arc that has all of them, which may cross 180°. */
function longitudesOf(longitudes: number[]): { middle: number; span: number } {
  const sorted = longitudes.toSorted((one, other) => one - other);
  const gaps = sorted.map((east, at) => ({ east, gap: at === 0 ? east + 360 - (sorted.at(-1) as number) : east - (sorted[at - 1] as number) }));
  const widest = gaps.reduce((one, other) => (other.gap > one.gap ? other : one), { east: 0, gap: 0 });
  const span = 360 - widest.gap;
  return { middle: widest.east + span / 2, span };
}
