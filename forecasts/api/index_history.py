"""The index of a period, made anew from its hours in any scale and version: hour by hour, or a local day at a time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from forecasts.aqi import SCALES, Concentration, Unit, hourly_indices

from .history import ORIGIN, History, Observed, utc

COLUMNS = {  # of CSV
    "hourly": ["observed_at", "value", "text", "category", "color", "scale", "scale_version", *ORIGIN, "attribution"],
    "daily": ["day", "max", "min", "category", "color", "hours", "scale", "scale_version", *ORIGIN, "attribution"],
}
AT_ONCE = timedelta(days=31)
BEFORE = timedelta(hours=23)  # what the longest window reaches back

Hour = tuple[datetime, int | None, list[int]]  # its index, and the sources that spoke in it


class IndexHistory(History):
    """As History, but the rows are those of the index; it is made of the very rows that History gives."""

    def rows(self) -> Iterator[dict[str, Any]]:
        return self._index_days() if self.query["resolution"] == "daily" else map(self._index_hour, self._indices())

    def head(self) -> dict[str, Any]:
        scale = SCALES[self.query["scale"]]
        return {**super().head(), "units": "index", "scale": scale.id, "scale_version": scale.version}

    def _indices(self) -> Iterator[Hour]:
        start, end = self.query["from"], self.query["to"]
        parts = [*(start + i * AT_ONCE for i in range((end - start) // AT_ONCE + 1)), end]
        for since, until in pairwise(parts):
            yield from self._indices_between(since, until)

    def _indices_between(self, since: datetime, until: datetime) -> Iterator[Hour]:
        air: dict[str, dict[datetime, Concentration]] = {}
        spoke: dict[datetime, list[int]] = {}
        for at, one in self._spoken(since - BEFORE, until):
            # An instrument's noise around zero counts as zero, as in a snapshot.
            heard = Concentration(max(one.original_value, 0.0), Unit(one.original_unit))
            air.setdefault(one.parameter, {})[at] = heard
            if at >= since:
                spoke.setdefault(at, []).append(one.source_id)
        indices = hourly_indices(air, list(spoke), self.query["scale"])
        for (at, sources), (value, _) in zip(spoke.items(), indices, strict=True):
            yield at, value, sources

    def _spoken(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, Observed]]:
        """Of each hour and parameter, the source that comes first."""
        for (at, _), rivals in groupby(self._observed(since, until), lambda one: (one.observed_at, one.parameter)):
            yield at, min(rivals, key=lambda rival: self.rank[rival.source_id])

    def _index_hour(self, hour: Hour) -> dict[str, Any]:
        at, value, sources = hour
        text = None if value is None else SCALES[self.query["scale"]].text(value)
        return {"observed_at": utc(at), "value": value, "text": text, **self._told(value), **self._origins(sources)}

    def _index_days(self) -> Iterator[dict[str, Any]]:
        for day, hours in groupby(self._indices(), self._day_of):
            known = list(hours)
            values = [value for _, value, _ in known if value is not None]
            worst = max(values, default=None)
            yield {
                "day": day.isoformat(),
                "max": worst,
                "min": min(values, default=None),
                **self._told(worst),
                "hours": len(values),
                **self._origins([source for _, _, sources in known for source in sources]),
            }

    def _day_of(self, hour: Hour) -> date:
        return hour[0].astimezone(self.zone).date()

    def _told(self, value: int | None) -> dict[str, Any]:
        scale = SCALES[self.query["scale"]]
        known = (None, None) if value is None else (scale.category(value).id, scale.color(value))
        return {"category": known[0], "color": known[1], "scale": scale.id, "scale_version": scale.version}

    def _origins(self, sources: list[int]) -> dict[str, Any]:
        """Of whoever spoke; several are named one after the other."""
        each = [self._origin(source) for source in sorted(set(sources), key=self.rank.__getitem__)]
        joined = {
            name: "; ".join(dict.fromkeys(one[name] for one in each)) for name in each[0] if name != "is_simulated"
        }
        return {**joined, "is_simulated": any(one["is_simulated"] for one in each)}
