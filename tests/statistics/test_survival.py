"""Hazard ratios from intervals, log-rank p and events, against R's survival and each other."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.effects import (
    HazardRatio,
    from_ci,
    from_log_rank,
    from_log_rank_p,
    from_observed_expected,
    v_from_allocation,
    v_from_events,
)

CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "ordinal.json").read_text())
STUDIES: dict[str, dict[str, Any]] = REFERENCE["survival"]


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(STUDIES) == {"ovarian", "lung", "veteran"}


@pytest.mark.parametrize("study", STUDIES)
def test_log_rank_p_leads_back_to_observed_less_expected(study: str) -> None:
    """survival::survdiff: the p and V of a log-rank test hold its O − E."""
    row = STUDIES[study]
    difference = row["observed"][0] - row["expected"][0]
    from_p = from_log_rank_p(row["p"], row["v"], favours1=difference < 0)
    direct = from_log_rank(difference, row["v"])
    assert from_p.log_hr == pytest.approx(direct.log_hr, rel=CLOSED_FORM)
    assert from_p.variance == direct.variance == pytest.approx(1 / row["v"])


@pytest.mark.parametrize(("study", "within"), [("ovarian", 0.15), ("lung", 0.12), ("veteran", 0.1)])
def test_approximate_variances_are_near_survdiff(study: str, within: float) -> None:
    row = STUDIES[study]
    allocated = v_from_allocation(sum(row["observed"]), *map(int, row["n"]))
    assert v_from_events(*row["observed"]) == pytest.approx(row["v"], rel=within)
    assert allocated == pytest.approx(row["v"], rel=within)
    ratio = from_observed_expected(
        row["observed"][0], row["expected"][0], row["observed"][1], row["expected"][1]
    )
    assert ratio.log_hr == pytest.approx(
        from_log_rank(row["observed"][0] - row["expected"][0], row["v"]).log_hr, abs=0.03
    )
    assert ratio.variance == pytest.approx(1 / row["v"], rel=within)


def test_lee_2010() -> None:
    """Deaths 4 of 16 v 21 of 36, log-rank p .058 (Stem Cells 2010;28:1099): both variances, both near 1 at the top."""
    by_arm = from_log_rank_p(0.058, v_from_events(4, 21), favours1=True)
    by_size = from_log_rank_p(0.058, v_from_allocation(25, 16, 36), favours1=True)
    assert v_from_allocation(25, 16, 36) == pytest.approx(25 * 16 * 36 / 52**2)
    assert by_arm.hr < by_size.hr < 1 < by_size.interval()[1] < by_arm.interval()[1]


@given(hr=st.floats(0.1, 9), se=st.floats(0.05, 1.5), level=st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=60)
def test_intervals_run_both_ways(hr: float, se: float, level: float) -> None:
    given_hr = HazardRatio(math.log(hr), se * se)
    found = from_ci(given_hr.hr, *given_hr.interval(level), level=level)
    assert (found.log_hr, found.variance) == pytest.approx((given_hr.log_hr, se * se), rel=1e-9, abs=1e-12)


@given(p=st.floats(1e-9, 1), v=st.floats(0.5, 200))
@settings(max_examples=60)
def test_exchanged_arms_invert_the_ratio(p: float, v: float) -> None:
    first, second = from_log_rank_p(p, v, favours1=True), from_log_rank_p(p, v, favours1=False)
    assert first.log_hr == -second.log_hr <= 0
    assert math.erfc(abs(first.log_hr) * math.sqrt(v / 2)) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("limits", [(0.72, 0.8, 0.9), (0.72, 0.0, 0.9), (0.72, 0.72, 0.72), (1.2, 0.5, 1.1)])
def test_impossible_intervals_are_refused(limits: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no variance"):
        from_ci(*limits)


def test_impossible_events_are_refused() -> None:
    for p in (0.0, 1.5):
        with pytest.raises(ValueError, match="no hazard ratio"):
            from_log_rank_p(p, 3, favours1=True)
    with pytest.raises(ValueError, match="variance of 0"):
        from_log_rank_p(0.5, 0, favours1=True)
    with pytest.raises(ValueError, match="needs an event"):
        v_from_events(0, 3)
    for events, n1, n2 in ((0, 5, 5), (3, 0, 5)):
        with pytest.raises(ValueError, match="no variance"):
            v_from_allocation(events, n1, n2)
    with pytest.raises(ValueError, match="an observed and an expected"):
        from_observed_expected(3, 2.5, 0, 1.5)
