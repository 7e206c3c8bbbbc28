import json
import logging
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from realtime.access import buckets, lockout
from realtime.access.buckets import Bucket
from tests.realtime.access.forged import user
from tests.realtime.access.test_tokens import PASSWORD


@pytest.fixture(autouse=True)
def _ana(db: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the others are slow on purpose
    ana = user(password=PASSWORD)
    User.objects.filter(pk=ana.pk).update(is_staff=True)


def admin(name: str, password: str, address: str = "192.0.2.1") -> Any:
    return Client(REMOTE_ADDR=address).post("/admin/login/?next=/admin/", {"username": name, "password": password})


def token(name: str, password: str, address: str = "192.0.2.1") -> Any:
    body = json.dumps({"username": name, "password": password})
    return Client(REMOTE_ADDR=address).post("/api/v1/token/", body, "application/json")


def is_in(answer: Any) -> bool:
    return answer.status_code == 302 or (answer.status_code == 200 and b'"access"' in answer.content)


@pytest.mark.parametrize("door", [admin, token])
def test_after_five_wrong_passwords_the_right_one_does_not_help_either(
    door: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [door("ana", f"wrong {number}") for number in range(5)]
    locked = door("ana", PASSWORD)
    assert not any(map(is_in, [*answers, locked]))
    assert not is_in(token("ANA", PASSWORD))
    assert not is_in(admin("ana", PASSWORD))
    assert is_in(door("ana", PASSWORD, "192.0.2.2"))
    assert "192.0.2.1" in caplog.text
    assert "ana" not in caplog.text


def test_the_lock_opens_by_itself(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    assert lockout.ATTEMPTS.seconds == 15 * 60
    monkeypatch.setattr(lockout, "ATTEMPTS", Bucket(capacity=5, refill=5, seconds=1))
    while "Too many log-ins" not in caplog.text:
        assert not is_in(token("ana", "wrong"))
    deadline = time.monotonic() + 30
    while not is_in(token("ana", PASSWORD)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_log_in_that_succeeds_begins_the_count_anew() -> None:
    for _ in range(3):
        for _ in range(4):
            token("ana", "wrong")
        assert is_in(token("ana", PASSWORD))


def test_a_name_stays_locked_however_many_addresses_ask_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "REMEMBERED_AT_MOST", 10)
    for _ in range(5):
        token("ana", "wrong")
    for number in range(50):
        Client(REMOTE_ADDR=f"192.0.2.{number}").get("/api/v1/locations/")
    assert not is_in(token("ana", PASSWORD))


def test_a_name_that_nobody_has_is_answered_and_locked_like_any_other(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "access")
    pages = {}
    for name in ("ana", "nobody"):
        answers = [token(name, "wrong") for _ in range(7)]
        pages[name] = {answer.content for answer in answers}
    assert pages["ana"] == pages["nobody"]
    assert len(pages["ana"]) == 1
    assert caplog.text.count("Too many log-ins") == 4
