import { useEffect, useState } from "react";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { useLive } from "../session/live.ts";
import { ConnectionState } from "../shell/ConnectionState.tsx";
import { ScaleChoice } from "../shell/ScaleChoice.tsx";
import { useCategories, useScales } from "../shell/scales.tsx";
import { CLEAR_SKY, levelOf } from "../sky/air.ts";
import { Sky } from "../sky/Sky.tsx";
import { type Order, ordered } from "./order.ts";
import { PlaceList } from "./PlaceList.tsx";
import { usePlaces } from "./places.ts";
import { Search } from "./Search.tsx";
import { WorldMap } from "./WorldMap.tsx";
import "./overview.css";

export function Overview() {
  const { say, country } = useLanguage();
  const scales = useScales().map(({ id }) => id);
  const { places, hasFailed } = usePlaces();
  const categoryOf = useCategories();
  const level = ({ aqi }: PlaceRow) => levelOf(categoryOf(aqi)?.advice.id);
  const [text, setText] = useState("");
  const [order, setOrder] = useState<Order>({ by: "name" });
  useEffect(() => void (document.title = say("title")), [say]);
  const shown = ordered(places?.filter((place) => matches(place, country(place.country), text)) ?? [], order, level);
  return (
    <>
      <Sky color={CLEAR_SKY} level={0} />
      <div className="intro">
        <h1>{say("overview_heading")}</h1>
        {places && (
          <p className="freshness">
            {say("overview_intro", { count: places.length })} {places[0] && <SharedConnection place={places[0]} />}
          </p>
        )}
      </div>
      {places && <WorldMap places={shown} all={places} />}
      <section className="card list-card" aria-label={say("all_places")}>
        {scales.length > 0 && <ScaleChoice scales={scales} />}
        <Search text={text} onText={setText} order={order} onOrder={setOrder} />
        {places ? <PlaceList places={shown} order={order} text={text} /> : <p role="status">{say(hasFailed ? "could_not_load" : "loading")}</p>}
      </section>
    </>
  );
}

/** News of all places come the same way, so any of them tells how. */
function SharedConnection({ place }: { place: PlaceRow }) {
  return <ConnectionState connection={useLive(place.slug).connection} />;
}

function matches(place: PlaceRow, country: string, text: string): boolean {
  const plain = (words: string) => words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  return plain(`${place.name} ${place.slug} ${place.country} ${country}`).includes(plain(text.trim()));
}
