"""Air quality indices: concentrations in, the number and category of a national scale out. Pure, no Django."""

from forecasts.aqi.explanation import Explanation, explain
from forecasts.aqi.indices import Index, SubIndex, category, hourly_indices, index, indices
from forecasts.aqi.national import can_say, national_scale
from forecasts.aqi.scales import SCALES
from forecasts.aqi.series import History
from forecasts.aqi.tables import Category, Scale
from forecasts.aqi.units import (
    PARAMETERS,
    STORED_PARAMETERS,
    UNITS,
    Concentration,
    Unit,
    UnitError,
    convert,
    parse_unit,
)

__all__ = [
    "PARAMETERS",
    "SCALES",
    "STORED_PARAMETERS",
    "UNITS",
    "Category",
    "Concentration",
    "Explanation",
    "History",
    "Index",
    "Scale",
    "SubIndex",
    "Unit",
    "UnitError",
    "can_say",
    "category",
    "convert",
    "explain",
    "hourly_indices",
    "index",
    "indices",
    "national_scale",
    "parse_unit",
]
