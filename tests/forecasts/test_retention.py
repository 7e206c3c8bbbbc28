import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Forecast, Location, Observation, Snapshot, Source
from forecasts.retention import Pruned, prune
from forecasts.snapshots import get_current_forecast

CLOCK = datetime(2026, 3, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2026, 3, 1, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def delhi(db: None) -> Location:
    return Location.objects.create(slug="delhi", name="Delhi", latitude=28.6, longitude=77.2)


@pytest.fixture
def lima(db: None) -> Location:
    return Location.objects.create(slug="lima", name="Lima", latitude=-12.0, longitude=-77.0)


def show(location: Location, *times: datetime) -> None:
    """Snapshots published then; the last one is what readers see."""
    rows = [
        Snapshot(location=location, epoch=location.epoch, seq=seq, published_at=at, status="live", text="{}")
        for seq, at in enumerate(times, start=location.seq + 1)
    ]
    Snapshot.objects.bulk_create(rows)
    location.seq += len(rows)
    location.save(update_fields=["seq"])


def kept(location: Location) -> list[datetime]:
    times = Snapshot.objects.filter(location=location, text="{}").order_by("published_at")
    return list(times.values_list("published_at", flat=True))


def expect(location: Location, *times: datetime) -> None:
    for at in times:
        Forecast.objects.create(
            location=location, parameter="aqi", issued_at=at, model="m", unit="u", starts_at=at, hours={"median": []}
        )


def test_old_snapshots_thin_out_to_the_last_of_each_hour(delhi: Location) -> None:
    show(delhi, LONG_AGO, LONG_AGO + 20 * MINUTE, LONG_AGO + 59 * MINUTE, LONG_AGO + 61 * MINUTE, CLOCK)
    assert prune(CLOCK) == Pruned(snapshots=2, forecasts=0)
    assert kept(delhi) == [LONG_AGO + 59 * MINUTE, LONG_AGO + 61 * MINUTE, CLOCK]


def test_each_location_keeps_an_hour_of_its_own(delhi: Location, lima: Location) -> None:
    for place in (delhi, lima):
        show(place, LONG_AGO, LONG_AGO + MINUTE, CLOCK)
    assert prune(CLOCK).snapshots == 2
    assert kept(delhi) == kept(lima) == [LONG_AGO + MINUTE, CLOCK]


def test_recent_snapshots_all_stay(delhi: Location) -> None:
    week = CLOCK - 7 * DAY
    show(delhi, week - 2 * MINUTE, week - MINUTE, week, week + MINUTE, CLOCK)
    assert prune(CLOCK).snapshots == 1
    assert kept(delhi) == [week - MINUTE, week, week + MINUTE, CLOCK]


def test_what_readers_see_stays_however_old_and_out_of_order_it_is(delhi: Location) -> None:
    show(delhi, LONG_AGO)
    Snapshot.objects.create(
        location=delhi, epoch="older", seq=1, published_at=LONG_AGO + MINUTE, status="live", text="{}"
    )
    assert prune(CLOCK).snapshots == 0
    assert kept(delhi) == [LONG_AGO, LONG_AGO + MINUTE]


@override_settings(AQI_SNAPSHOT_DAYS=30)
def test_the_operator_says_how_long_every_snapshot_stays(delhi: Location) -> None:
    show(delhi, LONG_AGO, LONG_AGO + MINUTE, CLOCK)
    assert prune(CLOCK).snapshots == 0


def test_old_forecasts_go_and_the_others_stay(delhi: Location, lima: Location) -> None:
    for place in (delhi, lima):
        expect(place, CLOCK - 90 * DAY - MINUTE, CLOCK - 90 * DAY)
    assert prune(CLOCK).forecasts == 2
    assert set(Forecast.objects.values_list("issued_at", flat=True)) == {CLOCK - 90 * DAY}


@override_settings(AQI_FORECAST_DAYS=1)
def test_the_operator_says_how_long_forecasts_stay(delhi: Location) -> None:
    expect(delhi, CLOCK - 2 * DAY)
    assert prune(CLOCK).forecasts == 1


def test_observations_stay_for_ever(delhi: Location) -> None:
    source = Source.objects.create(location=delhi, provider="simulated")
    Observation.objects.create(
        source=source,
        parameter="pm25",
        observed_at=CLOCK - 5000 * DAY,
        value_ug_m3=1,
        original_value=1,
        original_unit="µg/m³",
    )
    prune(CLOCK)
    assert Observation.objects.count() == 1


def test_rows_go_in_batches_of_a_thousand(delhi: Location, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    expect(delhi, *(CLOCK - 100 * DAY - number * MINUTE for number in range(1001)))
    with django_assert_num_queries(6) as queries:
        assert prune(CLOCK).forecasts == 1001
    assert [query["sql"].startswith("DELETE") for query in queries.captured_queries] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_the_command_says_what_it_deleted(delhi: Location) -> None:
    moment = now() - 100 * DAY
    show(delhi, moment.replace(minute=1), moment.replace(minute=2), now())
    expect(delhi, moment)
    out = StringIO()
    call_command("prune", stdout=out)
    assert "Deleted 1 snapshots (after 7 days" in out.getvalue()
    assert "1 forecasts (older than 90 days)" in out.getvalue()


def test_a_new_epoch_shows_the_last_state_again_as_seq_1(delhi: Location) -> None:
    before = get_current_forecast(delhi)
    Location.objects.filter(pk=delhi.pk).update(seq=7)
    Snapshot.objects.update(seq=7)
    out = StringIO()
    call_command("new_epoch", "Delhi", stdout=out)
    after = get_current_forecast(delhi)
    assert (after.seq, after.text) == (1, before.text)
    assert after.epoch != before.epoch
    assert out.getvalue() == f"delhi: epoch {after.epoch}, seq 1\n"
    delhi.refresh_from_db()
    assert (delhi.epoch, delhi.seq) == (after.epoch, 1)


def test_all_means_inactive_locations_too(delhi: Location, lima: Location) -> None:
    epochs = {delhi.epoch, lima.epoch}
    Location.objects.filter(pk=lima.pk).update(is_active=False)
    call_command("new_epoch", "--all", stdout=StringIO())
    assert epochs.isdisjoint(Location.objects.values_list("epoch", flat=True))


def test_a_location_that_lost_its_snapshots_says_unavailable(delhi: Location) -> None:
    Snapshot.objects.all().delete()
    call_command("new_epoch", "--all", stdout=StringIO())
    current = get_current_forecast(delhi)
    assert (current.seq, json.loads(current.text)["status"]) == (1, "unavailable")


@pytest.mark.parametrize("words", [[], ["delhi", "--all"]])
def test_a_new_epoch_is_never_started_by_accident(delhi: Location, words: list[str]) -> None:
    with pytest.raises(CommandError, match="Name locations, or give --all"):
        call_command("new_epoch", *words)


def test_an_unknown_location_starts_no_epoch_at_all(delhi: Location) -> None:
    with pytest.raises(CommandError, match="atlantis"):
        call_command("new_epoch", "delhi", "atlantis")
    assert Location.objects.get().epoch == delhi.epoch
