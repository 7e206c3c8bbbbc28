"""The results as a table, as JSON, and as a picture."""

import json
import platform
from dataclasses import asdict
from pathlib import Path

from matplotlib.figure import Figure

from tests.benchmarks.bars import Judgement, Results
from tests.benchmarks.parts import Figures

SHOWN = {
    "deliveries_per_second": "deliveries/s",
    "requests_per_second": "requests/s",
    "cpu_us": "CPU µs",
    "announcer_cpu_us": "publisher's µs",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "last_ms": "last ms",
    "connects_per_second": "connects/s",
    "kb_per_socket": "KB/socket",
    "grown_mb": "grown MB",
    "missing": "missing",
}


def table(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def of_part(cases: dict[str, Figures]) -> str:
    shown = [figure for figure in SHOWN if any(figure in figures for figures in cases.values())]
    rows = [[case, *(f"{figures.get(figure, 0):.1f}" for figure in shown)] for case, figures in cases.items()]
    return table([["", *(SHOWN[figure] for figure in shown)], *rows])


def of_bars(judgements: list[Judgement]) -> str:
    rows = [[one.bar, one.must, one.aim, f"{one.measured:.2f}", one.verdict] for one in judgements]
    return table([["", "must", "aim", "measured", "verdict"], *rows])


def write_json(file: Path, results: Results, judgements: list[Judgement]) -> None:
    machine = {"machine": platform.platform(), "python": platform.python_version()}
    content = {**machine, "bars": [asdict(one) for one in judgements], "results": results}
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def draw(file: Path, results: Results) -> None:
    """A row a part: throughput, and CPU for each delivery or answer."""
    parts = {part: cases for part, cases in results.items() if part.startswith(("fan-out", "rest"))}
    if not parts:
        return
    picture = Figure(figsize=(11, 2.4 * len(parts)), layout="constrained")
    grid = picture.subplots(len(parts), 2, squeeze=False)
    for (part, cases), (left, right) in zip(parts.items(), grid, strict=True):
        unit = "requests" if part == "rest" else "deliveries"
        for axes, figure, title in ((left, f"{unit}_per_second", f"{unit} a second"), (right, "cpu_us", "CPU µs each")):
            bars = axes.barh(list(cases), [figures[figure] for figures in cases.values()], color="#3b6ea5")
            axes.bar_label(bars, fmt="{:,.0f}", padding=3)
            axes.set_title(f"{part}: {title}", fontsize=10)
            axes.invert_yaxis()
            axes.margins(x=0.15)
    picture.savefig(file, dpi=110)
