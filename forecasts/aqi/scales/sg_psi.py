"""Singapore's Pollutant Standards Index since April 2014: NEA, Computation of the PSI; edges touch."""

from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_DAY, ONE_HOUR, Averaging
from forecasts.aqi.bands import Bands, touching
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

INDICES = (0, 50, 100, 200, 300, 400, 500)

PM25 = (0, 12, 55, 150, 250, 350, 500)
PM10 = (0, 50, 150, 350, 420, 500, 600)
SO2 = (0, 80, 365, 800, 1600, 2100, 2620)
CO = (0, 5, 10, 17, 34, 46, 57.5)
O3_8H = (0, 118, 157, 235, 785, 980, 1180)
O3_1H = (None, None, None, None, 785, 980, 1180)
NO2 = (None, None, None, 1130, 2260, 3000, 3750)


def table(averaging: Averaging, edges: tuple[float | None, ...]) -> Table:
    return Table(averaging, Bands(touching(1, edges, INDICES)))


def pollutant(*tables: Table, unit: Unit = Unit.MICROGRAMS) -> Pollutant:
    return Pollutant(unit, 1, tables, Rounding.NONE)


SCALE = Scale(
    id="sg_psi",
    name="Singapore Pollutant Standards Index",
    version="2014-04-01",
    authority="National Environment Agency, Singapore",
    effective_from=date(2014, 4, 1),
    effective_until=None,
    celsius=25,
    categories=(
        Category("good", "Good", "#79C466", "UUUUUU"),
        Category("moderate", "Moderate", "#63BAE8", "UUUUUU"),
        Category("unhealthy", "Unhealthy", "#FED630", "RAAARA"),
        Category("very_unhealthy", "Very unhealthy", "#F4A331", "ABBIAB"),
        Category("hazardous", "Hazardous", "#EC1A31", "BIIIBI"),
    ),
    lowest=(0, 51, 101, 201, 301),
    pollutants={
        "pm25": pollutant(table(ONE_DAY, PM25)),
        "pm10": pollutant(table(ONE_DAY, PM10)),
        "so2": pollutant(table(ONE_DAY, SO2)),
        "co": pollutant(table(EIGHT_HOURS, CO), unit=Unit.MILLIGRAMS),
        "o3": pollutant(table(EIGHT_HOURS, O3_8H), table(ONE_HOUR, O3_1H)),
        "no2": pollutant(table(ONE_HOUR, NO2)),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease", "pregnancy"),
    overall=highest,
    unchecked=(
        "The table is from a transcription of the agency's paper with one misprint corrected. Not published: rounding"
        " (of the index only, half up), how many hours a mean needs (18 of 24, 6 of 8), what comes beyond 500 (the "
        "index stays there), the temperature of conversion (25 °C). Above 785 µg/m³ the paper compares one hour of "
        "ozone: we take the higher of that and the 8 hours."
    ),
)
