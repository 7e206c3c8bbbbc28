import { useEffect } from "react";
import type { Snapshot } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import type { LiveAQI } from "../../client/react.ts";
import { useLive } from "../session/live.ts";
import { Announcer } from "../shell/Announcer.tsx";
import { indexOn, useChosenScale } from "../shell/chosen-scale.ts";
import { Link } from "../shell/routing.tsx";
import { shownStatus } from "../shell/status.ts";
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
import { ScaleChooser } from "./ScaleChooser.tsx";
import { Sources } from "./Sources.tsx";
import { UnknownPlace } from "./UnknownPlace.tsx";
import { WhyThisNumber } from "./WhyThisNumber.tsx";
import "./place.css";

export default function Place({ name }: { name: string }) {
  const { say } = useLanguage();
  const live = useLive(name);
  if (live.data) return <Air snapshot={live.data} live={live} />;
  return (
    <>
      <Sky color={null} level={0} />
      {live.error ? <UnknownPlace name={name} problem={live.error} /> : <p role="status">{say("loading")}</p>}
    </>
  );
}

function Air({ snapshot, live }: { snapshot: Snapshot; live: LiveAQI }) {
  const { say } = useLanguage();
  const { location } = snapshot;
  const aqi = indexOn(useChosenScale(), snapshot);
  const forecast = useForecast(snapshot, aqi.scale);
  const label = useCategories()(aqi)?.label ?? aqi.label ?? "";
  const status = shownStatus(snapshot.status, live.isStale);
  const isTrusted = status !== "stale" && status !== "unavailable";
  const shown = aqi.text ?? aqi.value?.toString() ?? "–";
  const marks = status === "live" ? [] : [say(`status_${status}`)];
  const title = [shown, location.name, ...marks].join(" · ");
  useEffect(() => void (document.title = title), [title]);
  return (
    <div className="place" data-status={status}>
      <Sky color={isTrusted ? aqi.color : null} level={isTrusted ? levelOf(aqi.advice) : 0} />
      <Announcer
        sentence={
          aqi.value === null
            ? say("announcement_none", { place: location.name })
            : [say("announcement", { place: location.name, value: shown, category: label }), ...marks].join(" ")
        }
      />
      <p className="back"><Link href="/"><span aria-hidden="true">←</span> {say("all_places")}</Link></p>
      <Headline snapshot={snapshot} aqi={aqi} label={label} status={status} live={live} />
      <div className="columns">
        {isTrusted && <Advice aqi={aqi} />}
        <CleanestHours hours={forecast.hours} timeZone={location.timezone} scale={forecast.scale} />
        <Forecast forecast={forecast} location={location} scale={aqi.scale} />
        <Pollutants snapshot={snapshot} scale={aqi.scale} />
        <HowSure location={location} hours={forecast.hours} />
        {snapshot.observed_at && <WhyThisNumber location={location} aqi={aqi} observedAt={snapshot.observed_at} />}
        <ScaleChooser snapshot={snapshot} aqi={aqi} />
        <Sources snapshot={snapshot} />
      </div>
    </div>
  );
}

