import { useState } from "react";
import type { AQI } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { remember, remembered } from "../shell/preference.ts";
import { useCategories, useGroups } from "../shell/scales.tsx";

const EVERYBODY = "general";

/** What the category asks of the group of people that the reader belongs to or cares for. */
export function Advice({ aqi }: { aqi: AQI }) {
  const { say } = useLanguage();
  const groups = useGroups();
  const [wished, setWished] = useState(() => remembered("group") ?? EVERYBODY);
  const advice = useCategories()(aqi)?.advice;
  const choose = (group: string) => {
    remember("group", group);
    setWished(group);
  };
  return (
    <section className="card advice">
      <h2>{say("advice_heading")}</h2>
      {advice ? (
        <>
          <label>
            <span className="unseen">{say("advice_for")}</span>
            <select value={wished in groups ? wished : EVERYBODY} onChange={(event) => choose(event.target.value)}>
              {Object.entries(groups).map(([group, name]) => (
                <option key={group} value={group}>{name}</option>
              ))}
            </select>
          </label>
          <p className="advice-text">{advice.groups[wished] ?? advice.text}</p>
        </>
      ) : <p className="soft">{say(aqi.value === null ? "about_unavailable" : "not_available_yet")}</p>}
    </section>
  );
}
