"""What we expect of the coming hours of each pollutant, of many locations at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from .air import air_of
from .aqi import PARAMETERS, Unit
from .aqi.series import hour_number
from .climatology import Climatologies
from .history import Heard, Pasts
from .index_outlook import HOURS, index_forecast
from .models import Forecast, Location, Memory, Source
from .models.forecast import QUANTILES
from .neighbours import Neighbours
from .prediction import CHECKED_LEADS, Prediction, Series, predict_many
from .prediction.horizon import Array
from .providers.hours import HOUR, on_the_hour
from .simple_methods import climatology, persistence

NOTHING = np.empty(0)
CHECKED = np.array(CHECKED_LEADS) - 1

Memories = Mapping[tuple[str, str], dict[str, Any]]  # by parameter and air


@dataclass(frozen=True)
class Known:
    """What a location's forecast may be made of; `runs` are of the first source that has a model of its own."""

    location: Location
    clock: datetime
    heard: Heard
    pasts: Pasts
    runs: Mapping[str, Forecast] = field(default_factory=dict)
    memories: Memories = field(default_factory=dict)
    climatologies: Climatologies = field(default_factory=dict)
    neighbours: Neighbours = field(default_factory=dict)
    weather: Array | None = None


@dataclass(frozen=True)
class Wanted:
    """One series that is to be forecast; `source` is the one whose values are the truth, `run` a provider's model."""

    known: Known
    parameter: str
    source: Source
    run: Forecast | None

    @property
    def past(self) -> Array:
        return self.known.pasts.get((self.source.pk, self.parameter), NOTHING)

    @cached_property
    def usual(self) -> Array | None:
        return climatology(self.past)

    def series(self) -> Series:
        # A grid cell is the model's own: nothing foresees it better than the model.
        is_the_models = self.run is not None and self.run.source_id == self.source.pk
        return Series(
            self.parameter,
            NOTHING if is_the_models else self.past,
            hour_number(self.known.clock),
            others=self._others(),
            neighbours=self.known.neighbours.get((self.source.pk, self.parameter), ()),
            provider=None if self.run is None else coming(self.run, self.known.clock),
            provider_past=None
            if self.run is None or is_the_models
            else self.known.pasts.get((self.run.source_id or 0, self.parameter)),
            climatology=None if is_the_models else self.known.climatologies.get((self.source.pk, self.parameter)),
            weather=self.known.weather,
            state=self.known.memories.get((self.parameter, air_of(self.source))),
        )

    def _others(self) -> dict[str, Array]:
        sources = self.known.heard.sources.items()
        keys = {other: (source.pk, other) for other, source in sources if other != self.parameter}
        return {other: self.known.pasts[key] for other, key in keys.items() if key in self.known.pasts}


def expect(knowns: Iterable[Known]) -> list[list[Forecast]]:
    """Unsaved forecasts of every pollutant and at last of the index, per location; none where nothing is known."""
    wanted = [wanted_of(known) for known in knowns]
    predicted = iter(predictions([one for of_location in wanted for one in of_location]))
    return [forecasts([(one, next(predicted)) for one in of_location]) for of_location in wanted]


def forecasts(predicted: Iterable[tuple["Wanted", Prediction | None]]) -> list[Forecast]:
    """Those of one location."""
    made = [(one, pollutant_forecast(one, prediction)) for one, prediction in predicted if prediction is not None]
    if not made:
        return []
    known = made[0][0].known
    rows, usual = [row for _, row in made], {one.parameter: one.usual for one, _ in made}
    return [*rows, index_forecast(known.location, known.heard, rows, usual)]


def wanted_of(known: Known) -> list[Wanted]:
    runs, sources = known.runs, known.heard.sources
    return [
        Wanted(known, parameter, sources.get(parameter) or runs[parameter].source, runs.get(parameter))  # type: ignore[arg-type]  # a run has a source
        for parameter in PARAMETERS
        if parameter in sources or parameter in runs
    ]


def predictions(wanted: Sequence[Wanted]) -> list[Prediction | None]:
    """In the order of `wanted`; one call for each kind of air, since each has a pool of its own."""
    airs = [air_of(one.source) for one in wanted]
    found: dict[int, Prediction | None] = {}
    for air in set(airs):
        rows = [row for row, of in enumerate(airs) if of == air]
        pool = {row.parameter: row.learnt for row in Memory.objects.filter(location=None, air=air)}
        found |= dict(zip(rows, predict_many([wanted[row].series() for row in rows], pool), strict=True))
    return [found[row] for row in range(len(wanted))]


def coming(run: Forecast, clock: datetime) -> Array:
    """The hours of a provider's run, from the one after `clock` on."""
    hours = np.full(HOURS, np.nan)
    first = on_the_hour(clock) + HOUR
    for hour in run.by_hour():
        lead = (hour.valid_at - first) // HOUR
        if 0 <= lead < HOURS:
            hours[lead] = hour.median
    return hours


def pollutant_forecast(one: Wanted, prediction: Prediction) -> Forecast:
    run = one.run.model if one.run else ""
    columns = dict(zip(QUANTILES, prediction.quantiles.T, strict=True)) | {"mean": prediction.mean}
    return Forecast(
        location=one.known.location,
        parameter=one.parameter,
        issued_at=one.known.clock,
        model=run if prediction.model == "provider_model" else prediction.model,
        unit=Unit.MICROGRAMS,
        starts_at=on_the_hour(one.known.clock) + HOUR,
        hours={name: short(values) for name, values in columns.items()},
        given=[
            run + name.removeprefix("provider") if name.startswith("provider") else name for name in prediction.given
        ],
        record={
            **prediction.record,
            "sources": {one.parameter: one.source.pk},
            "persistence": persistence(one.past),
            "climatology": None if one.usual is None else short(one.usual[CHECKED]),
        },
    )


def short(values: Iterable[float]) -> list[float | None]:
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]
