import type { CSSProperties } from "react";

/** Where no category is meant: the sky of pages that are not about one place. */
export const CLEAR_SKY = "#5aa9e6";

/** The ids of advice, mildest first: every category of every scale has one, so it tells how bad any air is. */
const LEVELS = ["no_limits", "watch_symptoms", "sensitive_reduce", "everyone_reduce", "everyone_limit", "everyone_avoid"];

/** 1 (clean) to 6 (everyone stays in); 0 where it is not known. */
export function levelOf(advice: string | null | undefined): number {
  return LEVELS.indexOf(advice ?? "") + 1;
}

/** What CSS makes colours of. */
export function airStyle(color: string | null | undefined): CSSProperties {
  return { "--air": color ?? "var(--no-air)" } as CSSProperties;
}
