import type { AQI, Snapshot, Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import type { LiveAQI } from "../../client/react.ts";
import { Freshness } from "../shell/Freshness.tsx";
import { airStyle, levelOf } from "../sky/air.ts";
import { Swatch } from "../sky/Swatch.tsx";
import { PollutantName } from "./PollutantName.tsx";
import { ScaleBar } from "./ScaleBar.tsx";
import { Share } from "./Share.tsx";

interface Shown {
  snapshot: Snapshot;
  aqi: AQI;
  label: string;
  status: Status;
  live: LiveAQI;
}

export function Headline({ snapshot, aqi, label, status, live }: Shown) {
  const { say, country } = useLanguage();
  const { location } = snapshot;
  return (
    <section className="card headline" data-status={status} style={airStyle(aqi.color)}>
      <div className="headline-place">
        <h1>{location.name}</h1>
        <p className="soft">{country(location.country)}</p>
      </div>
      <div className="headline-air">
        <Value aqi={aqi} />
        <div className="headline-words">
          <p className="category">
            <Swatch color={aqi.color} level={levelOf(aqi.advice)} /> {label || say("no_value")}
          </p>
          <ScaleBar aqi={aqi} />
          {aqi.dominant_pollutant && (
            <p>
              <Dominant pollutant={aqi.dominant_pollutant} />
            </p>
          )}
        </div>
      </div>
      {status !== "live" && <p className="about">{say(`about_${status}`)}</p>}
      <div className="headline-foot">
        <Freshness snapshot={snapshot} status={status} connection={live.connection} />
        <div className="headline-actions">
          <button type="button" onClick={live.refresh}>{say("refresh")}</button>
          <Share title={location.name} />
        </div>
      </div>
    </section>
  );
}

function Value({ aqi }: { aqi: AQI }) {
  const { say, number } = useLanguage();
  return (
    <p className="value">
      <span className="unseen">{say("aqi")}: </span>
      <span className="figure">{aqi.text ?? (aqi.value === null ? "–" : number(aqi.value))}</span>
      <small>{say("aqi")}</small>
    </p>
  );
}

function Dominant({ pollutant }: { pollutant: string }) {
  const { say } = useLanguage();
  const [before, after] = say("dominant").split("{pollutant}");
  return (
    <>
      {before}
      <PollutantName id={pollutant} />
      {after}
    </>
  );
}
