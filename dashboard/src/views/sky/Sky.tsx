import { useEffect } from "react";
import { airStyle } from "./air.ts";
import "./sky.css";

/** Behind everything: a calm sky in the colour of the category, hazier the worse the air is. */
export function Sky({ color, level }: { color: string | null; level: number }) {
  useEffect(() => {
    document.documentElement.dataset.level = String(level);
  }, [level]);
  return (
    <div className="sky" style={airStyle(color)} aria-hidden="true">
      <div className="sky-sun" />
      <div className="sky-haze" />
      <div className="sky-haze sky-haze-far" />
    </div>
  );
}
