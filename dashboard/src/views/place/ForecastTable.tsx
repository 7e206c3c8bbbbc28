import type { Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import type { Hour } from "../shell/answer-types.ts";
import { useCategories } from "../shell/scales.tsx";

export function ForecastTable({ hours, location, scale }: { hours: Hour[]; location: Location; scale: string }) {
  const { say, number, weekdayHour } = useLanguage();
  const categoryOf = useCategories();
  const hasOuter = typeof hours[0]?.lo95 === "number";
  const range = (low: number, high: number) => say("range", { low: number(low), high: number(high) });
  return (
    <div className="scrolling" tabIndex={0} role="region" aria-label={say("forecast_heading")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("column_time")}</th>
            <th scope="col">{say("column_median")}</th>
            <th scope="col">{say("column_80")}</th>
            {hasOuter && <th scope="col">{say("column_95")}</th>}
            <th scope="col">{say("column_category")}</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.valid_at}>
              <th scope="row">{weekdayHour(hour.valid_at, location.timezone)}</th>
              <td>{number(hour.value)}</td>
              <td>{range(hour.lo80, hour.hi80)}</td>
              {hasOuter && <td>{range(hour.lo95 ?? hour.lo80, hour.hi95 ?? hour.hi80)}</td>}
              <td>{categoryOf({ scale, category: hour.category })?.label ?? hour.category}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
