import { useEffect, useMemo, useState } from "react";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { useWorstConnection } from "../session/live.ts";
import { ConnectionState } from "../shell/ConnectionState.tsx";
import { useCategories } from "../shell/scales.tsx";
import { CLEAR_SKY, levelOf } from "../sky/air.ts";
import { Sky } from "../sky/Sky.tsx";
import { OneScale } from "./OneScale.tsx";
import { type Order, ordered } from "./order.ts";
import { PlaceList } from "./PlaceList.tsx";
import { usePlaces } from "./places.ts";
import { Search } from "./Search.tsx";
import { WorldMap } from "./WorldMap.tsx";
import "./overview.css";

export function Overview() {
  const { say, country } = useLanguage();
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
            {say("overview_intro", { count: places.length })} {places.length > 0 && <HowNewsCome places={places} />}
          </p>
        )}
      </div>
      {places && <WorldMap places={shown} all={places} />}
      <section className="card list-card" aria-label={say("all_places")}>
        <OneScale places={places ?? []} />
        <Search text={text} onText={setText} order={order} onOrder={setOrder} />
        {places ? <PlaceList places={shown} order={order} text={text} /> : <p role="status">{say(hasFailed ? "could_not_load" : "loading")}</p>}
      </section>
    </>
  );
}

function HowNewsCome({ places }: { places: PlaceRow[] }) {
  const slugs = useMemo(() => places.map(({ slug }) => slug), [places]);
  return <ConnectionState connection={useWorstConnection(slugs)} />;
}

function matches(place: PlaceRow, country: string, text: string): boolean {
  const plain = (words: string) => words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  return plain(`${place.name} ${place.slug} ${place.country} ${country}`).includes(plain(text.trim()));
}
