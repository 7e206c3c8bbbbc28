"""How the index came about: …/explain/ and the page in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from forecasts.aqi import SCALES
from forecasts.explanations import explained
from forecasts.models import Location
from forecasts.snapshots import get_current_forecast

from .admin_site import LIST, text
from .api_rows import JSON_PROBLEM, place
from .test_api_scale import AIR, hear

EXPLAIN = "/api/v1/locations/delhi/explain/"


@pytest.fixture
def delhi(db: None) -> Location:
    location = place("delhi", "Delhi", 28.6139, 77.2090, country="IN", timezone="Asia/Kolkata")
    hear(location, AIR)
    return location


@pytest.mark.parametrize("scale", SCALES)
def test_every_index_of_the_snapshot_is_explained(client: Client, delhi: Location, scale: str) -> None:
    shown = client.get("/api/v1/locations/delhi/current/", {"scale": scale}).json()
    found = client.get(EXPLAIN, {"scale": scale}).json()
    for name in ("value", "text", "category", "dominant_pollutant", "scale", "scale_version"):
        assert found[name] == shown["aqi"][name], name
    indices = {name: pollutant["index"] for name, pollutant in found["pollutants"].items()}
    assert indices == {name: pollutant["index"] for name, pollutant in shown["pollutants"].items()}
    assert (found["at"], found["status"]) == (shown["observed_at"], shown["status"])


def test_the_hours_their_weights_and_the_terms_of_the_source_are_told(client: Client, delhi: Location) -> None:
    found = client.get(EXPLAIN).json()
    current = get_current_forecast(delhi)
    assert (found["scale"], found["value"]) == ("in_naqi_2014", 215)
    assert (found["epoch"], found["seq"]) == (current.epoch, current.seq)
    fine = found["pollutants"]["pm25"]
    assert fine["source"] == client.get("/api/v1/locations/delhi/current/").json()["sources"][0]
    (step,) = fine["steps"]
    assert (len(step["hours"]), step["missing"], step["value"], step["index"]) == (24, [], 95.0, 215)
    assert sum(hour["value"] * hour["weight"] for hour in step["hours"]) == pytest.approx(step["average"])
    assert step["arithmetic"][1:] == [
        "95.0083 µg/m³ rounded half up is 95",
        "201 + (95 − 91) / (120 − 91) × (300 − 201) = 214.655, rounded half up 215",
    ]


def test_without_observations_nothing_is_explained_and_nothing_is_zero(client: Client, db: None) -> None:
    place("delhi", "Delhi", 28.6139, 77.2090)
    found = client.get(EXPLAIN).json()
    assert (found["value"], found["text"], found["pollutants"], found["status"]) == (
        None,
        "no index",
        {},
        "unavailable",
    )


def test_an_explanation_is_that_of_one_snapshot_and_one_scale(client: Client, delhi: Location) -> None:
    etag = client.get(EXPLAIN)["ETag"]
    assert client.get(EXPLAIN, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert client.get(EXPLAIN, {"scale": "uk_daqi"}, HTTP_IF_NONE_MATCH=etag).status_code == 200
    hear(delhi, AIR | {"pm25": 20.0})
    assert client.get(EXPLAIN, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_an_unknown_scale_is_refused(client: Client, delhi: Location) -> None:
    answer = client.get(EXPLAIN, {"scale": "us_epa_1999"})
    assert (answer.status_code, answer["Content-Type"]) == (400, JSON_PROBLEM)
    assert "uk_daqi" in answer.json()["detail"]


def test_the_same_object_is_there_in_python(delhi: Location) -> None:
    found = explained(get_current_forecast(delhi), "us_epa_2024")
    assert (found["value"], found["pollutants"]["pm25"]["steps"][0].averaging) == (179, "nowcast")


def page(client: Client, location: Location, **query: Any) -> Any:
    return client.get(f"{LIST}{location.pk}/explanation/", query)


def test_the_page_of_a_location_leads_to_the_explanation(admin_client: Client, delhi: Location) -> None:
    assert f"{LIST}{delhi.pk}/explanation/" in text(admin_client.get(f"{LIST}{delhi.pk}/change/"))


def test_the_admin_shows_the_arithmetic_the_hours_and_a_chooser(admin_client: Client, delhi: Location) -> None:
    shown = text(page(admin_client, delhi))
    assert "<h2>215 · Poor</h2>" in shown
    assert "24 hours used, 0 missing" in shown
    assert '<option value="in_naqi_2014" selected>' in shown
    other = text(page(admin_client, delhi, scale="us_epa_2024"))
    assert "<h2>179 · Unhealthy</h2>" in other
    assert '<option value="us_epa_2024" selected>' in other


def test_the_admin_knows_no_other_scale_and_lets_no_stranger_in(
    client: Client, admin_client: Client, delhi: Location
) -> None:
    assert page(admin_client, delhi, scale="us_epa_1999").status_code == 404
    client.force_login(User.objects.create_user("stranger", password="a long password", is_staff=True))
    assert page(client, delhi).status_code == 403


def test_a_place_without_observations_has_a_page_too(admin_client: Client, db: None) -> None:
    lima = place("lima", "Lima", -12.04, -77.04)
    assert "nothing to make an index of" in text(page(admin_client, lima))
