import type { Location } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useAnswer } from "../shell/answers.ts";
import { PollutantName } from "./PollutantName.tsx";

interface Step {
  hours: { at: string; value: number; weight: number }[];
  missing: string[];
  counts: boolean;
  arithmetic: string[];
}

interface Explanation {
  arithmetic: string;
  pollutants: Record<string, { unit: string; index: number | null; steps: Step[] }>;
  missing_pollutants: string[];
}

/** Step by step, the pollutant that counts most first; the steps are written by the server, in English. */
export function Calculation({ location, scale, observedAt }: { location: Location; scale: string; observedAt: string | null }) {
  const { say } = useLanguage();
  const { state, value } = useAnswer<Explanation>(`/api/v1/locations/${location.slug}/explain/?scale=${scale}`, observedAt);
  if (!value) return <p role="status">{say(state === "loading" ? "loading" : "why_none")}</p>;
  const worstFirst = Object.entries(value.pollutants).toSorted(([, one], [, other]) => (other.index ?? -1) - (one.index ?? -1));
  return (
    <div className="calculation" tabIndex={0} role="region" aria-label={say("why_heading")}>
      <p lang="en">{value.arithmetic}</p>
      {worstFirst.map(([id, { steps }]) => (
        <section key={id}>
          <h3><PollutantName id={id} /></h3>
          {steps.filter(({ counts }) => counts).map((step, at) => (
            <Lines key={at} step={step} />
          ))}
        </section>
      ))}
    </div>
  );
}

function Lines({ step: { hours, missing, arithmetic } }: { step: Step }) {
  const { say } = useLanguage();
  return (
    <>
      <small>{say("why_hours", { used: hours.length, missing: missing.length })}</small>
      <ol lang="en">
        {arithmetic.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </>
  );
}
