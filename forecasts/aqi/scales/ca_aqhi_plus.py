"""AQHI-Plus of British Columbia: in wildfire smoke the newest hour of PM2.5 may lift the health index."""

from dataclasses import replace

from forecasts.aqi.averaging import ONE_HOUR
from forecasts.aqi.bands import levels
from forecasts.aqi.overall import canada_plus
from forecasts.aqi.scales import ca_aqhi
from forecasts.aqi.tables import Table

PM25 = ca_aqhi.SCALE.pollutants["pm25"]
SMOKE = Table(ONE_HOUR, levels(0, *range(10, 101, 10)))

SCALE = replace(
    ca_aqhi.SCALE,
    id="ca_aqhi_plus",
    name="Canada Air Quality Health Index with smoke (AQHI-Plus)",
    version="2022",
    authority="British Columbia, with Environment and Climate Change Canada",
    pollutants={**ca_aqhi.SCALE.pollutants, "pm25": replace(PM25, tables=(*PM25.tables, SMOKE))},
    overall=canada_plus,
    combined="the higher of the rounded sum of three risks and the index of the hour of particles",
    unchecked=(
        "The bands of the hour were read in one open implementation; other provinces may do otherwise. Without ozone "
        "or nitrogen dioxide the particles stand alone. " + ca_aqhi.SCALE.unchecked
    ),
)
