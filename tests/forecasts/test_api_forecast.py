from datetime import datetime, timedelta

import pytest
from django.test import Client

from forecasts.aqi import SCALES
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
    shown = snapshot["forecast"]["hours"]
    assert [{name: hour[name] for name in shown[0]} for hour in answer["aqi"]] == shown
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
    assert all(is_in_order(hour) for hour in hours)


def is_in_order(hour: dict[str, float]) -> bool:
    bounds = [hour[name] for name in ("lo95", "lo80", "value", "hi80", "hi95")]
    return bounds == sorted(bounds) and bounds[0] <= hour["mean"] <= bounds[-1]


def test_every_hour_of_the_index_has_bounds_a_mean_and_the_probability_of_each_category(
    client: Client, delhi: Location
) -> None:
    hear(delhi)
    hours = client.get(FORECAST, {"hours": 120}).json()["aqi"]
    assert len(hours) == 120
    for hour in hours:
        assert is_in_order(hour)
        assert sum(hour["probabilities"].values()) == pytest.approx(1, abs=0.003)
    first, last = hours[0]["probabilities"], hours[-1]["probabilities"]
    assert list(first) == [kind.id for kind in SCALES["us_epa_2024"].categories]
    assert max(first, key=lambda kind: first[kind]) == hours[0]["category"]
    assert last["good"] > first["good"]  # five days ahead anything may come


def test_a_forecast_names_what_it_was_given(client: Client, delhi: Location) -> None:
    hear(delhi)
    answer = client.get(FORECAST).json()
    assert answer["pollutants"]["pm25"]["given"][0] == "72 h of history"
    assert set(answer["given"]) == set(answer["pollutants"]["pm25"]["given"])


def test_a_forecast_of_before_there_were_more_bounds_lacks_them(client: Client, delhi: Location) -> None:
    hear(delhi)
    for row in Forecast.objects.all():
        row.hours = {name: row.hours[name] for name in ("lo80", "median", "hi80")}
        row.save()
    answer = client.get(FORECAST).json()
    assert (answer["aqi"][0]["lo95"], answer["aqi"][0]["probabilities"]) == (None, None)
    assert answer["pollutants"]["pm25"]["hours"][0]["mean"] is None
    assert answer["aqi"][0]["value"] > 0


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
        "given": [],
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
