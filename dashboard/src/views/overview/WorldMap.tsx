import { lazy, Suspense, useMemo } from "react";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { MapMarker } from "./MapMarker.tsx";
import { ASPECT, type Placed, placed } from "./projection.ts";
import { useWidth } from "./width.ts";
import "./map.css";

const Land = lazy(() => import("./Land.tsx"));

/** The places on the world: no tiles, so nothing is asked of anybody, and it works without a network. */
export function WorldMap({ places }: { places: PlaceRow[] }) {
  const { say } = useLanguage();
  const [box, width] = useWidth();
  const markers = useMemo(() => placed(places, width), [places, width]);
  return (
    <section className="card map" aria-label={say("map_label")}>
      <div className="map-box" ref={box} style={{ aspectRatio: ASPECT }}>
        <Suspense fallback={null}>
          <Land />
        </Suspense>
        {markers.map((marker: Placed) => (
          <MapMarker key={marker.place.slug} marker={marker} />
        ))}
      </div>
    </section>
  );
}
