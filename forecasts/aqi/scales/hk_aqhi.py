"""Hong Kong's Air Quality Health Index: added risk of hospital admission, from means of three hours."""

from datetime import date

from forecasts.aqi.averaging import THREE_HOURS
from forecasts.aqi.bands import Risk
from forecasts.aqi.overall import hong_kong
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit


def pollutant(beta: float) -> Pollutant:
    return Pollutant(Unit.MICROGRAMS, 0, (Table(THREE_HOURS, Risk(beta)),), Rounding.NONE)


SCALE = Scale(
    id="hk_aqhi",
    name="Hong Kong Air Quality Health Index",
    version="2013-12-30",
    authority="Environmental Protection Department, Hong Kong",
    effective_from=date(2013, 12, 30),
    effective_until=None,
    celsius=25,
    categories=(
        Category("low", "Low", "#00E400", "UUUUUU"),
        Category("moderate", "Moderate", "#FF9F00", "UUUWUW"),
        Category("high", "High", "#F70000", "URRRUR"),
        Category("very_high", "Very high", "#7F3710", "RBBBRB"),
        Category("serious", "Serious", "#000000", "BIIIBI"),
    ),
    lowest=(1, 4, 7, 8, 11),
    beyond="10+",
    level_colors=(*["#00E400"] * 3, *["#FF9F00"] * 3, "#F70000", *["#7F3710"] * 3, "#000000"),
    pollutants={
        "no2": pollutant(0.0004462559),
        "so2": pollutant(0.0001393235),
        "o3": pollutant(0.0005116328),
        "pm10": pollutant(0.0002821751),
        "pm25": pollutant(0.0002180567),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease", "outdoor_workers"),
    overall=hong_kong((1.88, 3.76, 5.64, 7.52, 9.41, 11.29, 12.91, 15.07, 17.22, 19.37)),
    combined="the band of the risks of three gases and the worse of the two kinds of particles",
    unchecked=(
        "Formula and coefficients are from the department's page, the bands from a transcription. Not published: how "
        "many of the three hours suffice (two), what happens if a pollutant is missing (no index, but either kind of "
        "particles will do), the temperature of conversion (25 °C). The index stores 10+ as 11."
    ),
)
