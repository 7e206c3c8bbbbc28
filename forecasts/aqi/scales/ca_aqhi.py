"""Canada's Air Quality Health Index: Stieb et al. 2008, doi:10.3155/1047-3289.58.3.435; means of three hours."""

from forecasts.aqi.averaging import THREE_HOURS
from forecasts.aqi.bands import Risk
from forecasts.aqi.overall import canada
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit


def risk(beta: float) -> Table:
    return Table(THREE_HOURS, Risk(beta, weight=10 / 10.4))


SCALE = Scale(
    id="ca_aqhi",
    name="Canada Air Quality Health Index",
    version="2008",
    authority="Environment and Climate Change Canada",
    effective_from=None,
    effective_until=None,
    celsius=25,
    categories=(
        Category("low", "Low risk", "#00CCFF", "UUUUUU"),
        Category("moderate", "Moderate risk", "#FFCC00", "UWWWUW"),
        Category("high", "High risk", "#FF0000", "WRRRWR"),
        Category("very_high", "Very high risk", "#660000", "RAAARA"),
    ),
    lowest=(1, 4, 7, 11),
    beyond="10+",
    level_colors=(
        "#00CCFF",
        "#0099CC",
        "#006699",
        "#FFFF00",
        "#FFCC00",
        "#FF9933",
        "#FF6666",
        "#FF0000",
        "#CC0000",
        "#990000",
        "#660000",
    ),
    pollutants={
        "no2": Pollutant(Unit.PPB, 0, (risk(0.000871),), Rounding.NONE),
        "o3": Pollutant(Unit.PPB, 0, (risk(0.000537),), Rounding.NONE),
        "pm25": Pollutant(Unit.MICROGRAMS, 0, (risk(0.000487),), Rounding.NONE),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease", "pregnancy"),
    overall=canada,
    combined="the rounded sum of three risks",
    unchecked=(
        "The formula was read in two open implementations that cite the paper, not in a text of the authority. So "
        "were the rule that two of three hours suffice and that all three pollutants are needed. The provinces began "
        "at different times. The temperature of conversion (25 °C) is not stated. The index stores 10+ as 11."
    ),
)
