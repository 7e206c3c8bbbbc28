import { useLanguage } from "../language/language.tsx";
import { chooseScale, OWN_SCALE, useChosenScale } from "./chosen-scale.ts";
import { useScaleName } from "./scales.tsx";

/** One choice for all pages, which a shared link carries along. */
export function ScaleChoice({ scales, describedBy }: { scales: string[]; describedBy?: string | undefined }) {
  const { say } = useLanguage();
  const nameOf = useScaleName();
  const chosen = useChosenScale();
  return (
    <label className="scale-choice">
      <span className="unseen">{say("scale_choose")}</span>
      <select
        aria-describedby={describedBy}
        value={scales.includes(chosen) ? chosen : OWN_SCALE}
        onChange={(event) => chooseScale(event.target.value)}
      >
        <option value={OWN_SCALE}>{say("scale_own")}</option>
        {scales.map((scale) => (
          <option key={scale} value={scale}>{nameOf(scale)}</option>
        ))}
      </select>
    </label>
  );
}
