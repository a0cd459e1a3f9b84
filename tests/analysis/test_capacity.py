"""What group sizes could have shown, how an allocation reads, and what no event leaves possible."""

from __future__ import annotations

from typing import Any

import pytest

from msc_evidence.analysis.contrast import LARGEST_ARM, allocation_test, trial_capacity, zero_events
from msc_evidence.registry.model import Trial


def trial(n1: Any, n2: Any, *, design: dict[str, Any] | None = None, harms: Any = (), **arm: Any) -> Trial:
    arms = {"msc": {"role": "treatment", "n": n1} | arm, "control": {"role": "control", "n": n2} | arm}
    parts = {"citation": {"year": 2020}, "participants": {}, "sources": {"a": {"kind": "abstract"}}}
    return Trial.model_validate(parts | {"arms": arms, "harms": list(harms), "design": design or RANDOMISED})


RANDOMISED = {"allocation": "randomised"}


# Smallest significant and detectable d by the noncentral t; 2/C(30, 5) for the rank sum.
@pytest.mark.parametrize(
    ("n1", "n2", "significant", "detectable", "rank_sum"),
    [(5, 25, 1.0035, 1.422, 1.403e-05), (39, 15, 0.610, 0.867, None), (64, 64, None, 0.499, None)],
)
def test_limits(
    n1: int, n2: int, significant: float | None, detectable: float, rank_sum: float | None
) -> None:
    found = trial_capacity(trial(n1, n2))
    assert found is not None
    assert found.detectable_d == pytest.approx(detectable, abs=5e-4)
    assert significant is None or found.smallest_significant_d == pytest.approx(significant, abs=5e-4)
    assert rank_sum is None or found.smallest_rank_sum_p == pytest.approx(rank_sum, rel=5e-4)


@pytest.mark.parametrize(
    ("n1", "n2"), [("not reported", 25), (0, 30), (1, 2), (LARGEST_ARM + 1, 5), ("1e10", 5)]
)
def test_sizes_without_limits(n1: Any, n2: Any) -> None:
    assert trial_capacity(trial(n1, n2)) is None


@pytest.mark.parametrize(
    ("n1", "n2", "ratio", "stated", "p"),
    [
        (5, 25, None, False, 0.000325),
        (5, 25, "not reported", False, 0.000325),
        (39, 15, "2:1", True, 0.4708),
        (39, 15, "1:1", True, 0.0015),
        (20, 20, "1:1", True, 1.0),
    ],
)
def test_allocation(n1: int, n2: int, ratio: str | None, stated: bool, p: float) -> None:
    found = allocation_test(trial(n1, n2, design=RANDOMISED | ({"ratio": ratio} if ratio else {})))
    assert found is not None
    assert (found.n1, found.n2, found.stated) == (n1, n2, stated)
    assert found.p == pytest.approx(p, rel=0.02)
    assert found.ratio == (ratio if stated else "1:1")


def test_the_numbers_randomised_come_before_those_analysed() -> None:
    found = allocation_test(trial(39, 15, design=RANDOMISED, randomised="30"))
    assert found is not None
    assert (found.n1, found.n2) == (30, 30)
    assert found.p == pytest.approx(1)


@pytest.mark.parametrize(
    ("n1", "n2", "design", "arm"),
    [
        (5, 25, {"allocation": "non-randomised"}, {}),
        (5, 25, {"allocation": "not reported"}, {}),
        ("not reported", 25, RANDOMISED, {}),
        (5, 25, RANDOMISED, {"randomised": "0"}),
        (5, 25, RANDOMISED, {"randomised": "1e10"}),
    ],
)
def test_no_allocation_to_test(n1: Any, n2: Any, design: dict[str, Any], arm: dict[str, Any]) -> None:
    assert allocation_test(trial(n1, n2, design=design, **arm)) is None


# Hanley & Lippman-Hand 1983: 1 − 0.05^(1/n); Clopper–Pearson 1 − 0.025^(1/n).
@pytest.mark.parametrize(
    ("n", "bound", "exact"),
    [(5, 0.4507, 0.5218), (30, 0.0950, None), (39, 0.0739, 0.0903), (1500, 0.0020, None)],
)
def test_bounds_after_no_event(n: int, bound: float, exact: float | None) -> None:
    (found,) = zero_events(trial(n, n, harms=[{"event": "fever", "arms": {"msc": "none", "control": "one"}}]))
    assert (found.event, found.arm, found.n) == ("fever", "msc", n)
    assert found.bound == pytest.approx(bound, abs=5e-5)
    assert exact is None or found.clopper_pearson == pytest.approx(exact, abs=5e-5)


def test_no_bound_without_a_size() -> None:
    harms = [{"event": "fever", "arms": {"msc": "0"}}]
    assert not list(zero_events(trial("not reported", 5, harms=harms)))
    assert not list(zero_events(trial("1e10", 5, harms=harms)))
