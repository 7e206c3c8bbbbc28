"""European Air Quality Index with the levels of ETC HE report 2024/17: six levels, every pollutant by the hour."""

from dataclasses import replace
from datetime import date

from forecasts.aqi.averaging import ONE_HOUR
from forecasts.aqi.bands import levels
from forecasts.aqi.scales import eu_eaqi_2019
from forecasts.aqi.scales.eu_eaqi_2019 import pollutant

SCALE = replace(
    eu_eaqi_2019.SCALE,
    id="eu_eaqi_2025",
    name="European Air Quality Index",
    version="2025",
    effective_from=date(2025, 7, 1),
    effective_until=None,
    pollutants={
        "pm25": pollutant(ONE_HOUR, levels(0, 5, 15, 50, 90, 140)),
        "pm10": pollutant(ONE_HOUR, levels(0, 15, 45, 120, 195, 270)),
        "o3": pollutant(ONE_HOUR, levels(0, 60, 100, 120, 160, 180)),
        "no2": pollutant(ONE_HOUR, levels(0, 10, 25, 60, 100, 150)),
        "so2": pollutant(ONE_HOUR, levels(0, 20, 40, 125, 190, 275)),
    },
    unchecked=(
        "The bounds agree in four transcriptions. The page prints whole numbers and leaves what lies between them "
        "open: we compare unrounded values, and a bound belongs to the lower level. The day of the change is not "
        "certain. The agency calls a station complete only with NO2, PM and (away from traffic) O3; the level here is"
        " that of whatever is measured."
    ),
)
