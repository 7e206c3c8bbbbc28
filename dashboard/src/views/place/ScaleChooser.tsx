import type { AQI, Snapshot } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useScaleName } from "../shell/scales.tsx";

export function ScaleChooser({ snapshot, aqi, onChoice }: { snapshot: Snapshot; aqi: AQI; onChoice: (scale: string) => void }) {
  const { say } = useLanguage();
  const nameOf = useScaleName();
  const scales = Object.keys(snapshot.scales);
  return (
    <section className="card">
      <h2>{say("scale_heading")}</h2>
      <label>
        <span className="unseen">{say("scale_choose")}</span>
        <select value={aqi.scale} onChange={(event) => onChoice(event.target.value)}>
          {scales.map((scale) => (
            <option key={scale} value={scale}>{nameOf(scale)}</option>
          ))}
        </select>
      </label>
      <p><small>{say("scale_version", { version: aqi.scale_version })} {scales.length === 1 && say("scale_one")}</small></p>
    </section>
  );
}
