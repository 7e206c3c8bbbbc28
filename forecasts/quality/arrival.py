"""What can only be said when a value arrives: whether it is a number at all, and whether its time can be true."""

import math
from datetime import datetime, timedelta

from forecasts.quality.flags import Flag
from forecasts.quality.limits import NO_VALUE

# A wrong time zone is wrong by less than this; anything later is no time at all.
FURTHEST_FUTURE = timedelta(hours=26)
# Nobody is asked for more. A clock that was reset says 1970 or 2000.
OLDEST_NEWS = timedelta(days=92)


def is_no_value(number: float) -> bool:
    return number in NO_VALUE


def reason_to_reject(value_ug_m3: float, observed_at: datetime, clock: datetime) -> str | None:
    """Why there is nothing that could be kept; None: it is kept, be it with a flag."""
    if not math.isfinite(value_ug_m3):
        return "not a finite number"
    return "in the far future" if observed_at - clock > FURTHEST_FUTURE else None


def flag_of_time(observed_at: datetime, clock: datetime) -> Flag:
    """Of news: a file may be as old as it likes."""
    if observed_at > clock:
        return Flag.FUTURE
    return Flag.OLD if clock - observed_at > OLDEST_NEWS + timedelta(hours=26) else Flag(0)
