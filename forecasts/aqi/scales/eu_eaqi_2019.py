"""European Air Quality Index of 2019 to 2025: six levels; particles as running daily means, gases by the hour."""

from datetime import date

from forecasts.aqi.averaging import ONE_DAY, ONE_HOUR, Averaging
from forecasts.aqi.bands import Levels, levels
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

CATEGORIES = (
    Category("good", "Good", "#50F0E6", "UUUUUU"),
    Category("fair", "Fair", "#50CCAA", "UUUUUU"),
    Category("moderate", "Moderate", "#F0E641", "UWWWUW"),
    Category("poor", "Poor", "#FF5050", "WRRRWR"),
    Category("very_poor", "Very poor", "#960032", "WRRRWR"),
    Category("extremely_poor", "Extremely poor", "#7D2181", "RBBBRB"),
)


def pollutant(averaging: Averaging, rows: Levels) -> Pollutant:
    return Pollutant(Unit.MICROGRAMS, 0, (Table(averaging, rows),), Rounding.NONE)


SCALE = Scale(
    id="eu_eaqi_2019",
    name="European Air Quality Index (2019)",
    version="2019",
    authority="European Environment Agency",
    effective_from=date(2019, 1, 1),
    effective_until=date(2025, 6, 30),
    celsius=20,
    categories=CATEGORIES,
    lowest=(1, 2, 3, 4, 5, 6),
    pollutants={
        "pm25": pollutant(ONE_DAY, levels(0, 10, 20, 25, 50, 75, plausible=800)),
        "pm10": pollutant(ONE_DAY, levels(0, 20, 40, 50, 100, 150, plausible=1200)),
        "o3": pollutant(ONE_HOUR, levels(0, 50, 100, 130, 240, 380, plausible=800)),
        "no2": pollutant(ONE_HOUR, levels(0, 40, 90, 120, 230, 340, plausible=1000)),
        "so2": pollutant(ONE_HOUR, levels(0, 100, 200, 350, 500, 750, plausible=1250)),
    },
    advised_groups=("heart_or_lung_disease",),
    overall=highest,
    unchecked=(
        "The bounds come from a transcription; the agency's page of that time could not be read. The days on which "
        "this version began and ended are not certain. Averages beyond a plausible maximum have no level."
    ),
)
