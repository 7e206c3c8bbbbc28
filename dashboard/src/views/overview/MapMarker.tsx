import { memo } from "react";
import { useLanguage } from "../language/language.tsx";
import { addressOf, Link } from "../shell/routing.tsx";
import { Swatch } from "../sky/Swatch.tsx";
import { useLiveRow } from "./live-row.ts";
import type { Placed } from "./projection.ts";

export const MapMarker = memo(function MapMarker({ marker }: { marker: Placed }) {
  const { say } = useLanguage();
  const { place, left, top, isLabelled } = marker;
  const { text, label, color, level, status } = useLiveRow(place);
  const shown = text ?? "–";
  const sentence = [`${place.name}: ${shown}`, label, say(`status_${status}`)].join(", ");
  if (!isLabelled) {
    return (
      <span className="dot" style={{ left: `${left}%`, top: `${top}%` }} title={sentence}>
        <Swatch color={color} level={level} />
      </span>
    );
  }
  return (
    <Link
      className="marker"
      href={addressOf(place.slug)}
      style={{ left: `${left}%`, top: `${top}%` }}
      data-status={status}
      tabIndex={-1} // the keyboard goes through the list, which has the same links
      aria-label={sentence}
      title={sentence}
    >
      <Swatch color={color} level={level} />
      {shown}
    </Link>
  );
}, isSame);

/** A marker is made anew whenever the list is put in order, and mostly says the same. */
function isSame({ marker: one }: { marker: Placed }, { marker: other }: { marker: Placed }): boolean {
  return one.place === other.place && one.isLabelled === other.isLabelled && one.left === other.left;
}
