"""Past forecasts beside what came: what is learnt, what is counted, and that nothing is counted twice."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client

from forecasts.models import Forecast, Location, Memory, Observation, Score, Source
from forecasts.prediction import CHECKED_LEADS
from forecasts.providers import Batch, Reading
from forecasts.refresh import forget_the_place, refresh
from forecasts.retention import prune
from forecasts.scoring import Sums
from forecasts.verification import Verified, verify_step

from .api_rows import place

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SIX_LATER = NOON + 6 * HOUR + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


def station(slug: str = "delhi", provider: str = "files") -> Source:
    location = place(slug, slug.title(), 28.6, 77.2, verified_until=NOON - HOUR)
    return Source.objects.create(location=location, provider=provider)


def expected(source: Source, lead: int, *, before: datetime = NOON, minute: int = 10, **more: Any) -> Forecast:
    """A forecast of noon, issued so many hours before: 5 to 15 around 10, where it was 20 then and usually is 11."""
    base = before - lead * HOUR
    record = {
        "level": 10.0,
        "experts": {"persistence": [20.0] * len(CHECKED_LEADS), "month": [11.0] * len(CHECKED_LEADS)},
        "quantiles": [[5.0, 8.0, 10.0, 12.0, 15.0]] * len(CHECKED_LEADS),
        "sources": {"pm25": source.pk},
        "persistence": 20.0,
        "climatology": [11.0] * len(CHECKED_LEADS),
    }
    return Forecast.objects.create(
        location=source.location,
        parameter=more.pop("parameter", "pm25"),
        issued_at=base + timedelta(minutes=minute),
        model="blend",
        unit=more.pop("unit", "µg/m³"),
        starts_at=base + HOUR,
        hours={"median": [10.0] * 120},
        record={**record, **more},
    )


def observe(source: Source, value: float, at: datetime = NOON, parameter: str = "pm25") -> None:
    Observation.objects.create(
        source=source,
        parameter=parameter,
        observed_at=at,
        value_ug_m3=value,
        original_value=value,
        original_unit="µg/m³",
    )


def verify(clock: datetime = SIX_LATER) -> list[Verified]:
    done = []
    while one := verify_step(clock):
        done.append(one)
    return done


def kept(location: Location | None, **chosen: Any) -> dict[str, Sums]:
    row = Score.objects.get(location=location, **chosen)
    return {lead: Sums(*sums) for lead, sums in row.sums.items()}


def test_one_forecast_beside_one_truth_is_told_by_hand() -> None:
    source = station()
    expected(source, 24)
    observe(source, 13.0)
    verify()
    by_hand = Sums(
        number=1,
        error=3,
        signed_error=-3,
        inside80=0,
        inside95=1,
        persistence_count=1,
        persistence_error=7,
        error_beside_persistence=3,
        climatology_count=1,
        climatology_error=2,
        error_beside_climatology=3,
    )
    row = Score.objects.get(location=source.location)
    assert (row.parameter, row.unit, row.air, row.day) == ("pm25", "µg/m³", "measured", NOON.date())
    assert kept(source.location) == kept(None) == {"24": by_hand}


def test_hours_become_the_figures_that_everybody_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecasts.scoring.NEEDED", 24)
    source = station()
    hours = [NOON + number * HOUR for number in range(24)]
    for at in hours:
        expected(source, 1, before=at)
        observe(source, 13.0 if at.hour % 2 else 10.0, at)
    with time_machine.travel(hours[-1] + 6 * HOUR, tick=False):
        verify(datetime.now(UTC))
        figures = client.get("/api/v1/locations/delhi/skill/").json()["parameters"][0]["leads"][0]
    assert figures | {"category_hits": None} == {
        "lead_hours": 1,
        "count": 24,
        "enough": True,
        "mae": 1.5,
        "bias": -1.5,
        "mae_persistence": 8.5,
        "skill_persistence": round(1 - 1.5 / 8.5, 4),
        "mae_climatology": 1.5,
        "skill_climatology": 0,
        "coverage80": 0.5,
        "coverage95": 1,
        "category_hits": None,
    }


def test_nothing_is_counted_twice_however_often_one_looks() -> None:
    source = station()
    expected(source, 24)
    observe(source, 13.0)
    assert [(one.hour, one.comparisons) for one in verify()] == [(NOON, 1)]
    before = kept(None), Memory.objects.get(location=source.location).learnt
    assert verify() == []
    assert (kept(None), Memory.objects.get(location=source.location).learnt) == before


def test_each_hour_waits_six_hours_for_values_that_come_late() -> None:
    source = station()
    expected(source, 24)
    assert verify(SIX_LATER - 10 * timedelta(minutes=1)) == []
    observe(source, 13.0)
    assert [one.comparisons for one in verify()] == [1]


def test_every_lead_is_counted_by_itself_and_others_are_not() -> None:
    source = station()
    observe(source, 13.0)
    for lead in (1, 4, 24, 120):
        expected(source, lead)
    verify()
    assert set(kept(source.location)) == {"1", "24", "120"}


def test_of_several_forecasts_of_an_hour_the_last_one_counts() -> None:
    source = station()
    observe(source, 13.0)
    expected(source, 24, minute=50, quantiles=[[1.0, 2.0, 3.0, 4.0, 5.0]] * len(CHECKED_LEADS))
    expected(source, 24, minute=10)
    verify()
    assert kept(None)["24"].error == 10


def test_an_hour_that_nobody_observed_counts_neither_way() -> None:
    source = station()
    expected(source, 24)
    assert [one.comparisons for one in verify()] == [0]
    assert not Score.objects.exists()


def test_the_truth_is_that_of_the_source_which_the_forecast_was_made_from() -> None:
    source = station()
    expected(source, 24)
    other = Source.objects.create(location=source.location, provider="open_meteo")
    observe(other, 13.0)
    assert [one.comparisons for one in verify()] == [0]


def test_a_provider_that_was_taken_away_leaves_nothing_to_compare_with() -> None:
    source = station()
    expected(source, 24)
    Source.objects.all().delete()
    assert [one.comparisons for one in verify()] == [0]


def test_the_index_is_compared_in_its_scale_and_by_category() -> None:
    source = station()
    for lead, median in ((1, 60.0), (24, 90.0), (48, 120.0)):
        quantiles = [[40.0, 50.0, median, 130.0, 140.0]] * len(CHECKED_LEADS)
        expected(source, lead, parameter="aqi", unit="us_epa_2024", quantiles=quantiles)
    for back in range(3):
        observe(source, 20.0, NOON - back * HOUR)  # an index of 71, moderate
    verify()
    found = kept(source.location, unit="us_epa_2024")
    assert {lead: (sums.error, sums.category_count, sums.category_hits) for lead, sums in found.items()} == {
        "1": (11, 1, 1),
        "24": (19, 1, 1),
        "48": (49, 1, 0),
    }


def test_an_index_counts_only_where_all_that_it_was_made_of_was_observed() -> None:
    source = station()
    expected(source, 24, parameter="aqi", unit="us_epa_2024", sources={"pm25": source.pk, "o3": source.pk})
    for back in range(3):
        observe(source, 20.0, NOON - back * HOUR)
    assert [one.comparisons for one in verify()] == [0]


def test_what_was_wrong_lately_teaches_the_series_and_all_of_its_kind() -> None:
    for slug, provider in (("delhi", "files"), ("lima", "simulated")):
        source = station(slug, provider)
        expected(source, 24)
        observe(source, 13.0)
    verify()
    for air, slug in (("measured", "delhi"), ("simulated", "lima")):
        own = Memory.objects.get(location__slug=slug)
        pooled = Memory.objects.get(location=None, parameter="pm25", air=air)
        assert own.air == air
        for memory in (own, pooled):
            errors = memory.learnt["errors"]
            assert errors["persistence"][3] == pytest.approx(7 * errors["month"][3] / 2)
    assert Memory.objects.get(location=None, parameter="pm25", air="modelled").learnt["errors"] == {}


def test_hours_that_nobody_looked_at_are_made_good_in_their_order() -> None:
    source = station()
    for later in range(5):
        expected(source, 1, before=NOON + later * HOUR)
        observe(source, 13.0, NOON + later * HOUR)
    done = verify(SIX_LATER + 4 * HOUR)
    assert [one.hour for one in done] == [NOON + later * HOUR for later in range(5)]
    assert kept(None)["1"].number == 5


def test_what_one_stopped_in_the_middle_the_next_one_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecasts.verification.PLACES_AT_ONCE", 2)
    many(5)
    verify_step(SIX_LATER)
    assert kept(None)["24"].number == 2
    verify()
    assert kept(None)["24"].number == 5


def many(number: int) -> None:
    for each in range(number):
        source = station(f"place-{each}")
        expected(source, 24)
        observe(source, 13.0)


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_the_same_time_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecasts.verification.PLACES_AT_ONCE", 3)
    many(12)
    barrier, done, failed = threading.Barrier(4), [], []

    def look() -> None:
        try:
            barrier.wait(10)
            done.extend(verify())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    both(look, 4)
    assert failed == []
    assert sum(one.comparisons for one in done) == kept(None)["24"].number == 12
    assert {row.sums["24"][0] for row in Score.objects.exclude(location=None)} == {1}
    assert Memory.objects.get(location=None, parameter="pm25", air="measured").learnt["days"]["month"][3] > 0


def both(act: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def rounds(source: Source, clocks: Iterable[datetime]) -> None:
    for clock in clocks:
        hour = clock.replace(minute=0)
        value = 20.0 + hour.hour
        refresh(source.location, {source.pk: Batch([Reading(source.pk, "pm25", hour, value, "µg/m³")])}, clock)


def test_forecasts_of_real_rounds_are_compared_with_what_the_next_rounds_brought() -> None:
    source = station()
    start = NOON + timedelta(minutes=10)
    rounds(source, (start + later * HOUR for later in range(12)))
    verify(start + 17 * HOUR)
    number = {lead: sums.number for lead, sums in kept(source.location, parameter="pm25").items()}
    assert number == {"1": 11, "2": 10, "3": 9, "6": 6, "9": 3}
    of_index = kept(source.location, parameter="aqi")["1"]
    # A NowCast needs two hours: the first forecast had no index to persist.
    assert (of_index.number, of_index.persistence_count) == (11, 10)
    assert kept(source.location, parameter="pm25")["1"].persistence_error > 0
    assert Memory.objects.get(location=source.location).learnt["days"]["persistence"][0] > 0


def test_the_command_says_what_it_compared() -> None:
    source = station()
    expected(source, 24)
    observe(source, 13.0)
    with time_machine.travel(SIX_LATER, tick=False):
        out = StringIO()
        call_command("verify_forecasts", stdout=out)
        call_command("verify_forecasts", stdout=out)
    assert out.getvalue() == (
        "Compared 1 forecasts of 1 hours with what came.\nCompared 0 forecasts of 0 hours with what came.\n"
    )


def test_a_new_location_begins_with_the_hour_that_is_due() -> None:
    place("delhi", "Delhi", 28.6, 77.2)
    assert [one.hour for one in verify()] == [NOON]


def test_a_location_that_moved_forgets_how_good_it_was_elsewhere() -> None:
    source = station()
    expected(source, 24)
    observe(source, 13.0)
    verify()
    forget_the_place(source.location)
    assert not Score.objects.exclude(location=None).exists()
    assert not Memory.objects.exclude(location=None).exists()


def test_scores_go_with_their_forecasts_but_never_before_the_month_is_over(settings: Any) -> None:
    source = station()
    for ago in (29, 31, 91):
        Score.objects.create(
            location=source.location, parameter="pm25", unit="", air="measured", day=(NOON - ago * DAY).date(), sums={}
        )
    assert prune(NOON).scores == 1
    settings.AQI_FORECAST_DAYS = 6
    assert prune(NOON).scores == 1
    assert Score.objects.count() == 1
