import type { AQI, Snapshot } from "../../client/types.ts";
import { setParameter, useAddress } from "../shell/routing.tsx";

const REMEMBERED = "scale";

/** The index on the scale of the link, else on the one chosen before, else on the one that the place has first. */
export function useScale(snapshot: Snapshot): { aqi: AQI; choose: (scale: string) => void } {
  const wished = useAddress().searchParams.get("scale") ?? localStorage.getItem(REMEMBERED) ?? "";
  return { aqi: snapshot.scales[wished] ?? snapshot.aqi, choose };
}

function choose(scale: string): void {
  localStorage.setItem(REMEMBERED, scale);
  setParameter("scale", scale);
}
