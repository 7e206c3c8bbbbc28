"""A bar chart, written by hand as SVG: one picture is no reason for a plotting library."""

from html import escape
from pathlib import Path

WIDTH, ROW, LABEL = 760, 34, 130


def write_chart(file: Path, title: str, values: dict[str, float]) -> None:
    """One bar for each name, as long as its value."""
    most = max(values.values())
    bars = [bar(number, name, value, most) for number, (name, value) in enumerate(values.items())]
    height = ROW * (len(bars) + 1) + 10
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">'
    heading = f'<text x="10" y="22" font-size="15">{escape(title)}</text>'
    background = f'<rect width="{WIDTH}" height="{height}" fill="white"/>'
    file.write_text("\n".join([head, background, heading, *bars, "</svg>", ""]), encoding="utf-8")


def bar(number: int, name: str, value: float, most: float) -> str:
    top = ROW * (number + 1) + 6
    length = value / most * (WIDTH - LABEL - 90)
    return (
        f'<text x="{LABEL - 8}" y="{top + 16}" text-anchor="end" font-size="13">{escape(name)}</text>'
        f'<rect x="{LABEL}" y="{top}" width="{length:.1f}" height="22" fill="#3b6ea5"/>'
        f'<text x="{LABEL + length + 6:.1f}" y="{top + 16}" font-size="13">{value:,.0f}</text>'
    )
