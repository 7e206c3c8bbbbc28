"""The judge of one series: pure, and the same for a file of years and for the newest hour of a sensor.

The tests are those of real-time quality control everywhere (range, spike, flat line: U.S. IOOS QARTOD manuals), with
thresholds for hours of air; a flag for what is near the detection limit, and counts, is the practice of the EU's
reporting (EIONET vocabulary `observationvalidity`, 2 and 3).
"""

from collections.abc import Iterator, Mapping

from forecasts.quality.flags import NOTHING, Flag, is_doubted
from forecasts.quality.limits import (
    FULL_SCALE,
    HIGHEST_POSSIBLE,
    LOW,
    PARTICLES,
    SPIKE_HEIGHT,
    SPIKE_RATIO,
    STUCK_HOURS,
    STUCK_HOURS_WHEN_LOW,
    TOO_NEGATIVE,
)

Values = Mapping[int, float]  # hour since the epoch -> µg/m³
Verdicts = dict[int, Flag]

# The verdict on an hour depends on so many hours before and after it, and on nothing beyond.
REACH_HOURS = STUCK_HOURS_WHEN_LOW - 1


def judge(parameter: str, values: Values) -> Verdicts:
    """The hours of one source that there is something to say about; a later hour may change what is said of these."""
    verdicts = {hour: flag for hour, value in values.items() if (flag := flag_of(parameter, value))}
    possible = {hour: value for hour, value in values.items() if not is_doubted(verdicts.get(hour))}
    for hour in _spikes(parameter, possible):
        verdicts[hour] = verdicts.get(hour, NOTHING) | Flag.SPIKE
    for hour, flag in _flat(parameter, possible):
        verdicts[hour] = verdicts.get(hour, NOTHING) | flag
    return verdicts


def flag_of(parameter: str, value_ug_m3: float) -> Flag:
    """What a value says of itself, whatever stands beside it."""
    if value_ug_m3 <= TOO_NEGATIVE[parameter]:
        return Flag.NEGATIVE
    if value_ug_m3 < 0:
        return Flag.DETECTION_LIMIT
    if value_ug_m3 > HIGHEST_POSSIBLE[parameter]:
        return Flag.IMPOSSIBLE
    return Flag.FULL_SCALE if parameter in PARTICLES and value_ug_m3 in FULL_SCALE else NOTHING


def _spikes(parameter: str, values: Values) -> Iterator[int]:
    """Single hours far above or far below both of their neighbours; without both there is no verdict."""
    height = SPIKE_HEIGHT * LOW[parameter]
    for hour, value in values.items():
        before, after = values.get(hour - 1), values.get(hour + 1)
        if before is None or after is None:
            continue
        low, high = min(before, after), max(before, after)
        is_peak = value > SPIKE_RATIO * high and value - high > height
        is_gap = low > SPIKE_RATIO * value and low - value > height
        if is_peak or is_gap:
            yield hour


def _flat(parameter: str, values: Values) -> Iterator[tuple[int, Flag]]:
    for value, first, last in _runs(values):
        count = last - first + 1
        is_low = value <= LOW[parameter]
        most = STUCK_HOURS_WHEN_LOW if is_low and parameter in PARTICLES else STUCK_HOURS
        if count >= most:
            flag = Flag.DETECTION_LIMIT if is_low and parameter not in PARTICLES else Flag.STUCK
            yield from ((hour, flag) for hour in range(first, last + 1))


def _runs(values: Values) -> Iterator[tuple[float, int, int]]:
    """(value, first hour, last hour) of what stays the same without a gap."""
    run: tuple[float, int, int] | None = None
    for hour in sorted(values):
        if run is not None and run[0] == values[hour] and run[2] == hour - 1:
            run = (run[0], run[1], hour)
            continue
        if run is not None:
            yield run
        run = (values[hour], hour, hour)
    if run is not None:
        yield run
