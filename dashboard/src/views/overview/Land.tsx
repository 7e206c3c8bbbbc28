import { geoPath } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import land from "world-atlas/land-110m.json";
import { MAP_HEIGHT, MAP_WIDTH, projection } from "./projection.ts";

const topology = land as unknown as Topology<{ land: GeometryCollection }>;
const outline = geoPath(projection).digits(1)(feature(topology, topology.objects.land)) ?? "";

export default function Land() {
  return (
    <svg className="land" viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`} aria-hidden="true">
      <path d={outline} />
    </svg>
  );
}
