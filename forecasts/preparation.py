"""What a round needs of many locations, read and forecast together: a few queries however many they are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery

from .climatology import climatologies_of
from .composition import Outlook
from .first_scale import first_scale
from .history import SHOWN, Heard, heard_from, load, pasts
from .models import Forecast, Location, Memory, Source
from .neighbours import neighbours_of
from .outlook import Known, expect
from .weather import weather_of

Runs = dict[str, Forecast]  # by parameter


@dataclass
class Prepared:
    """A location with all that its snapshot is made of; `rows` are its new forecasts, if anything is new."""

    location: Location
    clock: datetime
    sources: list[Source]
    heard: Heard
    runs: Runs
    newest: Forecast | None
    rows: list[Forecast] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The same for the same inputs, so that a forecast is made only when there is something new to make it of."""
        observed = sorted((parameter, sorted(hours.items())) for parameter, hours in self.heard.history.items())
        runs = sorted(run.pk for run in self.runs.values())
        scale = first_scale(self.location, self.heard.history, self.clock)
        return hashlib.sha256(repr((observed, runs, scale)).encode()).hexdigest()[:16]

    @property
    def outlook(self) -> Outlook:
        """If nothing new could be made of new inputs, what the newest was made of is gone: it is too old to show."""
        shown = self.rows[-1] if self.rows else self.newest
        if shown is None or (not self.rows and shown.inputs != self.digest):
            return Outlook()
        run = next(iter(self.runs.values()), None)
        is_used = run is not None and run.model in (*shown.model.split("+"), *shown.given)
        return Outlook(shown, run.source if run is not None and is_used else None, "weather" in shown.given)


def prepare(locations: Iterable[Location], sources: dict[int, list[Source]], clock: datetime) -> list[Prepared]:
    """In the order of the locations."""
    everywhere = [source for of_location in sources.values() for source in of_location]
    loaded = load([source.pk for source in everywhere], clock - SHOWN, clock)
    runs, newest = newest_runs(everywhere), newest_index_forecasts(sources)
    prepared = []
    for location in locations:
        own = sources[location.pk]
        of_model = next((runs[source.pk] for source in own if source.pk in runs), {})
        heard = heard_from(own, loaded, clock)
        prepared.append(Prepared(location, clock, own, heard, of_model, newest.get(location.pk)))
    forecast(prepared, clock)
    return prepared


def forecast(prepared: Sequence[Prepared], clock: datetime) -> None:
    """New rows for those that have anything new."""
    digests = [one.digest for one in prepared]
    changed = [
        (one, digest)
        for one, digest in zip(prepared, digests, strict=True)
        if one.newest is None or one.newest.inputs != digest
    ]
    if not changed:
        return
    known = know([one for one, _ in changed], clock)
    for (one, digest), rows in zip(changed, expect(known), strict=True):
        for row in rows:
            row.inputs = digest
        one.rows = rows


def know(prepared: Sequence[Prepared], clock: datetime) -> list[Known]:
    found = pasts([source.pk for one in prepared for source in one.sources], clock)
    memories: dict[int | None, dict[tuple[str, str], dict[str, object]]] = defaultdict(dict)
    locations = {one.location.pk: one for one in prepared}
    for row in Memory.objects.filter(location__in=locations):
        memories[row.location_id][row.parameter, row.air] = row.learnt
    shown = [(one.location, parameter, source) for one in prepared for parameter, source in one.heard.sources.items()]
    weather = weather_of(locations, clock)
    usual, near = climatologies_of(source.pk for *_, source in shown), neighbours_of(shown, clock)
    return [
        Known(one.location, clock, one.heard, found, one.runs, memories[pk], usual, near, weather.get(pk))
        for pk, one in locations.items()
    ]


def newest_runs(sources: Iterable[Source]) -> dict[int, Runs]:
    """The latest run of each source that has a model of its own."""
    by_id = {source.pk: source for source in sources}
    times = Forecast.objects.filter(source=OuterRef("source")).order_by("-issued_at").values("issued_at")[:1]
    runs: dict[int, Runs] = defaultdict(dict)
    for run in Forecast.objects.filter(source__in=by_id, issued_at=Subquery(times)):
        run.source = by_id[run.source_id or 0]
        runs[run.source.pk][run.parameter] = run
    return runs


def newest_index_forecasts(location_ids: Iterable[int]) -> dict[int, Forecast]:
    ours = Forecast.objects.filter(location=OuterRef("pk"), source=None, parameter="aqi").order_by("-issued_at")
    newest = Location.objects.filter(pk__in=list(location_ids)).values(newest=Subquery(ours.values("pk")[:1]))
    return {row.location_id: row for row in Forecast.objects.filter(pk__in=newest)}
