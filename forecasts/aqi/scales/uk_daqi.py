"""UK Daily Air Quality Index: Defra and COMEAP, ten levels in four bands; averages are rounded to whole numbers."""

from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_DAY, ONE_HOUR, QUARTER_HOUR_BY_THE_HOUR, Averaging
from forecasts.aqi.bands import levels
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit


def pollutant(averaging: Averaging, *bounds: int, period: str = "") -> Pollutant:
    table = Table(averaging, levels(0, *bounds), period=period)
    return Pollutant(Unit.MICROGRAMS, 0, (table,), Rounding.HALF_UP)


SCALE = Scale(
    id="uk_daqi",
    name="UK Daily Air Quality Index",
    version="2012-01-01",
    authority="Department for Environment, Food and Rural Affairs",
    effective_from=date(2012, 1, 1),
    effective_until=None,
    celsius=20,
    categories=(
        Category("low", "Low", "#31CF00", "UUUUUU"),
        Category("moderate", "Moderate", "#FFCF00", "UWUWUW"),
        Category("high", "High", "#FF0000", "WRRRWR"),
        Category("very_high", "Very High", "#CE30FF", "RAAARA"),
    ),
    lowest=(1, 4, 7, 10),
    level_colors=(
        "#9CFF9C",
        "#31FF00",
        "#31CF00",
        "#FFFF00",
        "#FFCF00",
        "#FF9A00",
        "#FF6464",
        "#FF0000",
        "#990000",
        "#CE30FF",
    ),
    pollutants={
        "pm25": pollutant(ONE_DAY, 11, 23, 35, 41, 47, 53, 58, 64, 70),
        "pm10": pollutant(ONE_DAY, 16, 33, 50, 58, 66, 75, 83, 91, 100),
        "o3": pollutant(EIGHT_HOURS, 33, 66, 100, 120, 140, 160, 187, 213, 240),
        "no2": pollutant(ONE_HOUR, 67, 134, 200, 267, 334, 400, 467, 534, 600),
        "so2": pollutant(QUARTER_HOUR_BY_THE_HOUR, 88, 177, 266, 354, 443, 532, 710, 887, 1064, period="15min"),
    },
    advised_groups=("older_people", "heart_or_lung_disease"),
    overall=highest,
    unchecked=(
        "The bounds agree in three transcriptions. Sulphur dioxide is defined by means of 15 minutes: an hour stands "
        "in for them, is named 1h_for_15min and can be lower. That a half is rounded up is our reading of “nearest”."
    ),
)
