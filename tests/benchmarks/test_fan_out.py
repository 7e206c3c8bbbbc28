"""A short run, so that the measuring programs keep working; its figures mean nothing."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.benchmarks import report, rest
from tests.benchmarks.bars import BARS, judged
from tests.benchmarks.contenders import CONTENDERS, Setting
from tests.benchmarks.measurement import Load, measure
from tests.benchmarks.parts import PARTS, Effort
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


def test_rest_is_answered_though_throttling_is_on() -> None:
    with redis_server() as redis_url:
        found = rest.measure("ASGI uvicorn", Setting("2kb", redis_url))
    assert found["missing"] == 0
    assert found["requests_per_second"] > 0


def test_a_bar_is_judged_by_the_ratio_of_what_was_measured(tmp_path: Path) -> None:
    results = {"rest": {"FastAPI": answers(100), "WSGI granian": answers(150), "ASGI uvicorn": answers(30)}}
    judgements = judged(results)
    assert [(one.measured, one.verdict) for one in judgements] == [(1.5, "must"), (0.3, "MISSED")]
    assert "MISSED" in report.of_bars(judgements)
    report.write_json(tmp_path / "bench.json", results, judgements)
    assert json.loads((tmp_path / "bench.json").read_text())["bars"][0]["verdict"] == "must"
    report.draw(tmp_path / "bench.png", results)
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")


def answers(per_second: float) -> dict[str, float]:
    return {"requests_per_second": per_second, "cpu_us": 1e6 / per_second, "missing": 0}


def test_every_bar_names_a_part_and_a_case_that_are_measured() -> None:
    effort = Effort("redis://nowhere")
    figures = ("deliveries_per_second", "requests_per_second", "connects_per_second", "cpu_us", "announcer_cpu_us")
    more = ("p50_ms", "p99_ms", "last_ms", "kb_per_socket", "grown_mb", "missing")
    measured = {
        part: {case: dict.fromkeys(figures + more, 1.0) for case in cases(effort)} for part, cases in PARTS.items()
    }
    assert len(judged(measured)) == len(BARS)
