"""The bounds of an SD hold for every sample, and the extreme sample attains them."""

from __future__ import annotations

from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.checks.groups import Size
from msc_evidence.checks.msc3_spreads import _sds_from_range, _sds_from_scale
from msc_evidence.registry.model import Outcome
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.statistics.interval import Interval

EPSILON = 1e-6


def exactly(value: float) -> Interval:
    return Interval(value - EPSILON / 100, value + EPSILON / 100)


def span(low: float, high: float) -> Span:
    """Ends with so many decimals that their rounding moves nothing."""
    return Span(Reported.read(f"{low:.9f}"), Reported.read(f"{high:.9f}"))


def scale(low: float, high: float, step: str | None = None) -> Outcome:
    limits = {"range": [f"{low:g}", f"{high:g}"]} | ({"step": step} if step else {})
    return Outcome.model_validate({"name": "a scale", "type": "continuous"} | limits)


def bounds_of_range(low: float, high: float, n: int, centre: float | None) -> Interval:
    found = _sds_from_range(span(low, high), Size(n, True, n), None if centre is None else exactly(centre))
    assert found is not None
    return found


@given(st.lists(st.integers(0, 30), min_size=3, max_size=9).filter(lambda sample: len(set(sample)) > 1))
def test_every_sample_lies_within_the_bounds(sample):
    low, high, n, sd = min(sample), max(sample), len(sample), stdev(sample)
    for bounds in (
        bounds_of_range(low, high, n, mean(sample)),
        bounds_of_range(low, high, n, None),
        _sds_from_scale(scale(0, 30), n, exactly(mean(sample))),
        _sds_from_scale(scale(0, 30), n, None),
        _sds_from_scale(scale(0, 30, "1"), n, exactly(mean(sample))),
    ):
        assert bounds is not None
        assert bounds.lo - EPSILON <= sd <= bounds.hi + EPSILON


@pytest.mark.parametrize(
    ("least", "most"),
    [
        ([0, 10, 5, 5], [0, 0, 10, 10]),
        ([0, 10, 10 / 3, 10 / 3, 10 / 3], [0, 0, 0, 10, 10]),
        ([0, 10, 7, 7, 7, 7, 7], None),
        ([2, 8], [2, 8]),
        ([0, 30, 12, 12, 12, 12], None),
    ],
)
def test_the_extreme_sample_attains_the_bounds_of_a_range(least, most):
    bounds = bounds_of_range(min(least), max(least), len(least), mean(least))
    assert bounds.lo == pytest.approx(stdev(least), abs=1e-4)
    if most:
        assert mean(most) == pytest.approx(mean(least))
        assert bounds.hi == pytest.approx(stdev(most), abs=1e-4)


@pytest.mark.parametrize("n", [2, 3, 4, 10])
def test_without_a_mean_the_least_sd_of_a_range_is_that_of_values_in_its_middle(n):
    bounds = bounds_of_range(0, 10, n, None)
    assert bounds.lo == pytest.approx(stdev([0, 10, *[5] * (n - 2)]), abs=1e-4)
    halves = stdev([0] * (n // 2) + [10] * (n - n // 2))
    # Of an odd number no two halves are at the ends: there the bound is a little wide, which accuses nobody.
    assert bounds.hi == pytest.approx(halves, abs=1e-4) if n % 2 == 0 else bounds.hi > halves


@pytest.mark.parametrize("sample", [[0, 0, 10, 10], [0, 10, 10, 10], [0, 0, 0, 10]])
def test_the_extreme_sample_attains_the_bound_of_a_scale(sample):
    bounds = _sds_from_scale(scale(0, 10), len(sample), exactly(mean(sample)))
    assert bounds is not None
    assert bounds.lo == 0
    assert bounds.hi == pytest.approx(stdev(sample), abs=1e-4)
