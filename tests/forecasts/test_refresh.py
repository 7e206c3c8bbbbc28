import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from forecasts.intake import keep_readings
from forecasts.models import Forecast, Location, Observation, Source
from forecasts.providers import Batch, ModelHour, Reading, Terms
from forecasts.quality import Flag
from forecasts.refresh import refresh
from forecasts.snapshots import get_current_forecast

HOUR = timedelta(hours=1)
CLOCK = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
LATER = CLOCK + timedelta(minutes=5)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Location:
    return Location.objects.create(slug="place", name="Place", latitude=1, longitude=1)


@pytest.fixture
def station(place: Location) -> Source:
    return Source.objects.create(location=place, provider="files", name="Station", licence="CC0")


def readings(source: Source, values: list[float | None], until: datetime = NOON, **more: Any) -> list[Reading]:
    """One an hour, the last at `until`."""
    start = until - HOUR * (len(values) - 1)
    given = {"parameter": "pm25", "unit": "µg/m³", **more}
    return [
        Reading(place_id=source.pk, observed_at=start + HOUR * lead, value=value, **given)
        for lead, value in enumerate(values)
        if value is not None
    ]


def model(source: Source, value: float, hours: int = 48) -> list[ModelHour]:
    return [ModelHour(source.pk, "pm25", NOON + lead * HOUR, value, "µg/m³") for lead in range(1, hours + 1)]


def shown(source: Source, batch: Batch, clock: datetime = CLOCK) -> dict[str, Any]:
    return json.loads(refresh(source.location, {source.pk: batch}, clock).current.text)


def test_what_was_measured_is_live_and_says_where_it_comes_from(station: Source) -> None:
    data = shown(station, Batch(readings(station, [20.0] * 12)))
    assert data["status"] == "live"
    assert data["observed_at"] == "2026-03-10T12:00:00Z"
    assert data["stale_at"] == "2026-03-10T15:00:00Z"
    assert data["aqi"]["value"] == 71
    assert data["pollutants"]["pm25"]["source"] == "Station"
    assert data["sources"] == [
        {"name": "Station", "attribution": data["sources"][0]["attribution"], "licence": "CC0", "url": ""}
    ]
    assert data["forecast"]["model"] == "blend"
    assert data["scales"]["us_epa_2024"] == data["aqi"]


def test_the_same_answer_twice_is_one_row_one_forecast_and_one_seq(station: Source) -> None:
    batch = Batch(readings(station, [20.0] * 12))
    first = refresh(station.location, {station.pk: batch}, CLOCK).current
    again = refresh(station.location, {station.pk: batch}, CLOCK + timedelta(minutes=5)).current
    assert (again.seq, again.text) == (first.seq, first.text)
    assert again.checked_at > first.checked_at
    assert Observation.objects.count() == 12
    assert Forecast.objects.count() == 2  # of pm25 and of the index


def test_a_revised_value_replaces_the_first_one(station: Source) -> None:
    shown(station, Batch(readings(station, [20.0] * 12)))
    shown(station, Batch(readings(station, [20.0] * 11 + [80.0])), LATER)
    assert Observation.objects.count() == 12
    assert Observation.objects.get(observed_at=NOON).original_value == 80
    assert Forecast.objects.filter(parameter="aqi").count() == 2


def test_the_original_value_and_unit_are_kept_beside_the_converted_one(station: Source) -> None:
    shown(station, Batch(readings(station, [0.031], parameter="o3", unit="ppm")))
    kept = Observation.objects.get()
    assert (kept.original_value, kept.original_unit) == (0.031, "ppm")
    assert kept.value_ug_m3 == pytest.approx(60.86, abs=0.01)


@pytest.mark.parametrize(
    "fault",
    [
        {"unit": "furlong"},
        {"unit": "ppb"},
        {"unit": "aqi"},
        {"parameter": "aqi"},
        {"parameter": "humidity"},
        {"value": float("nan")},
        {"value": float("inf")},
        {"observed_at": NOON + 48 * HOUR},
    ],
)
def test_a_reading_that_cannot_be_is_left_out_and_the_others_are_kept(station: Source, fault: dict[str, Any]) -> None:
    good = readings(station, [20.0] * 3, until=NOON - HOUR)
    bad = Reading(**{**vars(readings(station, [20.0])[0]), **fault})
    shown(station, Batch([*good, bad]))
    assert Observation.objects.count() == 3


@pytest.mark.parametrize(
    ("fault", "flag"),
    [
        ({"value": -5.0}, Flag.NEGATIVE),
        ({"value": 1e9}, Flag.IMPOSSIBLE),
        ({"value": 985.0}, Flag.FULL_SCALE),
        ({"observed_at": NOON + 2 * HOUR}, Flag.FUTURE),
        ({"observed_at": datetime(2000, 1, 1, tzinfo=UTC)}, Flag.OLD),
    ],
)
def test_a_doubted_reading_is_kept_with_its_flag_and_shown_to_nobody(
    station: Source, fault: dict[str, Any], flag: Flag
) -> None:
    good = readings(station, [20.0] * 3, until=NOON - HOUR)
    bad = Reading(**{**vars(readings(station, [90.0])[0]), **fault})
    for _ in range(2):
        data = shown(station, Batch([*good, bad]))
        kept = Observation.objects.exclude(flags=None).get()
        assert (kept.original_value, kept.flags) == (bad.value, flag)
    assert (data["observed_at"], data["pollutants"]["pm25"]["value"]) == ("2026-03-10T11:00:00Z", 20.0)
    assert shown(station, Batch(), NOON + 3 * HOUR)["pollutants"]["pm25"]["value"] == 20.0


def test_a_reading_of_the_future_is_believed_when_it_comes_again_in_its_hour(station: Source) -> None:
    batch = Batch(readings(station, [20.0] * 3, until=NOON + HOUR))
    assert shown(station, batch)["observed_at"] == "2026-03-10T12:00:00Z"
    assert shown(station, batch, NOON + HOUR)["observed_at"] == "2026-03-10T13:00:00Z"
    assert not Observation.objects.exclude(flags=None).exists()


def test_a_spike_is_known_when_the_next_hour_comes(station: Source) -> None:
    data = shown(station, Batch(readings(station, [20.0, 21.0, 22.0, 900.0])))
    assert data["pollutants"]["pm25"]["value"] > 100
    data = shown(station, Batch(readings(station, [20.0], until=NOON + HOUR)), NOON + HOUR)
    assert data["pollutants"]["pm25"]["value"] < 25
    assert list(Observation.objects.exclude(flags=None).values_list("observed_at", "flags")) == [(NOON, Flag.SPIKE)]
    later = NOON + HOUR + timedelta(minutes=5)
    shown(station, Batch(readings(station, [880.0], until=NOON + HOUR)), later)  # revised: no spike after all
    assert not Observation.objects.exclude(flags=None).exists()


def test_a_stuck_sensor_falls_silent_for_readers_and_the_next_source_speaks(place: Location, station: Source) -> None:
    second = Source.objects.create(location=place, provider="files", station="2", position=1, name="Second")
    for hours_ago in range(12, 0, -1):
        keep_readings(station, readings(station, [33.0], until=NOON - hours_ago * HOUR), CLOCK)
    keep_readings(second, readings(second, [20.0 + hour for hour in range(12)]), CLOCK)
    assert shown(station, Batch())["pollutants"]["pm25"]["source"] == "Station"
    assert shown(station, Batch(readings(station, [33.0])), LATER)["pollutants"]["pm25"]["source"] == "Second"
    assert Observation.objects.filter(source=station, flags=Flag.STUCK).count() == 13


def test_a_model_that_says_the_same_for_long_is_not_stuck(place: Location) -> None:
    cams = Source.objects.create(location=place, provider="open_meteo")
    assert shown(cams, Batch(readings(cams, [33.0] * 30)))["status"] == "modelled"


def test_a_round_asks_no_more_of_the_database_for_more_hours(station: Source) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            keep_readings(station, readings(station, [float(hour % 7) for hour in range(count)]), CLOCK)
        return len(captured)

    assert queries(4) == queries(40)


def test_noise_below_zero_is_kept_and_counts_as_zero(station: Source) -> None:
    data = shown(station, Batch(readings(station, [-2.0] * 6)))
    assert (data["status"], data["pollutants"]["pm25"]["value"], data["aqi"]["value"]) == ("live", 0.0, 0)
    assert set(Observation.objects.values_list("original_value", "flags")) == {(-2.0, Flag.DETECTION_LIMIT)}


def test_a_value_older_than_three_hours_is_stale_and_older_than_twelve_gone(station: Source) -> None:
    batch = Batch(readings(station, [20.0] * 12))
    assert shown(station, batch, NOON + 2 * HOUR)["status"] == "live"
    stale = shown(station, Batch(), NOON + 3 * HOUR)
    assert (stale["status"], stale["aqi"]["value"]) == ("stale", 71)
    gone = shown(station, Batch(), NOON + 13 * HOUR)
    assert (gone["status"], gone["aqi"]["value"], gone["forecast"]["hours"]) == ("unavailable", None, [])
    assert gone["observed_at"] is None


def test_a_providers_model_is_the_forecast_with_bounds_of_ours(place: Location) -> None:
    cams = Source.objects.create(location=place, provider="open_meteo")
    data = shown(cams, Batch(readings(cams, [20.0] * 12), model(cams, 40.0)))
    assert data["status"] == "modelled"
    assert data["forecast"]["model"] == "cams"
    last = data["forecast"]["hours"][-1]
    assert last["value"] == 112
    assert last["lo80"] < 112 < last["hi80"]


def test_the_same_model_run_again_is_not_stored_again(place: Location) -> None:
    cams = Source.objects.create(location=place, provider="open_meteo")
    for minute, (value, runs) in enumerate([(40.0, 1), (40.0, 1), (41.0, 2)]):
        clock = CLOCK + timedelta(minutes=minute)
        shown(cams, Batch(readings(cams, [20.0] * 12), model(cams, value)), clock)
        assert Forecast.objects.filter(source=cams).count() == runs


def test_a_model_speaks_on_when_the_observations_are_gone(place: Location) -> None:
    cams = Source.objects.create(location=place, provider="open_meteo")
    shown(cams, Batch(readings(cams, [20.0] * 12), model(cams, 40.0)))
    data = shown(cams, Batch(), NOON + 13 * HOUR)
    assert (data["status"], data["aqi"]["value"]) == ("stale", None)
    assert data["forecast"]["model"] == "cams"
    assert data["sources"][0]["name"]


def test_each_pollutant_comes_from_the_first_source_that_is_fresh(place: Location, station: Source) -> None:
    second = Source.objects.create(location=place, provider="open_meteo", position=1, name="Model")
    answers = {
        station.pk: Batch(readings(station, [20.0] * 6, until=NOON - 4 * HOUR)),
        second.pk: Batch(readings(second, [30.0] * 6) + readings(second, [50.0] * 6, parameter="no2")),
    }
    data = json.loads(refresh(place, answers, CLOCK).current.text)
    assert {name: part["source"] for name, part in data["pollutants"].items()} == {"pm25": "Model", "no2": "Model"}
    answers = {station.pk: Batch(readings(station, [20.0] * 6))}
    data = json.loads(refresh(place, answers, LATER).current.text)
    assert {name: part["source"] for name, part in data["pollutants"].items()} == {"pm25": "Station", "no2": "Model"}
    assert [source["name"] for source in data["sources"]] == ["Station", "Model"]


def test_an_old_value_of_a_source_is_better_than_none(place: Location, station: Source) -> None:
    data = shown(station, Batch(readings(station, [20.0] * 6, until=NOON - 5 * HOUR)))
    assert (data["status"], data["pollutants"]["pm25"]["source"]) == ("stale", "Station")


def test_zero_is_a_value_and_missing_is_null(station: Source) -> None:
    data = shown(station, Batch(readings(station, [0.0] * 12)))
    assert (data["aqi"]["value"], data["aqi"]["category"]) == (0, "good")
    lonely = shown(station, Batch(readings(station, [None] * 11 + [5.0], until=NOON + 24 * HOUR)), NOON + 24 * HOUR)
    assert (lonely["pollutants"]["pm25"]["value"], lonely["pollutants"]["pm25"]["index"]) == (5.0, None)
    assert lonely["aqi"]["value"] is None


def test_history_that_was_imported_into_a_place_is_forecast_from_in_its_next_round(station: Source) -> None:
    refresh(station.location, {}, CLOCK)
    Observation.objects.create(
        source=station, parameter="pm25", observed_at=NOON, value_ug_m3=20, original_value=20, original_unit="µg/m³"
    )
    data = json.loads(refresh(station.location, {}, CLOCK).current.text)
    assert data["forecast"]["model"] == "persistence"


def test_a_new_location_has_a_snapshot_at_once(place: Location) -> None:
    snapshot = place.snapshots.get()
    assert (snapshot.seq, snapshot.status) == (1, "unavailable")
    assert snapshot.published_at <= now()


def test_a_location_that_was_stored_without_its_first_snapshot_gets_it_when_it_is_read() -> None:
    Location.objects.bulk_create([Location(slug="bulk", name="Bulk", latitude=1, longitude=1)])
    current = get_current_forecast(Location.objects.get(slug="bulk"))
    assert (current.seq, json.loads(current.text)["status"]) == (1, "unavailable")


def test_a_station_is_shown_with_its_own_terms_and_what_somebody_wrote_stays(place: Location) -> None:
    source = Source.objects.create(location=place, provider="openaq", licence="by agreement")
    terms = Terms("Lake Street via OpenAQ", "City of Example " * 30, "CC BY 4.0", "https://air.example.org/")
    data = shown(source, Batch(readings(source, [20.0] * 12), terms={source.pk: terms}))
    assert data["sources"] == [
        {
            "name": "Lake Street via OpenAQ",
            "attribution": ("City of Example " * 30)[:300],
            "licence": "by agreement",
            "url": "https://air.example.org/",
        }
    ]
    assert data["pollutants"]["pm25"]["source"] == "Lake Street via OpenAQ"
