"""US EPA AQI with the PM2.5 breakpoints of May 2024.

Source: Technical Assistance Document EPA-454/B-24-002, Table 6 and Equation 1; 40 CFR 58 Appendix G.
"""

from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, NOWCAST, ONE_DAY, ONE_HOUR
from forecasts.aqi.bands import AboveTop, Band, Bands, bands
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

O3_8H = bands(
    3,
    (0, 0.054, 0, 50),
    (0.055, 0.070, 51, 100),
    (0.071, 0.085, 101, 150),
    (0.086, 0.105, 151, 200),
    (0.106, 0.200, 201, 300),
)
O3_1H = bands(
    3,
    (0.125, 0.164, 101, 150),
    (0.165, 0.204, 151, 200),
    (0.205, 0.404, 201, 300),
    (0.405, 0.604, 301, 500),
)
PM25 = bands(
    1,
    (0, 9.0, 0, 50),
    (9.1, 35.4, 51, 100),
    (35.5, 55.4, 101, 150),
    (55.5, 125.4, 151, 200),
    (125.5, 225.4, 201, 300),
    (225.5, 325.4, 301, 500),
)
PM10 = bands(
    0,
    (0, 54, 0, 50),
    (55, 154, 51, 100),
    (155, 254, 101, 150),
    (255, 354, 151, 200),
    (355, 424, 201, 300),
    (425, 604, 301, 500),
)
CO = bands(
    1,
    (0, 4.4, 0, 50),
    (4.5, 9.4, 51, 100),
    (9.5, 12.4, 101, 150),
    (12.5, 15.4, 151, 200),
    (15.5, 30.4, 201, 300),
    (30.5, 50.4, 301, 500),
)
SO2_1H = bands(
    0,
    (0, 35, 0, 50),
    (36, 75, 51, 100),
    (76, 185, 101, 150),
    (186, 304, 151, 200),
)
SO2_24H = bands(
    0,
    (305, 604, 201, 300),
    (605, 1004, 301, 500),
)
NO2 = bands(
    0,
    (0, 53, 0, 50),
    (54, 100, 51, 100),
    (101, 360, 101, 150),
    (361, 649, 151, 200),
    (650, 1249, 201, 300),
    (1250, 2049, 301, 500),
)


CATEGORIES = (
    Category("good", "Good", "#00E400", "UUUUUU"),
    Category("moderate", "Moderate", "#FFFF00", "UWWWWW"),
    Category("unhealthy_sensitive", "Unhealthy for Sensitive Groups", "#FF7E00", "URRRRR"),
    Category("unhealthy", "Unhealthy", "#FF0000", "RAAAAA"),
    Category("very_unhealthy", "Very Unhealthy", "#8F3F97", "ABBBBB"),
    Category("hazardous", "Hazardous", "#7E0023", "BIIIII"),
)


def rows(table: tuple[Band, ...], above: AboveTop = AboveTop.EXTRAPOLATED) -> Bands:
    return Bands(table, above)


def pollutants(pm25: tuple[Band, ...]) -> dict[str, Pollutant]:
    truncated = Rounding.TRUNCATED
    ozone = (Table(EIGHT_HOURS, rows(O3_8H, AboveTop.UNDEFINED)), Table(ONE_HOUR, rows(O3_1H)))
    # Above 200 only the daily mean counts; until it gets there an extreme hour stays at 200.
    sulphur = (Table(ONE_HOUR, rows(SO2_1H, AboveTop.HELD)), Table(ONE_DAY, rows(SO2_24H)))
    return {
        "o3": Pollutant(Unit.PPM, 3, ozone, truncated),
        "pm25": Pollutant(Unit.MICROGRAMS, 1, (Table(NOWCAST, rows(pm25), period="24h"),), truncated),
        "pm10": Pollutant(Unit.MICROGRAMS, 0, (Table(NOWCAST, rows(PM10), period="24h"),), truncated),
        "co": Pollutant(Unit.PPM, 1, (Table(EIGHT_HOURS, rows(CO)),), truncated),
        "so2": Pollutant(Unit.PPB, 0, sulphur, truncated),
        "no2": Pollutant(Unit.PPB, 0, (Table(ONE_HOUR, rows(NO2)),), truncated),
    }


SCALE = Scale(
    id="us_epa_2024",
    name="US EPA Air Quality Index",
    version="2024-05-06",
    authority="US Environmental Protection Agency, 40 CFR 58 Appendix G",
    effective_from=date(2024, 5, 6),
    effective_until=None,
    celsius=25,
    categories=CATEGORIES,
    lowest=(0, 51, 101, 151, 201, 301),
    pollutants=pollutants(PM25),
    advised_groups=("children", "older_people", "heart_or_lung_disease", "outdoor_workers"),
    overall=highest,
    unchecked=(
        "Ozone is averaged over the last 8 hours: EPA's own ozone NowCast needs two weeks of a site's history, and "
        "the formula that stands in for it is known only at second hand. That 6 of 8 hours suffice is EPA's rule for "
        "ozone days (75 %), taken for carbon monoxide too."
    ),
)
