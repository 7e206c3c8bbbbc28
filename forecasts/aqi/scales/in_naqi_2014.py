"""India's National AQI of October 2014: CPCB final report, Table 3.11; integer bands, three pollutants, 16 hours."""

from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_DAY_OF_16_HOURS, ONE_HOUR, Averaging
from forecasts.aqi.bands import Band, Bands, steps_of
from forecasts.aqi.overall import india
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table
from forecasts.aqi.units import Unit

INDICES = ((0, 50), (51, 100), (101, 200), (201, 300), (301, 400))

# The edges as printed, and how much more makes 500: the last band has no upper edge in the standard.
PM10 = (0, 50, 100, 250, 350, 430), 80
PM25 = (0, 30, 60, 90, 120, 250), 130
NO2 = (0, 40, 80, 180, 280, 400), 120
O3 = (0, 50, 100, 168, 208, 748), 539
CO = (0, 1.0, 2.0, 10, 17, 34), 17
SO2 = (0, 40, 80, 380, 800, 1600), 800
NH3 = (0, 200, 400, 800, 1200, 1800), 600
LEAD = (0, 0.5, 1.0, 2.0, 3.0, 3.5), 0.5

Edges = tuple[tuple[float, ...], float]


def bands(edges: Edges, decimals: int) -> tuple[Band, ...]:
    steps, rest = steps_of(edges[0], decimals), steps_of([edges[1]], decimals)[0]
    lows = [0, *(edge + 1 for edge in steps[1:-1])]
    measured = zip(lows, steps[1:], INDICES, strict=True)
    return (*(Band(low, high, *index) for low, high, index in measured), Band(steps[-1], steps[-1] + rest, 400, 500))


def pollutant(averaging: Averaging, edges: Edges, unit: Unit = Unit.MICROGRAMS, decimals: int = 0) -> Pollutant:
    return Pollutant(unit, decimals, (Table(averaging, Bands(bands(edges, decimals))),), Rounding.HALF_UP)


# Above 208 µg/m³ the report compares the hour.
OZONE = (Table(EIGHT_HOURS, Bands(bands(O3, 0))), Table(ONE_HOUR, Bands(bands(O3, 0)[4:])))

SCALE = Scale(
    id="in_naqi_2014",
    name="India National Air Quality Index",
    version="2014-10-17",
    authority="Central Pollution Control Board, National Air Quality Index, 2014",
    effective_from=date(2014, 10, 17),
    effective_until=None,
    celsius=25,
    categories=(
        Category("good", "Good", "#00B050", "UUUUUU"),
        Category("satisfactory", "Satisfactory", "#92D050", "UWWWUW"),
        Category("moderate", "Moderate", "#FFFF00", "WRRRWR"),
        Category("poor", "Poor", "#FF9900", "RAAARA"),
        Category("very_poor", "Very Poor", "#FF0000", "ABBBAB"),
        Category("severe", "Severe", "#C00000", "BIIIBI"),
    ),
    lowest=(0, 51, 101, 201, 301, 401),
    pollutants={
        "pm10": pollutant(ONE_DAY_OF_16_HOURS, PM10),
        "pm25": pollutant(ONE_DAY_OF_16_HOURS, PM25),
        "no2": pollutant(ONE_DAY_OF_16_HOURS, NO2),
        "o3": Pollutant(Unit.MICROGRAMS, 0, OZONE, Rounding.HALF_UP),
        "co": pollutant(EIGHT_HOURS, CO, Unit.MILLIGRAMS, 1),
        "so2": pollutant(ONE_DAY_OF_16_HOURS, SO2),
        "nh3": pollutant(ONE_DAY_OF_16_HOURS, NH3),
        "pb": pollutant(ONE_DAY_OF_16_HOURS, LEAD, decimals=1),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease"),
    overall=india,
    combined="the highest index of at least three pollutants, one of them particles",
    unchecked=(
        "The table was compared in two transcriptions, the report itself only in quotations. It is silent on values "
        "between the printed integers (averages are rounded half up to them), on the width of the last band (we take "
        "the slopes of the board's calculator, and for lead the width of the band before), and on how many of 8 hours"
        " suffice (6). Above 208 µg/m³ it compares one hour of ozone: we take the higher of that and the 8 hours. The"
        " index ends at 500. The temperature of conversion (25 °C) is not stated."
    ),
)
