import { useLanguage } from "../language/language.tsx";
import type { Hour } from "../shell/answer-types.ts";
import { useCategories, useCategoryAt } from "../shell/scales.tsx";
import { HOUR_MS } from "../shell/time.ts";
import { airStyle, levelOf } from "../sky/air.ts";
import { type Window, cleanestWindow } from "./cleanest.ts";
import { ticksOf } from "./ticks.ts";

export function CleanestHours({ hours, timeZone, scale }: { hours: Hour[]; timeZone: string; scale: string }) {
  const { say } = useLanguage();
  const coming = hours.slice(0, 48);
  const window = cleanestWindow(coming);
  return (
    <section className="card cleanest">
      <h2>{say("cleanest_heading")}</h2>
      {window ? (
        <>
          <p className="soft">{say("cleanest_intro", { count: coming.length })}</p>
          <When window={window} timeZone={timeZone} scale={scale} />
          <Strip hours={coming} window={window} scale={scale} />
          <Axis hours={coming} timeZone={timeZone} />
          {!window.isClear && <p><small>{say("cleanest_unclear")}</small></p>}
        </>
      ) : <p>{say("forecast_none")}</p>}
    </section>
  );
}

function When({ window, timeZone, scale }: { window: Window; timeZone: string; scale: string }) {
  const { say, number, hour, weekdayHour } = useLanguage();
  const category = useCategoryAt(scale, Math.round(window.mean))?.label ?? "";
  const end = new Date(Date.parse(window.last.valid_at) + HOUR_MS);
  return (
    <p className="when">
      <strong>{say("cleanest_window", { from: weekdayHour(window.first.valid_at, timeZone), to: hour(end, timeZone) })}</strong>
      <br />
      {say("cleanest_about", { value: number(window.mean), category }).replace(/[,，、]\s*$/, "")}
    </p>
  );
}

function Strip({ hours, window, scale }: { hours: Hour[]; window: Window; scale: string }) {
  const { say } = useLanguage();
  const categoryOf = useCategories();
  const highest = Math.max(...hours.map((hour) => hour.value));
  return (
    <div className="strip" role="img" aria-label={say("cleanest_strip", { count: hours.length })}>
      {hours.map((hour, at) => {
        const category = categoryOf({ scale, category: hour.category });
        return (
          <i
            key={hour.valid_at}
            data-level={levelOf(category?.advice.id)}
            data-chosen={at >= window.start && at < window.start + window.length}
            style={{ ...airStyle(category?.color), height: `${18 + (82 * hour.value) / highest}%` }}
          />
        );
      })}
    </div>
  );
}

/** The hours for those who look at the strip; whose they are, for everybody. */
function Axis({ hours, timeZone }: { hours: Hour[]; timeZone: string }) {
  const language = useLanguage();
  const moments = hours.map(({ valid_at }) => new Date(valid_at));
  return (
    <>
      <div className="strip-axis" aria-hidden="true">
        {ticksOf(moments, language, timeZone).map(({ text, at }) => <span key={at} style={{ left: `${100 * at}%` }}>{text}</span>)}
      </div>
      <p><small>{language.say("time_zone", { zone: language.zone(moments[0] as Date, timeZone) })}</small></p>
    </>
  );
}
