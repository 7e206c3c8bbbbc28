"""Australia's air quality categories as New South Wales publishes them; a bound belongs to the worse category."""

from forecasts.aqi.averaging import EIGHT_HOURS, FOUR_HOURS, ONE_HOUR, Averaging
from forecasts.aqi.bands import levels
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

Bounds = tuple[Averaging, tuple[float, ...]]


def pollutant(unit: Unit, *tables: Bounds) -> Pollutant:
    made = [Table(averaging, levels(1, *bounds, is_exclusive=True)) for averaging, bounds in tables]
    return Pollutant(unit, 1, made, Rounding.NONE)


SCALE = Scale(
    id="au_aqc",
    name="Australia air quality categories (New South Wales)",
    version="2020-11",
    authority="New South Wales Department of Climate Change, Energy, the Environment and Water",
    effective_from=None,
    effective_until=None,
    celsius=25,
    categories=(
        Category("good", "Good", "#41A93B", "UUUUUU"),
        Category("fair", "Fair", "#EEC800", "UWWWUW"),
        Category("poor", "Poor", "#E47301", "WRRRWR"),
        Category("very_poor", "Very poor", "#B70027", "RIIIRI"),
        Category("extremely_poor", "Extremely poor", "#590018", "BIIIBI"),
    ),
    lowest=(1, 2, 3, 4, 5),
    pollutants={
        "pm25": pollutant(Unit.MICROGRAMS, (ONE_HOUR, (25, 50, 100, 300))),
        "pm10": pollutant(Unit.MICROGRAMS, (ONE_HOUR, (50, 100, 200, 600))),
        "o3": pollutant(Unit.PPB, (ONE_HOUR, (67, 100, 150, 200)), (FOUR_HOURS, (54, 80, 120, 160))),
        "no2": pollutant(Unit.PPB, (ONE_HOUR, (80, 120, 180, 240))),
        "so2": pollutant(Unit.PPB, (ONE_HOUR, (133, 200, 300, 400))),
        "co": pollutant(Unit.PPM, (EIGHT_HOURS, (6, 9, 13.5, 18))),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease", "pregnancy"),
    overall=highest,
    unchecked=(
        "All of it rests on one transcription; each state sets its own categories. Not stated there: how many hours a"
        " mean needs (three quarters), the temperature of conversion (25 °C). Visibility is left out."
    ),
)
