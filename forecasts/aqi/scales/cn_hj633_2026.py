"""China's AQI of HJ 633-2026: Tables 1–3, 4.2 (rounding), 5.3 (missing pollutants). One hour each counts."""

from dataclasses import replace
from datetime import date

from forecasts.aqi.averaging import EIGHT_HOURS, ONE_HOUR
from forecasts.aqi.bands import AboveTop
from forecasts.aqi.overall import china_2026
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.scales import cn_hj633_2012 as before
from forecasts.aqi.scales.cn_hj633_2012 import daily, table
from forecasts.aqi.tables import Pollutant, Table, Use
from forecasts.aqi.units import Unit

PM10 = (0, 50, 120, 250, 350, 420, 500, 600)
PM25 = (0, 35, 60, 115, 150, 250, 350, 500)


def pollutant(*tables: Table) -> Pollutant:
    return Pollutant(Unit.MICROGRAMS, 0, tables, Rounding.HALF_EVEN)


SCALE = replace(
    before.SCALE,
    id="cn_hj633_2026",
    name="China Air Quality Index (HJ 633-2026)",
    version="2026-03-01",
    authority="Ministry of Ecology and Environment, HJ 633-2026",
    effective_from=date(2026, 3, 1),
    effective_until=None,
    pollutants={
        "so2": pollutant(table(ONE_HOUR, before.SO2_1H), daily(before.SO2_24H)),
        "no2": pollutant(table(ONE_HOUR, before.NO2_1H), daily(before.NO2_24H)),
        "co": Pollutant(
            Unit.MILLIGRAMS,
            1,
            (table(ONE_HOUR, before.CO_1H, decimals=1), daily(before.CO_24H, decimals=1)),
            Rounding.HALF_EVEN,
        ),
        "o3": pollutant(table(ONE_HOUR, before.O3_1H), table(EIGHT_HOURS, before.O3_8H, AboveTop.HELD, Use.DAILY)),
        "pm10": pollutant(table(ONE_HOUR, PM10), daily(PM10)),
        "pm25": pollutant(table(ONE_HOUR, PM25), daily(PM25)),
    },
    overall=china_2026,
    combined="the highest index of six pollutants, of fewer only above 100",
    unchecked=(
        "Tables 1–3, 4.2 and 5.3.1 were read in the standard's own scan; the exception of 5.3.2 was not and is not "
        "applied. Conversion at 25 °C and the joint naming of equal primary pollutants are as in HJ 633-2012. A "
        "concentration beyond the last edge has index 500."
    ),
)
