"""When fewer than all of the arms explain a difference: of a p that is somewhat greater, of parts below their whole."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.recompute.recomputation import Grounds, Recomputation
from msc_evidence.analysis.recompute.verdict import RecomputedValue, Verdict
from msc_evidence.checks.audit.tables import _too_few
from msc_evidence.checks.msc4_p_values import _fits_fewer
from msc_evidence.checks.rule import Hit
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval


# z of .04 is 2.05, of .08 1.75: (1.75/2.05)² = .73; of .07 1.81: .78.
@pytest.mark.parametrize(
    ("printed", "low", "high", "fits"),
    [
        ("0.07", 0.039, 0.041, True),
        ("0.09", 0.039, 0.041, False),
        ("0.01", 0.039, 0.041, False),  # smaller: fewer participants do not give it
        ("0.04", 0.039, 0.041, True),
        ("1.0", 0.039, 0.041, False),
        ("0.07", 0.0, 0.0, False),
        ("0.07", 0.9, 1.0, False),
    ],
)
def test_a_somewhat_greater_p_may_be_of_fewer(printed: str, low: float, high: float, fits: bool) -> None:
    method = RecomputedValue("Student", (low + high) / 2, Interval(low, high))
    recomputation = Recomputation("p", Reported.read(printed), Verdict.INCONSISTENT, given=Grounds((method,)))
    assert _fits_fewer(recomputation) == fits


@pytest.mark.parametrize(
    ("parts", "whole", "few"),
    [
        ("28", "30", True),
        ("31", "30", False),
        ("30", "30", False),
        ("98.5%", "100%", True),
        (None, "30", True),
    ],
)
def test_parts_of_a_table_may_be_missing(parts: str | None, whole: str, few: bool) -> None:
    assert _too_few(Hit((), "", parts, whole)) == few
