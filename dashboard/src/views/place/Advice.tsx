import type { AQI } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";

export function Advice(_: { aqi: AQI }) {
  const { say } = useLanguage();
  return (
    <section className="card advice">
      <h2>{say("advice_heading")}</h2>
      <p className="soft">{say("not_available_yet")}</p>
    </section>
  );
}
