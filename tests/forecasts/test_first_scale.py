"""The index that readers of a location see first, and everything that is in the same scale."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecasts.composition import SHOWN_SCALES
from forecasts.models import Forecast, Location, Source
from forecasts.providers import Batch, Reading
from forecasts.refresh import refresh

from .air import unstuck

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
CLOCK = NOON + timedelta(minutes=20)
AIR = {"pm25": 95.0, "pm10": 120.0, "o3": 40.0, "no2": 60.0, "so2": 12.0, "co": 900.0}

pytestmark = pytest.mark.django_db


def place(country: str = "IN", **more: Any) -> Location:
    location = Location.objects.create(
        slug="place", name="Place", country=country, latitude=1, longitude=1, timezone="Asia/Kolkata", **more
    )
    Source.objects.create(location=location, provider="files", name="Station", licence="CC0")
    return location


def measure(location: Location, air: dict[str, float], clock: datetime = CLOCK) -> dict[str, Any]:
    source = location.sources.get()
    readings = [
        Reading(source.pk, name, clock.replace(minute=0) - timedelta(hours=i), each, "µg/m³")
        for name, value in air.items()
        for i, each in enumerate(unstuck(value, 24))
    ]
    return json.loads(refresh(location, {source.pk: Batch(readings)}, clock).current.text)


def test_the_country_decides_and_all_that_follows_is_in_its_scale() -> None:
    shown = measure(place(), AIR)
    assert (shown["aqi"]["scale"], shown["aqi"]["value"], shown["aqi"]["category"]) == ("in_naqi_2014", 215, "poor")
    assert shown["aqi"] == shown["scales"]["in_naqi_2014"]
    assert shown["pollutants"]["pm25"]["index"] == 215
    assert {hour["category"] for hour in shown["forecast"]["hours"]} == {"poor"}
    assert Forecast.objects.get(parameter="aqi").unit == "in_naqi_2014"


def test_every_scale_stands_beside_it_in_the_same_shape() -> None:
    shown = measure(place(), AIR)
    assert list(shown["scales"]) == ["in_naqi_2014", *(scale for scale in SHOWN_SCALES if scale != "in_naqi_2014")]
    assert len(shown["scales"]) == 13
    for scale, index in shown["scales"].items():
        assert index["scale"] == scale
        assert index.keys() == shown["aqi"].keys()
        assert index["value"] is not None
    assert (shown["scales"]["us_epa_2024"]["value"], shown["scales"]["ca_aqhi"]["text"]) == (179, "8")


def test_what_a_scale_cannot_say_is_null_and_never_zero() -> None:
    shown = measure(place("US"), {"pm25": 95.0})
    assert shown["aqi"]["value"] == 179
    silent = shown["scales"]["kr_cai"]
    assert (silent.pop("scale"), silent.pop("scale_version")) == ("kr_cai", "2018")
    assert set(silent.values()) == {None}


def test_beyond_the_numbers_of_a_scale_is_eleven_and_read_as_10_plus() -> None:
    shown = measure(place("CA"), AIR | {"pm25": 700.0, "no2": 400.0})
    assert (shown["aqi"]["value"], shown["aqi"]["text"], shown["aqi"]["category"]) == (11, "10+", "very_high")


def test_where_too_little_is_measured_for_the_countrys_scale_the_us_index_stands_in() -> None:
    shown = measure(place(), {"pm25": 95.0})
    assert (shown["aqi"]["scale"], shown["aqi"]["value"]) == ("us_epa_2024", 179)
    assert shown["scales"]["in_naqi_2014"]["value"] is None


def test_nothing_stands_in_for_what_the_operator_chose() -> None:
    shown = measure(place("US", scale="in_naqi_2014"), {"pm25": 95.0})
    assert (shown["aqi"]["scale"], shown["aqi"]["value"], shown["forecast"]["hours"]) == ("in_naqi_2014", None, [])
    assert shown["pollutants"]["pm25"]["index"] == 215


def test_a_place_of_which_nothing_is_known_is_silent_in_the_scale_of_its_country() -> None:
    shown = json.loads(place("GB").snapshots.get().text)
    assert (shown["aqi"]["scale"], shown["aqi"]["value"], shown["status"]) == ("uk_daqi", None, "unavailable")


def test_a_scale_that_is_not_beside_the_others_is_there_when_it_is_chosen() -> None:
    shown = measure(place("CA", scale="ca_aqhi_plus"), {"pm25": 95.0})
    assert shown["aqi"] == shown["scales"]["ca_aqhi_plus"]
    assert len(shown["scales"]) == 14


def test_another_scale_is_another_snapshot_with_a_forecast_in_it() -> None:
    location = place()
    first = measure(location, AIR)
    location.scale = "us_epa_2024"
    location.save()
    second = measure(location, AIR, CLOCK + timedelta(minutes=5))
    assert location.snapshots.count() == 3  # the first is that of the empty place
    assert second["aqi"] == first["scales"]["us_epa_2024"]
    assert {hour["category"] for hour in second["forecast"]["hours"]} == {"unhealthy"}


def test_the_scale_changes_when_its_successor_comes_into_force() -> None:
    location = place("CN")
    before = measure(location, AIR, datetime(2026, 2, 28, 18, 20, tzinfo=UTC))  # 23:50 in the time zone of the place
    after = measure(location, AIR, datetime(2026, 2, 28, 18, 40, tzinfo=UTC))
    assert (before["aqi"]["scale"], after["aqi"]["scale"]) == ("cn_hj633_2012", "cn_hj633_2026")
    assert [row.unit for row in Forecast.objects.filter(parameter="aqi").order_by("pk")] == [
        "cn_hj633_2012",
        "cn_hj633_2026",
    ]


def crowded(letter: str) -> Location:
    location = Location.objects.create(
        slug="x" * 60,
        name=letter * 40,
        country="IN",
        latitude=-23.123456,
        longitude=-146.123456,
        timezone="Asia/Kolkata",
    )
    for name in ("one", "two", "three"):
        source = location.sources.create(provider="files", station=name, name=f"{name} " + letter * 25)
        source.attribution, source.licence = letter * 40, "CC BY-NC-SA 4.0"
        source.url = "https://air.example.org/" + "x" * 40
        source.save()
    return location


def fill(location: Location) -> str:
    """Everything at its longest: six pollutants of three sources, high above every table."""
    sources = list(location.sources.all())
    answers = {
        source.pk: Batch(
            [
                Reading(source.pk, name, NOON - timedelta(hours=i), each, "µg/m³")
                for name in names
                for i, each in enumerate(unstuck(787.654, 24))
            ]
        )
        for source, names in zip(sources, [("pm25", "pm10"), ("o3", "no2"), ("so2", "co")], strict=True)
    }
    return refresh(location, answers, CLOCK).current.text


@pytest.mark.parametrize("letter", ["x", "द"])
def test_a_snapshot_of_24_hours_and_all_scales_is_at_most_8_kib(letter: str) -> None:
    text = fill(crowded(letter))
    shown = json.loads(text)
    assert len(shown["forecast"]["hours"]) == 24
    assert (len(shown["scales"]), len(shown["pollutants"]), len(shown["sources"])) == (13, 6, 3)
    assert None not in {index["value"] for index in shown["scales"].values()}
    assert len(text.encode()) <= 8 * 1024


def test_where_an_operators_texts_are_longer_the_superseded_scales_make_room_first() -> None:
    location = crowded("x")
    location.sources.update(attribution="ü" * 300)
    text = fill(location)
    scales = json.loads(text)["scales"]
    assert len(text.encode()) <= 8 * 1024
    assert next(iter(scales)) == "in_naqi_2014"
    assert {"us_epa_2024", "eu_eaqi_2025"} <= scales.keys()
    assert "eu_eaqi_2019" not in scales
