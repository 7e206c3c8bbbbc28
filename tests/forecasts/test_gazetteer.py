import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from forecasts.gazetteer import AmbiguousLocation, UnknownLocation, parse_location, search_locations
from forecasts.models import Location
from tests.forecasts.places import add, at, refused


@pytest.mark.parametrize(
    "text",
    ["sao-paulo", "São Paulo", "sao paulo", "SAO-PAULO", "sao_paulo", " São\u2011Paulo ", "SAMPA", "Sa\u0303o Paulo"],
)
def test_slug_name_and_alias_mean_one_place_in_every_spelling(db: None, text: str) -> None:
    add("lima")
    location = add("sao-paulo", name="São Paulo", aliases=["Sampa"])
    assert parse_location(text) == location


@pytest.mark.parametrize(
    ("name", "text"),
    [("Łódź", "lodz"), ("Xi’an", "xi'an"), ("Gießen", "GIESSEN"), ("İstanbul", "istanbul"), ("दिल्ली", "दिल्ली")],
)
def test_letters_that_a_keyboard_lacks_need_not_be_typed(db: None, name: str, text: str) -> None:
    location = add("there", name=name)
    assert parse_location(text) == location


def test_marks_that_are_letters_of_a_script_are_compared(db: None) -> None:
    add("there", name="दिल्ली")
    assert isinstance(refused("दल्ली"), UnknownLocation)


def test_the_exact_slug_wins_over_the_name_of_another(db: None) -> None:
    salem = add("salem", name="Salem")
    add("salem-us", name="Salem")
    assert parse_location("salem") == salem
    assert isinstance(refused("Salem"), AmbiguousLocation)


def test_a_name_of_two_places_is_refused_with_the_slugs_of_both(db: None) -> None:
    add("salem-us", name="Salem", country="US")
    add("salem-in", name="Salem")
    error = refused("SALEM")
    assert isinstance(error, AmbiguousLocation)
    assert error.suggestions == ["salem-in", "salem-us"]
    assert str(error) == '"SALEM" may be salem-in, salem-us. Give one of these slugs.'


def test_a_place_with_the_same_name_twice_is_still_one_place(db: None) -> None:
    location = add("delhi", name="Delhi", aliases=["DELHI", "Délhi"])
    assert parse_location("DELHI") == location


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "Salem",
        "Delhi, India",
        "\0",
        "delhi\0",
        "<script>alert(1)</script>",
        "\udc80",
        "دلهي",
        "'",
        "; DROP TABLE",
        "%",
    ],
)
def test_what_nobody_configured_is_unknown(db: None, text: str) -> None:
    add("delhi", aliases=["-"])
    error = refused(text)
    assert isinstance(error, UnknownLocation)
    assert str(error).startswith("No location is called")
    str(error).encode()
    error.text.encode()


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_is_no_location(db: None, text: str) -> None:
    add("delhi", aliases=["-"])
    assert str(refused(text)).startswith("The location is empty. Give the slug")


@pytest.mark.parametrize("text", ["-", "_"])
def test_gaps_alone_are_nobodys_name(db: None, text: str) -> None:
    add("delhi", aliases=["-"])
    assert refused(text).suggestions == []


def test_a_huge_text_is_refused_before_any_search(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        error = refused("x" * 8192)
    assert "at most 200 characters, not 8192" in str(error)
    assert error.text == "x" * 100


@pytest.mark.parametrize(
    ("text", "slug"), [("Dehli", "delhi"), ("del", "delhi"), ("elhi", "delhi"), ("joh", "johannesburg")]
)
def test_a_near_spelling_is_suggested_and_never_taken(db: None, text: str, slug: str) -> None:
    add("johannesburg")
    add("delhi")
    error = refused(text)
    assert error.suggestions == [slug]
    assert str(error) == f'No location is called "{text}". Did you mean {slug}?'


def test_at_most_five_places_are_suggested(db: None) -> None:
    for number in range(7):
        add(f"delhi-{number}", name="Delhi")
    assert len(refused("Delhi").suggestions) == 5
    assert len(refused("delh").suggestions) == 5


def test_among_thousands_of_places_only_those_with_the_same_first_letter_are_compared(db: None) -> None:
    Location.objects.bulk_create(Location(slug=f"z{number}", name=f"Z{number}") for number in range(2100))
    add("delhi")
    assert refused("Dehli").suggestions == ["delhi"]
    assert refused("elhi").suggestions == []


def test_among_thousands_with_the_same_first_letter_those_about_as_long_are_compared(db: None) -> None:
    Location.objects.bulk_create(Location(slug=f"d{number:08}", name=f"D{number:08}") for number in range(2100))
    add("delhi")
    assert refused("Dehli").suggestions == ["delhi"]


def test_many_who_ask_for_what_is_nowhere_read_all_places_once_a_second(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    add("delhi")
    with time_machine.travel(0, tick=False), django_assert_num_queries(1):
        for number in range(50):
            refused(f"nowhere {number}")


def test_inactive_places_are_not_found(db: None) -> None:
    add("delhi", is_active=False)
    assert refused("delhi").suggestions == []
    assert str(refused("28.6,77.2")).endswith("The nearest: none.")


def test_a_coordinate_means_the_nearest_place(db: None) -> None:
    at("noida", 28.58, 77.33)
    delhi = at("delhi", 28.6519, 77.2315)
    add("nowhere", latitude=None, longitude=None)
    add("somewhere", longitude=None)
    for text in ("28.6139,77.2090", "28.6139 77.2090", "77.2E 28.6N"):
        assert parse_location(text) == delhi


def test_a_degree_of_latitude_is_111_km(db: None, settings: Settings) -> None:
    quito = at("quito", 0, -78)
    settings.AQI_NEAREST_KM = 112
    assert parse_location("1,-78") == quito
    settings.AQI_NEAREST_KM = 111
    error = refused("1,-78")
    assert isinstance(error, UnknownLocation)
    assert str(error) == 'No location is within 111 km of "1,-78". The nearest: quito (111 km).'


def test_places_far_from_a_coordinate_are_suggested_nearest_first(db: None) -> None:
    at("sydney", -33.87, 151.21)
    at("delhi", 28.65, 77.23)
    assert refused("0,77").suggestions == ["delhi", "sydney"]


def test_the_other_end_of_the_earth_is_20015_km_away(db: None) -> None:
    at("antipode", 8, 127)
    assert "antipode (20015 km)" in str(refused("-8,-53"))


def test_the_antimeridian_and_the_poles_do_not_part_neighbours(db: None) -> None:
    fiji, pole = at("fiji", -17, 179.9), at("pole", 89.9, 0)
    assert parse_location("-17,-179.9") == fiji
    assert parse_location("89.9,180") == pole


def test_two_places_at_one_point_cannot_be_told_apart_by_coordinate(db: None) -> None:
    at("roof", 28.6, 77.2)
    at("cellar", 28.6, 77.2)
    assert refused("28.6,77.2").suggestions == ["cellar", "roof"]


def test_an_impossible_coordinate_is_refused_without_a_query(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(0):
        error = refused("-33S, 151E")
    assert isinstance(error, UnknownLocation)
    assert str(error) == '"-33S, 151E" is no coordinate. -33S has a sign and a letter: give one of them.'


def test_a_search_finds_parts_of_every_spelling_and_countries(db: None) -> None:
    delhi, lima = add("delhi", aliases=["New Délhi", "Dilli"]), add("lima", country="PE")
    assert search_locations("EW DEL") == [delhi]
    assert search_locations("pe") == [lima]
    assert set(map(str, search_locations("i"))) == {"Delhi", "Lima"}
    assert search_locations("-") == search_locations("xyz") == []
