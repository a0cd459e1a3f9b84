"""Closed intervals: what a printed number stands for."""

from __future__ import annotations

import math

import pytest

from msc_evidence.statistics.interval import Interval, hull, image


@pytest.mark.parametrize(
    ("value", "decimals", "lo", "hi"),
    [(0.011, 3, 0.0105, 0.0115), (0.110, 3, 0.1095, 0.1105), (68, 0, 67.5, 68.5), (-1.2, 1, -1.25, -1.15)],
)
def test_a_printed_number_stands_for_half_a_unit_either_way(
    value: float, decimals: int, lo: float, hi: float
) -> None:
    assert Interval.rounded(value, decimals) == Interval(lo, hi)


def test_an_empty_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Interval(2, 1)
    with pytest.raises(ValueError, match="empty"):
        Interval(math.nan, 1)
    with pytest.raises(ValueError, match="empty"):
        Interval(0, 1).clipped(2, 3)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Interval(0, 1), Interval(1, 2), True),
        (Interval(0, 0.1 + 0.2), Interval(0.3, 1), True),
        (Interval(0.3, 1), Interval(0, 0.3 - 1e-15), True),
        (Interval(0, 0.3), Interval(0.3001, 1), False),
        (Interval(0, math.inf), Interval(5, 6), True),
        (Interval(-math.inf, 4), Interval(5, 6), False),
    ],
)
def test_meeting_allows_for_floating_point_and_nothing_more(
    one: Interval, other: Interval, meet: bool
) -> None:
    assert one.meets(other) is meet
    assert other.meets(one) is meet


def test_parts_and_hulls() -> None:
    assert Interval(-1, 3).clipped(0, math.inf) == Interval(0, 3)
    assert Interval(0, 1).hull(Interval(4, 5)) == Interval(0, 5)
    assert hull([Interval(3, 4), Interval(0, 1), Interval(2, 9)]) == Interval(0, 9)
    assert (Interval(1, 4).width, Interval(1, 4).middle) == (3, 2.5)
    assert 0.5 in Interval(0, 1)
    assert 1.5 not in Interval(0, 1)
    assert Interval(0, 0.04).below(0.05)
    assert not Interval(0, 0.05).below(0.05)


def test_an_image_needs_its_interior_extremum() -> None:
    box = (Interval(-1, 2),)
    assert image(lambda x: x * x, *box) == Interval(1, 4)
    assert image(lambda x: x * x, *box, interior=[(0.0,)]) == Interval(0, 4)
