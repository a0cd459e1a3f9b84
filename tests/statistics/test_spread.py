"""Bounds on means and SDs, against published values, enumeration and random data."""

from __future__ import annotations

import math
import statistics
from itertools import combinations_with_replacement

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.granularity import mean_bounds, sd_bounds, sd_bounds_on_scale, sd_from_se, skewed
from msc_evidence.statistics.interval import Interval


def two_decimals(bounds: Interval) -> tuple[float, float]:
    return round(bounds.lo, 2), round(bounds.hi, 2)


@pytest.mark.parametrize(
    ("minimum", "maximum", "n", "expected"),
    [(28, 83, 54, (29.02, 81.98)), (5, 89, 54, (6.56, 87.44)), (0, 1, 2, (0.5, 0.5)), (3, 3, 9, (3, 3))],
)
def test_mean_bounds(minimum: float, maximum: float, n: int, expected: tuple[float, float]) -> None:
    assert two_decimals(mean_bounds(minimum, maximum, n)) == expected


@pytest.mark.parametrize(
    ("mean", "minimum", "maximum", "lower", "upper"),
    [
        (68, 28, 83, 5.89, math.sqrt(54 / 53 * 40 * 15)),  # Chung 2021, age: 24.725
        (20.2, 5, 89, 9.73, 32.64),  # Chung 2021, days since stroke
    ],
)
def test_sd_bounds_given_the_mean(
    mean: float, minimum: float, maximum: float, lower: float, upper: float
) -> None:
    bounds = sd_bounds(minimum, maximum, 54, Interval.point(mean))
    assert bounds.lo == pytest.approx(lower, abs=0.005)
    assert bounds.hi == pytest.approx(upper, abs=0.005)


def test_sd_bounds_without_the_mean() -> None:
    """Popoviciu 1935: at most half the range, times √(n/(n−1)); at least √(range²/(2(n−1)))."""
    bounds = sd_bounds(28, 83, 54)
    assert bounds.hi == pytest.approx(55 / 2 * math.sqrt(54 / 53))
    assert bounds.lo == pytest.approx(55 / math.sqrt(2 * 53))


def test_a_box_for_the_mean_widens_the_bounds_towards_the_middle() -> None:
    box = Interval(67.5, 68.5)
    bounds = sd_bounds(28, 83, 54, box)
    assert bounds == sd_bounds(28, 83, 54, Interval.point(67.5))
    assert sd_bounds(28, 83, 54, Interval(40, 70)) == sd_bounds(28, 83, 54)
    assert sd_bounds(28, 83, 54, Interval(20, 29.5)) == sd_bounds(28, 83, 54, Interval.point(29.5))


def test_two_and_three_values_leave_little_choice() -> None:
    assert sd_bounds(0, 1, 2).lo == pytest.approx(statistics.stdev([0, 1]))
    assert sd_bounds(0, 1, 2).hi == pytest.approx(statistics.stdev([0, 1]))
    exact = statistics.stdev([0, 4, 10])
    assert sd_bounds(0, 10, 3, Interval.point(14 / 3)).lo == pytest.approx(exact)
    assert sd_bounds(7, 7, 4) == Interval(0, 0)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_sd_bounds_hold_every_sample(n: int) -> None:
    samples = [data for data in combinations_with_replacement(range(7), n) if data[0] == 0 and data[-1] == 6]
    for data in samples:
        assert statistics.stdev(data) in sd_bounds(0, 6, n, Interval.point(statistics.mean(data)))
        assert statistics.stdev(data) in sd_bounds(0, 6, n)
    assert min(statistics.stdev(data) for data in samples) == pytest.approx(sd_bounds(0, 6, n).lo)


def test_sd_on_a_scale_whose_limits_need_not_be_attained() -> None:
    assert two_decimals(sd_bounds_on_scale(1, 7, 5, Interval.point(4.2))) == (0.45, 3.03)
    assert two_decimals(sd_bounds_on_scale(1, 7, 5, Interval(4.15, 4.25))) == (0.45, 3.03)


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize(("lowest", "highest", "step"), [(0, 6, 1), (0, 20, 5), (1, 3, 0.5)])
def test_sd_bounds_on_scale_are_the_extremes_of_all_samples(
    lowest: float, highest: float, step: float, n: int
) -> None:
    scores = [lowest + step * k for k in range(round((highest - lowest) / step) + 1)]
    by_mean: dict[float, list[float]] = {}
    for data in combinations_with_replacement(scores, n):
        by_mean.setdefault(statistics.fmean(data), []).append(statistics.stdev(data))
    for mean, sds in by_mean.items():
        bounds = sd_bounds_on_scale(lowest, highest, n, Interval.point(mean), step)
        assert (bounds.lo, bounds.hi) == pytest.approx((min(sds), max(sds)), abs=1e-7)
    every = [sd for sds in by_mean.values() for sd in sds]
    whole = sd_bounds_on_scale(lowest, highest, n, Interval(lowest - 1, highest + 1), step)
    assert (whole.lo, whole.hi) == pytest.approx((0, max(every)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_bounds(0, 1, 1), "no spread"),
        (lambda: mean_bounds(2, 1, 10), "no spread"),
        (lambda: sd_bounds(28, 83, 54, Interval.point(82.5)), "no mean from 82.5"),
        (lambda: sd_bounds_on_scale(0, 6, 5, Interval.point(2.5)), "no 5 scores"),
        (lambda: sd_bounds_on_scale(0, 6, 5, Interval.point(7)), "empty"),
        (lambda: sd_bounds_on_scale(0, 6, 5, Interval.point(2), step=4), "not a scale"),
    ],
)
def test_impossible_input_is_refused(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=message):
        call()


def test_se_and_sd() -> None:
    """Cochrane Handbook 6.5.2.3: SE 1.369100 of a difference between 25 and 22 goes with SD 4.683469."""
    harmonic = 1 / (1 / 25 + 1 / 22)
    assert 1.369100 * math.sqrt(harmonic) == pytest.approx(4.683469, abs=1e-5)
    assert sd_from_se(1.2, 36) == pytest.approx(7.2)


@pytest.mark.parametrize(
    ("mean", "sd", "expected"),
    [(14.8, 23.8, True), (2.6, 13.0, True), (68, 12, False), (10, 5, False), (9.99, 5, True)],
)
def test_skewed(mean: float, sd: float, expected: bool) -> None:
    """Altman & Bland 1996; the first two are the leg scores of Chung 2021."""
    assert skewed(mean, sd) is expected


@settings(max_examples=50)
@example([410.094] * 5)
@given(data=st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=2, max_size=40))
def test_real_data_lie_within_their_bounds(data: list[float]) -> None:
    mean, sd = statistics.fmean(data), statistics.stdev(data)
    slack = 1e-6
    with_mean = sd_bounds(min(data), max(data), len(data), Interval(mean - slack, mean + slack))
    assert mean_bounds(min(data), max(data), len(data)).lo - slack <= mean
    for bounds in (with_mean, sd_bounds(min(data), max(data), len(data))):
        assert bounds.lo - slack <= sd <= bounds.hi + slack
