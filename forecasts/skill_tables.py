"""The scoreboard as tables for operators."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from .models import Location
from .scoreboard import skill_of, skill_of_all

PERCENT = {"skill_persistence", "skill_climatology", "coverage80", "coverage95", "category_hits"}
FIGURES = (
    "mae",
    "bias",
    "mae_persistence",
    "skill_persistence",
    "mae_climatology",
    "skill_climatology",
    "coverage80",
    "coverage95",
    "category_hits",
)


def table_of(location: Location, clock: datetime) -> str:
    skill = skill_of(location, clock)
    return table(skill, skill["needed"])


def overview(clock: datetime) -> dict[str, Any]:
    skill = skill_of_all(clock)
    groups = [{"air": group["air"], "table": table(group, skill["needed"])} for group in skill["groups"]]
    return {"skill": skill, "groups": groups}


def table(group: dict[str, Any], needed: int) -> str:
    for parameter in group["parameters"]:
        for lead in parameter["leads"]:
            lead["shown"] = [written(name, lead[name]) for name in FIGURES]
    return render_to_string("forecasts/skill_table.html", {"group": group, "needed": needed})


def written(name: str, figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure * 100:.0f} %" if name in PERCENT else f"{figure:.3g}"
