"""The national scales, one module each; adding one means adding a module and a line here."""

from forecasts.aqi.scales import us_epa_2024
from forecasts.aqi.tables import Scale

SCALES: dict[str, Scale] = {scale.id: scale for scale in (us_epa_2024.SCALE,)}
