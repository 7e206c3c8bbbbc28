import type { AQI, Snapshot } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { ScaleChoice } from "../shell/ScaleChoice.tsx";
import { useScaleName } from "../shell/scales.tsx";

export function ScaleChooser({ snapshot, aqi }: { snapshot: Snapshot; aqi: AQI }) {
  const { say } = useLanguage();
  const nameOf = useScaleName();
  return (
    <section className="card">
      <h2>{say("scale_heading")}</h2>
      <p>{say("scale_explained")}</p>
      <ScaleChoice scales={Object.keys(snapshot.scales)} />
      <p><small>{nameOf(aqi.scale)} · {say("scale_version", { version: aqi.scale_version })}</small></p>
    </section>
  );
}
