"""What the index costs, in CPU time of one core: `python -m tests.benchmarks.index_cost`."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from forecasts.aqi import PARAMETERS, SCALES, Concentration, History, Unit, hourly_indices, indices

END = datetime(2026, 3, 1, 12, tzinfo=UTC)
TWO_ARE_FOR_HISTORY = ("us_epa_2012", "ca_aqhi_plus")
SHOWN = [scale for scale in SCALES if scale not in TWO_ARE_FOR_HISTORY]
A_YEAR = 365 * 24


def air(hours: int) -> History:
    """Six pollutants an hour; every tenth value is missing."""
    chance = random.Random(1)
    moments = [END - timedelta(hours=i) for i in range(hours)]
    return {
        parameter: {
            at: Concentration(round(chance.uniform(1, 80), 2), Unit.MICROGRAMS)
            for at in moments
            if chance.random() > 0.1
        }
        for parameter in PARAMETERS
    }


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    spent = []
    for _ in range(times):
        start = process_time()
        work()
        spent.append(1000 * (process_time() - start))
    return sorted(spent)


def main() -> None:
    day, year = air(24), air(A_YEAR)
    spent = milliseconds(lambda: indices(day, END, SHOWN), 300)
    print(f"{len(SHOWN)} scales of 6 pollutants and 24 hours: {median(spent):.2f} ms, at best {spent[0]:.2f} ms")
    hours = [END - timedelta(hours=i) for i in range(A_YEAR)]
    for scale in SCALES:
        best = milliseconds(lambda scale=scale: hourly_indices(year, hours, scale), 2)[0]
        print(f"a year of hours in {scale}: {best / 1000:.2f} s")


if __name__ == "__main__":
    main()
