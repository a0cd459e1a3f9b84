"""Hazard ratios from intervals, and back; R's survival is in test_conversion.py."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.effects import HazardRatio, from_ci


@given(hr=st.floats(0.1, 9), se=st.floats(0.05, 1.5), level=st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=60)
def test_intervals_run_both_ways(hr: float, se: float, level: float) -> None:
    given_hr = HazardRatio(math.log(hr), se * se)
    found = from_ci(given_hr.hr, *given_hr.interval(level), level=level)
    assert (found.log_hr, found.variance) == pytest.approx((given_hr.log_hr, se * se), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("limits", [(0.72, 0.8, 0.9), (0.72, 0.0, 0.9), (0.72, 0.72, 0.72), (1.2, 0.5, 1.1)])
def test_impossible_intervals_are_refused(limits: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no variance"):
        from_ci(*limits)
