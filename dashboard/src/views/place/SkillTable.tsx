import { useLanguage } from "../language/language.tsx";
import type { LeadSkill } from "./skill.ts";

export function SkillTable({ leads }: { leads: LeadSkill[] }) {
  const { say, number } = useLanguage();
  const percent = (share: number | null) => (share === null ? "–" : number(100 * share));
  return (
    <>
      <p>{say("sure_checked")}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("column_ahead")}</th>
            <th scope="col">{say("column_error")}</th>
            <th scope="col">{say("column_inside")}</th>
            <th scope="col">{say("column_better")}</th>
          </tr>
        </thead>
        <tbody>
          {leads.map(({ lead_hours, mae, coverage80, skill_persistence }) => (
            <tr key={lead_hours}>
              <th scope="row">{say("hours_ahead", { count: lead_hours })}</th>
              <td>{mae === null ? "–" : number(mae, mae < 10 ? 1 : 0)}</td>
              <td>{say("of_100", { count: percent(coverage80) })}</td>
              <td>{say("percent", { count: percent(skill_persistence) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
