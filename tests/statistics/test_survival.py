"""Variances from intervals, and back; R's survival is in test_conversion.py."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.two_arms.effects import variance_from_ci


@given(hr=st.floats(0.1, 9), se=st.floats(0.05, 1.5), level=st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=60)
def test_intervals_run_both_ways(hr: float, se: float, level: float) -> None:
    half = normal_quantile((1 + level) / 2) * se
    limits = math.log(hr) - half, math.log(hr) + half
    found = variance_from_ci(hr, *map(math.exp, limits), level=level, ratio=True)
    assert found == pytest.approx(se * se, rel=1e-9)
    assert variance_from_ci(math.log(hr), *limits, level=level) == pytest.approx(se * se, rel=1e-9)


@pytest.mark.parametrize("limits", [(0.72, 0.8, 0.9), (0.72, 0.0, 0.9), (0.72, 0.72, 0.72), (1.2, 0.5, 1.1)])
def test_impossible_intervals_are_refused(limits: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no variance"):
        variance_from_ci(*limits, ratio=True)
