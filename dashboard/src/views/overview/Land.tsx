import { geoPath, type GeoProjection } from "d3-geo";
import { useMemo } from "react";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import land from "world-atlas/land-110m.json";
import { MAP_HEIGHT, MAP_WIDTH } from "./projection.ts";

const topology = land as unknown as Topology<{ land: GeometryCollection }>;
const coast = feature(topology, topology.objects.land);

export default function Land({ projection }: { projection: GeoProjection }) {
  const outline = useMemo(() => geoPath(projection).digits(1)(coast) ?? "", [projection]);
  return (
    <svg className="land" viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`} aria-hidden="true">
      <path d={outline} />
    </svg>
  );
}
