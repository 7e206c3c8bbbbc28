from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import correlation, mean

import pytest
import time_machine

from forecasts.providers import PROVIDERS, Batch, Place

NOW = datetime(2026, 6, 17, 12, 40, tzinfo=UTC)
NOON = NOW.replace(minute=0)
PARIS = Place(1, 48.8566, 2.3522)
TOKYO = Place(2, 35.6762, 139.6503)
Series = dict[datetime, float]


@pytest.fixture(autouse=True)
def _a_wednesday_in_june() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


async def fetch(*places: Place, since: datetime | None = None) -> Batch:
    return await PROVIDERS["simulated"].fetch(places, since)


async def days_of(place: Place, days: int = 28) -> dict[str, Series]:
    series: dict[str, Series] = defaultdict(dict)
    for reading in (await fetch(place, since=NOON - timedelta(days=days))).readings:
        series[reading.parameter][reading.observed_at] = reading.value
    return series


def by_local_hour(series: Series, place: Place, *, weekend: bool = False) -> dict[int, float]:
    found = defaultdict(list)
    for hour, value in series.items():
        local = hour + timedelta(hours=round(place.longitude / 15))
        if (local.weekday() >= 5) == weekend:
            found[local.hour].append(value)
    return {hour: mean(values) for hour, values in found.items()}


async def test_the_first_look_gives_every_hour_of_two_days_and_no_model() -> None:
    batch = await fetch(PARIS)
    hours = {reading.observed_at for reading in batch.readings}
    assert hours == {NOON - timedelta(hours=back) for back in range(49)}
    assert len(batch.readings) == 49 * 6
    assert {(reading.parameter, reading.unit) for reading in batch.readings} == {
        (parameter, "µg/m³") for parameter in ("pm25", "pm10", "o3", "no2", "so2", "co")
    }
    assert batch.forecasts == []
    assert batch.failures == {}


async def test_later_looks_give_what_is_new_since_then() -> None:
    batch = await fetch(PARIS, TOKYO, since=NOON - timedelta(hours=1))
    assert {(reading.place_id, reading.observed_at) for reading in batch.readings} == {
        (place_id, NOON - timedelta(hours=back)) for place_id in (1, 2) for back in (0, 1)
    }


async def test_a_look_goes_back_92_days_at_most() -> None:
    oldest = min(reading.observed_at for reading in (await fetch(PARIS, since=NOON - timedelta(days=1000))).readings)
    assert oldest == NOON - timedelta(days=92)


async def test_the_same_place_and_hour_have_the_same_values_in_every_process() -> None:
    """Written down once: a value that depended on the process or on the question would differ from these."""
    for since in (None, NOON, NOON - timedelta(days=30)):
        newest = [r for r in (await fetch(PARIS, since=since)).readings if r.observed_at == NOON]
        values = {r.parameter: r.value for r in newest}
        assert values == {"pm25": 23.8, "pm10": 39.3, "o3": 88.6, "no2": 10.2, "so2": 9.0, "co": 322.7}


async def test_two_places_have_different_air() -> None:
    batch = await fetch(PARIS, TOKYO)
    first, second = ([r.value for r in batch.readings if r.place_id == place_id] for place_id in (1, 2))
    assert first != second


async def test_no_value_is_negative_or_out_of_this_world() -> None:
    highest = {"pm25": 300, "pm10": 450, "o3": 250, "no2": 250, "so2": 60, "co": 5000}
    for place in (PARIS, TOKYO, Place(3, -54.8, -68.3), Place(4, 0, 180)):
        for parameter, series in (await days_of(place, 92)).items():
            assert 0 < min(series.values()) <= max(series.values()) < highest[parameter]


@pytest.mark.parametrize("place", [PARIS, TOKYO])
async def test_exhaust_has_two_rush_hours_on_a_working_day(place: Place) -> None:
    no2 = by_local_hour((await days_of(place))["no2"], place)
    assert max(range(12), key=no2.__getitem__) in (7, 8, 9)
    assert max(range(12, 24), key=no2.__getitem__) in (17, 18, 19, 20)
    assert no2[13] < no2[8]
    assert no2[3] < no2[18]


async def test_weekends_are_calmer() -> None:
    no2 = (await days_of(PARIS))["no2"]
    assert by_local_hour(no2, PARIS, weekend=True)[8] < by_local_hour(no2, PARIS)[8]


@pytest.mark.parametrize("place", [PARIS, TOKYO])
async def test_ozone_peaks_in_the_afternoon(place: Place) -> None:
    ozone = by_local_hour((await days_of(place))["o3"], place)
    assert max(ozone, key=ozone.__getitem__) in (13, 14, 15, 16, 17)


async def test_pollutants_rise_and_fall_together_as_they_do_outdoors() -> None:
    air = {parameter: list(series.values()) for parameter, series in (await days_of(PARIS)).items()}
    assert correlation(air["pm25"], air["pm10"]) > 0.7
    assert correlation(air["no2"], air["co"]) > 0.7
    assert correlation(air["no2"], air["o3"]) < 0
    assert all(coarse > fine for coarse, fine in zip(air["pm10"], air["pm25"], strict=True))


async def test_the_weather_brings_episodes_of_several_days() -> None:
    pm25 = list((await days_of(PARIS, 84))["pm25"].values())
    daily = [mean(pm25[start : start + 24]) for start in range(0, len(pm25) - 23, 24)]
    assert max(daily) > 1.8 * min(daily)
    assert correlation(daily[:-1], daily[1:]) > 0.4


async def test_the_air_changes_smoothly() -> None:
    pm25 = list((await days_of(PARIS))["pm25"].values())
    assert all(max(pair) < 1.7 * min(pair) for pair in pairwise(pm25))


def test_it_says_that_nothing_was_measured() -> None:
    about = PROVIDERS["simulated"].about
    assert about.is_simulated
    assert not about.is_modelled
    assert "not measured" in about.attribution


async def test_imported_files_are_no_one_to_ask() -> None:
    assert await PROVIDERS["files"].fetch([PARIS], None) == Batch()


def test_every_provider_is_registered_under_its_own_id() -> None:
    assert {name: provider.about.id for name, provider in PROVIDERS.items()} == {name: name for name in PROVIDERS}
