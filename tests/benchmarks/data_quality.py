"""What the judge says of real series: `python -m tests.benchmarks.data_quality FOLDER`.

The folder holds CSV files as `import_observations` takes them, with their `manifest.json`. Prints, for each file and
parameter, how many hours there are and how many have each flag; then how long the judging alone took.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from forecasts.imports.formats import read_header
from forecasts.imports.manifest import read_manifest
from forecasts.imports.rows import Rows
from forecasts.imports.tables import Table
from forecasts.quality import Flag, judge, names

Series = dict[tuple[str, str], dict[int, float]]  # parameter and station, then hour since the epoch


def read(file: Path) -> tuple[Series, Counter[str]]:
    """The series, and how many hours of each parameter their publisher marked as not valid."""
    series: Series = defaultdict(dict)
    marked: Counter[str] = Counter()
    with file.open("rb") as stream:
        table = Table(stream)
        for value in Rows(table, read_header(table.header, {}, read_manifest(file).units), datetime.now(UTC), None):
            series[value.measure.parameter, value.station][int(value.observed_at.timestamp()) // 3600] = value.ug_m3
            marked[value.measure.parameter] += bool(value.flags & Flag.PUBLISHER)
    return series, marked


def lines(file: Path) -> Iterator[str]:
    series, marked = read(file)
    hours: Counter[str] = Counter()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    start = time.process_time()
    for (parameter, _), values in series.items():
        hours[parameter] += len(values)
        for flags in judge(parameter, values).values():
            found[parameter].update(names(flags))
    seconds = time.process_time() - start
    for parameter, count in hours.items():
        said = ", ".join(f"{number} {name}" for name, number in found[parameter].most_common()) or "nothing"
        yield f"{file.name} {parameter}: {count} hours, {marked[parameter]} marked by their publisher; {said}"
    yield f"  judged in {seconds:.2f} s, {1e6 * seconds / sum(hours.values()):.1f} µs an hour"


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).glob("*.csv*")):
        print(*lines(path), sep="\n")
