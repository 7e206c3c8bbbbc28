from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from realtime.access import tokens
from realtime.access.keys import create
from realtime.access.models import ApiKey
from tests.forecasts.api_rows import place
from tests.realtime.access.test_tokens import CURRENT, READABLE, problem_of


@pytest.fixture(autouse=True)
def _delhi(db: None) -> None:
    place("delhi", "Delhi", 28.6139, 77.2090)


def get(path: str, key: str) -> Any:
    return Client().get(path, headers={"authorization": f"Api-Key {key}"})


def test_a_key_that_reads_opens_what_is_closed_to_others(settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    key = create("newsroom", ["read"])
    assert [get(path, key).status_code for path in READABLE] == [200] * len(READABLE)


def test_a_key_without_the_scope_is_told_which_one_it_lacks() -> None:
    problem = problem_of(get(CURRENT, create("prometheus", ["metrics"])), 403, "forbidden")
    assert "`read`" in problem["detail"]


def test_only_a_hash_of_a_key_is_kept_and_its_prefix_finds_it() -> None:
    key = create("newsroom", ["read"])
    row = ApiKey.objects.values().get()
    assert key not in str(row)
    assert key.rpartition("_")[2] not in str(row)
    assert key.startswith(f"aqi_{row['prefix']}_")
    assert len(key) > 50


@pytest.mark.parametrize("change", [{"is_active": False}, {"expires_at": now() - timedelta(seconds=1)}])
def test_a_key_that_is_switched_off_or_over_is_refused(change: dict[str, Any]) -> None:
    key = create("newsroom", ["read"])
    ApiKey.objects.update(**change)
    problem_of(get(CURRENT, key), 401, "not_authenticated")


@pytest.mark.parametrize("wrong", ["x", "", "aqi_", "aqi__", "aqi_\x00", "é" * 40])
def test_a_key_that_is_a_little_wrong_is_refused_like_any_other(wrong: str) -> None:
    key = create("newsroom", ["read"])
    text = f"{key}{wrong}" if wrong == "x" else wrong
    problem = problem_of(get(CURRENT, text), 401, "not_authenticated")
    assert problem["detail"] == "The token or key is not valid, or no longer."


def test_a_busy_key_is_written_to_once_a_day() -> None:
    key = create("newsroom", ["read"])
    get(CURRENT, key)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        get(CURRENT, key)
    assert [query["sql"] for query in queries if query["sql"].startswith("UPDATE")] == []
    assert ApiKey.objects.get().last_used_on == now().date()
    with time_machine.travel(now() + timedelta(days=1)):
        get(CURRENT, key)
        assert ApiKey.objects.get().last_used_on == now().date()


def test_the_command_shows_a_key_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "newsroom", "--scope", "read", "--scope", "refresh", "--days", "30")
    key = capsys.readouterr().out.strip()
    assert get(CURRENT, key).status_code == 200
    row = ApiKey.objects.get()
    assert (row.name, row.scopes) == ("newsroom", ["read", "refresh"])
    assert row.expires_at is not None
    assert row.expires_at - now() > timedelta(days=29)


def test_a_scope_that_does_not_exist_is_named() -> None:
    with pytest.raises(CommandError, match="fly"):
        call_command("create_api_key", "newsroom", "--scope", "fly")


@pytest.fixture
def admin_client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="unused horse battery"))
    return client


def test_the_admin_shows_a_new_key_once_and_can_switch_it_off(admin_client: Client) -> None:
    form = {"name": "newsroom", "scopes": ["read"], "is_active": "on"}
    page = admin_client.post("/admin/access/apikey/add/", form, follow=True).content.decode()
    key = next(word for word in page.replace("<", " ").split() if word.startswith("aqi_"))
    assert get(CURRENT, key).status_code == 200
    address = f"/admin/access/apikey/{ApiKey.objects.get().pk}/change/"
    assert key not in admin_client.get(address).content.decode()
    admin_client.post(address, {"name": "newsroom", "scopes": ["read"]})
    problem_of(get(CURRENT, key), 401, "not_authenticated")


def test_the_admin_can_log_somebody_out(admin_client: Client) -> None:
    refresh = tokens.log_in(User.objects.get())
    answer = admin_client.post(
        "/admin/access/session/", {"action": "log_out", "_selected_action": [refresh["jti"]]}, follow=True
    )
    assert answer.status_code == 200
    headers = {"authorization": f"Bearer {refresh.access_token}"}
    problem_of(Client().get(CURRENT, headers=headers), 401, "not_authenticated")


def test_a_person_goes_with_their_sessions_which_by_themselves_stay_to_be_seen(admin_client: Client) -> None:
    ana = User.objects.create_user("ana")
    session = tokens.log_in(ana)["jti"]
    assert admin_client.post(f"/admin/access/session/{session}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"/admin/auth/user/{ana.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="ana").exists()
