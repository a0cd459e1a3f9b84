"""The exact range of PS under an approximate rank-sum test, by the search over patterns of ties."""

from __future__ import annotations

import pytest

from msc_evidence.statistics.feasible import superiority
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.feasible.superiority import superiority_bound
from msc_evidence.statistics.feasible.tie_patterns import orders
from msc_evidence.statistics.interval import Interval

#: Sizes, categories, p, test, least and greatest PS where the first arm does better; each from two searches.
REFERENCE = [
    (5, 25, 7, "0.076", "rank-sum normal", 0.704, 0.752),
    (5, 25, 7, "0.076", "rank-sum normal cc", 0.708, 0.756),
    (5, 25, 7, "0.076", "PO score", 0.648, 0.748),
    (5, 25, 7, "0.286", "rank-sum normal", 0.624, 0.648),
    (5, 25, 7, "0.286", "PO score", 0.632, 0.648),
    (5, 25, 21, "0.011", "rank-sum normal", 0.736, 0.864),
    (5, 25, 21, "0.115", "rank-sum normal cc", 0.672, 0.728),
    (39, 15, 7, "0.732", "rank-sum normal", 0.5196581197, 0.5299145299),
    (39, 15, 7, "0.732", "rank-sum normal cc", 0.5205128205, 0.5307692308),
    (39, 15, 201, "0.023", "rank-sum normal", 0.6094017094, 0.7017094017),
    (39, 15, 201, "0.023", "rank-sum normal cc", 0.5666666667, 0.7025641026),
    (104, 102, 7, "0.62", "rank-sum normal", 0.5052790347, 0.5200320513),
    (104, 102, 7, "0.372", "rank-sum normal", 0.5151772247, 0.5356334842),
]


@pytest.mark.parametrize(("n1", "n2", "categories", "p", "test", "low", "high"), REFERENCE)
def test_range_in_each_direction(n1, n2, categories, p, test, low, high):
    interval = Interval.rounded(float(p), len(p) - 2)
    better, worse, either = (
        superiority_bound(Printed(n1, n2, categories, interval, direction), test) for direction in (1, -1, 0)
    )
    assert (better.low.value, better.high.value) == pytest.approx((low, high))
    assert (worse.low.value, worse.high.value) == pytest.approx((1 - high, 1 - low))
    assert (either.low.value, either.high.value) == pytest.approx((1 - high, high))
    assert {end.status for end in (better.low, better.high)} == {"exact"}


def test_a_search_that_grows_too_long_says_only_what_is_proved(monkeypatch):
    monkeypatch.setattr(superiority, "LARGEST_SEARCH", 30)
    bound = superiority_bound(Printed(39, 15, 7, Interval.rounded(0.732, 3), 1), "PO score")
    assert (bound.high.status, bound.high.data) == ("outer", None)
    assert 0.529059829 <= bound.high.value < 0.54


def test_sums_of_many_categories_are_not_all_held(monkeypatch):
    printed = Printed(500, 500, 1_001, Interval(0.045, 0.055), 1)
    assert superiority_bound(printed, "rank-sum normal").high.status == "outer"
    few = Printed(5, 25, 7, Interval(0.0755, 0.0765), 1)
    for most, status in ((4_375, "exact"), (4_374, "outer")):
        monkeypatch.setattr(superiority, "MOST_BITS", most)
        assert superiority_bound(few, "rank-sum normal").high.status == status


def test_the_order_of_thousands_of_categories_needs_no_stack():
    assert len(next(orders((1,) * 5_000))) == 5_000


def test_of_thousands_only_the_end_of_the_band_is_proved():
    bound = superiority_bound(Printed(5000, 5000, 7, Interval.rounded(0.03, 3), 1), "rank-sum normal")
    assert (bound.low.status, bound.high.status) == ("outer", "outer")
    assert 0.5001 < bound.low.value < bound.high.value < 0.52


def test_the_untied_formula_has_a_point_of_its_own():
    bound = superiority_bound(Printed(5, 25, 21, Interval.rounded(0.011, 3), 1), "rank-sum no tie correction")
    assert (bound.low.value, bound.high.value) == pytest.approx((0.864, 0.864))
    tied = superiority_bound(Printed(5, 25, 21, Interval.rounded(0.115, 3), 1), "rank-sum normal")
    assert tied.high.value < 0.727  # what the formula without ties gives lies above what can be
