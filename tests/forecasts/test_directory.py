import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from channels.db import database_sync_to_async
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from forecasts import gazetteer
from forecasts.coordinates import Coordinate
from forecasts.directory import Directory, load
from forecasts.gazetteer import AmbiguousLocation, UnknownLocation, aparse_location, parse_location, search_locations
from forecasts.models import Location
from tests.forecasts.places import add, at, refused


def of_another_process(slug: str) -> None:
    """Nobody tells this process about rows that come in bulk."""
    Location.objects.bulk_create([Location(slug=slug, name=slug.title(), latitude=0, longitude=0)])


def test_all_places_are_loaded_in_one_query_and_then_in_none(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    add("delhi", aliases=["Dilli"])
    at("lima", -12, -77)
    with django_assert_num_queries(1):
        location = parse_location("lima")
        for text in ("delhi", "Dilli", "28.6,77.2"):
            location = parse_location(text)
        identity = (location.pk, location.slug, location.name, location.country, location.timezone, location.aliases)
    assert identity == (location.pk, "delhi", "Delhi", "IN", "UTC", ["Dilli"])
    assert {"epoch", "seq", "checked_at", "due_at"} <= location.get_deferred_fields()


def test_what_a_caller_does_to_a_place_stays_with_the_caller(db: None) -> None:
    add("delhi")
    parse_location("delhi").name = parse_location("28.6,77.2").name = search_locations("delhi")[0].name = "Mine"
    assert [parse_location("delhi").name, parse_location("28.6,77.2").name] == ["Delhi", "Delhi"]
    assert search_locations("delhi")[0].name == "Delhi"


def test_a_place_saved_renamed_or_deleted_here_is_seen_at_once(db: None) -> None:
    refused("delhi")
    location = add("delhi")
    assert parse_location("delhi") == location
    location.slug = "dilli"
    location.save()
    assert parse_location("dilli") == location
    location.delete()
    refused("dilli")


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass on the clock that runs evenly, which time_machine leaves alone."""
    evenly, passed = time.monotonic, 0.0

    def wait(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(time, "monotonic", lambda: evenly() + passed)
    return wait


def test_a_place_of_another_process_is_found_when_the_directory_is_a_second_old(
    wait: Callable[[float], None], db: None
) -> None:
    add("delhi")
    parse_location("delhi")
    of_another_process("lima")
    refused("lima")
    wait(1)
    assert parse_location("lima").name == "Lima"


def test_what_was_found_is_read_again_after_five_seconds(wait: Callable[[float], None], db: None) -> None:
    add("delhi", timezone="UTC")
    parse_location("delhi")
    Location.objects.update(timezone="Asia/Kolkata")
    wait(4)
    assert parse_location("delhi").timezone == "UTC"
    wait(1)
    assert parse_location("delhi").timezone == "Asia/Kolkata"


def test_a_miss_reads_the_database_at_most_once_a_second(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(1):
        for number in range(20):
            refused(f"nowhere {number}")


def test_whoever_looks_while_a_change_is_not_committed_does_not_spoil_the_directory(transactional_db: None) -> None:
    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        add("delhi")
        other.submit(refused, "delhi").result()
        other.submit(lambda: connection.close()).result()
    assert parse_location("delhi").name == "Delhi"


def test_those_who_wait_for_the_directory_together_read_it_once(transactional_db: None) -> None:
    together = Barrier(4)

    def load_together() -> Directory:
        together.wait()
        try:
            return load(gazetteer.KEEP_SECONDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        directories = [pool.submit(load_together) for _ in range(4)]
    assert len({id(directory.result()) for directory in directories}) == 1


def test_the_event_loop_is_not_left_for_a_place_that_is_known(db: None) -> None:
    location = add("delhi")
    parse_location("delhi")
    with pytest.raises(StopIteration) as returned:
        aparse_location("DELHI").send(None)
    assert returned.value.value == location


async def test_the_event_loop_finds_and_refuses_the_same_places(transactional_db: None) -> None:
    location = await database_sync_to_async(add)("delhi", name="Delhi")
    assert await aparse_location("DELHI") == location
    await database_sync_to_async(add)("delhi-us", name="Delhi")
    assert await aparse_location("delhi") == location
    with pytest.raises(AmbiguousLocation):
        await aparse_location("DELHI")
    with pytest.raises(UnknownLocation, match="No location is called"):
        await aparse_location("lima")
    with pytest.raises(UnknownLocation, match="empty"):
        await aparse_location("")


def test_places_within_some_kilometres_are_found_across_the_antimeridian_and_at_the_pole(db: None) -> None:
    east, west, far = at("east", 0, 179.9), at("west", 0, -179.95), at("far", 0, 179.5)
    pole, other = at("pole", 89.95, 0), at("other", 89.95, 180)
    directory = load(60)
    assert directory.within(Coordinate(0, 180), 25) == {east.pk, west.pk}
    assert directory.within(Coordinate(0, 179.7), 25) == {east.pk, far.pk}
    assert directory.within(Coordinate(90, 0), 25) == {pole.pk, other.pk}
