"""Exact binomial test and interval, against published values and R's binom.test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.binomial import clopper_pearson, exact_binomial, zero_event_bound

CLOSED_FORM = 1e-10
#: Bisection on one side, Newton's steps within qbeta on the other.
ITERATIVE = 1e-8
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "implied.json").read_text())


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(REFERENCE["binom_test"]) >= 140
    assert len(REFERENCE["clopper_pearson"]) >= 90


@pytest.mark.parametrize(
    ("k", "n", "share", "p", "digits"),
    [
        (5, 30, 1 / 2, 0.000325, 6),  # Bang 2005: 5 cells, 25 control, no ratio stated
        (39, 54, 2 / 3, 0.4708, 4),  # Chung 2021: allocation 2:1
        (39, 54, 1 / 2, 0.0015, 4),
    ],
)
def test_allocation(k: int, n: int, share: float, p: float, digits: int) -> None:
    assert round(exact_binomial(k, n, share), digits) == p


@pytest.mark.parametrize("row", REFERENCE["binom_test"])
def test_p_equals_binom_test(row: dict[str, Any]) -> None:
    assert exact_binomial(row["k"], row["n"], row["share"]) == pytest.approx(row["p"], rel=CLOSED_FORM, abs=0)


def test_outcomes_as_probable_as_the_observed_one_count() -> None:
    """3 and 7 of 10 are equally probable at ½: 2·(1 + 10 + 45 + 120)/1024."""
    assert exact_binomial(3, 10, 0.5) == pytest.approx(352 / 1024, rel=CLOSED_FORM)
    assert exact_binomial(7, 10, 0.5) == pytest.approx(352 / 1024, rel=CLOSED_FORM)
    assert exact_binomial(5, 10, 0.5) == 1


def test_a_group_of_a_hundred_million() -> None:
    assert exact_binomial(50_000_000, 100_000_000, 0.5) == 1
    assert exact_binomial(49_990_000, 100_000_000, 0.5) == pytest.approx(0.0455, abs=1e-3)  # two SDs off


@pytest.mark.parametrize("row", REFERENCE["clopper_pearson"])
def test_interval_equals_binom_test(row: dict[str, Any]) -> None:
    lower, upper = clopper_pearson(row["k"], row["n"], row["level"])
    assert lower == pytest.approx(row["lo"], rel=ITERATIVE, abs=0)
    assert upper == pytest.approx(row["hi"], rel=ITERATIVE, abs=0)


@pytest.mark.parametrize(
    ("n", "bound", "two_sided"),
    [(5, 0.4507, 0.5218), (30, 0.0950, None), (39, 0.0739, 0.0903), (1500, 0.0020, None)],
)
def test_bound_after_zero_events(n: int, bound: float, two_sided: float | None) -> None:
    """Hanley & Lippman-Hand 1983; the two-sided interval's bound is 1 − 0.025^(1/n)."""
    assert round(zero_event_bound(n), 4) == bound
    assert clopper_pearson(0, n)[1] == pytest.approx(zero_event_bound(n, 0.975), rel=ITERATIVE)
    assert clopper_pearson(0, n, 0.9)[1] == pytest.approx(zero_event_bound(n), rel=ITERATIVE)
    assert two_sided is None or round(clopper_pearson(0, n)[1], 4) == two_sided


@pytest.mark.parametrize("n", [30, 100, 1500])
def test_rule_of_three(n: int) -> None:
    """3/n is a little too large, by less than 6 % from n = 30 on."""
    assert zero_event_bound(n) < 3 / n < 1.06 * zero_event_bound(n)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a count"):
        exact_binomial(k, n, 0.5)
    with pytest.raises(ValueError, match="is not a count"):
        clopper_pearson(k, n)


def test_impossible_shares_and_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="share of 1 "):
        exact_binomial(1, 2, 1)
    with pytest.raises(ValueError, match="level of 95 "):
        clopper_pearson(1, 2, 95)
    with pytest.raises(ValueError, match="level of 0 "):
        zero_event_bound(2, 0)
    with pytest.raises(ValueError, match="0 of 0"):
        zero_event_bound(0)
