"""Measures what is promised of speed and size: `python -m tests.benchmarks`.

Closed loops: the next update is asked for when everybody has the one before. Ratios of medians are what counts;
absolute figures are of this machine and this minute. The server has core 0, everything else core 1. Needs Linux with
two cores and a C compiler. Status 1 if something that must be is not.
"""

import argparse
import os
import resource
import signal
import sys

from tests.benchmarks import report
from tests.benchmarks.bars import Results, judged
from tests.benchmarks.contenders import BUILD, CONTENDERS
from tests.benchmarks.parts import PARTS, Effort, medians
from tests.services import free_port, redis_server_at


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    options.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--updates", type=int, default=30)
    chosen = options.parse_args()
    os.sched_setaffinity(0, {1})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    port = free_port()
    with redis_server_at(port):
        effort = Effort(f"redis://127.0.0.1:{port}/0", chosen.rounds, chosen.updates, tuple(chosen.contenders))
        return measure(chosen.only, effort)


def measure(parts: list[str], effort: Effort) -> int:
    results: Results = {}
    for part in parts:
        print(f"{part}, {effort.rounds} rounds", flush=True)
        results[part] = medians(PARTS[part](effort), effort.rounds)
        print(report.of_part(results[part]), flush=True)
    judgements = judged(results)
    print(report.of_bars(judgements), flush=True)
    BUILD.mkdir(exist_ok=True)
    report.write_json(BUILD / "bench.json", results, judgements)
    report.draw(BUILD / "bench.png", results)
    print(f"{BUILD / 'bench.json'}, {BUILD / 'bench.png'}")
    return 1 if any(one.verdict == "MISSED" for one in judgements) else 0


if __name__ == "__main__":
    sys.exit(main())
