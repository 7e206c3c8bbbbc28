"""US EPA AQI with the PM2.5 breakpoints that were in force until May 2024: the numbers of AirNow's archives.

Source: 40 CFR 58 Appendix G as amended in December 2012; checked against the index of AirNow's own files of 2015–2016.
"""

from dataclasses import replace
from datetime import date

from forecasts.aqi.bands import bands
from forecasts.aqi.scales import us_epa_2024

PM25 = bands(
    1,
    (0, 12.0, 0, 50),
    (12.1, 35.4, 51, 100),
    (35.5, 55.4, 101, 150),
    (55.5, 150.4, 151, 200),
    (150.5, 250.4, 201, 300),
    (250.5, 350.4, 301, 400),
    (350.5, 500.4, 401, 500),
)

SCALE = replace(
    us_epa_2024.SCALE,
    id="us_epa_2012",
    name="US EPA Air Quality Index (PM2.5 breakpoints of 2012)",
    version="2012-12-14",
    effective_from=date(2012, 12, 14),
    effective_until=date(2024, 5, 5),
    pollutants=us_epa_2024.pollutants(PM25),
    unchecked=(
        "Only PM2.5 is of 2012. Ozone is as it has been since the standard of 2015, so its index of an earlier day "
        "differs. " + us_epa_2024.SCALE.unchecked
    ),
)
