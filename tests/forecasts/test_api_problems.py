import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forecasts.models import Location, Snapshot
from tests.conftest import forget_limits

from .api_rows import JSON_PROBLEM, place

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = {"type", "title", "status", "detail", "instance", "code"}
VIEWS = ["", "current/", "forecast/", "history/"]


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090)


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, JSON_PROBLEM)
    problem: dict[str, Any] = json.loads(answer.content)
    assert set(problem) >= MEMBERS
    assert (problem["type"], problem["status"], problem["code"]) == ("about:blank", status, code)
    return problem


@pytest.mark.parametrize("view", VIEWS)
def test_an_unknown_location_comes_with_suggestions(client: Client, delhi: Location, view: str) -> None:
    problem = is_problem(client.get(f"/api/v1/locations/delhy/{view}"), 404, "unknown_location")
    assert problem["suggestions"] == ["delhi"]
    assert problem["instance"] == f"/api/v1/locations/delhy/{view}"
    assert problem["title"] == "Not Found"


def test_the_instance_is_an_address_whatever_was_asked(client: Client, delhi: Location) -> None:
    answer = client.get("/api/v1/locations/S%C3%A3o%20Tom%C3%A9/?search=secret")
    assert is_problem(answer, 404, "unknown_location")["instance"] == "/api/v1/locations/S%C3%A3o%20Tom%C3%A9/"


@pytest.mark.parametrize("view", VIEWS)
def test_a_name_that_two_locations_share_is_a_conflict_with_both(client: Client, db: None, view: str) -> None:
    place("salem-in", "Salem", 11.65, 78.16)
    place("salem-us", "Salem", 44.94, -123.03)
    problem = is_problem(client.get(f"/api/v1/locations/salem/{view}"), 409, "ambiguous_location")
    assert problem["suggestions"] == ["salem-in", "salem-us"]


@pytest.mark.parametrize("path", ["/api/", "/api/nope", "/api/v2/locations/", "/api/v1/locations/a/b/c/d", "/api//"])
@pytest.mark.parametrize("method", ["get", "post", "delete", "options"])
def test_other_addresses_are_problems_too_whatever_the_method(client: Client, db: None, path: str, method: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    is_problem(getattr(strict, method)(path), 404, "not_found")


def test_in_debug_mode_they_are_the_same(client: Client, db: None, settings: Any) -> None:
    settings.DEBUG = True
    is_problem(client.get("/api/nope"), 404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_cannot_be_done_names_what_can(client: Client, delhi: Location, method: str) -> None:
    answer = getattr(client, method)("/api/v1/locations/delhi/current/")
    is_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("view", [*VIEWS, "../"])
def test_a_format_that_is_not_there_is_not_acceptable(client: Client, delhi: Location, view: str) -> None:
    path = f"/api/v1/locations/delhi/{view}" if view != "../" else "/api/v1/locations/"
    is_problem(client.get(path, HTTP_ACCEPT="image/png"), 406, "not_acceptable")


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, delhi: Location) -> None:
    allowed = int(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["anon"].split("/")[0])
    path = "/api/v1/locations/delhi/current/"
    answers = [client.get(path, HTTP_X_FORWARDED_FOR=f"10.0.0.{number % 250}") for number in range(allowed)]
    assert {answer.status_code for answer in answers} == {200}
    answer = client.get(path)
    is_problem(answer, 429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code == 200
    is_problem(client.get("/api/nope"), 429, "throttled")


def test_a_mistake_of_ours_says_nothing_of_its_cause(delhi: Location) -> None:
    Snapshot.objects.update(text="secret, and no JSON")
    client = Client(raise_request_exception=False)
    problem = is_problem(client.get("/api/v1/locations/"), 500, "server_error")
    assert "secret" not in str(problem)
    assert "JSON" not in str(problem)


@pytest.mark.parametrize("path", ["/api/v1/locations/", "/api/nope"])
def test_a_host_that_is_not_ours_is_refused_as_a_problem(client: Client, db: None, path: str) -> None:
    answer = client.get(path, HTTP_HOST="evil.example", headers={"accept": "text/html"})
    is_problem(answer, 400, "bad_request")


def test_elsewhere_errors_stay_pages(db: None, rf: RequestFactory) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/nope").status_code == 404
    assert client.get("/admin/", HTTP_HOST="evil.example")["Content-Type"].startswith("text/html")
    page = get_resolver().resolve_error_handler(500)(rf.get("/admin/"))
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")


HOSTILE = [
    "%00",
    "delhi%00",
    "<script>alert(1)</script>",
    "%ff",
    "%ed%a0%80",
    "%0d%0aSet-Cookie:a=b",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "'%20OR%201=1--",
    "{{7*7}}",
    "%E2%80%AE",
    "nan,nan",
    "1e999,1",
    "91,181",
    "-0,0",
    ",",
    "%20",
    "x" * 8192,
    "%F0%9F%8C%8D" * 500,
]


@pytest.mark.parametrize("view", [*VIEWS, "current"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_address_is_a_problem_and_never_a_crash(
    client: Client, delhi: Location, text: str, view: str
) -> None:
    answer = client.get(f"/api/v1/locations/{text}/{view}")
    assert answer.status_code in (301, 400, 404)
    assert answer.status_code == 301 or answer["Content-Type"] == JSON_PROBLEM
    assert "Set-Cookie" not in answer


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30), name=st.sampled_from(["near", "bbox"]))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_in_a_parameter_or_path_is_a_crash(db: None, text: str, name: str) -> None:
    forget_limits()  # or the throttle would answer
    client = Client()
    paths = [
        f"/api/v1/locations/{quote(text, safe='')}/",
        f"/api/v1/locations/?search={quote(text)}",
        f"/api/v1/locations/?{name}={quote(text)}",
        f"/api/v1/locations/?cursor={quote(text)}",
        f"/api/v1/locations/x/history/?from={quote(text)}&to={quote(text)}",
        f"/api/schema/?lang={quote(text)}&version={quote(text)}",
    ]
    assert all(client.get(path).status_code < 500 for path in paths)


def test_a_database_that_is_away_is_a_problem_to_retry(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); from django.test import Client;"
        "answer = Client().get('/api/v1/locations/');"
        "print(answer.status_code, answer['Retry-After'], answer['Content-Type'], answer.json()['code'])"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aqiproject.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/db.sqlite3",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["503", "5", JSON_PROBLEM, "temporarily_unavailable"], done.stderr
    assert "The database is out of reach" in done.stderr
