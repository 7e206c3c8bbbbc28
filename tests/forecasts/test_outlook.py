"""What forecasts are made of, of many locations in one go."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forecasts.directory import load
from forecasts.models import Forecast, Location, Memory, Observation, Source
from forecasts.prediction import CHECKED_LEADS
from forecasts.providers import Batch, ModelHour, Reading
from forecasts.refresh import prepare_rounds, publish_round

from .api_rows import place

HOUR = timedelta(hours=1)
CLOCK = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
NOON = CLOCK.replace(minute=0)

pytestmark = pytest.mark.django_db


def station(
    slug: str = "delhi", values: Iterable[float] = (20.0,) * 12, provider: str = "files", longitude: float = 77.2
) -> Source:
    location = place(slug, slug.title(), 28.6, longitude)
    source = Source.objects.create(location=location, provider=provider)
    observe(source, values)
    return source


def observe(source: Source, values: Iterable[float], parameter: str = "pm25") -> None:
    """One an hour, the last at noon."""
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter=parameter,
            observed_at=NOON - back * HOUR,
            value_ug_m3=value,
            original_value=value,
            original_unit="µg/m³",
        )
        for back, value in enumerate(reversed(list(values)))
    )


def rounds(*locations: Location, clock: datetime = CLOCK, answers: dict[int, Batch] | None = None) -> None:
    for prepared in prepare_rounds(locations, answers or {}, clock):
        publish_round(prepared)


def published(source: Source, parameter: str = "pm25") -> Forecast:
    return Forecast.objects.get(location=source.location, source=None, parameter=parameter)


def test_the_number_of_queries_that_read_does_not_grow_with_the_locations() -> None:
    def queries(number: int) -> int:
        locations = [station(f"place-{number}-{i}", [20.0] * 48).location for i in range(number)]
        load(60)  # once a minute, however many rounds there are
        with CaptureQueriesContext(
            connection,
        ) as captured:
            prepare_rounds(locations, {}, CLOCK)
        return len(captured)

    assert queries(2) == queries(9) <= 11


def test_a_place_with_nothing_new_is_not_forecast_again() -> None:
    sources = [station("delhi"), station("lima")]
    locations = [source.location for source in sources]
    rounds(*locations)
    observe(sources[1], [30.0], "no2")
    rounds(*locations, clock=CLOCK + timedelta(minutes=5))
    assert [Forecast.objects.filter(location=one, parameter="aqi").count() for one in locations] == [1, 2]


def test_many_places_get_the_forecasts_that_each_would_get_alone() -> None:
    patterns = {f"place-{i}": [10.0 + i + hour % 24 for hour in range(24 * 30)] for i in range(3)}
    far_apart = iter(range(0, 60, 10))  # so that none is a neighbour of another, which its forecast would hear
    together = [station(slug, values, longitude=next(far_apart)) for slug, values in patterns.items()]
    rounds(*[source.location for source in together])
    alone = [station(slug + "-alone", values, longitude=next(far_apart)) for slug, values in patterns.items()]
    for source in alone:
        rounds(source.location)
    assert [published(source).hours for source in together] == [published(source).hours for source in alone]


def test_what_the_truth_will_be_compared_with_is_kept_beside_the_forecast() -> None:
    source = station(values=[10.0 + hour % 24 for hour in range(24 * 29)])
    rounds(source.location)
    row = published(source)
    assert row.record is not None
    assert row.record["sources"] == {"pm25": source.pk}
    assert row.record["persistence"] == 33  # of the last hour, which is the 24th of the pattern
    usual = {lead: 10 + (23 + lead) % 24 for lead in CHECKED_LEADS}
    assert row.record["climatology"] == pytest.approx(list(usual.values()))
    at = CHECKED_LEADS.index(24)
    assert row.record["quantiles"][at][2] == row.hours["median"][23]


def test_the_index_is_kept_with_its_yardsticks_too() -> None:
    source = station(values=[20.0] * 24 * 29)
    rounds(source.location)
    row = published(source, "aqi")
    shown = json.loads(source.location.snapshots.order_by("-pk")[0].text)
    assert row.record is not None
    assert row.record["persistence"] == shown["aqi"]["value"] == 71
    assert row.record["climatology"] == [71] * len(CHECKED_LEADS)
    assert row.record["quantiles"][0] == [row.hours[name][0] for name in ("lo95", "lo80", "median", "hi80", "hi95")]


def test_a_source_that_is_young_has_no_usual_day() -> None:
    source = station(values=[20.0] * 24 * 20)
    rounds(source.location)
    assert [row.record["climatology"] for row in Forecast.objects.filter(source=None) if row.record] == [None, None]


def test_what_was_learnt_is_used_by_the_next_forecast_and_that_of_another_air_is_not() -> None:
    source = station(values=[10.0 + hour % 24 for hour in range(24 * 29)])
    rounds(source.location)
    before = published(source)
    wide = {"errors": {}, "days": {}, "widths": [[2.0] * 4] * 5}
    memory = Memory.objects.create(location=source.location, parameter="pm25", air="simulated", learnt=wide)
    for air, is_wider in (("simulated", False), ("measured", True)):
        Memory.objects.filter(pk=memory.pk).update(air=air)
        Forecast.objects.all().delete()
        rounds(source.location)
        assert (published(source).hours["hi80"][0] > before.hours["hi80"][0]) is is_wider


def test_what_all_series_have_learnt_serves_a_new_one() -> None:
    source = station()
    rounds(source.location)
    before = published(source)
    narrow = {"errors": {}, "days": {}, "widths": [[0.5] * 4] * 5}
    Memory.objects.create(location=None, parameter="pm25", air="measured", learnt=narrow)
    Forecast.objects.all().delete()
    rounds(source.location)
    assert published(source).hours["hi80"][0] < before.hours["hi80"][0]


def test_a_station_hears_the_model_of_its_place_and_names_it() -> None:
    source = station(values=[20.0 + hour % 24 for hour in range(24 * 29)])
    cams = Source.objects.create(location=source.location, provider="open_meteo", position=1)
    run = [ModelHour(cams.pk, "pm25", NOON + lead * HOUR, 60.0, "µg/m³") for lead in range(1, 97)]
    past = [Reading(cams.pk, "pm25", NOON - lead * HOUR, 60.0, "µg/m³") for lead in range(48)]
    rounds(source.location, answers={cams.pk: Batch(past, run)})
    row = published(source)
    assert {"cams", "cams_corrected"} <= set(row.given)
    data = json.loads(source.location.snapshots.order_by("-pk")[0].text)
    assert data["status"] == "live"
    assert len(data["sources"]) == 2
    assert max(row.hours["median"]) < 50  # the model says 60 here whatever happens: it is corrected


def test_a_grid_cell_is_forecast_by_its_model_and_the_hours_beyond_by_nobody() -> None:
    source = station(values=[20.0] * 24 * 29, provider="open_meteo")
    run = [ModelHour(source.pk, "pm25", NOON + lead * HOUR, 60.0, "µg/m³") for lead in range(1, 97)]
    rounds(source.location, answers={source.pk: Batch(forecasts=run)})
    row = published(source)
    assert (row.model, row.hours["median"][0], row.hours["median"][96]) == ("cams", 60, None)
    assert published(source, "aqi").hours["mean"][98] is None  # NowCast does without one hour of three
