from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Location
from forecasts.snapshots import get_current_forecast

from .api_rows import hear, place

CURRENT = "/api/v1/locations/delhi/current/"


@pytest.fixture
def delhi(db: None) -> Location:
    location = place("delhi", "Delhi", 28.6139, 77.2090, aliases=["Dilli", "दिल्ली"])
    hear(location)
    return location


def test_the_answer_is_the_stored_text_byte_for_byte(client: Client, delhi: Location) -> None:
    answer = client.get(CURRENT)
    current = get_current_forecast(delhi)
    assert answer.content == current.text.encode()
    assert answer["Content-Type"] == "application/json"
    assert answer["ETag"] == f'"{current.epoch}-{current.seq}"'
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("named", ["{etag}", "W/{etag}", '"other", {etag}', "*", '"a",W/{etag} , "b"'])
def test_who_has_it_is_told_so_without_a_body(client: Client, delhi: Location, named: str) -> None:
    etag = client.get(CURRENT)["ETag"]
    answer = client.get(CURRENT, HTTP_IF_NONE_MATCH=named.format(etag=etag))
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("named", ['"other-1"', "", "nonsense", 'W/"'])
def test_who_has_something_else_gets_the_newest(client: Client, delhi: Location, named: str) -> None:
    assert client.get(CURRENT, HTTP_IF_NONE_MATCH=named).status_code == 200


def test_a_new_snapshot_has_a_new_etag(client: Client, delhi: Location) -> None:
    before = client.get(CURRENT)["ETag"]
    hear(delhi, pm25=300.0, provider="files")
    delhi.sources.filter(provider="open_meteo").delete()
    hear(delhi, pm25=310.0, provider="open_meteo")
    answer = client.get(CURRENT, HTTP_IF_NONE_MATCH=before)
    assert answer.status_code == 200
    assert answer["ETag"] != before


@pytest.mark.parametrize("spelling", ["DELHI", "dilli", "दिल्ली", "28.61,77.21"])
def test_another_spelling_is_the_same_location_and_says_its_own_address(
    client: Client, delhi: Location, spelling: str
) -> None:
    answer = client.get(f"/api/v1/locations/{quote(spelling)}/current/")
    assert answer.content == client.get(CURRENT).content
    assert answer["Content-Location"] == CURRENT


def test_the_canonical_address_needs_no_other(client: Client, delhi: Location) -> None:
    assert "Content-Location" not in client.get(CURRENT)


def test_a_poll_costs_no_query_while_everything_is_known(
    client: Client, delhi: Location, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(CURRENT)
    client.cookies["sessionid"] = "a-session-that-nobody-looks-up"
    with django_assert_num_queries(0):
        assert client.get(CURRENT).status_code == 200


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client: Client, delhi: Location) -> None:
    answer = client.get(CURRENT.rstrip("/") + "?a=%20b")
    assert (answer.status_code, answer["Location"]) == (301, CURRENT + "?a=%20b")
