import { memo } from "react";
import { shortScaleName } from "../../client/scale_name.ts";
import { useLanguage } from "../language/language.tsx";
import type { PlaceRow } from "../shell/answer-types.ts";
import { useScaleName } from "../shell/scales.tsx";
import { addressOf, Link } from "../shell/routing.tsx";
import { Age } from "../shell/Age.tsx";
import { StatusBadge } from "../shell/StatusBadge.tsx";
import { Swatch } from "../sky/Swatch.tsx";
import { useLiveRow } from "./live-row.ts";

export const PlaceItem = memo(function PlaceItem({ place, distanceKm }: { place: PlaceRow; distanceKm: number | null }) {
  const { say, country, number } = useLanguage();
  const nameOf = useScaleName();
  const { text, label, color, level, scale, status, observedAt, isLastKnown } = useLiveRow(place);
  return (
    <li>
      <Link href={addressOf(place.slug)} data-status={status}>
        <span className="item-name">
          <strong>{place.name}</strong>
          <small>{distanceKm === null ? country(place.country) : say("distance_km", { km: number(distanceKm) })}</small>
          {text !== null && <small title={nameOf(scale)}>{shortScaleName(scale)}</small>}
          {isLastKnown && <small><Age observedAt={observedAt} status={status} timeZone={place.timezone} everySeconds={60} /></small>}
        </span>
        <span className="item-air">
          <span className="item-label">{label}</span>
          <StatusBadge status={status} />
        </span>
        <span className="item-value">
          <Swatch color={color} level={level} />
          {text ?? <span title={say("no_value")}>–</span>}
        </span>
      </Link>
    </li>
  );
});
