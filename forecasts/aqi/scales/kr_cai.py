"""Korea's Comprehensive Air-quality Index: AirKorea; the mean of a day is predicted from twelve hours."""

from collections.abc import Sequence

from forecasts.aqi.averaging import ONE_HOUR, PREDICTED_PM10, PREDICTED_PM25
from forecasts.aqi.bands import Bands, bands
from forecasts.aqi.overall import korea
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

INDICES = ((0, 50), (51, 100), (101, 250), (251, 500))

SO2 = ((0, 0.02), (0.021, 0.05), (0.051, 0.15), (0.151, 1))
NO2 = ((0, 0.03), (0.031, 0.06), (0.061, 0.2), (0.201, 2))
CO = ((0, 2.0), (2.01, 9.0), (9.01, 15.0), (15.01, 50))
O3 = ((0, 0.03), (0.031, 0.09), (0.091, 0.15), (0.151, 0.6))
PM10 = ((0, 30), (31, 80), (81, 150), (151, 600))
PM25 = ((0, 15), (16, 35), (36, 75), (76, 500))


def rows(decimals: int, table: Sequence[tuple[float, float]]) -> Bands:
    return Bands(bands(decimals, *((*edges, *index) for edges, index in zip(table, INDICES, strict=True))))


def gas(decimals: int, table: Sequence[tuple[float, float]]) -> Pollutant:
    return Pollutant(Unit.PPM, decimals, (Table(ONE_HOUR, rows(decimals, table)),), Rounding.HALF_UP)


SCALE = Scale(
    id="kr_cai",
    name="Korea Comprehensive Air-quality Index",
    version="2018",
    authority="Korea Environment Corporation, AirKorea",
    effective_from=None,
    effective_until=None,
    celsius=25,
    categories=(
        Category("good", "Good", "#0000FF", "UUUUUU"),
        Category("moderate", "Moderate", "#00FF00", "UWWWUW"),
        Category("unhealthy", "Unhealthy", "#FFFF00", "RAAARA"),
        Category("very_unhealthy", "Very unhealthy", "#FF0000", "AIIIAI"),
    ),
    lowest=(0, 51, 101, 251),
    pollutants={
        "so2": gas(3, SO2),
        "co": gas(2, CO),
        "o3": gas(3, O3),
        "no2": gas(3, NO2),
        "pm10": Pollutant(Unit.MICROGRAMS, 0, (Table(PREDICTED_PM10, rows(0, PM10), period="24h"),), Rounding.HALF_UP),
        "pm25": Pollutant(Unit.MICROGRAMS, 0, (Table(PREDICTED_PM25, rows(0, PM25), period="24h"),), Rounding.HALF_UP),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease"),
    overall=korea,
    combined="the highest index where PM10, PM2.5, NO2 and O3 have one, and 50 or 75 more for two or more unhealthy",
    unchecked=(
        "The bands are from a provincial page, the average of particles and the required pollutants from AirKorea's "
        "calculator, the 50 and 75 for two and more unhealthy pollutants from a transcription. Not published: "
        "rounding (half up, to the decimals of the table), how many hours the average needs (9 of 12 and 3 of the "
        "newest 4), the temperature of conversion (25 °C). The index ends at 500. The year of this version is from "
        "memory."
    ),
)
