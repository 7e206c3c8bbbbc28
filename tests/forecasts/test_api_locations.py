import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Location, Snapshot

from .api_rows import JSON_PROBLEM, hear, place

LIST = "/api/v1/locations/"


@pytest.fixture
def cities(db: None) -> list[Location]:
    return [
        place("delhi", "Delhi", 28.6139, 77.2090, country="IN", aliases=["Dilli"], timezone="Asia/Kolkata"),
        place("sao-paulo", "São Paulo", -23.5475, -46.6361, country="BR"),
        place("suva", "Suva", -18.1416, 178.4415, country="FJ"),
        place("apia", "Apia", -13.8333, -171.7667, country="WS"),
    ]


def slugs(client: Client, query: str = "") -> list[str]:
    return [row["slug"] for row in client.get(LIST + query).json()["results"]]


def follow(client: Client, url: str, link: str = "next") -> list[list[str]]:
    pages = []
    while url:
        page = client.get(url).json()
        pages.append([row["slug"] for row in page["results"]])
        url = page[link]
    return pages


def test_a_row_says_where_a_location_is_how_its_air_is_and_where_to_read_more(
    client: Client, cities: list[Location]
) -> None:
    hear(cities[0], pm25=42.0)
    row = client.get(LIST, {"search": "delhi"}).json()["results"][0]
    times = {name: row.pop(name) for name in ("observed_at", "stale_at")}
    assert row == {
        "slug": "delhi",
        "name": "Delhi",
        "country": "IN",
        "latitude": 28.6139,
        "longitude": 77.209,
        "timezone": "Asia/Kolkata",
        "status": "modelled",
        "aqi": {
            "value": 117,
            "text": "117",
            "category": row["aqi"]["category"],
            "label": "Unhealthy for Sensitive Groups",
            "color": row["aqi"]["color"],
            "dominant_pollutant": "pm25",
            "scale": "us_epa_2024",
        },
        "urls": {
            "current": "/api/v1/locations/delhi/current/",
            "forecast": "/api/v1/locations/delhi/forecast/",
            "history": "/api/v1/locations/delhi/history/",
            "websocket": "/ws/aqi/delhi",
        },
    }
    current = client.get(row["urls"]["current"]).json()
    assert {name: current[name] for name in times} == times
    assert {name: current["aqi"][name] for name in row["aqi"]} == row["aqi"]


def test_every_link_of_a_row_answers(client: Client, cities: list[Location]) -> None:
    links = client.get(LIST + "delhi/").json()["urls"]
    assert [client.get(links[name]).status_code for name in ("current", "forecast", "history")] == [200, 200, 200]


def test_the_row_of_one_location_is_its_row_of_the_list(client: Client, cities: list[Location]) -> None:
    assert client.get(LIST + "dilli/").json() == client.get(LIST, {"search": "dilli"}).json()["results"][0]


def test_a_location_without_news_has_null_for_a_value_and_never_zero(client: Client, cities: list[Location]) -> None:
    row = client.get(LIST + "suva/").json()
    assert (row["status"], row["aqi"]["value"], row["observed_at"], row["stale_at"]) == ("unavailable", *[None] * 3)


def test_a_location_between_two_epochs_is_listed_as_unavailable(client: Client, cities: list[Location]) -> None:
    Snapshot.objects.filter(location=cities[2]).delete()
    row = client.get(LIST, {"search": "suva"}).json()["results"][0]
    assert (row["status"], row["aqi"]["value"]) == ("unavailable", None)


def test_inactive_locations_are_not_listed(client: Client, cities: list[Location]) -> None:
    Location.objects.filter(slug="suva").update(is_active=False)
    assert slugs(client) == ["apia", "delhi", "sao-paulo"]


@pytest.mark.parametrize("text", ["Sao Paulo", "são PAULO", "sao-paulo", "paulo", "br"])
def test_a_search_looks_at_names_slugs_and_countries_without_accents(
    client: Client, cities: list[Location], text: str
) -> None:
    assert slugs(client, "?search=" + quote(text)) == ["sao-paulo"]


def test_a_search_looks_at_aliases(client: Client, cities: list[Location]) -> None:
    assert slugs(client, "?search=DILLI") == ["delhi"]


def test_a_search_without_a_match_is_an_empty_list(client: Client, cities: list[Location]) -> None:
    assert slugs(client, "?search=atlantis") == []


def test_near_orders_by_distance_over_the_antimeridian(client: Client, cities: list[Location]) -> None:
    rows = client.get(LIST, {"near": "-18.1416,178.4415"}).json()["results"]
    assert [row["slug"] for row in rows] == ["suva", "apia", "delhi", "sao-paulo"]
    assert rows[0]["distance_km"] == 0
    assert rows[1]["distance_km"] == pytest.approx(1145, rel=0.01)


@pytest.mark.parametrize(
    ("here", "there"),
    [((90, 0), "-90,0"), ((78.6, -104.0), "-78.6,76.0"), ((-19.2, -149.3), "19.2,30.7"), ((2.5, -8.6), "-2.5,171.4")],
)
def test_the_other_end_of_the_world_is_half_its_girth_away_however_sines_are_rounded(
    client: Client, db: None, here: tuple[float, float], there: str
) -> None:
    place("here", "Here", *here)
    assert client.get(LIST, {"near": there}).json()["results"][0]["distance_km"] == pytest.approx(20015, abs=1)


def test_a_location_without_coordinates_is_near_nothing(client: Client, cities: list[Location]) -> None:
    place("nowhere", "Nowhere", None, None)
    assert "nowhere" not in slugs(client, "?near=0,0")


def test_without_near_no_row_has_a_distance(client: Client, cities: list[Location]) -> None:
    assert "distance_km" not in client.get(LIST).json()["results"][0]


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ("70,20,80,30", ["delhi"]),
        ("170,-20,-170,-10", ["apia", "suva"]),
        ("-180,-90,180,0", ["apia", "sao-paulo", "suva"]),
        ("77.2090,28.6139,77.2090,28.6139", ["delhi"]),
        ("170,0,-170,10", []),
    ],
)
def test_a_box_may_cross_the_antimeridian(client: Client, cities: list[Location], box: str, inside: list[str]) -> None:
    assert slugs(client, "?bbox=" + box) == inside


@pytest.mark.parametrize("query", ["", "&near=0,0"])
def test_pages_follow_each_other_without_gap_or_double(client: Client, db: None, query: str) -> None:
    names = {f"place-{number}" for number in range(7)}
    for name in names:
        place(name, name, 10, 10)  # all equally far, where a cursor has no other help than its offset
    pages = follow(client, f"{LIST}?page_size=2{query}")
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert {slug for page in pages for slug in page} == names


def test_pages_can_be_followed_backwards(client: Client, cities: list[Location]) -> None:
    first = client.get(LIST + "?page_size=3&near=28,77").json()
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_a_page_has_fifty_rows_unless_told(client: Client, db: None) -> None:
    for number in range(51):
        place(f"place-{number}", "Place", 1, 1)
    assert len(slugs(client)) == 50
    assert len(slugs(client, "?page_size=200")) == 51


def test_a_page_costs_one_query_however_long(
    client: Client, cities: list[Location], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert len(slugs(client, "?near=1,1")) == 4


@pytest.mark.parametrize("ask", [("application/geo+json", ""), ("*/*", "?format=geojson")])
def test_a_map_gets_geojson(client: Client, cities: list[Location], ask: tuple[str, str]) -> None:
    place("nowhere", "Nowhere", None, None)
    accept, query = ask
    answer = client.get(LIST + query, headers={"accept": accept})
    assert answer["Content-Type"] == "application/geo+json"
    collection = json.loads(answer.content)
    by_slug = {feature["id"]: feature for feature in collection["features"]}
    assert collection["type"] == "FeatureCollection"
    assert collection["next"] is None
    assert by_slug["delhi"]["geometry"] == {"type": "Point", "coordinates": [77.209, 28.6139]}
    assert by_slug["delhi"]["properties"]["aqi"]["value"] is None
    assert by_slug["nowhere"]["geometry"] is None


def test_one_location_is_a_feature(client: Client, cities: list[Location]) -> None:
    feature = json.loads(client.get(LIST + "delhi/?format=geojson").content)
    assert (feature["type"], feature["id"], feature["properties"]["name"]) == ("Feature", "delhi", "Delhi")


def test_a_browser_gets_pages_to_read(client: Client, cities: list[Location]) -> None:
    for path in ("/api/v1/", LIST, LIST + "delhi/"):
        answer = client.get(path, HTTP_ACCEPT="text/html,*/*;q=0.8")
        assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"near": "north"}, "near"),
        ({"near": "1"}, "near"),
        ({"near": "91,0"}, "near"),
        ({"near": "nan,0"}, "near"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "0,50,10,40"}, "bbox"),
        ({"bbox": "0,0,inf,1"}, "bbox"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"search": "a\0b"}, "search"),
        ({"search": "x" * 201}, "search"),
        ({"cursor": "cD0"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "cD0lMDA="}, "cursor"),  # p=%00
        ({"near": "0,0", "cursor": "cD1kZWxoaQ=="}, "cursor"),  # p=delhi, where a distance should be
        ({"format": "xml"}, "format"),
    ],
)
def test_a_bad_parameter_is_named_with_its_cure(
    client: Client, cities: list[Location], query: dict[str, Any], parameter: str
) -> None:
    answer = client.get(LIST, query)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (400, JSON_PROBLEM)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert len(problem["errors"][0]["detail"]) > 10
    assert parameter in problem["detail"]


def test_parameters_that_nobody_knows_are_ignored(client: Client, cities: list[Location]) -> None:
    assert len(slugs(client, "?utm_source=x&limit=0")) == 4


def test_cities_are_found_for_whoever_looks_for_coordinates(client: Client, db: None) -> None:
    city = client.get("/api/v1/cities/", {"search": "sao pau"}).json()[0]
    assert (city["name"], city["country"], city["timezone"]) == ("São Paulo", "BR", "America/Sao_Paulo")
    assert city["population"] > 10_000_000
    assert city["latitude"] == pytest.approx(-23.5, abs=0.1)
    assert city["longitude"] == pytest.approx(-46.6, abs=0.1)


def test_a_search_for_cities_needs_a_text(client: Client, db: None) -> None:
    assert client.get("/api/v1/cities/").json()["errors"][0]["parameter"] == "search"
