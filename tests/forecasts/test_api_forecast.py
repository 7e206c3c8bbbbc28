from datetime import datetime, timedelta

import pytest
from django.test import Client

from forecasts.models import Forecast, Location

from .api_rows import hear, place, this_hour

FORECAST = "/api/v1/locations/delhi/forecast/"


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090)


def test_the_first_day_is_what_the_snapshot_shows(client: Client, delhi: Location) -> None:
    hear(delhi)
    answer = client.get(FORECAST).json()
    snapshot = client.get("/api/v1/locations/delhi/current/").json()
    assert answer["aqi"] == snapshot["forecast"]["hours"]
    assert answer["issued_at"] == snapshot["forecast"]["issued_at"]
    assert answer["model"] == snapshot["forecast"]["model"]
    assert (answer["location"], answer["scale"], answer["status"]) == ("delhi", "us_epa_2024", "modelled")


def test_each_pollutant_has_its_own_hours(client: Client, delhi: Location) -> None:
    hear(delhi)
    pollutants = client.get(FORECAST, {"hours": 5}).json()["pollutants"]
    assert list(pollutants) == ["pm25"]
    assert pollutants["pm25"]["unit"] == "µg/m³"
    assert pollutants["pm25"]["model"]
    hours = pollutants["pm25"]["hours"]
    first = this_hour() + timedelta(hours=1)
    assert [datetime.fromisoformat(hour["valid_at"]) for hour in hours] == [
        first + timedelta(hours=lead) for lead in range(5)
    ]
    assert all(hour["lo80"] <= hour["value"] <= hour["hi80"] for hour in hours)


@pytest.mark.parametrize("hours", [1, 24, 120])
def test_as_many_hours_come_as_are_asked_for(client: Client, delhi: Location, hours: int) -> None:
    hear(delhi)
    assert len(client.get(FORECAST, {"hours": hours}).json()["aqi"]) == hours


@pytest.mark.parametrize("hours", ["0", "121", "-1", "1.5", "all"])
def test_other_numbers_of_hours_are_refused(client: Client, delhi: Location, hours: str) -> None:
    answer = client.get(FORECAST, {"hours": hours})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "hours")


def test_where_nothing_is_known_nothing_is_forecast(client: Client, delhi: Location) -> None:
    assert client.get(FORECAST).json() == {
        "location": "delhi",
        "as_of": None,
        "issued_at": None,
        "model": None,
        "scale": "us_epa_2024",
        "status": "unavailable",
        "aqi": [],
        "pollutants": {},
    }


def test_a_forecast_that_is_gone_is_not_made_up(client: Client, delhi: Location) -> None:
    hear(delhi)
    Forecast.objects.all().delete()
    assert client.get(FORECAST).json()["status"] == "unavailable"


def test_a_run_of_a_provider_is_not_what_we_published(client: Client, delhi: Location) -> None:
    source = hear(delhi)
    shown = client.get(FORECAST).json()
    for row in Forecast.objects.filter(source=None):
        row.pk, row.source, row.model = None, source, "theirs"
        row.save()
    assert client.get(FORECAST).json() == shown


def test_a_newer_run_that_nobody_was_shown_is_left_out(client: Client, delhi: Location) -> None:
    hear(delhi)
    shown = client.get(FORECAST).json()
    for row in Forecast.objects.filter(source=None):
        row.pk, row.issued_at = None, row.issued_at + timedelta(hours=1)
        row.save()
    assert client.get(FORECAST).json() == shown


def test_who_has_the_forecast_is_told_so(client: Client, delhi: Location) -> None:
    hear(delhi)
    etag = client.get(FORECAST)["ETag"]
    assert client.get(FORECAST, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert client.get(FORECAST, {"hours": 2}, HTTP_IF_NONE_MATCH=etag).status_code == 200
