import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { useChosenScale } from "../shell/chosen-scale.ts";
import { ScaleChoice } from "../shell/ScaleChoice.tsx";
import { useScales } from "../shell/scales.tsx";

/** One scale for all places; while their numbers are of several, also what that means. */
export function OneScale({ places }: { places: PlaceRow[] }) {
  const { say } = useLanguage();
  const scales = useScales().map(({ id }) => id);
  const chosen = useChosenScale();
  const shown = new Set(places.flatMap(({ aqi }) => (aqi.value === null ? [] : aqi.scale)));
  const areSeveral = shown.size > 1 && !scales.includes(chosen);
  if (scales.length === 0) return null;
  return (
    <div className="one-scale">
      {areSeveral && <p id="scales-differ">{say("scales_differ")}</p>}
      <ScaleChoice scales={scales} describedBy={areSeveral ? "scales-differ" : undefined} />
    </div>
  );
}
