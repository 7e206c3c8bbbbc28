"""China's AQI of HJ 633-2012: Table 1, 4.2–4.4 (interpolation), 6.2 (the index is rounded up)."""

from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_DAY_OF_20_HOURS, ONE_HOUR, Averaging
from forecasts.aqi.bands import AboveTop, Bands, touching
from forecasts.aqi.overall import highest
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.tables import Category, Pollutant, Scale, Table, Use
from forecasts.aqi.units import Unit

INDICES = (0, 50, 100, 150, 200, 300, 400, 500)

SO2_24H = (0, 50, 150, 475, 800, 1600, 2100, 2620)
SO2_1H = (0, 150, 500, 650, 800, None, None, None)
NO2_24H = (0, 40, 80, 180, 280, 565, 750, 940)
NO2_1H = (0, 100, 200, 700, 1200, 2340, 3090, 3840)
CO_24H = (0, 2, 4, 14, 24, 36, 48, 60)
CO_1H = (0, 5, 10, 35, 60, 90, 120, 150)
O3_8H = (0, 100, 160, 215, 265, 800, None, None)
O3_1H = (0, 160, 200, 300, 400, 800, 1000, 1200)
PM10 = (0, 50, 150, 250, 350, 420, 500, 600)
PM25 = (0, 35, 75, 115, 150, 250, 350, 500)

CATEGORIES = (
    Category("excellent", "Excellent", "#00E400", "UUUUUU"),
    Category("good", "Good", "#FFFF00", "UWWWUW"),
    Category("lightly_polluted", "Lightly polluted", "#FF7E00", "WRRRWR"),
    Category("moderately_polluted", "Moderately polluted", "#FF0000", "RAAARA"),
    Category("heavily_polluted", "Heavily polluted", "#99004C", "RIIIRI"),
    Category("severely_polluted", "Severely polluted", "#7E0023", "BIIIBI"),
)


def table(
    averaging: Averaging,
    edges: tuple[int | None, ...],
    above: AboveTop = AboveTop.HELD,
    use: Use = Use.ALWAYS,
    decimals: int = 0,
) -> Table:
    return Table(averaging, Bands(touching(decimals, edges, INDICES), above, Rounding.UP), use)


def daily(edges: tuple[int | None, ...], decimals: int = 0) -> Table:
    return table(ONE_DAY_OF_20_HOURS, edges, use=Use.DAILY, decimals=decimals)


def pollutant(*tables: Table, unit: Unit = Unit.MICROGRAMS) -> Pollutant:
    return Pollutant(unit, 0, tables, Rounding.NONE)


SCALE = Scale(
    id="cn_hj633_2012",
    name="China Air Quality Index (HJ 633-2012)",
    version="2012",
    authority="Ministry of Environmental Protection, HJ 633-2012",
    effective_from=date(2016, 1, 1),
    effective_until=date(2026, 2, 28),
    celsius=25,
    categories=CATEGORIES,
    lowest=(0, 51, 101, 151, 201, 301),
    pollutants={
        "so2": pollutant(
            table(ONE_HOUR, SO2_1H, AboveTop.UNDEFINED),
            table(ONE_DAY_OF_20_HOURS, SO2_24H, use=Use.WHERE_THE_ONE_BEFORE_ENDS),
        ),
        "no2": pollutant(table(ONE_HOUR, NO2_1H), daily(NO2_24H)),
        "co": pollutant(table(ONE_HOUR, CO_1H), daily(CO_24H), unit=Unit.MILLIGRAMS),
        "o3": pollutant(table(ONE_HOUR, O3_1H), table(EIGHT_HOURS, O3_8H, AboveTop.UNDEFINED)),
        "pm10": pollutant(table(ONE_DAY_OF_20_HOURS, PM10)),
        "pm25": pollutant(table(ONE_DAY_OF_20_HOURS, PM25)),
    },
    advised_groups=("children", "older_people", "heart_or_lung_disease"),
    overall=highest,
    dominant_above=50,
    unchecked=(
        "The tables were read in the standard's own text. How many hours a mean needs (20 of 24, 6 of 8) is GB "
        "3095-2012 from memory; that standard gave volumes at 0 °C until 2018 and at 25 °C since, we use 25 °C. A "
        "concentration beyond the last edge has index 500. Equal primary pollutants are joint; we name the first of "
        "the table."
    ),
)
