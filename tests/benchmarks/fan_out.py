"""How fast one text reaches many sockets, beside other designs and the limits: `python -m tests.benchmarks.fan_out`.

Closed loop: the next update is asked for when everybody has the one before. Ratios of medians are what counts; absolute
figures are of this machine and this minute. Needs Linux with two cores and a C compiler.
"""

import argparse
import os
import resource
import statistics
from collections import defaultdict

from tests.benchmarks.chart import write_chart
from tests.benchmarks.contenders import BUILD, CONTENDERS, Setting
from tests.benchmarks.measurement import Load, measure
from tests.services import redis_server

Figures = dict[str, dict[str, float]]

COLUMNS = {
    "deliveries/s": ("deliveries_per_second", "{:.0f}"),
    "CPU µs": ("cpu_us", "{:.1f}"),
    "p50 ms": ("p50_ms", "{:.1f}"),
    "p99 ms": ("p99_ms", "{:.1f}"),
    "last ms": ("last_ms", "{:.1f}"),
    "connects/s": ("connects_per_second", "{:.0f}"),
    "KB/socket": ("kb_per_socket", "{:.1f}"),
    "grown MB": ("grown_mb", "{:.1f}"),
    "missing": ("missing", "{:.0f}"),
}


def medians(names: list[str], setting: Setting, load: Load, rounds: int) -> Figures:
    """Interleaved, so that a busy minute of the machine falls on everybody."""
    values: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in names}
    for number in range(rounds):
        for name in names:
            print(f"  round {number + 1}: {name}", flush=True)
            for figure, value in measure(CONTENDERS[name], setting, load).items():
                values[name][figure].append(value)
    return {
        name: {figure: statistics.median(of_rounds) for figure, of_rounds in figures.items()}
        for name, figures in values.items()
    }


def table(found: Figures) -> str:
    rows = [["", "× predecessor", "CPU × broadcast()", "CPU × raw C", "p99/last", *COLUMNS]]
    for name, figures in found.items():
        rows.append(
            [
                name,
                ratio(figures, found.get("predecessor"), "deliveries_per_second"),
                ratio(figures, found.get("broadcast()"), "cpu_us"),
                ratio(figures, found.get("raw C"), "cpu_us"),
                f"{figures['p99_ms'] / figures['last_ms']:.2f}",
                *(form.format(figures[figure]) for figure, form in COLUMNS.values()),
            ]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def ratio(figures: dict[str, float], other: dict[str, float] | None, figure: str) -> str:
    return "" if other is None else f"{figures[figure] / other[figure]:.2f}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sockets", type=int, nargs="+", default=[1000, 5000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--updates", type=int, default=30)
    options.add_argument("--stalled", type=int, default=0)
    options.add_argument("--size", choices=["2kb", "snapshot"], default="2kb")
    options.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    chosen = options.parse_args()
    os.sched_setaffinity(0, {1})
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    with redis_server() as redis_url:
        for sockets in chosen.sockets:
            load = Load(sockets, chosen.updates, chosen.stalled)
            print(f"{sockets} sockets, {chosen.rounds} rounds", flush=True)
            found = medians(chosen.only, Setting(chosen.size, redis_url), load, chosen.rounds)
            print(table(found), flush=True)
            deliveries = {name: figures["deliveries_per_second"] for name, figures in found.items()}
            write_chart(BUILD / f"fan-out-{sockets}.svg", f"Deliveries a second, {sockets} sockets", deliveries)


if __name__ == "__main__":
    main()
