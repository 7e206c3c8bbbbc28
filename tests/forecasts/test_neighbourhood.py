"""Stations beside those around them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from forecasts.models import Location, Observation, Source
from forecasts.neighbourhood import judge_among_neighbours
from forecasts.providers import Batch, Reading
from forecasts.quality import Flag, flag_among
from forecasts.refresh import prepare_rounds, refresh

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
CLOCK = NOON + timedelta(minutes=20)
NOTHING = Flag(0)
LOW, HIGH = Flag.CONTRADICTED, Flag.NEIGHBOURS


@pytest.mark.parametrize(
    ("value", "others", "flag"),
    [
        (90, [20, 22, 25], HIGH),
        (50, [20, 22, 25], NOTHING),  # not three times as much
        (18, [2, 3, 4], NOTHING),  # all of it is low
        (900, [20, 22, 25], HIGH),  # a fire next door is true
        (1500, [20, 22, 25], LOW),  # more than fifty times
        (60, [250, 300, 280], HIGH),
        (9, [250, 300, 280], LOW),  # clean air amid smoke
        (-3, [250, 300, 280], LOW),
        (90, [20, 22], NOTHING),  # two are too few
        (90, [20, 22, 400], NOTHING),  # nor do these agree
        (90, [20, 22, 25, 24, 400], HIGH),  # one is wrong, four agree
        (300, [250, 310, 290], NOTHING),  # an episode of the whole region
        (90, [0, -1, -2], HIGH),
    ],
)
def test_a_value_is_flagged_where_its_neighbours_agree_and_it_does_not(
    value: float, others: list[float], flag: Flag
) -> None:
    assert flag_among("pm25", value, others) == flag


def test_what_differs_from_street_to_street_is_not_compared() -> None:
    assert [flag_among(gas, 900, [20, 22, 25]) for gas in ("no2", "so2", "co")] == [NOTHING] * 3
    assert flag_among("o3", 200, [20, 22, 25]) == HIGH


@given(st.floats(-10, 1e5), st.lists(st.floats(-10, 1e5)))
def test_the_order_of_the_neighbours_does_not_matter(value: float, others: list[float]) -> None:
    assert flag_among("pm25", value, others) == flag_among("pm25", value, others[::-1])


@pytest.fixture
def stations(db: None) -> list[Source]:
    """Four, some 5 km from each other."""
    return [station(f"station-{number}", number / 20) for number in range(4)]


def station(slug: str, longitude: float, **columns: Any) -> Source:
    location = Location.objects.create(slug=slug, name=slug, latitude=1, longitude=longitude)
    return Source.objects.create(location=location, **{"provider": "files", "name": slug, **columns})


def hear(sources: Sequence[Source], values: Sequence[float], at: datetime = NOON) -> None:
    answers = {
        source.pk: Batch([Reading(source.pk, "pm25", at, value, "µg/m³")])
        for source, value in zip(sources, values, strict=True)
    }
    prepare_rounds([source.location for source in sources], answers, CLOCK)


def flags() -> list[int | None]:
    return list(Observation.objects.order_by("source").values_list("flags", flat=True))


def pm25(source: Source) -> Any:
    return json.loads(refresh(source.location, {}, CLOCK).current.text)["pollutants"].get("pm25")


def test_a_station_that_stands_out_gets_a_remark_and_is_shown(stations: list[Source]) -> None:
    hear(stations, [90, 20, 22, 25])
    assert flags() == [Flag.NEIGHBOURS, None, None, None]
    assert pm25(stations[0])["value"] == 90


def test_clean_air_amid_smoke_is_kept_and_shown_to_nobody(stations: list[Source]) -> None:
    hear(stations, [9, 250, 300, 280])
    assert flags() == [Flag.CONTRADICTED, None, None, None]
    assert pm25(stations[0]) is None


def test_a_neighbour_that_comes_later_is_heard_in_the_next_round(stations: list[Source]) -> None:
    hear(stations[:3], [90, 20, 22])
    assert flags() == [None] * 3
    hear(stations[3:], [25])
    refresh(stations[0].location, {}, CLOCK)
    assert flags() == [Flag.NEIGHBOURS, None, None, None]


def test_a_remark_is_taken_back_where_the_others_follow(stations: list[Source]) -> None:
    hear(stations, [250, 20, 22, 25])
    hear(stations[1:], [240, 260, 230])
    refresh(stations[0].location, {}, CLOCK)
    assert flags() == [None] * 4


def test_judging_again_and_an_hour_more_change_nothing(stations: list[Source]) -> None:
    hear(stations, [90, 20, 22, 25], NOON - HOUR)
    assert judge_among_neighbours(stations, CLOCK) == 0
    hear(stations, [20, 20, 22, 25])
    assert sorted(filter(None, flags())) == [Flag.NEIGHBOURS]


def test_what_is_doubted_otherwise_does_not_vouch(stations: list[Source]) -> None:
    hear(stations, [90, 20, 22, 20_000])
    assert flags() == [None, None, None, Flag.IMPOSSIBLE]


@pytest.mark.parametrize(
    "other",
    [
        {"provider": "open_meteo", "name": "Model"},
        {"provider": "simulated"},
        {"is_enabled": False},
        {"name": "station-2"},  # the same station at another place
        {"longitude": 1.0},  # 100 km away
    ],
)
def test_a_model_a_stranger_and_the_same_station_twice_do_not_count(
    stations: list[Source], other: dict[str, Any]
) -> None:
    last = station("other", **{"longitude": 0.01, **other})
    hear([*stations[:3], last], [90, 20, 22, 25])
    if not last.is_enabled:
        Observation.objects.create(
            source=last, parameter="pm25", observed_at=NOON, value_ug_m3=25, original_value=25, original_unit="µg/m³"
        )
    assert Flag.NEIGHBOURS not in flags()


def test_sources_of_the_same_place_are_neighbours(db: None) -> None:
    first = station("one", 0)
    others = [first.location.sources.create(provider="files", station=f"s{number}") for number in range(3)]
    answers = {
        source.pk: Batch([Reading(source.pk, "pm25", NOON, value, "µg/m³")])
        for source, value in zip([first, *others], [90, 20, 22, 25], strict=True)
    }
    refresh(first.location, answers, CLOCK)
    assert flags() == [Flag.NEIGHBOURS, None, None, None]


def test_more_stations_take_no_more_queries(stations: list[Source]) -> None:
    def queries(sources: list[Source]) -> int:
        with CaptureQueriesContext(connection) as asked:
            judge_among_neighbours(sources, CLOCK)
        return len(asked)

    few = queries(stations[:1])
    more = [station(f"more-{number}", number / 100) for number in range(20)]
    queries(stations)  # the directory is read anew after a change
    assert queries([*stations, *more]) <= few


def test_a_simulation_asks_the_database_for_nothing(db: None) -> None:
    simulation = station("sim", 0, provider="simulated")
    with CaptureQueriesContext(connection) as asked:
        assert judge_among_neighbours([simulation], CLOCK) == 0
    assert len(asked) == 0
