import { useState } from "react";
import { useLanguage } from "../language/language.tsx";
import type { Order } from "./order.ts";

interface Wishes {
  text: string;
  onText: (text: string) => void;
  order: Order;
  onOrder: (order: Order) => void;
}

export function Search({ text, onText, order, onOrder }: Wishes) {
  const { say } = useLanguage();
  const [isDenied, setDenied] = useState(false);
  const sortByDistance = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onOrder({ by: "nearest", from: { latitude: coords.latitude, longitude: coords.longitude } }),
      () => setDenied(true),
    );
  return (
    <div className="search" role="search">
      <label>
        <span className="unseen">{say("search_label")}</span>
        <input type="search" value={text} placeholder={say("search_placeholder")} onChange={(event) => onText(event.target.value)} />
      </label>
      <fieldset className="choices">
        <legend className="unseen">{say("sort_by")}</legend>
        <button type="button" aria-pressed={order.by === "name"} onClick={() => onOrder({ by: "name" })}>{say("sort_name")}</button>
        <button type="button" aria-pressed={order.by === "worst"} onClick={() => onOrder({ by: "worst" })}>{say("sort_worst")}</button>
        <button type="button" aria-pressed={order.by === "nearest"} onClick={sortByDistance} title={say("nearest_private")}>
          {say("nearest_to_me")}
        </button>
      </fieldset>
      {isDenied && <p role="status" className="soft">{say("nearest_denied")}</p>}
    </div>
  );
}
