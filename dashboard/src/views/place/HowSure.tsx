import type { Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import type { Hour } from "../shell/answer-types.ts";

export function HowSure({ hours }: { location: Location; hours: Hour[] }) {
  const { say, number } = useLanguage();
  const tomorrow = hours[23];
  const values = tomorrow && { value: number(tomorrow.value), low: number(tomorrow.lo80), high: number(tomorrow.hi80) };
  return (
    <section className="card">
      <h2>{say("sure_heading")}</h2>
      {values && <p>{say("sure_tomorrow", values)}</p>}
      <p className="soft">{say("sure_none")}</p>
    </section>
  );
}
