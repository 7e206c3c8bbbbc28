"""What holds for every table at any concentration, above all around its edges."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forecasts.aqi import PARAMETERS, SCALES, Scale
from forecasts.aqi.bands import Bands, Levels
from forecasts.aqi.findings import look_up
from forecasts.aqi.series import Ratio
from forecasts.aqi.tables import Pollutant, Table
from tests.forecasts.air import clean, hours, of


class Row(NamedTuple):
    scale: Scale
    parameter: str
    pollutant: Pollutant
    table: Table

    @property
    def name(self) -> tuple[str, str, str]:
        return self.scale.id, self.parameter, self.table.name

    @property
    def step(self) -> Fraction:
        """The last decimal of the table, in µg/m³ or ppb."""
        return Fraction(self.pollutant.unit.size, 10**self.pollutant.decimals)

    def says(self, concentration: Fraction) -> float | None:
        average = Ratio(concentration.numerator, concentration.denominator)
        finding = look_up(self.pollutant, self.table, average)
        return finding.sub_index if finding.risk is None else finding.risk

    def place(self, concentration: Fraction) -> int | None:
        said = self.says(concentration)
        return None if said is None else self.scale.categories.index(self.scale.category(int(said)))


ROWS = [
    Row(scale, parameter, pollutant, table)
    for scale in SCALES.values()
    for parameter, pollutant in scale.pollutants.items()
    for table in pollutant.tables
]
# Where a table has no index, in µg/m³ or ppb of the rounded average: from … on, and beyond.
BEGINS = {
    ("us_epa_2024", "o3", "1h"): 125,
    ("us_epa_2024", "so2", "24h"): 305,
    ("us_epa_2012", "o3", "1h"): 125,
    ("us_epa_2012", "so2", "24h"): 305,
    ("in_naqi_2014", "o3", "1h"): Fraction("208.5"),
    ("sg_psi", "o3", "1h"): 785,
    ("sg_psi", "no2", "1h"): 1130,
}
ENDS = {
    ("us_epa_2024", "o3", "8h"): Fraction(201) - Fraction(1, 10**9),
    ("us_epa_2012", "o3", "8h"): Fraction(201) - Fraction(1, 10**9),
    ("cn_hj633_2012", "o3", "8h"): 800,
    ("cn_hj633_2012", "so2", "1h"): 800,
    ("eu_eaqi_2019", "pm25", "24h"): 800,
    ("eu_eaqi_2019", "pm10", "24h"): 1200,
    ("eu_eaqi_2019", "o3", "1h"): 800,
    ("eu_eaqi_2019", "no2", "1h"): 1000,
    ("eu_eaqi_2019", "so2", "1h"): 1250,
}
# The pollutants without which there is no index, however much is known of the others.
REQUIRED = {
    "ca_aqhi": {"no2", "o3", "pm25"},
    "ca_aqhi_plus": {"pm25"},  # which stand alone where ozone or nitrogen dioxide is missing
    "hk_aqhi": {"no2", "so2", "o3"},
    "kr_cai": {"pm10", "pm25", "no2", "o3"},
    "cn_hj633_2026": set(PARAMETERS),
}


def edges(row: Row) -> Sequence[Fraction]:
    rows = row.table.rows
    if isinstance(rows, Bands):
        return [edge * row.step for band in rows.bands for edge in (band.low, band.high)]
    return [bound * row.step for bound in rows.bounds] if isinstance(rows, Levels) else [Fraction(0)]


@st.composite
def near_an_edge(draw: st.DrawFn, rows: Sequence[Row] = ROWS) -> tuple[Row, Fraction, Fraction]:
    """A table, and two concentrations at most one step apart, the lower first."""
    row = draw(st.sampled_from(rows))
    about = draw(st.sampled_from(edges(row))) + draw(st.sampled_from([-1, 0, 1])) * row.step
    offset, apart = (Fraction(draw(st.integers(low, 100)), 100) for low in (-100, 0))
    low = max(about + offset * row.step, Fraction(0))
    return row, low, low + apart * row.step


anywhere = st.tuples(st.sampled_from(ROWS), st.fractions(0, 10**7), st.fractions(0, 10**7))


@given(near_an_edge() | anywhere)
def test_more_is_never_less_in_a_table(drawn: tuple[Row, Fraction, Fraction]) -> None:
    row, *two = drawn
    low, high = (row.says(concentration) for concentration in sorted(two))
    assert low is None or high is None or 0 <= low <= high


# The WHO has no interim target for some levels, so its categories may be passed over.
@given(near_an_edge([row for row in ROWS if row.scale.id != "who_aqg_2021"]))
def test_a_step_never_passes_over_a_category(drawn: tuple[Row, Fraction, Fraction]) -> None:
    row, *two = drawn
    low, high = (row.place(concentration) for concentration in two)
    assert low is None or high is None or high - low in (0, 1)


@given(near_an_edge() | anywhere)
def test_a_table_is_silent_only_where_its_scale_says_so(drawn: tuple[Row, Fraction, Fraction]) -> None:
    row, *two = drawn
    for concentration in two:
        assert (row.says(concentration) is None) == is_silent(row, concentration)


def is_silent(row: Row, concentration: Fraction) -> bool:
    return concentration < BEGINS.get(row.name, 0) or concentration > ENDS.get(row.name, math.inf)


@pytest.mark.parametrize("scale", sorted(SCALES))
@pytest.mark.parametrize("parameter", PARAMETERS)
@given(value=st.floats())
@settings(max_examples=5)
@example(value=math.nan)
@example(value=math.inf)
@example(value=-999)
@example(value=1e300)
@example(value=-5.5)
@example(value=9e14)
def test_an_index_is_missing_only_for_want_of_a_pollutant_that_is_required(
    scale: str, parameter: str, value: float
) -> None:
    found = of(scale, clean(**{parameter: hours([value] * 24)}))
    is_missing = not -10 <= value < 1e15
    assert (found.value is None) == (is_missing and parameter in REQUIRED.get(scale, set()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row.name))
def test_around_every_edge_nothing_falls_nothing_is_passed_over_and_nothing_is_silent(row: Row) -> None:
    offsets = [Fraction(offset, 100) * row.step for offset in (-100, -50, -1, 0, 1, 50, 100)]
    limits = [Fraction(limits[row.name]) for limits in (BEGINS, ENDS) if row.name in limits]
    amounts = sorted({max(edge + offset, Fraction(0)) for edge in [*edges(row), *limits] for offset in offsets})
    assert [amount for amount in amounts if is_silent(row, amount) != (row.says(amount) is None)] == []
    said = [number for amount in amounts if (number := row.says(amount)) is not None]
    assert said == sorted(said)
    assert len(said) > 1
    if row.scale.id != "who_aqg_2021":
        places = [place for amount in amounts if (place := row.place(amount)) is not None]
        assert all(high - low in (0, 1) for low, high in pairwise(places))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row.name))
def test_an_average_below_zero_is_zero(row: Row) -> None:
    assert row.says(Fraction(-9)) == row.says(Fraction(-1, 1000)) == row.says(Fraction(0))
