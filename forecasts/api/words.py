"""The words of the product that readers see beside numbers: in English here, in other languages by gettext."""

from django.utils.translation import gettext_noop as _

STATUSES = {
    "live": _("Measured now"),
    "modelled": _("From a model"),
    "stale": _("Out of date"),
    "simulated": _("Simulated, not real"),
    "replay": _("Replay of the past"),
    "unavailable": _("No data"),
}
POLLUTANTS = {
    "pm25": _("Fine particles (PM2.5)"),
    "pm10": _("Particles (PM10)"),
    "pm1": _("Very fine particles (PM1)"),
    "o3": _("Ozone"),
    "no2": _("Nitrogen dioxide"),
    "so2": _("Sulphur dioxide"),
    "co": _("Carbon monoxide"),
    "no": _("Nitric oxide"),
    "nox": _("Nitrogen oxides"),
    "nh3": _("Ammonia"),
    "bc": _("Black carbon"),
    "pb": _("Lead"),
}
