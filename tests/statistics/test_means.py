"""Student's and Welch's tests against published values, and what rounding of means and SDs leaves open."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.means import METHODS, p_interval, student, welch

Arms = tuple[float, float, int, float, float, int]


@pytest.mark.parametrize(
    ("method", "arms", "printed"),
    [
        ("Student", (15.0, math.sqrt(87.5), 13, 12.0, math.sqrt(39), 11), "0.37520"),  # INSPECT-SR 4.9
        ("Student", (10.30, 3.12, 50, 8.71, 2.80, 48), "0.0093776"),
        ("Welch", (10.30, 3.12, 50, 8.71, 2.80, 48), "0.0092325"),
        ("Student", (-1.2, 0.9, 16, -0.5, 1.1, 36), "0.0302"),
        ("Welch", (-1.2, 0.9, 16, -0.5, 1.1, 36), "0.0213"),
        (
            "Student",
            (14.8, 23.8, 39, 2.6, 13.0, 15),
            "0.0666",
        ),  # Chung 2021, Motricity Index leg, p .023 printed
        ("Welch", (14.8, 23.8, 39, 2.6, 13.0, 15), "0.0204"),
    ],
)
def test_published_p(method: str, arms: Arms, printed: str) -> None:
    assert f"{METHODS[method](*arms).p:.{len(printed) - 2}f}" == printed


def test_published_t() -> None:
    test = student(15.0, math.sqrt(87.5), 13, 12.0, math.sqrt(39), 11)
    assert (f"{test.t:.5f}", test.df) == ("0.90514", 22)


def _box(arms: Arms, decimals: int) -> tuple[Interval, Interval, int, Interval, Interval, int]:
    def printed(value: float) -> Interval:
        return Interval.rounded(value, decimals)

    m1, sd1, n1, m2, sd2, n2 = arms
    return printed(m1), printed(sd1), n1, printed(m2), printed(sd2), n2


@pytest.mark.parametrize(
    ("method", "arms", "lo", "hi"),
    [
        ("Student", (14.8, 23.8, 39, 2.6, 13.0, 15), "0.0639", "0.0694"),  # Chung 2021
        ("Welch", (14.8, 23.8, 39, 2.6, 13.0, 15), "0.0191", "0.0218"),
        # The box [.0063, .0739] over both tests: its lower end is Welch's, its upper end Student's.
        ("Welch", (-1.2, 0.9, 16, -0.5, 1.1, 36), "0.0063", "0.0574"),
        ("Student", (-1.2, 0.9, 16, -0.5, 1.1, 36), "0.0100", "0.0739"),
    ],
)
def test_published_boxes(method: str, arms: Arms, lo: str, hi: str) -> None:
    p = p_interval(method, *_box(arms, 1))
    assert (f"{p.lo:.4f}", f"{p.hi:.4f}") == (lo, hi)


@pytest.mark.parametrize("method", METHODS)
def test_means_that_may_be_equal_have_p_up_to_1(method: str) -> None:
    assert p_interval(method, *_box((2.5, 1.0, 5, 2.6, 1.0, 25), 1)).hi == 1


@pytest.mark.parametrize("method", METHODS)
def test_no_spread(method: str) -> None:
    assert METHODS[method](2, 0, 5, 2, 0, 25).p == 1
    certain = METHODS[method](1, 0, 5, 2, 0, 25)
    assert (certain.p, certain.t) == (0, -math.inf)
    box = p_interval(method, *_box((1.0, 0.0, 5, 2.0, 0.0, 25), 1))  # an SD printed 0.0 can be up to 0.05
    assert box.lo == 0
    assert 0 < box.hi < 1e-5


def test_too_few_participants() -> None:
    assert student(3, 0, 1, 1, 2, 6).df == 5
    with pytest.raises(ValueError, match="two participants in each arm"):
        welch(3, 0, 1, 1, 2, 6)
    with pytest.raises(ValueError, match="two participants in an arm"):
        student(3, 0, 1, 1, 0, 1)
    with pytest.raises(ValueError, match="no negative"):
        student(3, -1, 5, 1, 2, 6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("sd1", "n1", "sd2", "n2", "difference"),
    [
        (Interval(0, 3), 2, Interval(0.9, 1.1), 2, 10.0),
        (Interval(0, 3), 3, Interval(0.9, 1.1), 3, 4.0),
        (Interval(0.2, 5), 39, Interval(1, 4), 3, 6.0),
        (Interval(22, 25), 39, Interval(12, 14), 15, 12.2),
    ],
)
def test_the_interval_is_that_of_a_fine_grid(
    method: str, sd1: Interval, n1: int, sd2: Interval, n2: int, difference: float
) -> None:
    """A wider SD can lower Welch's p, by the degrees of freedom that it brings: corners are not enough."""
    found = p_interval(method, Interval.point(difference), sd1, n1, Interval.point(0), sd2, n2)
    steps = [i / 120 for i in range(121)]
    grid = [
        METHODS[method](difference, sd1.lo + u * sd1.width, n1, 0, sd2.lo + v * sd2.width, n2).p
        for u, v in product(steps, steps)
    ]
    assert found.lo <= min(grid) * (1 + 1e-12)
    assert found.lo == pytest.approx(min(grid), rel=1e-3)
    assert found.hi == max(grid)


def test_a_smallest_p_that_no_corner_shows() -> None:
    sd1, sd2 = Interval(0, 3), Interval(0.9, 1.1)
    corners = [welch(10, s1, 2, 0, s2, 2).p for s1, s2 in product((0, 3), (0.9, 1.1))]
    assert p_interval("Welch", Interval.point(10), sd1, 2, Interval.point(0), sd2, 2).lo < 0.5 * min(corners)


@given(
    st.tuples(st.floats(-20, 20), st.floats(0.2, 25), st.integers(2, 60)),
    st.tuples(st.floats(-20, 20), st.floats(0.2, 25), st.integers(2, 60)),
    st.integers(0, 3),
)
@settings(max_examples=50)
def test_rounding_never_excludes_the_true_p(
    arm1: tuple[float, float, int], arm2: tuple[float, float, int], decimals: int
) -> None:
    arms = (*arm1, *arm2)
    (m1, sd1, n1), (m2, sd2, n2) = arm1, arm2
    printed = (round(m1, decimals), round(sd1, decimals), n1, round(m2, decimals), round(sd2, decimals), n2)
    for method, test in METHODS.items():
        assert test(*arms).p in p_interval(method, *_box(printed, decimals))
        assert test(*arm2, *arm1).p == pytest.approx(test(*arms).p, rel=1e-9)
