"""Rates of two arms against R 4.2.2's poisson.test and the closed forms."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from msc_evidence.statistics.two_arms.rates import METHODS, rate_ratio

CASES = [((41, 28010.0, 15, 19017.0), 0.040852026287), ((3, 120.5, 11, 98.0), 0.014078750363)]


@pytest.mark.parametrize(("arms", "exact"), CASES)
def test_the_exact_test_is_that_of_poisson_test(arms, exact):
    assert METHODS["exact conditional"](*arms) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("arms", "exact"), CASES)
def test_the_others_are_near_it_and_follow_their_formulas(arms, exact):
    e1, t1, e2, t2 = arms
    wald = 2 * stats.norm.sf(abs(math.log(rate_ratio(*arms))) / math.sqrt(1 / e1 + 1 / e2))
    expected = (e1 + e2) * t1 / (t1 + t2)
    score = 2 * stats.norm.sf(abs(e1 - expected) / math.sqrt(expected * t2 / (t1 + t2)))
    assert METHODS["Wald (log rate ratio)"](*arms) == pytest.approx(wald, rel=1e-9)
    assert METHODS["score of rates"](*arms) == pytest.approx(score, rel=1e-9)
    assert max(abs(wald - exact), abs(score - exact)) < 0.03


def test_an_arm_without_events_has_no_logarithm():
    assert rate_ratio(3, 10.0, 0, 10.0) == math.inf
    assert METHODS["Wald (log rate ratio)"](3, 10.0, 0, 10.0) == 1.0
    assert METHODS["exact conditional"](0, 10.0, 0, 10.0) == 1.0
