"""WHO global air quality guidelines of 2021, Table 0.1: not an index; the level says which target the air meets."""

from datetime import date
from typing import NamedTuple

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_DAY, Averaging
from forecasts.aqi.bands import Levels, steps_of
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit


class Guideline(NamedTuple):
    """The guideline, then the interim targets 4 to 1 as far as there are any."""

    guideline: float
    targets: tuple[float, ...] = ()


GUIDELINES = {
    ("pm25", "annual"): Guideline(5, (10, 15, 25, 35)),
    ("pm25", "24h"): Guideline(15, (25, 37.5, 50, 75)),
    ("pm10", "annual"): Guideline(15, (20, 30, 50, 70)),
    ("pm10", "24h"): Guideline(45, (50, 75, 100, 150)),
    ("o3", "peak_season"): Guideline(60, (70, 100)),
    ("o3", "8h"): Guideline(100, (120, 160)),
    ("no2", "annual"): Guideline(10, (20, 30, 40)),
    ("no2", "24h"): Guideline(25, (50, 120)),
    ("no2", "1h"): Guideline(200),
    ("so2", "24h"): Guideline(40, (50, 125)),
    ("so2", "10min"): Guideline(500),
    ("co", "24h"): Guideline(4, (7,)),
    ("co", "8h"): Guideline(10),
    ("co", "1h"): Guideline(35),
    ("co", "15min"): Guideline(100),
}


def pollutant(parameter: str, averaging: Averaging, unit: Unit = Unit.MICROGRAMS) -> Pollutant:
    guideline, targets = GUIDELINES[parameter, averaging.name]
    rows = Levels(steps_of((guideline, *targets), 1), (1, *range(6 - len(targets), 7)))
    return Pollutant(unit, 1, (Table(averaging, rows),), Rounding.NONE)


SCALE = Scale(
    id="who_aqg_2021",
    name="WHO Air Quality Guidelines",
    version="2021",
    authority="World Health Organization",
    effective_from=date(2021, 9, 22),
    effective_until=None,
    celsius=25,
    categories=(
        Category("guideline", "Meets the guideline", "#50F0E6", "UUUUUU"),
        Category("target_4", "Meets interim target 4", "#50CCAA", "UWWWUW"),
        Category("target_3", "Meets interim target 3", "#F0E641", "UWWWUW"),
        Category("target_2", "Meets interim target 2", "#FFA040", "WRRRWR"),
        Category("target_1", "Meets interim target 1", "#FF5050", "RAAARA"),
        Category("above_targets", "Above every target", "#960032", "ABBBAB"),
    ),
    lowest=(1, 2, 3, 4, 5, 6),
    pollutants={
        "pm25": pollutant("pm25", ONE_DAY),
        "pm10": pollutant("pm10", ONE_DAY),
        "o3": pollutant("o3", EIGHT_HOURS),
        "no2": pollutant("no2", ONE_DAY),
        "so2": pollutant("so2", ONE_DAY),
        "co": pollutant("co", ONE_DAY, Unit.MILLIGRAMS),
    },
    advised_groups=(),
    overall=highest,
    unchecked=(
        "The numbers are from memory of Table 0.1 and were not compared with the report. WHO means a day's level to "
        "be kept on 99 % of days, and defines no index: the levels are the targets in order, the colours are ours, "
        "running means stand in for days, 18 of 24 and 6 of 8 hours suffice, and 25 °C is our choice."
    ),
)
