"""Coordinates as people write them: `28.6139,77.2090`, `28.6139 77.2090`, `33.8688S, 151.2093E`, `E 77.2 N 28.6`."""

import re
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

AXES = {"N": "latitude", "S": "latitude", "E": "longitude", "W": "longitude"}
LIMITS = {"latitude": 90, "longitude": 180}
TWICE = {
    "latitude": _("It has two latitudes: give one of N and S and one of E and W."),
    "longitude": _("It has two longitudes: give one of N and S and one of E and W."),
}
OUTSIDE = {
    "latitude": _("A latitude is between -90 and 90, not {degrees}; the latitude comes first."),
    "longitude": _("A longitude is between -180 and 180, not {degrees}; the latitude comes first."),
}
PART = re.compile(r"([NSEW]?)([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+|NAN|INF))°?([NSEW]?)")


class Coordinate(NamedTuple):
    latitude: float
    longitude: float


class CoordinateError(ValueError):
    pass


def parse_coordinate(text: str) -> Coordinate | None:
    """None where the text is no coordinate; CoordinateError where it is one that contradicts itself or is not on Earth.

    Without letters the latitude comes first; N, S, E and W, before or after a number, mean what they say.
    """
    parts = [PART.fullmatch(part) for part in _split(text.upper().replace("−", "-"))]
    found = [_signed(*part.groups()) for part in parts if part]
    if len(found) != len(parts) or len(found) != 2:
        return None
    (first_axis, first), (second_axis, second) = found
    if first_axis is not None and first_axis == second_axis:
        raise CoordinateError(TWICE[first_axis])
    is_swapped = first_axis == "longitude" or second_axis == "latitude"
    latitude, longitude = (second, first) if is_swapped else (first, second)
    return Coordinate(_within("latitude", latitude), _within("longitude", longitude))


def _split(text: str) -> list[str]:
    if "," in text:
        return ["".join(part.split()) for part in text.split(",")]
    words = text.split()
    return ["".join(words[:2]), "".join(words[2:])] if len(words) == 4 else words


def _signed(before: str, number: str, after: str) -> tuple[str | None, float]:
    letter = before or after
    if before and after:
        two_letters = _("{part} has two letters: put one before or after the number.")
        raise CoordinateError(format_lazy(two_letters, part=before + number + after))
    if letter and number[0] in "+-":
        both = _("{part} has a sign and a letter: give one of them.")
        raise CoordinateError(format_lazy(both, part=before + number + after))
    return AXES.get(letter), -float(number) if letter in ("S", "W") else float(number)


def _within(axis: str, degrees: float) -> float:
    limit = LIMITS[axis]
    if not -limit <= degrees <= limit:  # also what is not a number
        raise CoordinateError(format_lazy(OUTSIDE[axis], degrees=f"{degrees:g}"))
    return degrees
