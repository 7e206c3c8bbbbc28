import type { Pollutant, Snapshot } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { PollutantName } from "./PollutantName.tsx";
import { usePollutants } from "./pollutants-on.ts";
import { Sparkline } from "./Sparkline.tsx";
import { type Trend, useTrends } from "./trends.ts";

export function Pollutants({ snapshot, scale }: { snapshot: Snapshot; scale: string }) {
  const { say } = useLanguage();
  const trends = useTrends(snapshot);
  const worstFirst = Object.entries(usePollutants(snapshot, scale)).toSorted(([, one], [, other]) => (other.index ?? -1) - (one.index ?? -1));
  return (
    <section className="card wide pollutants">
      <h2>{say("pollutants_heading")}</h2>
      {worstFirst.length === 0 && <p>{say("pollutants_none")}</p>}
      <ul>
        {worstFirst.map(([id, pollutant]) => (
          <Tile key={id} id={id} pollutant={pollutant} trend={trends[id]} />
        ))}
      </ul>
    </section>
  );
}

const ARROWS = { rising: "↗", falling: "↘", steady: "→" };

function Tile({ id, pollutant, trend }: { id: string; pollutant: Pollutant; trend: Trend | undefined }) {
  const { say, wordsOf, number } = useLanguage();
  const { value, unit, averaging, index } = pollutant;
  const basis = [index !== null && say("index_of", { value: number(index) }), wordsOf("averaging", averaging)];
  return (
    <li>
      <h3><PollutantName id={id} /></h3>
      <p className="amount">
        <strong>{value === null ? "–" : number(value, value < 1 ? 3 : 1)}</strong> <small>{unit}</small>
      </p>
      {trend && (
        <p className="trend">
          <Sparkline values={trend.values} />
          <span><span aria-hidden="true">{ARROWS[trend.direction]}</span> {say(`trend_${trend.direction}`)}</span>
        </p>
      )}
      <small>{basis.filter(Boolean).join(" · ")}</small>
    </li>
  );
}
