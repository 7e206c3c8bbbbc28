import { useState } from "react";
import type { AQI } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { remember, remembered } from "../shell/preference.ts";
import { useCategories, useGroups } from "../shell/scales.tsx";

const GENERAL = "general";

/** What the category asks of the group of people that the reader belongs to or cares for. */
export function Advice({ aqi }: { aqi: AQI }) {
  const { say } = useLanguage();
  const groups = useGroups();
  const [wished, setWished] = useState(() => remembered("group") ?? GENERAL);
  const chosen = wished in groups ? wished : GENERAL;
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
            <span>{say("advice_for")}</span>{" "}
            <select value={chosen} onChange={(event) => choose(event.target.value)}>
              {Object.entries(groups).map(([group, name]) => (
                <option key={group} value={group}>{name}</option>
              ))}
            </select>
          </label>
          <p className="advice-text">{advice.groups[chosen] ?? advice.text}</p>
          {chosen === GENERAL && <Stricter steps={advice.steps ?? {}} />}
        </>
      ) : <p className="soft">{say(aqi.value === null ? "about_unavailable" : "not_available_yet")}</p>}
    </section>
  );
}

/** Who should do less than the general public: no group is ever asked to do more. */
function Stricter({ steps }: { steps: Record<string, string> }) {
  const { say, list } = useLanguage();
  const names = Object.entries(useGroups()).flatMap(([group, name]) => (steps[group] === steps[GENERAL] ? [] : [name]));
  return names.length > 0 && <p><small>{say("advice_stricter", { groups: list(names) })}</small></p>;
}
