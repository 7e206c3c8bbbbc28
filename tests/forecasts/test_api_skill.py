"""How good were the forecasts? /api/v1/locations/{location}/skill/ and /api/v1/skill/"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Location, Score
from forecasts.scoring import NEEDED, Expected, Sums, compared, total
from tests.golden import FOLDER, assert_is_golden

from .api_rows import place

SKILL = "/api/v1/locations/delhi/skill/"
ALL = "/api/v1/skill/"
TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090)


def score(location: Location | None, day: date, count: float, **more: Any) -> Score:
    """A day on which each forecast was 2 too high, half of them inside, beside a persistence that missed by 4."""
    sums = Sums(count, 2 * count, 2 * count, count / 2, count, count, 4 * count, 2 * count)
    row = {"parameter": "pm25", "unit": "µg/m³", "air": "measured", "sums": {"24": sums}}
    return Score.objects.create(location=location, day=day, **{**row, **more})


def lead(answer: Any, parameter: int = 0) -> Any:
    return answer.json()["parameters"][parameter]["leads"][0]


def test_what_one_forecast_adds_is_told_by_hand() -> None:
    expected = Expected((5, 8, 10, 12, 15), persistence=20, climatology=None)
    assert compared(expected, 13, True) == Sums(
        number=1,
        error=3,
        signed_error=-3,
        inside80=0,
        inside95=1,
        persistence_count=1,
        persistence_error=7,
        error_beside_persistence=3,
        category_count=1,
        category_hits=1,
    )
    assert compared(Expected((1, 2, 3, 4, 5), None, 1), 4) == Sums(
        number=1,
        error=1,
        signed_error=-1,
        inside80=1,
        inside95=1,
        climatology_count=1,
        climatology_error=3,
        error_beside_climatology=1,
    )


def test_bounds_belong_to_the_interval() -> None:
    expected = Expected((1, 2, 3, 4, 5))
    assert [total([compared(expected, at)])[3:5] for at in (1, 2, 4, 5, 6)] == [(0, 1), (1, 1), (1, 1), (0, 1), (0, 0)]


def test_thirty_days_are_added_up(client: Client, delhi: Location) -> None:
    for ago in range(31):
        score(delhi, TODAY - ago * DAY, 24)
    answer = client.get(SKILL)
    assert (answer.json()["from"], answer.json()["to"]) == ("2026-02-09", "2026-03-10")
    assert lead(answer) == {
        "lead_hours": 24,
        "count": 720,
        "enough": True,
        "mae": 2,
        "bias": 2,
        "mae_persistence": 4,
        "skill_persistence": 0.5,
        "mae_climatology": None,
        "skill_climatology": None,
        "coverage80": 0.5,
        "coverage95": 1,
        "category_hits": None,
    }
    assert (answer.json()["air"], answer.json()["enough"], answer.json()["reason"]) == ("measured", True, None)


def test_too_little_is_no_figure(client: Client, delhi: Location) -> None:
    row = score(delhi, TODAY, NEEDED - 1)
    answer = client.get(SKILL)
    assert (answer.json()["enough"], answer.json()["reason"]) == (False, "too_few_hours")
    assert lead(answer) | {"lead_hours": None, "count": None, "enough": None} == dict.fromkeys(lead(answer))
    assert lead(answer)["count"] == NEEDED - 1
    row.delete()
    score(delhi, TODAY, NEEDED)
    assert lead(client.get(SKILL))["mae"] == 2


def test_before_anything_was_compared_there_is_nothing_to_say(client: Client, delhi: Location) -> None:
    answer = client.get(SKILL).json()
    assert (answer["air"], answer["enough"], answer["reason"]) == (None, False, "nothing_compared")
    assert answer["parameters"] == []
    assert client.get(ALL).json()["groups"] == []


def test_a_simple_method_that_missed_nothing_leaves_no_skill_to_tell(client: Client, delhi: Location) -> None:
    score(delhi, TODAY, 0, sums={"1": Sums(number=200, persistence_count=200)})
    shown = lead(client.get(SKILL))
    assert (shown["mae"], shown["mae_persistence"], shown["skill_persistence"]) == (0, 0, None)


def test_figures_of_simulated_air_are_never_added_to_those_of_real_air(client: Client, delhi: Location) -> None:
    score(delhi, TODAY - DAY, 500, air="simulated")
    assert client.get(SKILL).json()["air"] == "simulated"
    score(delhi, TODAY, 100)
    answer = client.get(SKILL)
    assert (answer.json()["air"], lead(answer)["count"]) == ("measured", 100)
    score(None, TODAY, 600)
    score(None, TODAY, 700, air="simulated")
    groups = client.get(ALL).json()["groups"]
    assert [(one["air"], one["parameters"][0]["leads"][0]["count"]) for one in groups] == [
        ("measured", 600),
        ("simulated", 700),
    ]


def test_indices_of_two_scales_are_kept_apart_and_come_first(client: Client, delhi: Location) -> None:
    score(delhi, TODAY, 200)
    for scale in ("us_epa_2024", "in_naqi_2014"):
        score(delhi, TODAY, 300, parameter="aqi", unit=scale)
    parameters = client.get(SKILL).json()["parameters"]
    assert [one["unit"] for one in parameters] == ["in_naqi_2014", "us_epa_2024", "µg/m³"]


def test_leads_are_in_order(client: Client, delhi: Location) -> None:
    score(delhi, TODAY, 0, sums={lead: Sums(1) for lead in ("120", "3", "24")})
    score(delhi, TODAY - DAY, 0, sums={"1": Sums(1)})
    assert [one["lead_hours"] for one in client.get(SKILL).json()["parameters"][0]["leads"]] == [1, 3, 24, 120]


def test_who_has_the_answer_is_told_so(client: Client, delhi: Location) -> None:
    for address in (SKILL, ALL):
        etag = client.get(address)["ETag"]
        assert client.get(address, HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_an_unknown_location_is_a_problem(client: Client, delhi: Location) -> None:
    assert client.get("/api/v1/locations/dehli/skill/").json()["suggestions"] == ["delhi"]


def test_a_month_of_a_location_is_one_query(
    client: Client, delhi: Location, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    score(delhi, TODAY, 200)
    client.get(SKILL)  # the gazetteer looks once
    with django_assert_num_queries(1):
        client.get(SKILL)


def test_the_answers_are_those_of_the_fixtures(client: Client, delhi: Location) -> None:
    for location in (delhi, None):
        for ago in range(20):
            day = TODAY - ago * DAY
            score(location, day, 24, sums={"1": beside(24, 3, 3), "24": beside(24, 9, 12), "120": beside(7, 15, 25)})
            score(location, day, 24, parameter="aqi", unit="us_epa_2024", sums={"24": beside(24, 11, 14, 19)})
    assert_is_golden(client.get(SKILL).json(), FOLDER / "location_skill.json")
    assert_is_golden(client.get(ALL).json(), FOLDER / "skill.json")


def beside(count: int, error: float, persistence: float, hits: int | None = None) -> Sums:
    compared_with_both = (count, persistence * count, error * count, count, (error + 2) * count, error * count)
    inside = count - count // 5, count - count // 20
    categories = (0, 0) if hits is None else (count, hits)
    return Sums(count, error * count, -0.5 * count, *inside, *compared_with_both, *categories)
