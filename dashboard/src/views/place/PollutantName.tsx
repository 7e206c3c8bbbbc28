import { useLanguage } from "../language/language.tsx";

const FORMULAS: Record<string, [string, string]> = {
  pm25: ["PM", "2.5"],
  pm10: ["PM", "10"],
  o3: ["O", "3"],
  no2: ["NO", "2"],
  so2: ["SO", "2"],
  nh3: ["NH", "3"],
  co: ["CO", ""],
  pb: ["Pb", ""],
};

/** Its name in the reader's language, and its formula; of one that this version does not know, its id. */
export function PollutantName({ id }: { id: string }) {
  const { sayIfKnown } = useLanguage();
  const name = sayIfKnown(`pollutant_${id}`);
  const [letters, below] = FORMULAS[id] ?? [id, ""];
  return (
    <span className="pollutant-name">
      {name} <span className="formula">{letters}{below && <sub>{below}</sub>}</span>
    </span>
  );
}
