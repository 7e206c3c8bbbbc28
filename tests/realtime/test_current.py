"""`…/current/` from memory: over WSGI and ASGI, the same as the view would answer."""

from collections.abc import Awaitable, Callable

import pytest
from channels.db import database_sync_to_async
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from forecasts import snapshots
from forecasts.models import Location
from realtime.current import Current, CurrentMiddleware
from tests.conftest import forget_limits
from tests.realtime.test_sse import Reader

CURRENT = "/api/v1/locations/delhi/current/"
Answer = tuple[int, dict[str, str], str]
Ask = Callable[..., Awaitable[Answer]]


async def over_asgi(path: str, **headers: str) -> Answer:
    reader = Reader(path, **{"host": "localhost", **headers})  # type: ignore[arg-type]
    status, head = await reader.start()
    text = await reader.text()
    await reader.communicator.wait(5)
    return status, {name.lower(): value for name, value in head.items()}, text


async def over_wsgi(path: str, **headers: str) -> Answer:
    response = await database_sync_to_async(Client().get)(path, headers={"host": "localhost", **headers})
    return response.status_code, {name.lower(): value for name, value in response.items()}, response.content.decode()


@pytest.fixture(params=[over_asgi, over_wsgi])
def ask(request: pytest.FixtureRequest) -> Ask:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def known(delhi: Location, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its ETag; what is in memory stays there for as long as a test takes."""
    monkeypatch.setattr(snapshots, "LIFETIME_SECONDS", 60.0)
    return (await ask(CURRENT))[1]["etag"]


OF_THE_VIEW = {"authorization": "Basic nothing-we-know"}  # a question that the view gets, and anybody's all the same


@pytest.mark.parametrize("more", [{}, {"origin": "https://news.example"}, {"accept": "application/json"}])
@pytest.mark.parametrize("has_it", [False, True])
async def test_the_answer_is_that_of_the_view_to_the_last_header(
    known: str, ask: Ask, settings: Settings, more: dict[str, str], has_it: bool
) -> None:
    headers = {**more, "if-none-match": known} if has_it else more
    answer = await ask(CURRENT, **headers)
    assert answer[0] == (304 if has_it else 200)
    status, head, text = await ask(CURRENT, **headers, **OF_THE_VIEW)
    del head["allow"]  # which methods there are; the REST framework says so to everybody
    assert answer == (status, head, text)
    assert answer[1]["x-content-type-options"] == "nosniff"


async def test_what_is_in_memory_is_answered_before_django_is_asked(known: str) -> None:
    async def unreachable(*_: object) -> None:
        raise AssertionError("Django was asked")

    reader = Reader(CURRENT, application=Current(unreachable), host="localhost")
    assert (await reader.start())[0] == 200
    answer = CurrentMiddleware(lambda _: HttpResponse(status=500))(RequestFactory().get(CURRENT))
    assert (answer.status_code, answer["ETag"]) == (200, known)


async def test_it_counts_against_the_limit_and_beyond_it_says_when_to_come_back(
    known: str, ask: Ask, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"anon": "3/hour", "user": "3/hour"},
    }
    forget_limits()
    answers = [await ask(CURRENT) for _ in range(4)]
    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    assert int(answers[-1][1]["retry-after"]) > 3000


async def test_where_nobody_reads_without_a_log_in_it_is_not_given_away(
    known: str, ask: Ask, settings: Settings
) -> None:
    settings.AQI_ANONYMOUS = False
    assert (await ask(CURRENT))[0] == 401


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (CURRENT, {"authorization": "Bearer forged"}, 401),
        (CURRENT + "?token=a", {}, 400),
        (CURRENT + "?scale=nonsense", {}, 400),
        (CURRENT, {"accept": "image/png"}, 406),
        (CURRENT, {"host": "evil.example"}, 400),
        ("/api/v1/locations/nowhere/current/", {}, 404),
        ("/api/v1/locations/DELHI/current/", {}, 200),
    ],
)
async def test_whatever_is_unusual_is_for_the_view(
    known: str, ask: Ask, path: str, headers: dict[str, str], status: int
) -> None:
    assert (await ask(path, **headers))[0] == status


async def test_a_new_snapshot_is_the_next_answer(delhi: Location, known: str, ask: Ask) -> None:
    await database_sync_to_async(snapshots.republish)(delhi)
    assert (await ask(CURRENT))[1]["etag"] != known


async def test_a_place_that_was_deleted_is_unknown_at_once(delhi: Location, known: str, ask: Ask) -> None:
    await database_sync_to_async(delhi.delete)()
    assert (await ask(CURRENT))[0] == 404
