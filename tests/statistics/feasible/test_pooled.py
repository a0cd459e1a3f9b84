"""Bounds of a pooled log win odds beside every combination of what its studies can be."""

from __future__ import annotations

import math
from itertools import product

import pytest

from msc_evidence.statistics.feasible.pooled import _SCAN, pooled_bound, win_odds_members


def estimate(chosen, tau2=0.0):
    weights = [1 / (v + tau2) for _, v in chosen]
    return math.fsum(w * y for w, (y, _) in zip(weights, chosen, strict=True)) / math.fsum(weights)


def test_bound_is_that_of_every_combination():
    studies = [
        win_odds_members(range(51, 64), 5, 25),
        win_odds_members([*range(-35, -22), *range(23, 36)], 39, 15),
        [(0.4, 0.09)],
    ]
    bound = pooled_bound(studies)
    every = [estimate(chosen) for chosen in product(*studies)]
    assert (bound.low.estimate, bound.high.estimate) == pytest.approx((min(every), max(every)))
    half = (bound.low.ci.hi - bound.low.ci.lo) / 2
    assert bound.low.ci.lo == pytest.approx(bound.low.estimate - half)
    assert bound.random_effects.lo <= bound.low.estimate
    assert bound.random_effects.hi >= bound.high.estimate
    for tau2 in (0.01, 0.2, 3.0):
        scattered = [estimate(chosen, tau2) for chosen in product(*studies)]
        assert bound.random_effects.lo <= min(scattered) + 1e-3
        assert bound.random_effects.hi >= max(scattered) - 1e-3


def test_bang_and_chung():
    bang = win_odds_members(range(51, 64), 5, 25)
    free = win_odds_members([*range(-35, -22), *range(23, 36)], 39, 15)
    bound = pooled_bound([bang, free])
    assert [round(math.exp(limit), 2) for limit in (bound.low.ci.lo, bound.low.ci.hi)] == [0.62, 2.07]
    # Chung's PS reaches 0.4701, with which the estimate is a little lower than from data sets of few categories, 0.126.
    assert round(bound.low.estimate, 3) == 0.124


def test_what_has_no_win_odds_is_refused():
    with pytest.raises(ValueError, match="need not overlap"):
        win_odds_members([125], 5, 25)
    with pytest.raises(ValueError, match="needs studies"):
        pooled_bound([])


def test_each_study_is_looked_through_a_few_times_for_an_end():
    class Members(list):
        looks = 0

        def __iter__(self):
            Members.looks += 1
            return super().__iter__()

    def looks(copies):
        Members.looks = 0
        bang, free = win_odds_members(range(51, 64), 5, 25), win_odds_members(range(-35, 36), 39, 15)
        pooled_bound([Members(members) for members in (bang, free) for _ in range(copies)])
        return Members.looks

    ends = 2 * (1 + len(_SCAN)) + 2
    assert looks(5) <= 5 * 2 * ends * 6
    assert looks(10) <= 2.1 * looks(5)
