import type { AQI, Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";

export function WhyThisNumber({ aqi }: { location: Location; aqi: AQI; observedAt: string | null }) {
  const { say } = useLanguage();
  return (
    <section className="card">
      <h2>{say("why_heading")}</h2>
      <p className="soft">{aqi.dominant_pollutant && say("why_none")}</p>
    </section>
  );
}
