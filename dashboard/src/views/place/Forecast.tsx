import { lazy, Suspense, useState } from "react";
import type { Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useScaleName } from "../shell/scales.tsx";
import type { Forecast as Expected } from "./forecast.ts";
import { ForecastTable } from "./ForecastTable.tsx";

const Chart = lazy(() => import("./ForecastChart.tsx"));
const SPANS = [24, 48, 120] as const;

export function Forecast({ forecast, location, scale }: { forecast: Expected; location: Location; scale: string }) {
  const { say } = useLanguage();
  const [span, setSpan] = useState<number>(48);
  const hours = forecast.hours.slice(0, span);
  return (
    <section className="card wide forecast">
      <div className="card-head">
        <h2>{say("forecast_heading")}</h2>
        {forecast.hours.length > 24 && (
          <fieldset className="choices">
            <legend className="unseen">{say("forecast_hours")}</legend>
            {SPANS.map((each) => (
              <button key={each} type="button" aria-pressed={span === each} onClick={() => setSpan(each)}>
                {say(`hours_${each}`)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {hours.length === 0 ? <p>{say("forecast_none")}</p> : (
        <>
          <Suspense fallback={<div className="chart" />}>
            <Chart hours={hours} timeZone={location.timezone} scale={forecast.scale} />
          </Suspense>
          <Caption forecast={forecast} location={location} scale={scale} />
          <details>
            <summary>{say("forecast_as_table")}</summary>
            <ForecastTable hours={hours} location={location} scale={forecast.scale} />
          </details>
        </>
      )}
    </section>
  );
}

function Caption({ forecast, location, scale }: { forecast: Expected; location: Location; scale: string }) {
  const { say, wordsOf, list, dateTime } = useLanguage();
  const nameOf = useScaleName();
  const hasOuter = typeof forecast.hours[0]?.lo95 === "number";
  const model = list((forecast.model ?? "").split("+").map((id) => wordsOf("model", id)));
  const issued = forecast.issuedAt && say("issued_by", { when: dateTime(forecast.issuedAt, location.timezone), model });
  return (
    <p>
      <small>
        {say(hasOuter ? "forecast_caption" : "forecast_caption_80")} {issued}{" "}
        {forecast.scale !== scale && say("forecast_other_scale", { scale: nameOf(forecast.scale) })}
      </small>
    </p>
  );
}
