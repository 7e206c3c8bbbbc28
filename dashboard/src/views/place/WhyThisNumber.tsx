import { useState } from "react";
import type { AQI, Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { Calculation } from "./Calculation.tsx";
import { PollutantName } from "./PollutantName.tsx";

interface Asked {
  location: Location;
  aqi: AQI;
  observedAt: string | null;
}

export function WhyThisNumber({ location, aqi, observedAt }: Asked) {
  const { say, wordsOf } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const averaging = aqi.averaging && wordsOf("averaging", aqi.averaging);
  return (
    <section className="card">
      <h2>{say("why_heading")}</h2>
      {aqi.dominant_pollutant && (
        <p>
          <PollutantName id={aqi.dominant_pollutant} />: {averaging}. {say("why_highest")}
        </p>
      )}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{say("why_open")}</summary>
        {isOpen && <Calculation location={location} scale={aqi.scale} observedAt={observedAt} />}
      </details>
    </section>
  );
}
