"""Reachable sums of squares, against every sample of short scales."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from msc_evidence.statistics import sums_of_squares
from msc_evidence.statistics.sums_of_squares import greatest_squares, least_squares, reachable


@pytest.mark.parametrize("top", [1, 2, 3, 7])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 9])
def test_what_samples_have_is_reachable_and_nothing_else(n: int, top: int) -> None:
    by_total: dict[int, set[int]] = {}
    for data in combinations_with_replacement(range(top + 1), n):
        by_total.setdefault(sum(data), set()).add(sum(x * x for x in data))
    for total, squares in by_total.items():
        assert (least_squares(n, total), greatest_squares(total, top)) == (min(squares), max(squares))
        every = {q for q in range(n * top * top + 2) if reachable(n, total, range(q, q + 1), top)}
        assert every == squares
    assert greatest_squares(0, 0) == 0


def test_a_range_of_squares_is_reached_where_one_of_them_is() -> None:
    """Three numbers up to 10 with total 6: 12, 14, 18, 20, 26, 36."""
    assert reachable(3, 6, range(21, 27), 10)
    assert not reachable(3, 6, range(21, 26), 10)
    assert not reachable(3, 6, range(19, 20), 10)
    assert reachable(3, 6, range(21, 26), 10, exact=False)
    assert not reachable(3, 6, range(37, 60), 10, exact=False)


def test_a_search_without_end_counts_as_found(monkeypatch) -> None:
    """1,224 of 30 numbers up to 42: 51,126 is no sum of squares, which takes more than five steps to see."""
    wanted = range(51_126, 51_127)
    assert not reachable(30, 1224, wanted, 42)
    monkeypatch.setattr(sums_of_squares, "MOST_SEARCHED", 5)
    assert reachable(30, 1224, wanted, 42)
