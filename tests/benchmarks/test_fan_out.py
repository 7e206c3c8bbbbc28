"""A short run, so that the measuring programs keep working; its figures mean nothing."""

import os
import shutil

import pytest

from tests.benchmarks.contenders import CONTENDERS, Setting
from tests.benchmarks.measurement import Load, measure
from tests.services import redis_server

needs = not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2 or not shutil.which("cc")
pytestmark = [pytest.mark.processes, pytest.mark.skipif(needs, reason="needs Linux, two cores and a C compiler")]


@pytest.mark.parametrize("name", ["uvicorn", "raw C"])
def test_every_subscriber_gets_every_update_though_some_never_read(name: str) -> None:
    load = Load(sockets=30, updates=100, stalled=5)
    with redis_server() as redis_url:
        found = measure(CONTENDERS[name], Setting("snapshot", redis_url), load)
    assert found["missing"] == 0
    assert found["deliveries_per_second"] > 0
