import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families

from forecasts import snapshots
from forecasts.composition import NOTHING_EXPECTED, compose
from forecasts.history import Heard
from forecasts.models import Heartbeat, Location, Source
from forecasts.quota import take
from realtime import broadcast, feeds
from realtime.access.keys import create
from realtime.counters import registry
from realtime.listener import Listener, Update
from realtime.metrics import database_figures
from tests.realtime.conftest import hear, join, place


@pytest.fixture(autouse=True)
def _no_figures_from_before() -> Iterator[None]:
    database_figures.forget()
    yield
    database_figures.forget()


def scrape(client: Client) -> dict[tuple[str, ...], float]:
    """Each value by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def show(location: Location, status: str, observed_at: datetime | None) -> None:
    data = compose(location, Heard(), NOTHING_EXPECTED, now())
    snapshots.publish(location, {**data, "status": status, "observed_at": observed_at})


def test_providers_are_counted_by_the_outcome_of_their_last_round(client: Client, db: None) -> None:
    at = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    one, two, _ = (place(f"place-{number}", "Place", 0, 0) for number in range(3))
    Source.objects.filter(location=one).update(last_success_at=at)
    Source.objects.filter(location=two).update(last_success_at=at - timedelta(hours=1), failures=2)
    Source.objects.create(location=one, provider="open_meteo", is_enabled=False)
    place("closed", "Closed", 0, 0, is_active=False)
    values = scrape(client)
    outcomes = {key[1:]: value for key, value in values.items() if key[0] == "aqi_provider_sources"}
    assert outcomes == {("ok", "simulated"): 1, ("failed", "simulated"): 1, ("never", "simulated"): 1}
    assert values["aqi_provider_last_success_timestamp_seconds", "simulated"] == at.timestamp()
    assert not [key for key in values if "open_meteo" in key]


def test_the_use_of_each_quota_is_told_by_window(client: Client, db: None) -> None:
    take("openaq", 3)
    values = scrape(client)
    assert values["aqi_provider_quota_used", "openaq", "60"] == 3
    assert values["aqi_provider_quota_allowed", "openaq", "3600"] == 2000


def test_the_age_of_data_is_told_per_status(client: Client, db: None) -> None:
    for number, (status, hours) in enumerate([("live", 1), ("live", 2), ("stale", 5), ("unavailable", None)]):
        observed_at = None if hours is None else now() - timedelta(hours=hours)
        show(place(f"place-{number}", "Place", 0, 0), status, observed_at)
    values = scrape(client)
    assert (values["aqi_locations", "live"], values["aqi_locations", "stale"]) == (2, 1)
    assert values["aqi_data_age_oldest_seconds", "live"] == pytest.approx(7200, abs=20)
    assert values["aqi_data_age_newest_seconds", "live"] == pytest.approx(3600, abs=20)
    assert values["aqi_data_age_newest_seconds", "stale"] == pytest.approx(18000, abs=20)
    assert values["aqi_locations", "unavailable"] == 1
    assert ("aqi_data_age_newest_seconds", "unavailable") not in values


def test_the_beat_is_late_by_its_most_overdue_location(client: Client, db: None) -> None:
    place("due", "Due", 0, 0, due_at=now() - timedelta(seconds=90))
    place("replayed", "Replayed", 0, 0, due_at=now() - timedelta(hours=1), replay_until=now() + timedelta(hours=1))
    place("closed", "Closed", 0, 0, due_at=now() - timedelta(hours=1), is_active=False)
    assert scrape(client)["aqi_beat_lag_seconds",] == pytest.approx(90, abs=20)


def test_a_beat_with_nothing_to_do_is_not_late(client: Client, db: None) -> None:
    place("later", "Later", 0, 0, due_at=now() + timedelta(seconds=90))
    values = scrape(client)
    assert (values["aqi_beat_lag_seconds",], values["aqi_beats",]) == (0, 0)
    assert ("aqi_beat_silence_seconds",) not in values


def test_beats_that_live_are_counted(client: Client, db: None) -> None:
    for name, seconds in (("a", 5), ("b", 8), ("c", 3600)):
        Heartbeat.objects.create(name=name, interval_seconds=300, seen_at=now() - timedelta(seconds=seconds))
    values = scrape(client)
    assert values["aqi_beats",] == 2
    assert values["aqi_beat_silence_seconds",] == pytest.approx(5, abs=3)


def test_many_scrapes_are_five_queries(client: Client, db: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(3):
            scrape(client)
    assert len(queries) == 5


def test_a_database_that_is_away_is_a_figure_too(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    def away(*arguments: Any) -> None:
        raise OperationalError("no route to a-host")

    with connection.execute_wrapper(away):
        values = scrape(client)
    assert values["aqi_database_up",] == 0
    assert not [key for key in values if key[0].startswith("aqi_beat")]
    assert "aqi_feeds" in {key[0] for key in values}
    assert "a-host" not in caplog.text


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic s3cret", "Bearer s3cret\xff"])
def test_with_a_token_only_its_bearer_may_look(client: Client, db: None, settings: Any, authorization: str) -> None:
    settings.AQI_METRICS_TOKEN = "s3cret"
    answer = client.get("/metrics", headers={"Authorization": authorization})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"aqi_" not in answer.content
    assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_a_key_with_the_scope_may_look_where_others_may_not(client: Client, db: None, settings: Any) -> None:
    settings.AQI_ANONYMOUS = False
    status = {
        scope: client.get("/metrics", headers={"Authorization": f"Api-Key {create(scope, [scope])}"}).status_code
        for scope in ("metrics", "read")
    }
    assert status == {"metrics": 200, "read": 401}
    assert client.get("/metrics").status_code == 401


def test_metrics_can_only_be_read_and_are_not_kept(client: Client, db: None) -> None:
    assert client.post("/metrics").status_code == 405
    assert "no-store" in client.get("/metrics")["Cache-Control"]


def sample(name: str, **labels: str) -> float:
    value = registry.get_sample_value(name, labels)
    assert value is not None
    return value


async def test_sockets_feeds_and_readers_are_counted_while_they_are_open(delhi: Location) -> None:
    database_figures.read_at = float("inf")  # of no interest here
    sockets = [(await join("/ws/aqi/delhi"))[0] for _ in range(3)]
    assert (sample("aqi_sockets", kind="websocket"), sample("aqi_feeds"), sample("aqi_readers")) == (3, 1, 3)
    for socket in sockets:
        await socket.disconnect()
    assert (sample("aqi_sockets", kind="websocket"), sample("aqi_feeds"), sample("aqi_readers")) == (0, 0, 0)


async def test_a_fan_out_is_timed(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    before = sample("aqi_fan_out_seconds_count")
    await broadcast.announce([await database_sync_to_async(snapshots.republish)(delhi)])
    await hear(socket)
    assert sample("aqi_fan_out_seconds_count") == before + 1
    await socket.disconnect()


def update(seq: int) -> Update:
    return {
        "type": "aqi.update",
        "epoch": "e",
        "seq": seq,
        "published_at": 0,
        "checked_at": 0,
        "text": f"update {seq}",
    }


async def test_what_a_slow_reader_does_not_get_and_its_end_are_counted() -> None:
    async def stuck(message: Any = None) -> None:
        await asyncio.sleep(0.2)

    conflations, drops = sample("aqi_conflations_total"), sample("aqi_drops_total")
    listener = Listener(stuck, stuck, patience=0.05)
    listener.open(update(1))
    for seq in (2, 3, 4):
        listener.offer(update(seq))
    assert sample("aqi_conflations_total") == conflations + 1
    await asyncio.sleep(0.1)
    assert sample("aqi_drops_total") == drops + 1
    assert feeds.open_locations() == []
    await asyncio.sleep(0.2)
