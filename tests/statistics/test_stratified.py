"""The Cochran–Mantel–Haenszel test against R's mantelhaen.test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.stratified import Stratum, general_association

CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "ordinal.json").read_text())
ROWS: list[dict[str, Any]] = REFERENCE["strata"]


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 8
    assert sum(row["general"] is not None for row in ROWS) >= 7


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["general"]], ids=lambda row: f"{len(row['strata'])}"
)
def test_strata_equal_r(row: dict[str, Any]) -> None:
    """Rabbits of R's example to BCG's hundred thousands, whose covariance rounds away from singular."""
    general = general_association(row["strata"])
    found = [general.statistic, general.df, general.p]
    assert found == pytest.approx(row["general"], rel=CLOSED_FORM, abs=0)


def test_strata_of_one_or_of_one_arm_tell_nothing() -> None:
    alone: list[Stratum] = [([1, 0], [0, 0]), ([3, 2], [0, 0]), ([0, 4], [0, 5])]
    strata: list[Stratum] = [([3, 9], [8, 2]), *alone]
    expected = general_association(strata[:1])
    assert general_association(strata).statistic == pytest.approx(expected.statistic, rel=CLOSED_FORM)
    with pytest.raises(ValueError, match="no stratum"):
        general_association(alone)


@pytest.mark.parametrize(
    ("strata", "message"),
    [
        ([([1, 2], [1, 2, 3])], "same categories"),
        ([([1, 2], [2, 3]), ([1, 2, 3], [3, 2, 1])], "same categories"),
        ([], "same categories"),
        ([([1, -2], [1, 2])], "0 or more"),
    ],
)
def test_impossible_strata_are_refused(strata: list[Stratum], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        general_association(strata)


@given(
    strata=st.lists(
        st.tuples(*[st.lists(st.integers(0, 8), min_size=3, max_size=3)] * 2), min_size=1, max_size=4
    )
)
@settings(max_examples=50)
def test_exchanged_arms_and_order_of_strata_change_nothing(strata: list[tuple[list[int], list[int]]]) -> None:
    turned: list[Stratum] = [(b, a) for a, b in reversed(strata)]
    try:
        found = general_association(strata)
    except ValueError:
        with pytest.raises(ValueError, match="no stratum"):
            general_association(turned)
        return
    assert general_association(turned).statistic == pytest.approx(found.statistic, rel=1e-7, abs=1e-9)
    assert general_association(turned).df == found.df
