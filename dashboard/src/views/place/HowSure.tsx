import type { Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useAnswer } from "../shell/answers.ts";
import type { Hour } from "../shell/answer-types.ts";
import type { LeadSkill, SkillAnswer } from "./skill.ts";
import { SkillTable } from "./SkillTable.tsx";

const LEADS = [3, 6, 24, 48, 72];

/** What the forecast says of its own certainty, and whether that was right in the last 30 days. */
export function HowSure({ location, hours }: { location: Location; hours: Hour[] }) {
  const { say, sayIfKnown, number } = useLanguage();
  const { state, value } = useAnswer<SkillAnswer>(`/api/v1/locations/${location.slug}/skill/`);
  const tomorrow = hours[23];
  const said = tomorrow && { value: number(tomorrow.value), low: number(tomorrow.lo80), high: number(tomorrow.hi80) };
  const leads = value?.parameters.find(({ parameter }) => parameter === "aqi")?.leads.filter(isTelling) ?? [];
  return (
    <section className="card">
      <h2>{say("sure_heading")}</h2>
      {said && <p>{say("sure_tomorrow", said)}</p>}
      {leads.length > 0 ? <SkillTable leads={leads} /> : state !== "loading" && <p className="soft">{say("sure_none")}</p>}
      {value?.air && leads.length > 0 && <p><small>{sayIfKnown(`air_${value.air}`)}</small></p>}
    </section>
  );
}

function isTelling({ enough, lead_hours }: LeadSkill): boolean {
  return enough && LEADS.includes(lead_hours);
}
