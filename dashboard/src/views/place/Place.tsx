import { useEffect } from "react";
import type { Snapshot, Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { type Live, useWebSocketAQI } from "../live.ts";
import { Announcer } from "../shell/Announcer.tsx";
import { useRemembered } from "../shell/memory.ts";
import { useCategories } from "../shell/scales.tsx";
import { levelOf } from "../sky/air.ts";
import { Sky } from "../sky/Sky.tsx";
import { Advice } from "./Advice.tsx";
import { CleanestHours } from "./CleanestHours.tsx";
import { Forecast } from "./Forecast.tsx";
import { useForecast } from "./forecast.ts";
import { Headline } from "./Headline.tsx";
import { HowSure } from "./HowSure.tsx";
import { Pollutants } from "./Pollutants.tsx";
import { useScale } from "./scale.ts";
import { ScaleChooser } from "./ScaleChooser.tsx";
import { Sources } from "./Sources.tsx";
import { UnknownPlace } from "./UnknownPlace.tsx";
import { WhyThisNumber } from "./WhyThisNumber.tsx";
import "./place.css";

export default function Place({ name }: { name: string }) {
  const { say } = useLanguage();
  const live = useWebSocketAQI(name);
  const snapshot = useRemembered(name, live.data);
  if (snapshot) return <Air snapshot={snapshot} live={live} />;
  return (
    <>
      <Sky color={null} level={0} />
      {live.error ? <UnknownPlace name={name} problem={live.error} /> : <p role="status">{say("loading")}</p>}
    </>
  );
}

function Air({ snapshot, live }: { snapshot: Snapshot; live: Live }) {
  const { say } = useLanguage();
  const { location, pollutants } = snapshot;
  const { aqi, choose } = useScale(snapshot);
  const forecast = useForecast(snapshot);
  const label = useCategories()(aqi)?.label ?? aqi.label ?? "";
  const status = statusOf(snapshot, live);
  const isTrusted = status !== "stale" && status !== "unavailable";
  useEffect(() => void (document.title = `${aqi.value ?? "–"} · ${location.name}`), [aqi.value, location.name]);
  return (
    <div className="place" data-status={status}>
      <Sky color={isTrusted ? aqi.color : null} level={isTrusted ? levelOf(aqi.advice) : 0} />
      <Announcer
        sentence={
          aqi.value === null
            ? say("announcement_none", { place: location.name })
            : say("announcement", { place: location.name, value: aqi.value, category: label })
        }
      />
      <Headline snapshot={snapshot} aqi={aqi} label={label} status={status} live={live} />
      <div className="columns">
        <Advice aqi={aqi} />
        <CleanestHours hours={forecast.hours} timeZone={location.timezone} scale={forecast.scale} />
        <Forecast forecast={forecast} location={location} scale={aqi.scale} />
        <Pollutants location={location} pollutants={pollutants} observedAt={snapshot.observed_at} />
        <HowSure location={location} hours={forecast.hours} />
        <WhyThisNumber location={location} aqi={aqi} observedAt={snapshot.observed_at} />
        <ScaleChooser snapshot={snapshot} aqi={aqi} onChoice={choose} />
        <Sources snapshot={snapshot} />
      </div>
    </div>
  );
}

/** Without a connection nobody tells that a snapshot has gone stale; its own time limit does. */
function statusOf(snapshot: Snapshot, live: Live): Status {
  const isPast = live.isStale || (snapshot.stale_at !== null && Date.parse(snapshot.stale_at) < Date.now());
  return isPast && (snapshot.status === "live" || snapshot.status === "modelled") ? "stale" : snapshot.status;
}
