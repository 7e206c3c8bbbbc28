import { geoEquirectangular, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Plugin } from "vite";
import land110 from "world-atlas/land-110m.json" with { type: "json" };

/** Writes land.svg, a degree a unit, for pages that Django draws: the map of the admin site. */
export function land(): Plugin {
  return {
    name: "land",
    apply: "build",
    generateBundle() {
      const topology = land110 as unknown as Topology<{ land: GeometryCollection }>;
      const plane = geoEquirectangular().scale(180 / Math.PI).translate([180, 90]);
      const shape = geoPath(plane).digits(1)(feature(topology, topology.objects.land)) ?? "";
      const source = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 180"><path d="${shape}" fill="#9aa7b8"/></svg>`;
      this.emitFile({ type: "asset", fileName: "land.svg", source });
    },
  };
}
