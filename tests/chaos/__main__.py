"""Breaks the server in every way we know, and says of each whether it held: `python -m tests.chaos`.

One line a fault and server: what was measured, what is asked for, and whether it was reached. Status 1 if any was not.
"""

import argparse
import asyncio
import resource
import signal
import sys

from tests.chaos.fault import FULL, SHORT, Fault, Outcome, Size
from tests.chaos.faults import FAULTS, LAST
from tests.chaos.site import SERVERS, Site, running


async def caused(fault: Fault, site: Site, size: Size) -> Outcome:
    try:
        return await fault.cause(site, size)
    except Exception as error:  # this fault's row tells, and the others are still to be looked at
        return Outcome(f"{type(error).__name__}: {error}", is_sound=False)


def show(fault: Fault, server: str, outcome: Outcome) -> bool:
    passed = outcome.is_sound and outcome.is_in_time
    print(f"{'pass' if passed else 'FAIL'}  {server:7}  {fault.name:28}  {outcome.measured}  [{fault.bar}]", flush=True)
    return passed


async def break_all(site: Site, faults: list[Fault], size: Size) -> bool:
    """The last ones take long and disturb nobody, so they run beside each other."""
    results = [show(fault, site.server, await caused(fault, site, size)) for fault in faults if fault not in LAST]
    waiting = [fault for fault in faults if fault in LAST]
    outcomes = await asyncio.gather(*(caused(fault, site, size) for fault in waiting))
    return all([*results, *(show(fault, site.server, one) for fault, one in zip(waiting, outcomes, strict=True))])


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__.splitlines()[0])
    options.add_argument("--short", action="store_true", help="a few clients and messages")
    options.add_argument("--server", nargs="+", choices=SERVERS, default=list(SERVERS))
    options.add_argument("--only", default="", help="faults whose name contains this")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    faults = [fault for fault in FAULTS if chosen.only in fault.name]
    held = True
    for server in chosen.server:
        with running(server) as site:
            held &= asyncio.run(break_all(site, faults, SHORT if chosen.short else FULL))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
