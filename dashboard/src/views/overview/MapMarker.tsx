import { memo } from "react";
import { shortScaleName } from "../../client/scale_name.ts";
import { useLanguage } from "../language/language.tsx";
import { addressOf, Link } from "../shell/routing.tsx";
import { Swatch } from "../sky/Swatch.tsx";
import { useLiveRow } from "./live-row.ts";
import type { Placed } from "./markers.ts";

/** Its number; and a dot at the place, where the number is beside it or there is no room for one. */
export const MapMarker = memo(function MapMarker({ marker }: { marker: Placed }) {
  const { say } = useLanguage();
  const { place, left, top, shift, isNamed } = marker;
  const { text, label, color, level, scale, status } = useLiveRow(place);
  const shown = text ?? "–";
  const number = text === null ? shown : `${text} (${shortScaleName(scale)})`;
  const sentence = [`${place.name}: ${number}`, label, say(`status_${status}`)].join(", ");
  const isMoved = shift === null || shift[0] !== 0 || shift[1] !== 0;
  return (
    <>
      {isMoved && (
        <span className="dot" data-known={text !== null} style={{ left: `${left}%`, top: `${top}%` }} title={sentence}>
          <Swatch color={color} level={level} />
        </span>
      )}
      {shift && (
        <Link
          className="marker"
          href={addressOf(place.slug)}
          style={{ left: `calc(${left}% + ${shift[0]}px)`, top: `calc(${top}% + ${shift[1]}px)` }}
          data-status={status}
          data-known={text !== null}
          tabIndex={-1} // the keyboard goes through the list, which has the same links
          aria-label={sentence}
          title={sentence}
        >
          <Swatch color={color} level={level} />
          {isNamed && <span className="marker-name">{place.name}</span>} {shown}
        </Link>
      )}
    </>
  );
}, isSame);

/** A marker is made anew whenever the list is put in order, and mostly says the same. */
function isSame({ marker: one }: { marker: Placed }, { marker: other }: { marker: Placed }): boolean {
  const { place, left, top, isNamed } = other;
  return one.place === place && one.left === left && one.top === top && one.isNamed === isNamed && String(one.shift) === String(other.shift);
}
