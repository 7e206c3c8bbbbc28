"""The forecasts of the last month as one small line: how much nearer they came than "it stays as it is"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .air import AIRS
from .models import Score
from .scoreboard import DAYS
from .scoring import Sums, figures, total

PARAMETER, LEAD_HOURS, WINDOW_DAYS = "pm25", "24", 7
HEIGHT = 40
LOWEST, HIGHEST = -0.5, 1.0


@dataclass(frozen=True)
class SkillLine:
    """`points` are those of an SVG polyline, a unit a day, of the days that have enough comparisons."""

    air: str
    points: str
    zero: float
    newest: float | None

    @property
    def percent(self) -> int | None:
        return None if self.newest is None else round(100 * abs(self.newest))


def skill_line(clock: datetime) -> SkillLine | None:
    """Of all places together, over the seven days before each day; None where nothing was compared yet."""
    first = clock.date() - timedelta(days=DAYS + WINDOW_DAYS)
    rows = Score.objects.filter(location=None, parameter=PARAMETER, day__gt=first)
    by_air: dict[str, dict[date, list[float]]] = {}
    for row in rows:
        by_air.setdefault(row.air, {})[row.day] = row.sums.get(LEAD_HOURS, Sums())
    air = next((each for each in AIRS if each in by_air), None)
    return None if air is None else _line(air, by_air[air], clock.date())


def _line(air: str, days: dict[date, list[float]], today: date) -> SkillLine:
    skills = [_skill_before(days, today - timedelta(days=DAYS - 1 - day)) for day in range(DAYS)]
    points = " ".join(f"{day},{_y(skill):.1f}" for day, skill in enumerate(skills) if skill is not None)
    return SkillLine(air, points, _y(0), skills[-1])


def _skill_before(days: dict[date, list[float]], last: date) -> float | None:
    week = [days.get(last - timedelta(days=back), Sums()) for back in range(WINDOW_DAYS)]
    skill: float | None = figures(total(week))["skill_persistence"]
    return skill


def _y(skill: float) -> float:
    return HEIGHT * (HIGHEST - min(max(skill, LOWEST), HIGHEST)) / (HIGHEST - LOWEST)
