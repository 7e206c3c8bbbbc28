import pytest

from forecasts.coordinates import Coordinate, CoordinateError, parse_coordinate

DELHI = Coordinate(28.6139, 77.209)
SYDNEY = Coordinate(-33.8688, 151.2093)


@pytest.mark.parametrize(
    ("text", "coordinate"),
    [
        ("28.6139,77.2090", DELHI),
        (" 28.6139 ,\t77.2090 ", DELHI),
        ("28.6139 77.2090", DELHI),
        ("+28.6139,+77.2090", DELHI),
        ("28.6139°N 77.2090°E", DELHI),
        ("28.6139 n 77.2090 e", DELHI),
        ("N 28.6139 E 77.2090", DELHI),
        ("N28.6139, 77.2090 E", DELHI),
        ("77.2090E 28.6139N", DELHI),
        ("77.2090E, 28.6139", DELHI),
        ("77.2090, 28.6139N", DELHI),
        ("28.6139N, 77.2090", DELHI),
        ("33.8688S, 151.2093E", SYDNEY),
        ("-33.8688,151.2093", SYDNEY),
        ("−33.8688, 151.2093", SYDNEY),
        ("0,0", Coordinate(0, 0)),
        (".5 W 7. S", Coordinate(-7, -0.5)),
        ("90,-180", Coordinate(90, -180)),
    ],
)
def test_every_usual_way_to_write_a_coordinate_is_read(text: str, coordinate: Coordinate) -> None:
    assert parse_coordinate(text) == coordinate


@pytest.mark.parametrize(
    "text", ["", "Delhi", "28.6", "28,6139,77,2090", "1 2 3", "28.6 N 77.2", "1e3,0", "٣,٤", "N,E"]
)
def test_what_is_no_pair_of_numbers_is_no_coordinate(text: str) -> None:
    assert parse_coordinate(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-33S, 151E", "a sign and a letter"),
        ("33S, +151E", "a sign and a letter"),
        ("S33S, 151E", "two letters"),
        ("33S, 151S", "two latitudes"),
        ("33N, 15S", "two latitudes"),
        ("33W, 15E", "two longitudes"),
        ("90.1, 0", "A latitude is between -90 and 90, not 90.1"),
        ("-90.1, 0", "A latitude"),
        ("0, 180.5", "A longitude is between -180 and 180, not 180.5"),
        ("151.2E, 95N", "A latitude is between -90 and 90, not 95"),
        ("nan, 77", "A latitude"),
        ("28, NaN", "A longitude"),
        ("inf, 0", "A latitude"),
        ("0, -inf", "A longitude"),
        ("9" * 90 + ",0", "A latitude"),
    ],
)
def test_a_coordinate_that_cannot_be_is_an_error_that_says_why(text: str, reason: str) -> None:
    with pytest.raises(CoordinateError, match=reason):
        parse_coordinate(text)
