import { lazy, Suspense, useMemo } from "react";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { MapMarker } from "./MapMarker.tsx";
import { type Placed, placed } from "./markers.ts";
import { ASPECT, MAP_WIDTH, projectionOf } from "./projection.ts";
import { useWidth } from "./width.ts";
import "./map.css";

const Land = lazy(() => import("./Land.tsx"));

/** The places on as much of the world as `all` of them need: no tiles, so nothing is asked of anybody, and it works without a network. */
export function WorldMap({ places, all }: { places: PlaceRow[]; all: PlaceRow[] }) {
  const { say } = useLanguage();
  const [box, width] = useWidth();
  const projection = useMemo(() => projectionOf(all), [all]);
  const markers = useMemo(() => placed(places, projection, width || MAP_WIDTH), [places, projection, width]);
  return (
    <section className="card map" aria-label={say("map_label")}>
      <div className="map-box" ref={box} style={{ aspectRatio: ASPECT }}>
        <Suspense fallback={null}>
          <Land projection={projection} />
        </Suspense>
        {markers.map((marker: Placed) => (
          <MapMarker key={marker.place.slug} marker={marker} />
        ))}
      </div>
    </section>
  );
}
