"""The limits of g against every placing of small data sets, one by one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from msc_evidence.statistics.feasible import extremes
from msc_evidence.statistics.feasible.bounds import feasible
from msc_evidence.statistics.feasible.g_limits import g_limits
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.implied import hedges_correction

ARMS = [
    ((3, 4, 1), (4, 3, 1)),
    ((0, 2, 5), (4, 1, 0)),
    ((5, 0, 2), (1, 3, 2)),
    ((1, 4, 0, 2), (2, 1, 3, 0)),
    ((6, 0), (0, 8)),
    ((0, 6), (8, 0)),
    ((2, 2), (3, 3)),
]


def _g(first: tuple[int, ...], second: tuple[int, ...], points: tuple[int, ...]) -> float:
    arms = [np.repeat(points, counts) for counts in (first, second)]
    within = sum(((arm - arm.mean()) ** 2).sum() for arm in arms)
    difference, df = arms[0].mean() - arms[1].mean(), sum(map(len, arms)) - 2
    if within < 1e-9:
        return math.copysign(math.inf, difference)
    return float(hedges_correction(df) * difference / math.sqrt(within / df))


@pytest.mark.parametrize(("first", "second"), ARMS)
def test_g_of_every_placing_lies_within_its_limits(first, second):
    (low,), (high,) = g_limits(np.array([first]), np.array([second]))
    found = [_g(first, second, points) for points in combinations(range(8), len(first))]
    assert low - 1e-9 <= min(found)
    assert max(found) <= high + 1e-9
    # Of two categories every placing gives the same g, which both limits then are, or it is their mirror image.
    if len(first) == 2:
        assert max(abs(low), abs(high)) == pytest.approx(max(map(abs, found)))


def test_g_is_worked_out_of_few_rows_once_extremes_are_seen(monkeypatch):
    looked_at = []
    whole = extremes.Extremes._standardised

    def counted(self, first, second, places):
        looked_at.append(len(first))
        return whole(self, first, second, places)

    printed = Printed(5, 25, 21, Interval(0.0165, 0.0175), 1, step=5)
    monkeypatch.setattr(extremes.Extremes, "_standardised", counted)
    found = feasible(printed, "rank-sum normal", odds=False).bound("g")
    rows = sum(looked_at)
    monkeypatch.setattr(extremes.Extremes, "_beyond_g", lambda self, first, second: (first, second))
    assert feasible(printed, "rank-sum normal", odds=False).bound("g") == found
    assert 0 < rows < (sum(looked_at) - rows) / 3
