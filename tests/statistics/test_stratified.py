"""Cochran–Mantel–Haenszel tests against R's mantelhaen.test and coin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.stratified import (
    Stratum,
    cochran_mantel_haenszel,
    general_association,
    linear_association,
)

CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "ordinal.json").read_text())
ROWS: list[dict[str, Any]] = REFERENCE["strata"]
TREASURE = ([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 8
    assert sum(row["corrected"] is not None for row in ROWS) >= 4
    assert sum(row["general"] is not None for row in ROWS) >= 3


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_strata_equal_r(row: dict[str, Any]) -> None:
    strata = row["strata"]
    linear = linear_association(strata)
    assert [linear.statistic, linear.df, linear.p] == pytest.approx(row["linear"], rel=CLOSED_FORM)
    if row["general"]:
        general = general_association(strata)
        assert [general.statistic, general.df, general.p] == pytest.approx(row["general"], rel=CLOSED_FORM)
    for key, continuity in (("corrected", True), ("uncorrected", False)):
        if row[key]:
            test = cochran_mantel_haenszel(strata, continuity=continuity)
            expected = pytest.approx(row[key], rel=CLOSED_FORM, abs=1e-12)
            assert [test.statistic, test.df, test.p] == expected, key


@pytest.mark.parametrize("row", [row for row in REFERENCE["two_arms"] if row["lbl"]], ids=str)
def test_one_stratum_equals_lbl_test(row: dict[str, Any]) -> None:
    test = linear_association([(row["counts1"], row["counts2"])])
    assert [test.statistic, test.p] == pytest.approx(row["lbl"], rel=CLOSED_FORM, abs=1e-12)


def test_two_categories_are_one_test() -> None:
    strata: list[Stratum] = [([3, 9], [8, 2]), ([1, 4], [4, 4])]
    expected = cochran_mantel_haenszel(strata, continuity=False).statistic
    assert linear_association(strata).statistic == pytest.approx(expected, rel=CLOSED_FORM)
    assert general_association(strata).statistic == pytest.approx(expected, rel=CLOSED_FORM)


def test_strata_of_one_or_of_one_arm_tell_nothing() -> None:
    alone: list[Stratum] = [([1, 0], [0, 0]), ([3, 2], [0, 0]), ([0, 4], [0, 5])]
    strata: list[Stratum] = [([3, 9], [8, 2]), *alone]
    expected = cochran_mantel_haenszel(strata[:1])
    assert cochran_mantel_haenszel(strata).statistic == pytest.approx(expected.statistic, rel=CLOSED_FORM)
    for test in (cochran_mantel_haenszel, general_association, linear_association):
        with pytest.raises(ValueError, match="no stratum"):
            test(alone)


def test_other_scores_can_be_given() -> None:
    """Scores may be shifted and stretched; those of two categories cut the scale."""
    plain = linear_association([TREASURE]).statistic
    stretched = linear_association([TREASURE], [10 + 3 * j for j in range(7)]).statistic
    assert stretched == pytest.approx(plain, rel=CLOSED_FORM)
    cut = linear_association([TREASURE], [0, 0, 1, 1, 1, 1, 1]).statistic
    halves: list[Stratum] = [([14, 90], [11, 91])]
    expected = cochran_mantel_haenszel(halves, continuity=False).statistic
    assert cut == pytest.approx(expected, rel=CLOSED_FORM)


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
        linear_association(strata)


def test_wrong_categories_and_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="two categories"):
        cochran_mantel_haenszel([TREASURE])
    with pytest.raises(ValueError, match="as many scores"):
        linear_association([TREASURE], [1, 2])


@given(
    strata=st.lists(
        st.tuples(*[st.lists(st.integers(0, 8), min_size=3, max_size=3)] * 2), min_size=1, max_size=4
    )
)
@settings(max_examples=50)
def test_exchanged_arms_and_order_of_strata_change_nothing(strata: list[tuple[list[int], list[int]]]) -> None:
    turned: list[Stratum] = [(b, a) for a, b in reversed(strata)]
    for test in (linear_association, general_association):
        try:
            found = test(strata)
        except ValueError:
            with pytest.raises(ValueError, match="no stratum"):
                test(turned)
            continue
        assert test(turned).statistic == pytest.approx(found.statistic, rel=1e-7, abs=1e-9)
        assert test(turned).df == found.df
