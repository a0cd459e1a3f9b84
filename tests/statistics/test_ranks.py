"""Rank-sum tests of ordinal distributions: enumeration, published p-values, limits of size."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.rank_sum_arrays import tails
from msc_evidence.statistics.two_arms.ranks import (
    METHODS,
    _beyond,
    _scored,
    _sums,
    asymptotic_rank_sum,
    exact_rank_sum,
    probability_of_superiority,
    smallest_rank_sum_p,
)

CHUNG_LIKE = ([2, 13, 10, 0, 12, 2], [0, 5, 4, 1, 4, 1])


@pytest.mark.parametrize(
    ("n1", "n2", "printed"),
    [
        (3, 3, "0.1"),
        (4, 4, "0.02857"),
        (8, 8, "0.0001554"),
        (5, 25, "1.403e-05"),
        (1, 1, "1"),
        (0, 5, "1"),
    ],
)
def test_smallest_p(n1: int, n2: int, printed: str) -> None:
    assert f"{smallest_rank_sum_p(n1, n2):.4g}" == printed


@pytest.mark.parametrize(("n1", "n2"), [(3, 3), (4, 4), (8, 8), (5, 25), (39, 15)])
def test_smallest_p_is_that_of_complete_separation(n1: int, n2: int) -> None:
    untied = ([1] * n1 + [0] * n2, [0] * n1 + [1] * n2)
    assert exact_rank_sum(*untied) == smallest_rank_sum_p(n1, n2)


def test_ties_make_p_732_attainable_at_39_v_15() -> None:
    """A modified Rankin table with the primary p of Chung 2021: .73208 without continuity correction."""
    assert f"{asymptotic_rank_sum(*CHUNG_LIKE, continuity=False):.5f}" == "0.73208"
    assert f"{exact_rank_sum(*CHUNG_LIKE):.5f}" == "0.71508"


def _enumerated(counts1: list[int], counts2: list[int]) -> float:
    values = [k for k, (a, b) in enumerate(zip(counts1, counts2, strict=True)) for _ in range(a + b)]
    doubled = [sum((w < v) - (w > v) for w in values) for v in values]  # twice the midrank, less N + 1
    observed = sum(
        doubled[values.index(k)] * a for k, a in enumerate(counts1) if a
    )  # the first of a category stands for all of it
    sums = [abs(sum(chosen)) for chosen in combinations(doubled, sum(counts1))]
    return sum(total >= abs(observed) for total in sums) / len(sums)


@pytest.mark.parametrize(
    ("counts1", "counts2"),
    [
        ([1, 2, 1], [3, 0, 4]),
        ([0, 1, 2, 0, 2], [4, 3, 0, 1, 1]),
        ([3, 0], [0, 6]),
        ([1, 1, 1, 1], [0, 3, 1, 2]),
    ],
)
def test_every_allocation_is_counted(counts1: list[int], counts2: list[int]) -> None:
    assert exact_rank_sum(counts1, counts2) == pytest.approx(_enumerated(counts1, counts2), rel=1e-15)


def test_trials_of_two_hundred_are_counted() -> None:
    """Houkin 2024 (TREASURE), modified Rankin Scale at day 90, 104 v 102."""
    cells, placebo = [5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]
    exact, normal = exact_rank_sum(cells, placebo), asymptotic_rank_sum(cells, placebo, continuity=False)
    assert exact == pytest.approx(normal, rel=0.01)
    assert exact == pytest.approx(0.3731080906978886, rel=1e-13)  # counted in integers, as coin counts it


def test_trials_of_two_thousand_are_counted() -> None:
    """1,000 v 1,000 on seven categories, where the normal approximation is close."""
    counts1, counts2 = [100, 125, 150, 175, 200, 150, 100], [80, 120, 150, 180, 190, 155, 125]
    exact, normal = exact_rank_sum(counts1, counts2), asymptotic_rank_sum(counts1, counts2, continuity=False)
    assert exact == pytest.approx(normal, rel=1e-3)


@pytest.mark.parametrize(
    ("counts1", "counts2"),
    [([300] * 21, [301] * 20 + [7]), ([1] * 500 + [0] * 500, [0, 1] * 500), ([20_000, 3], [3, 20_000])],
)
def test_a_table_too_large_to_count_is_refused_at_once(counts1: list[int], counts2: list[int]) -> None:
    with pytest.raises(ValueError, match="too many"):
        exact_rank_sum(counts1, counts2)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=8))
@settings(max_examples=50, deadline=None)
def test_arrays_give_what_integers_count(categories: list[tuple[int, int]]) -> None:
    """Up to complete separation, where p is smallest."""
    counts1, counts2 = [1 + categories[0][0]], [categories[0][1]]
    counts1 += [a for a, _ in categories[1:]]
    counts2 += [b for _, b in categories[1:]]
    counts2[-1] += 1
    doubled, scored = _scored(counts1, counts2)
    drawn = min(sum(counts1), sum(counts2))
    for distance in {abs(doubled), max(abs(score) for _, score in scored) * drawn} - {0}:
        half = len(scored) // 2
        left, right = _sums(scored[:half], drawn), _sums(scored[half:], drawn)
        ways = sum(_beyond(distance, sums, right.get(drawn - k, {})) for k, sums in left.items())
        exact = ways / math.comb(sum(counts1) + sum(counts2), drawn)
        assert tails(scored, drawn, distance, exact or 1.0) == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_no_variation_is_no_evidence(method: str) -> None:
    assert METHODS[method]([0, 4, 0], [0, 9, 0]) == 1
    assert METHODS[method]([2, 2, 2], [3, 3, 3]) == 1


@pytest.mark.parametrize(
    ("counts1", "counts2", "message"),
    [
        ([1, 2], [1, 2, 3], "same categories"),
        ([1, -2], [1, 2], "no negative"),
        ([], [], "same categories"),
        ([0, 0], [1, 2], "participants in each arm"),
    ],
)
def test_impossible_distributions_are_refused(counts1: list[int], counts2: list[int], message: str) -> None:
    for method in (*METHODS.values(), probability_of_superiority):
        with pytest.raises(ValueError, match=message):
            method(counts1, counts2)


def test_superiority_splits_ties() -> None:
    assert probability_of_superiority([0, 1], [1, 0]) == 1
    assert probability_of_superiority([2, 2], [2, 2]) == 0.5
    assert probability_of_superiority([1, 1], [1, 0]) == 0.75


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=7))
@settings(max_examples=50)
def test_arms_and_scale_can_be_turned(categories: list[tuple[int, int]]) -> None:
    counts1, counts2 = [1 + categories[0][0]], [1 + categories[0][1]]
    counts1 += [a for a, _ in categories[1:]]
    counts2 += [b for _, b in categories[1:]]
    for method in METHODS.values():
        p = method(counts1, counts2)
        assert 0 < p <= 1
        assert method(counts2, counts1) == pytest.approx(p, rel=1e-12)
        assert method(counts1[::-1], counts2[::-1]) == pytest.approx(p, rel=1e-12)
    turned = probability_of_superiority(counts2, counts1)
    assert math.isclose(probability_of_superiority(counts1, counts2) + turned, 1)
