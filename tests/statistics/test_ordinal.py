"""Superiority, odds, benefit and utilities of ordinal distributions, against pROC, coin and base R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.ordinal import (
    INTERVALS,
    MRS_UTILITIES,
    OrdinalEffect,
    delong_interval,
    delong_variance,
    generalised_odds,
    net_benefit,
    newcombe_interval,
    newcombe_variance,
    number_needed_to_treat,
    superiority,
    utility_difference,
    win_odds,
)
from msc_evidence.statistics.two_arms.ranks import exact_rank_sum

CLOSED_FORM = 1e-10
#: R finds Newcombe's limits with uniroot.
ITERATIVE = 1e-8
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "ordinal.json").read_text())
ROWS: list[dict[str, Any]] = REFERENCE["two_arms"]
TREASURE = ([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
SEPARATED = ([0, 0, 5], [20, 5, 0])
ARMS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=7).filter(
    lambda cells: min(sum(a for a, _ in cells), sum(b for _, b in cells)) > 1
)


def name(row: dict[str, Any]) -> str:
    return f"{row['counts1']}-{row['counts2']}"


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE["program"]) == {"R", "ordinal", "coin", "pROC", "metadat", "stats"}
    assert len(ROWS) >= 29
    assert set(INTERVALS) == {"Newcombe", "DeLong"}
    for key, least in (("delong", 24), ("newcombe_ci", 29), ("exact", 27), ("utility", 5)):
        assert sum(row[key] is not None for row in ROWS) >= least, key


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_superiority_equals_proc(row: dict[str, Any]) -> None:
    arms = row["counts1"], row["counts2"]
    effect = superiority(*arms)
    assert effect.estimate == pytest.approx(row["ps"], rel=CLOSED_FORM)
    assert (effect.ci_lb, effect.ci_ub) == pytest.approx(row["newcombe_ci"], rel=ITERATIVE, abs=1e-12)
    if row["delong"] is None:
        with pytest.raises(ValueError, match="two participants"):
            superiority(*arms, method="DeLong")
    else:
        by_delong = superiority(*arms, method="DeLong")
        assert by_delong.vi == pytest.approx(row["delong"], rel=CLOSED_FORM, abs=1e-15)
        limits = (by_delong.ci_lb, by_delong.ci_ub)
        assert limits == pytest.approx(row["delong_ci"], rel=CLOSED_FORM, abs=CLOSED_FORM)


@pytest.mark.parametrize("row", [row for row in ROWS if row["exact"] is not None], ids=name)
def test_exact_rank_sum_equals_coin(row: dict[str, Any]) -> None:
    assert exact_rank_sum(row["counts1"], row["counts2"]) == pytest.approx(row["exact"], rel=CLOSED_FORM)


@pytest.mark.parametrize("row", [row for row in ROWS if row["utility"] is not None], ids=name)
def test_utilities_equal_means_and_variances_of_r(row: dict[str, Any]) -> None:
    effect = utility_difference(row["counts1"], row["counts2"])
    assert (effect.yi, effect.vi) == pytest.approx(row["utility"], rel=CLOSED_FORM, abs=1e-15)
    assert effect.ci_ub - effect.estimate == pytest.approx(1.959963984540054 * math.sqrt(effect.vi))


def test_utilities_of_chaisinanunkul_2015() -> None:
    assert MRS_UTILITIES == (1.0, 0.91, 0.76, 0.65, 0.33, 0.0, 0.0)
    assert utility_difference([4, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 4, 0, 0]).estimate == pytest.approx(0.67)


def test_other_utilities_can_be_given() -> None:
    """With the grades as utilities the difference is that of the mean grades."""
    effect = utility_difference([1, 2, 1], [2, 0, 2], utilities=[0, 1, 2])
    assert (effect.estimate, effect.vi) == pytest.approx((0.0, 0.5), abs=1e-15)
    assert effect.vi == pytest.approx(2 / 3 / 4 + 4 / 3 / 4)


def test_no_spread_is_exactly_none() -> None:
    assert utility_difference([0, 0, 0, 0, 3, 0, 0], [0, 7, 0, 0, 0, 0, 0]).vi == 0
    assert delong_variance(*SEPARATED) == 0


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        (([1, 2], [1, 2, 3]), "same categories"),
        (([1, 2, 3], [3, 2, 1]), "as many scores"),
        (([1, 0, 0, 0, 0, 0, 0], [3, 1, 0, 0, 0, 0, 0]), "two participants"),
        (([0] * 7, [1] * 7), "participants in each arm"),
    ],
)
def test_utilities_that_cannot_be_compared(arms: tuple[list[int], list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        utility_difference(*arms)


def test_newcombe_stands_where_arms_do_not_overlap() -> None:
    ps = superiority(*SEPARATED)
    assert (ps.estimate, ps.ci_ub, ps.vi) == (1, 1, 0)
    assert 0.7 < ps.ci_lb < 1
    odds = generalised_odds(*SEPARATED)
    assert (odds.estimate, odds.ci_ub, odds.yi, odds.vi) == (math.inf, math.inf, math.inf, math.inf)
    assert odds.ci_lb == pytest.approx(ps.ci_lb / (1 - ps.ci_lb))
    assert generalised_odds(*SEPARATED[::-1]).yi == -math.inf
    assert delong_interval(*SEPARATED) == (1, 1)


def test_win_odds_need_overlap() -> None:
    with pytest.raises(ValueError, match="do not overlap"):
        win_odds(*SEPARATED)


def test_newcombe_stands_for_an_arm_of_one() -> None:
    ps = superiority([0, 1, 0], [12, 3, 11])
    assert ps.ci_lb < ps.estimate < ps.ci_ub
    assert ps.vi > 0


def test_newcombe_limits_solve_their_equation() -> None:
    """Newcombe 2006, method 5: |θ − PS| = z√V(θ) at both limits."""
    ps = superiority(*TREASURE)
    for limit in newcombe_interval(*TREASURE):
        half = 1.959963984540054 * math.sqrt(newcombe_variance(limit, 104, 102))
        assert abs(limit - ps.estimate) == pytest.approx(half, rel=1e-12)


def test_win_odds_take_the_logarithm() -> None:
    """ln(PS/(1 − PS)) ± z·SE/(PS(1 − PS)), from pROC's variance of TREASURE's table."""
    ps, variance = ROWS[0]["ps"], ROWS[0]["delong"]
    wo = win_odds(*TREASURE)
    half = 1.959963984540054 * math.sqrt(variance) / (ps * (1 - ps))
    assert wo.yi == pytest.approx(math.log(ps / (1 - ps)), rel=CLOSED_FORM)
    assert math.log(wo.ci_ub) - wo.yi == pytest.approx(half, rel=CLOSED_FORM)
    assert wo.yi - math.log(wo.ci_lb) == pytest.approx(half, rel=CLOSED_FORM)


@pytest.mark.parametrize(("benefit", "nnt"), [(0.125, 8), (-0.25, -4), (0, math.inf), (1, 1)])
def test_number_needed_to_treat(benefit: float, nnt: float) -> None:
    assert number_needed_to_treat(benefit) == nnt


def mirrored(effect: OrdinalEffect) -> tuple[float, float, float]:
    return effect.estimate, effect.ci_lb, effect.ci_ub


@given(cells=ARMS)
@settings(max_examples=60)
def test_exchanged_arms_mirror_every_measure(cells: list[tuple[int, int]]) -> None:
    arms = [a for a, _ in cells], [b for _, b in cells]
    for method in INTERVALS:
        ps, other = superiority(*arms, method=method), superiority(*arms[::-1], method=method)
        assert mirrored(other) == pytest.approx((1 - ps.estimate, 1 - ps.ci_ub, 1 - ps.ci_lb), abs=1e-9)
        assert other.vi == pytest.approx(ps.vi, abs=1e-12)
        assert net_benefit(*arms, method=method).estimate == pytest.approx(2 * ps.estimate - 1)
        assert 0 <= ps.ci_lb <= ps.estimate <= ps.ci_ub <= 1
    if delong_variance(*arms) > 0:
        wo, lo = win_odds(*arms), win_odds(*arms[::-1])
        assert mirrored(lo) == pytest.approx((1 / wo.estimate, 1 / wo.ci_ub, 1 / wo.ci_lb), rel=1e-9)
        assert generalised_odds(*arms).estimate == pytest.approx(wo.estimate)
