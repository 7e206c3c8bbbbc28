import type { AQI } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useScales } from "../shell/scales.tsx";
import { airStyle, levelOf } from "../sky/air.ts";
import { positionOn } from "./position.ts";

/** The whole scale, and where on it the air is: by place and pattern, not by colour alone. */
export function ScaleBar({ aqi }: { aqi: AQI }) {
  const { say, number } = useLanguage();
  const categories = useScales().find(({ id }) => id === aqi.scale)?.categories ?? [];
  const at = categories.findIndex(({ id }) => id === aqi.category);
  if (aqi.value === null || at < 0) return null;
  return (
    <div className="scale-bar" role="img" aria-label={say("level_of", { level: at + 1, count: categories.length })}>
      <div className="scale-bands">
        {categories.map(({ id, color, advice, lowest }) => (
          <span key={id}>
            <i className="swatch" data-level={levelOf(advice.id)} style={airStyle(color)} />
            <small>{number(lowest)}</small>
          </span>
        ))}
      </div>
      <b className="scale-pin" style={{ left: `${100 * positionOn(categories, aqi.value, at)}%` }} />
    </div>
  );
}
