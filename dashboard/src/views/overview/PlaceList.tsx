import { useState } from "react";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { distanceKm, type Order } from "./order.ts";
import { PlaceItem } from "./PlaceItem.tsx";

/** As many as one socket follows at a time, unless the operator says otherwise. */
const STEP = 50;

export function PlaceList({ places, order, text }: { places: PlaceRow[]; order: Order; text: string }) {
  const { say } = useLanguage();
  const [count, setCount] = useState(STEP);
  if (places.length === 0) return <p role="status">{text ? say("no_match", { text }) : say("no_places")}</p>;
  return (
    <>
      <ul className="places">
        {places.slice(0, count).map((place) => (
          <PlaceItem key={place.slug} place={place} distanceKm={order.by === "nearest" ? distanceKm(order.from, place) : null} />
        ))}
      </ul>
      {places.length > count && (
        <button type="button" onClick={() => setCount(count + STEP)}>
          {say("show_more", { count: Math.min(STEP, places.length - count) })}
        </button>
      )}
    </>
  );
}
