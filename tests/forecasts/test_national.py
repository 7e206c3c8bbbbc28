"""Which scale a country speaks, and in which a location is shown."""

from datetime import date

import pytest

from forecasts.aqi import SCALES, can_say, national_scale
from forecasts.aqi.national import OF_COUNTRY

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("country", "scale"),
    [
        ("IN", "in_naqi_2014"),
        ("CN", "cn_hj633_2026"),
        ("US", "us_epa_2024"),
        ("DE", "eu_eaqi_2025"),
        ("NO", "eu_eaqi_2025"),
        ("GB", "uk_daqi"),
        ("CA", "ca_aqhi"),
        ("KR", "kr_cai"),
        ("AU", "au_aqc"),
        ("HK", "hk_aqhi"),
        ("SG", "sg_psi"),
        ("BR", "us_epa_2024"),
        ("in", "in_naqi_2014"),
        ("", "us_epa_2024"),
    ],
)
def test_a_country_speaks_its_own_scale_or_that_of_the_us(country: str, scale: str) -> None:
    assert national_scale(country, TODAY) == scale


@pytest.mark.parametrize(
    ("country", "day", "scale"),
    [
        ("CN", date(2026, 3, 1), "cn_hj633_2026"),
        ("CN", date(2026, 2, 28), "cn_hj633_2012"),
        ("CN", date(2013, 1, 12), "cn_hj633_2012"),
        ("US", date(2024, 5, 6), "us_epa_2024"),
        ("US", date(2024, 5, 5), "us_epa_2012"),
        ("US", date(2001, 1, 1), "us_epa_2012"),
        ("FR", date(2025, 7, 1), "eu_eaqi_2025"),
        ("FR", date(2025, 6, 30), "eu_eaqi_2019"),
        ("BR", date(2020, 1, 1), "us_epa_2012"),
    ],
)
def test_the_version_is_the_one_in_force_on_the_day(country: str, day: date, scale: str) -> None:
    assert national_scale(country, day) == scale


def test_all_27_states_of_the_european_union_speak_its_scale() -> None:
    assert len({country for country, versions in OF_COUNTRY.items() if "eu_eaqi_2025" in versions}) == 27 + 3


@pytest.mark.parametrize(
    ("scale", "enough", "too_few"),
    [
        ("us_epa_2024", {"co"}, {"pm1"}),
        ("in_naqi_2014", {"pm25", "no2", "nh3"}, {"no2", "so2", "o3"}),
        ("kr_cai", {"pm10", "pm25", "no2", "o3"}, {"pm10", "pm25", "no2", "so2", "co"}),
        ("ca_aqhi", {"no2", "o3", "pm25"}, {"no2", "pm25", "pm10", "so2"}),
        ("ca_aqhi_plus", {"pm25"}, {"no2", "o3"}),
        ("hk_aqhi", {"no2", "o3", "so2", "pm10"}, {"no2", "o3", "pm10", "pm25"}),
        ("cn_hj633_2026", {"pm25"}, {"nh3"}),
    ],
)
def test_a_scale_knows_which_pollutants_could_ever_be_enough(scale: str, enough: set[str], too_few: set[str]) -> None:
    assert can_say(SCALES[scale], enough)
    assert not can_say(SCALES[scale], too_few)


def test_where_too_little_is_measured_the_scale_of_the_us_stands_in() -> None:
    assert national_scale("IN", TODAY, {"pm25"}) == "us_epa_2024"
    assert national_scale("IN", TODAY, {"pm25", "no2", "o3"}) == "in_naqi_2014"
    assert national_scale("IN", date(2016, 1, 1), {"pm25"}) == "us_epa_2012"
