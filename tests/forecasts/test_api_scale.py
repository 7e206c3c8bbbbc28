"""`?scale=`: the same snapshot, forecast and list, told by another index."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forecasts.aqi import SCALES
from forecasts.composition import SHOWN_SCALES
from forecasts.models import Location, Observation, Source
from forecasts.providers import Batch, Reading
from forecasts.refresh import refresh
from forecasts.snapshots import get_current_forecast

from .air import unstuck
from .api_rows import JSON_PROBLEM, place

CURRENT = "/api/v1/locations/delhi/current/"
FORECAST = "/api/v1/locations/delhi/forecast/"
LIST = "/api/v1/locations/"
AIR = {"pm25": 95.0, "pm10": 120.0, "o3": 40.0, "no2": 60.0, "so2": 12.0, "co": 900.0}


def hear(location: Location, air: dict[str, float], provider: str = "files") -> Source:
    source, _ = Source.objects.get_or_create(location=location, provider=provider, name="Station")
    this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    readings = [
        Reading(source.pk, name, this_hour - timedelta(hours=i), each, "µg/m³")
        for name, value in air.items()
        for i, each in enumerate(unstuck(value, 30))
    ]
    refresh(location, {source.pk: Batch(readings)})
    return source


@pytest.fixture
def delhi(db: None) -> Location:
    location = place("delhi", "Delhi", 28.6139, 77.2090, country="IN", timezone="Asia/Kolkata")
    hear(location, AIR)
    return location


def ask(client: Client, address: str, scale: str, **more: Any) -> Any:
    return client.get(address, {"scale": scale, **more})


@pytest.mark.parametrize("scale", SCALES)
def test_a_snapshot_in_a_scale_is_what_a_location_of_that_scale_would_show(
    client: Client, delhi: Location, scale: str
) -> None:
    asked = ask(client, CURRENT, scale).json()
    Location.objects.update(scale=scale)
    delhi.forecasts.all().delete()
    refresh(Location.objects.get(), {})
    own = json.loads(get_current_forecast(Location.objects.get()).text)
    assert asked["forecast"].pop("issued_at") < own["forecast"].pop("issued_at")
    assert asked == {**own, "scales": asked["scales"]}
    assert (asked["aqi"]["scale"], len(asked["forecast"]["hours"])) == (scale, 24)


def test_its_scales_are_those_of_the_snapshot_and_its_own(client: Client, delhi: Location) -> None:
    shown = client.get(CURRENT).json()["scales"]
    assert ask(client, CURRENT, "uk_daqi").json()["scales"] == shown
    assert ask(client, CURRENT, "us_epa_2012").json()["scales"].keys() == {*shown, "us_epa_2012"}


def test_the_scale_of_the_location_is_the_snapshot_itself(client: Client, delhi: Location) -> None:
    assert ask(client, CURRENT, "in_naqi_2014").content == client.get(CURRENT).content


def test_each_scale_has_a_tag_of_its_own_and_is_known_by_it(client: Client, delhi: Location) -> None:
    current = get_current_forecast(delhi)
    answer = ask(client, CURRENT, "uk_daqi")
    assert answer["ETag"] == f'"{current.epoch}-{current.seq}-uk_daqi"'
    assert client.get(CURRENT, {"scale": "uk_daqi"}, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert client.get(CURRENT, {"scale": "kr_cai"}, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200


def test_another_spelling_names_the_address_with_its_scale(client: Client, delhi: Location) -> None:
    answer = ask(client, "/api/v1/locations/DELHI/current/", "uk_daqi")
    assert answer["Content-Location"] == f"{CURRENT}?scale=uk_daqi"


def test_a_snapshot_in_a_scale_is_built_once_until_there_is_a_newer_one(client: Client, delhi: Location) -> None:
    first = ask(client, CURRENT, "us_epa_2024")
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, CURRENT, "us_epa_2024").content == first.content
    assert [query["sql"] for query in queries if "observation" in query["sql"] or "_forecast" in query["sql"]] == []
    hear(delhi, AIR | {"pm25": 20.0})
    second = ask(client, CURRENT, "us_epa_2024")
    assert (first.json()["aqi"]["value"], second.json()["aqi"]["value"]) == (179, 83)
    assert first["ETag"] != second["ETag"]


@pytest.mark.parametrize("address", [CURRENT, FORECAST, LIST, f"{LIST}delhi/"])
def test_an_unknown_scale_is_refused_and_the_known_ones_are_named(
    client: Client, delhi: Location, address: str
) -> None:
    answer = ask(client, address, "us_epa_1999")
    assert (answer.status_code, answer["Content-Type"]) == (400, JSON_PROBLEM)
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "scale"
    assert [scale for scale in SHOWN_SCALES if scale not in error["detail"]] == []


def test_the_forecast_in_a_scale_is_as_long_and_its_concentrations_are_the_same(
    client: Client, delhi: Location
) -> None:
    plain, asked = (client.get(FORECAST, {"hours": 120, **more}).json() for more in ({}, {"scale": "us_epa_2024"}))
    assert (plain["scale"], asked["scale"]) == ("in_naqi_2014", "us_epa_2024")
    assert asked["pollutants"] == plain["pollutants"]
    assert [hour["valid_at"] for hour in asked["aqi"]] == [hour["valid_at"] for hour in plain["aqi"]]
    assert {hour["category"] for hour in plain["aqi"]} == {"poor"}
    assert asked["aqi"][0]["category"] == "unhealthy"
    shown = ask(client, CURRENT, "us_epa_2024").json()["forecast"]["hours"]
    assert [{name: hour[name] for name in shown[0]} for hour in asked["aqi"][:24]] == shown
    assert asked["aqi"][0]["probabilities"].keys() == {category.id for category in SCALES["us_epa_2024"].categories}


def test_a_row_of_the_list_shows_the_index_that_is_asked_for(client: Client, delhi: Location) -> None:
    place("lima", "Lima", -12.04, -77.04)
    rows = {row["slug"]: row["aqi"] for row in ask(client, LIST, "uk_daqi").json()["results"]}
    assert (rows["delhi"]["value"], rows["delhi"]["scale"], rows["delhi"]["label"]) == (10, "uk_daqi", "Very High")
    assert (rows["lima"]["value"], rows["lima"]["category"], rows["lima"]["scale"]) == (None, None, "uk_daqi")
    assert ask(client, f"{LIST}delhi/", "uk_daqi").json()["aqi"] == rows["delhi"]
    feature = ask(client, LIST, "uk_daqi", format="geojson").json()["features"][0]
    assert feature["properties"]["aqi"] == rows["delhi"]


def test_a_list_in_a_scale_asks_no_more_of_the_database(client: Client, delhi: Location) -> None:
    with CaptureQueriesContext(connection) as plain:
        client.get(LIST)
    with CaptureQueriesContext(connection) as scaled:
        ask(client, LIST, "uk_daqi")
    assert len(scaled) == len(plain)


def test_the_next_page_is_in_the_same_scale(client: Client, delhi: Location) -> None:
    place("lima", "Lima", -12.04, -77.04)
    first = ask(client, LIST, "uk_daqi", page_size=1).json()
    assert client.get(first["next"]).json()["results"][0]["aqi"]["scale"] == "uk_daqi"


def test_a_place_of_which_nothing_is_known_has_no_index_in_any_scale(client: Client, db: None) -> None:
    place("delhi", "Delhi", 28.6139, 77.2090)
    asked = ask(client, CURRENT, "ca_aqhi_plus").json()
    assert (asked["aqi"]["value"], asked["status"], asked["pollutants"]) == (None, "unavailable", {})
    assert asked["forecast"] == {"issued_at": None, "model": None, "hours": []}


def test_what_was_shown_at_a_moment_is_there_in_every_scale_of_that_moment(client: Client, delhi: Location) -> None:
    moment = datetime.now(UTC)
    then = client.get(CURRENT).json()["scales"]["us_epa_2024"]
    hear(delhi, AIR | {"pm25": 20.0})
    asked = client.get(CURRENT, {"scale": "us_epa_2024", "as_of": moment.isoformat()}).json()
    assert asked["aqi"] == then


def test_a_source_that_a_snapshot_does_not_name_does_not_speak_in_it(client: Client, delhi: Location) -> None:
    other = Source.objects.create(location=delhi, provider="files", name="Other", station="other")
    delhi.sources.filter(name="Station").update(position=1)
    at = Observation.objects.latest("observed_at").observed_at
    Observation.objects.create(
        source=other, parameter="pm10", observed_at=at, value_ug_m3=5000, original_value=5000, original_unit="µg/m³"
    )
    assert ask(client, CURRENT, "eu_eaqi_2025").json()["pollutants"]["pm10"]["value"] == 120
