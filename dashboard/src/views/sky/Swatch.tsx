import { airStyle } from "./air.ts";
import "./swatch.css";

/** Colour and pattern of a category; the pattern gets denser with the level, for whoever does not see the colour. */
export function Swatch({ color, level }: { color: string | null; level: number }) {
  return <span className="swatch" data-level={level} style={airStyle(color)} aria-hidden="true" />;
}
