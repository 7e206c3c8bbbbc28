import { useLanguage } from "../language/language.tsx";
import { LEVEL_COUNT } from "../sky/air.ts";

/** How bad it is by length, for whoever sees neither colour nor pattern well. */
export function LevelMeter({ level }: { level: number }) {
  const { say } = useLanguage();
  if (level === 0) return null;
  const steps = Array.from({ length: LEVEL_COUNT }, (_, step) => step < level);
  return (
    <div className="levels" role="img" aria-label={say("level_of", { level, count: LEVEL_COUNT })}>
      {steps.map((isReached, step) => (
        <i key={step} data-reached={isReached} />
      ))}
    </div>
  );
}
