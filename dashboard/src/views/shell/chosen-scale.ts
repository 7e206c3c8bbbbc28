import type { AQI, Snapshot } from "../../client/types.ts";
import { remember, remembered } from "./preference.ts";
import { setParameter, useAddress } from "./routing.tsx";

/** For "each place on the scale of its country". */
export const OWN_SCALE = "own";

/** The scale of the link, else the one that was chosen before. */
export function useChosenScale(): string {
  return useAddress().searchParams.get("scale") ?? remembered("scale") ?? OWN_SCALE;
}

export function chooseScale(scale: string): void {
  remember("scale", scale);
  setParameter("scale", scale);
}

/** On the scale that a reader wants, or where there is none of that name, on the one that the place has first. */
export function indexOn(scale: string, snapshot: Snapshot): AQI {
  return snapshot.scales[scale] ?? snapshot.aqi;
}
