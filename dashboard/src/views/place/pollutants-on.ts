import type { Pollutant, Snapshot } from "../../client/types.ts";
import { useAnswer } from "../shell/answers.ts";

type Pollutants = Record<string, Pollutant>;

/**
 * The pollutants with their indices on a scale. A snapshot has those of its first scale only; those of another one are
 * asked for, and until the answer of the same hour is there, no index is shown.
 */
export function usePollutants(snapshot: Snapshot, scale: string): Pollutants {
  const { location, observed_at, aqi, pollutants, status } = snapshot;
  const isFirst = scale === aqi.scale;
  const isReplay = status === "replay"; // a second may be an hour then
  const address = isFirst || isReplay ? null : `/api/v1/locations/${location.slug}/current/?scale=${scale}`;
  const { value } = useAnswer<Snapshot>(address, JSON.stringify(pollutants));
  if (isFirst) return pollutants;
  return address && value?.observed_at === observed_at ? value.pollutants : withoutIndices(pollutants);
}

function withoutIndices(pollutants: Pollutants): Pollutants {
  return Object.fromEntries(Object.entries(pollutants).map(([id, one]) => [id, { ...one, index: null, averaging: "" }]));
}
