"""Which scale a country speaks: its own where there is a table, else that of the US EPA, which many use."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from forecasts.aqi.bands import Risk
from forecasts.aqi.scales import SCALES
from forecasts.aqi.tables import Parts, Scale

US = ("us_epa_2024", "us_epa_2012")
EUROPE = ("eu_eaqi_2025", "eu_eaqi_2019")

# The member states of the European Union, and the three that share its directives on air.
EUROPEANS = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI"),
    *("LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)

# By ISO 3166 code; of several versions the newest first.
OF_COUNTRY: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(EUROPEANS, EUROPE),
    "AU": ("au_aqc",),
    "CA": ("ca_aqhi",),
    "CN": ("cn_hj633_2026", "cn_hj633_2012"),
    "GB": ("uk_daqi",),
    "HK": ("hk_aqhi",),
    "IN": ("in_naqi_2014",),
    "KR": ("kr_cai",),
    "SG": ("sg_psi",),
}


def national_scale(country: str, day: date, parameters: Collection[str] = ()) -> str:
    """The id of the scale that is in force there on that day, or the oldest we have.

    Some scales want several pollutants. Where `parameters`, those that are measured, could never make an index, the
    scale of the US EPA stands in, to which one is enough.
    """
    own = _in_force(OF_COUNTRY.get(country.upper(), US), day)
    return own if not parameters or can_say(SCALES[own], parameters) else _in_force(US, day)


def can_say(scale: Scale, parameters: Collection[str]) -> bool:
    """Whether these pollutants are enough for an index, if they are as bad as can be."""
    worst = Parts()
    for parameter in scale.pollutants.keys() & set(parameters):
        for table in scale.pollutants[parameter].current:
            if isinstance(table.rows, Risk):
                worst.risks[parameter] = 100.0
            else:
                worst.indices[parameter] = scale.lowest[-1]
    return scale.overall(worst) is not None


def _in_force(versions: Sequence[str], day: date) -> str:
    began = [version for version in versions if (SCALES[version].effective_from or date.min) <= day]
    return next(iter(began), versions[-1])
