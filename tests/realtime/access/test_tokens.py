import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from realtime.access.models import Session
from tests.forecasts.api_rows import JSON_PROBLEM, place
from tests.realtime.access.forged import FORGED, user

PASSWORD = "correct horse battery"
CURRENT = "/api/v1/locations/delhi/current/"
READABLE = [CURRENT, "/api/v1/locations/", "/api/v1/locations/delhi/forecast/", "/api/v1/locations/delhi/history/"]


@pytest.fixture(autouse=True)
def _delhi(db: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the others are slow on purpose
    place("delhi", "Delhi", 28.6139, 77.2090)


def post(path: str, **body: Any) -> Any:
    return Client().post(f"/api/v1/token/{path}", json.dumps(body), "application/json")


def logged_in(name: str = "ana", password: str = PASSWORD) -> dict[str, str]:
    answer = post("", username=name, password=password)
    assert answer.status_code == 200, answer.content
    pair: dict[str, str] = answer.json()
    return pair


def get(path: str, token: str) -> Any:
    return Client().get(path, headers={"authorization": f"Bearer {token}"})


def problem_of(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, JSON_PROBLEM)
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    return problem


def test_a_log_in_opens_what_is_closed_to_others(settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    user(password=PASSWORD)
    for path in READABLE:
        answer = Client().get(path)
        problem = problem_of(answer, 401, "not_authenticated")
        assert "send the header Authorization, with “Bearer …” or “Api-Key …”" in problem["detail"]
        assert answer["WWW-Authenticate"] == "Bearer"
        assert get(path, logged_in()["access"]).status_code == 200


def test_who_is_logged_in_to_the_admin_may_read_too(settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    client = Client()
    client.force_login(user())
    assert [client.get(path).status_code for path in READABLE] == [200] * len(READABLE)


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_or_expired_token_is_refused_and_does_not_learn_why(
    settings: Settings, forge: Callable[[], str]
) -> None:
    token = forge()
    for settings.AQI_ANONYMOUS in (True, False):
        for path in READABLE:
            problem = problem_of(get(path, token), 401, "not_authenticated")
            assert problem["detail"] == "The token or key is not valid, or no longer."


def test_a_token_lives_for_a_quarter_of_an_hour_and_says_so(settings: Settings) -> None:
    user(password=PASSWORD)
    pair = logged_in()
    left = (timedelta(minutes=14), timedelta(minutes=15))
    with time_machine.travel(now() + left[0]):
        assert get(CURRENT, pair["access"]).status_code == 200
    with time_machine.travel(now() + left[1]):
        problem_of(get(CURRENT, pair["access"]), 401, "not_authenticated")
        again = post("refresh/", refresh=pair["refresh"])
        assert (again.status_code, again["Cache-Control"]) == (200, "no-store")
        assert get(CURRENT, again.json()["access"]).status_code == 200
    with time_machine.travel(now() + timedelta(days=15)):
        problem_of(post("refresh/", refresh=pair["refresh"]), 401, "not_authenticated")


def test_a_log_out_ends_every_token_of_its_log_in_and_of_no_other() -> None:
    user(password=PASSWORD)
    one, other = logged_in(), logged_in()
    later = post("refresh/", refresh=one["refresh"]).json()["access"]
    assert post("logout/", refresh=one["refresh"]).status_code == 204
    for token in (one["access"], later):
        problem_of(get(CURRENT, token), 401, "not_authenticated")
    problem_of(post("refresh/", refresh=one["refresh"]), 401, "not_authenticated")
    problem_of(post("logout/", refresh=one["refresh"]), 401, "not_authenticated")
    assert get(CURRENT, other["access"]).status_code == 200


@pytest.mark.parametrize("path", ["refresh/", "logout/"])
@pytest.mark.parametrize("change", ["password", "disabled"])
def test_neither_a_changed_password_nor_a_disabled_user_leaves_a_way_on(path: str, change: str) -> None:
    one = user(password=PASSWORD)
    pair = logged_in()
    if change == "password":
        one.set_password("another horse")
    else:
        one.is_active = False
    one.save()
    problem_of(post(path, refresh=pair["refresh"]), 401, "not_authenticated")


def test_an_access_token_is_no_refresh_token() -> None:
    user(password=PASSWORD)
    problem_of(post("refresh/", refresh=logged_in()["access"]), 401, "not_authenticated")


def test_a_wrong_name_a_wrong_password_and_a_disabled_user_hear_the_same() -> None:
    user(password=PASSWORD)
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    tries = [("ana", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD)]
    answers = [post("", username=name, password=password) for name, password in tries]
    assert {answer.content for answer in answers} == {answers[0].content}
    problem_of(answers[0], 401, "wrong_login")


def test_what_is_no_log_in_is_named(client: Client) -> None:
    problem = problem_of(post("", username="ana"), 400, "invalid_parameter")
    assert problem["errors"][0]["parameter"] == "password"
    problem_of(client.post("/api/v1/token/", "nonsense", "application/json"), 400, "parse_error")
    problem_of(client.post("/api/v1/token/", "[]", "application/json"), 400, "invalid_parameter")
    problem_of(client.get("/api/v1/token/"), 405, "method_not_allowed")


@pytest.mark.parametrize("name", ["token", "Access_Token", "api_key", "jwt", "bearer"])
def test_a_token_in_the_address_is_refused_with_the_cure(name: str) -> None:
    user(password=PASSWORD)
    token = logged_in()["access"]
    problem = problem_of(Client().get(f"{CURRENT}?{name}={token}"), 400, "token_in_url")
    assert "header Authorization" in problem["detail"]
    assert token not in str(problem)


def test_sessions_that_are_over_are_forgotten_at_the_next_log_in() -> None:
    user(password=PASSWORD)
    with time_machine.travel(now() - timedelta(days=20)):
        logged_in()
    logged_in()
    assert Session.objects.count() == 1
