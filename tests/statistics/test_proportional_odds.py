"""The common odds ratio, its test, profile limits and assumption, against ordinal::clm."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.proportional_odds import (
    fit,
    likelihood_ratio_test,
    profile_interval,
    proportional_odds_test,
)

CLOSED_FORM = 1e-10
#: clm stops at a gradient of 1e-11, uniroot at 1e-12; both leave eight digits of the estimate.
ITERATIVE = 1e-8
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "ordinal.json").read_text())
ROWS: list[dict[str, Any]] = REFERENCE["two_arms"]
FITTED = [row for row in ROWS if row["clm"] is not None]
ARMS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6)


def name(row: dict[str, Any]) -> str:
    return f"{row['counts1']}-{row['counts2']}"


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(FITTED) >= 22
    assert sum(row["clm"]["nominal"] is not None for row in FITTED) >= 11


@pytest.mark.parametrize("row", FITTED, ids=name)
def test_fit_equals_clm(row: dict[str, Any]) -> None:
    arms, expected = (row["counts1"], row["counts2"]), row["clm"]
    model = fit(*arms)
    assert model.log_or == pytest.approx(expected["beta"], rel=ITERATIVE, abs=ITERATIVE)
    assert model.se == pytest.approx(expected["se"], rel=ITERATIVE)
    assert model.log_likelihood == pytest.approx(expected["log_likelihood"], rel=CLOSED_FORM)
    assert model.thresholds == pytest.approx(expected["thresholds"], rel=ITERATIVE, abs=ITERATIVE)
    test = likelihood_ratio_test(*arms)
    assert test.statistic == pytest.approx(expected["lr"], rel=ITERATIVE, abs=ITERATIVE)
    assert test.p == pytest.approx(expected["lr_p"], rel=1e-6, abs=ITERATIVE)
    assert profile_interval(*arms) == pytest.approx(expected["profile"], rel=ITERATIVE, abs=ITERATIVE)


@pytest.mark.parametrize("row", [row for row in FITTED if row["clm"]["nominal"]], ids=name)
def test_the_assumption_is_tested_as_by_nominal_test(row: dict[str, Any]) -> None:
    test = proportional_odds_test(row["counts1"], row["counts2"])
    expected = row["clm"]["nominal"]
    assert (test.statistic, test.df) == pytest.approx(expected[:2], rel=ITERATIVE, abs=ITERATIVE)
    assert test.p == pytest.approx(expected[2], rel=1e-6)


def test_one_participant_against_thousands_has_limits() -> None:
    control = [
        2348,
        2513,
        588,
        880,
        0,
        2396,
        2250,
        0,
        335,
        0,
        2480,
        2721,
        0,
        1800,
        0,
        0,
        971,
        0,
        2987,
        0,
        2245,
    ]
    one = [0] * 19 + [1, 0]
    low, high = profile_interval(one, control)
    assert low < fit(one, control).log_or < high


def test_a_category_with_nearly_everybody_is_fitted_without_a_warning() -> None:
    """`MASS::polr` 7.3-58.2 with reltol 1e-15 gives 5.513042948 and SE 0.6371392651."""
    model = fit([1, 2, 3, 2, 1, 1000, 0], [0, 1, 3, 3, 2, 1, 0])
    assert (model.log_or, model.se) == pytest.approx((5.513042948, 0.6371392651), rel=1e-7)


def test_two_categories_give_the_odds_ratio() -> None:
    """Woolf 1955: ln(bc/(ad)) with variance Σ 1/cell, where category 2 is the event."""
    model = fit([7, 3], [2, 8])
    assert model.log_or == pytest.approx(math.log(3 * 2 / (7 * 8)), rel=CLOSED_FORM)
    assert model.se**2 == pytest.approx(1 / 7 + 1 / 3 + 1 / 2 + 1 / 8, rel=CLOSED_FORM)
    assert proportional_odds_test([7, 3], [2, 8]) == proportional_odds_test([1, 3], [2, 1])
    assert proportional_odds_test([7, 3], [2, 8]).p == 1


def test_categories_without_anyone_do_not_count() -> None:
    assert fit([3, 0, 2, 4], [5, 0, 5, 1]) == fit([3, 2, 4], [5, 5, 1])


def test_a_scale_of_twenty_one_categories_is_fitted() -> None:
    """The Barthel Index in steps of 5, few participants spread wide."""
    cells = [0] * 6 + [1, 0, 2, 0, 1, 0, 0, 3, 1, 0, 2, 4, 1, 0, 12]
    control = [4, 1, 0, 2, 0, 1, 1, 3, 0, 0, 1, 0, 2, 0, 0, 1, 1, 0, 2, 1, 3]
    low, high = profile_interval(cells, control)
    assert low < fit(cells, control).log_or < high


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        (([0, 0, 5], [20, 5, 0]), "infinite"),
        (([5, 0], [0, 25]), "infinite"),
        (([0, 0, 5], [20, 5, 3]), "infinite"),
        (([1, 0, 0], [3, 4, 5]), "infinite"),
        (([0, 4, 0], [0, 9, 0]), "one category"),
        (([4], [4]), "one category"),
        (([1, 2], [1, 2, 3]), "same categories"),
        (([1, -2], [1, 2]), "no negative"),
        (([0, 0], [1, 2]), "participants in each arm"),
    ],
)
def test_what_has_no_odds_ratio_is_refused(arms: tuple[list[int], list[int]], message: str) -> None:
    for estimate in (fit, profile_interval, likelihood_ratio_test, proportional_odds_test):
        with pytest.raises(ValueError, match=message):
            estimate(*arms)


@given(cells=ARMS)
@settings(max_examples=40)
def test_exchanged_arms_invert_the_odds_ratio(cells: list[tuple[int, int]]) -> None:
    arms = [a for a, _ in cells], [b for _, b in cells]
    first, second = ([j for j, count in enumerate(arm) if count] for arm in arms)
    assume(first and second and first[0] < second[-1] and second[0] < first[-1])
    model = fit(*arms)
    other, reverse = fit(*arms[::-1]), fit(arms[0][::-1], arms[1][::-1])
    assert other.log_or == pytest.approx(-model.log_or, rel=1e-7, abs=1e-7)
    assert reverse.log_or == pytest.approx(-model.log_or, rel=1e-7, abs=1e-7)
    assert (other.se, reverse.se) == pytest.approx((model.se, model.se), rel=1e-7)
    (low, high), (other_low, other_high) = profile_interval(*arms), profile_interval(*arms[::-1])
    assert (other_low, other_high) == pytest.approx((-high, -low), rel=1e-6, abs=1e-6)
    assert low < model.log_or < high
