import pytest

from forecasts.gazetteer import CITIES, search_cities


def test_the_gazetteer_is_small_and_credits_its_source() -> None:
    assert CITIES.stat().st_size < 400_000
    assert "GeoNames (https://www.geonames.org), licensed CC BY 4.0" in CITIES.read_text(encoding="utf-8")[:400]


def test_a_city_comes_with_its_place_zone_and_size() -> None:
    [city] = search_cities("krakow")
    assert (city.name, city.country, city.timezone) == ("Kraków", "PL", "Europe/Warsaw")
    assert (city.latitude, city.longitude, city.population) == (50.0614, 19.9366, 816614)


@pytest.mark.parametrize("text", ["São Paulo", "sao paulo", "SAO-PAULO", "paulo"])
def test_cities_are_found_in_every_spelling_and_by_any_part(text: str) -> None:
    assert search_cities(text)[0].name == "São Paulo"


def test_names_that_begin_with_the_text_come_first_and_the_largest_of_them_first() -> None:
    names = [city.name for city in search_cities("york", limit=20)]
    assert names[0] == "York"
    assert "New York City" in names
    begun = [city.population for city in search_cities("lon", limit=5)]
    assert begun == sorted(begun, reverse=True)


def test_a_search_for_nothing_or_nonsense_finds_nothing() -> None:
    assert search_cities("") == search_cities(" - ") == search_cities("\0") == []


def test_a_search_gives_as_many_as_are_wanted() -> None:
    assert len(search_cities("a")) == 10
    assert len(search_cities("a", limit=3)) == 3
