import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Location, Source
from forecasts.providers import Batch, Reading
from forecasts.refresh import refresh

from .api_rows import HOUR, place, this_hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def delhi() -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090)


def station(location: Location, name: str, position: int = 0) -> Source:
    terms = {"name": name, "licence": "CC0", "attribution": "Us"}
    return Source.objects.create(location=location, provider="files", station=name, position=position, **terms)


def hear(values: dict[Source, list[float]], hours_ago: int = 0) -> dict[str, Any]:
    """A round in which each source said these values of the last hours, the newest last; PM2.5 as it is shown now."""
    newest = this_hour() - hours_ago * HOUR
    answers = {
        source.pk: Batch(
            [
                Reading(source.pk, "pm25", newest - lead * HOUR, value, "µg/m³")
                for lead, value in enumerate(reversed(told))
            ]
        )
        for source, told in values.items()
    }
    location = next(iter(values)).location
    shown: dict[str, Any] = json.loads(refresh(location, answers).current.text)["pollutants"]["pm25"]
    return shown


def sources(client: Client) -> dict[str, Any]:
    answer = client.get("/api/v1/locations/delhi/sources/")
    assert answer.status_code == 200
    pm25: dict[str, Any] = answer.json()["pollutants"]["pm25"]
    return pm25


def test_a_single_source_is_shown_because_it_is_the_only_one(client: Client, delhi: Location) -> None:
    shown = hear({station(delhi, "One"): [20.0, 21.0, 22.0]})
    assert not {"chosen_because", "sources_disagree"} & shown.keys()  # there was nothing to choose
    assert sources(client) == {
        "chosen_because": "only_source",
        "sources_disagree": False,
        "said": [
            {
                "source": "One",
                "attribution": "Us",
                "licence": "CC0",
                "is_shown": True,
                "observed_at": this_hour().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "value_ug_m3": 22.0,
                "original_value": 22.0,
                "original_unit": "µg/m³",
                "flags": [],
            }
        ],
    }


def test_of_two_that_are_fresh_the_first_is_shown_and_it_is_said_that_they_disagree(
    client: Client, delhi: Location
) -> None:
    first, second = station(delhi, "One"), station(delhi, "Two", 1)
    shown = hear({first: [20.0, 21.0, 22.0], second: [20.0, 21.0, 60.0]})
    assert (shown["source"], shown["chosen_because"], shown["sources_disagree"]) == ("One", "first_in_order", True)
    told = sources(client)
    assert [(one["source"], one["value_ug_m3"], one["is_shown"]) for one in told["said"]] == [
        ("One", 22.0, True),
        ("Two", 60.0, False),
    ]
    assert hear({second: [20.0, 21.0, 25.0]})["sources_disagree"] is False


def test_where_the_first_has_nothing_fresh_or_nothing_that_is_believed_the_next_is_shown(
    client: Client, delhi: Location
) -> None:
    first, second = station(delhi, "One"), station(delhi, "Two", 1)
    hear({first: [20.0, 21.0]}, hours_ago=5)
    shown = hear({first: [985.0], second: [30.0, 31.0]})
    assert (shown["source"], shown["chosen_because"]) == ("Two", "first_has_nothing_fresh")
    assert [one["flags"] for one in sources(client)["said"]] == [["full_scale"], []]


def test_where_nothing_is_fresh_the_first_is_shown_for_want_of_better(client: Client, delhi: Location) -> None:
    first, second = station(delhi, "One"), station(delhi, "Two", 1)
    shown = hear({first: [20.0, 21.0], second: [90.0, 91.0]}, hours_ago=5)
    assert (shown["source"], shown["chosen_because"]) == ("One", "nothing_is_fresh")
    assert shown["sources_disagree"] is False  # of what is over, nobody needs to know


def test_what_nobody_is_believed_about_is_said_and_not_shown(client: Client, delhi: Location) -> None:
    source = station(delhi, "One")
    refresh(delhi, {source.pk: Batch([Reading(source.pk, "pm25", this_hour(), 985.0, "µg/m³")])})
    told = sources(client)
    assert (told["chosen_because"], told["said"][0]["is_shown"]) == (None, False)


def test_a_location_without_news_has_no_pollutants(client: Client, delhi: Location) -> None:
    old = station(delhi, "One")
    refresh(delhi, {old.pk: Batch([Reading(old.pk, "pm25", this_hour() - timedelta(hours=40), 5.0, "µg/m³")])})
    assert client.get("/api/v1/locations/delhi/sources/").json() == {"location": "delhi", "pollutants": {}}


def test_more_sources_and_hours_are_not_more_queries(
    client: Client, delhi: Location, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hear({station(delhi, f"S{number}", number): [20.0 + number + hour for hour in range(12)] for number in range(5)})
    client.get("/api/v1/locations/delhi/sources/")
    with django_assert_num_queries(3):
        client.get("/api/v1/locations/delhi/sources/")
