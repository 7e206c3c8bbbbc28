"""One pass over many locations with a subscriber each: `python -m tests.benchmarks.location_pass [LOCATIONS …]`."""

import os
import resource
import sys

from tests.benchmarks.contenders import CONTENDERS, Setting
from tests.benchmarks.measurement import Load, measure
from tests.services import redis_server

PASSES = 10


def main(counts: list[int]) -> None:
    os.sched_setaffinity(0, {1})
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    with redis_server() as redis_url:
        for count in counts:
            load = Load(sockets=count, updates=PASSES, path="/ws/aqi/place-%d")
            found = measure(CONTENDERS["uvicorn"], Setting("2kb", redis_url, locations=count), load)
            print(
                f"{count} locations: {found['missing']:.0f} missing, last after {found['last_ms']:.0f} ms, "
                f"CPU per location {found['cpu_us']:.0f} µs in the server and {found['announcer_cpu_us']:.0f} µs "
                f"in the beat; {found['connects_per_second']:.0f} connects/s, {found['kb_per_socket']:.1f} KB/socket",
                flush=True,
            )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [100, 10_000])
