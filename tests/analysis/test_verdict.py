"""Six verdicts, each where it is due: intervals in, one word out."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.recompute.verdict import RecomputedValue, Verdict, judge
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval

Method = tuple[str, float, float, float]


def methods(*found: Method) -> list[RecomputedValue]:
    return [RecomputedValue(name, value, Interval(low, high)) for name, value, low, high in found]


@pytest.mark.parametrize(
    ("printed", "found", "verdict", "names"),
    [
        ("0.041", [("Fisher", 0.0409, 0.0409, 0.0409)], Verdict.REPRODUCED, ("Fisher",)),
        (".04", [("a", 0.0409, 0.04, 0.042), ("b", 0.055, 0.055, 0.055)], Verdict.REPRODUCED, ("a",)),
        ("P = 0·041", [("a", 0.0409, 0.04, 0.05), ("b", 0.0411, 0.04, 0.05)], Verdict.REPRODUCED, ("a", "b")),
        ("<0.001", [("a", 0.0002, 0.0001, 0.0003)], Verdict.REPRODUCED, ("a",)),
        ("<0.001", [("a", 0.001, 0.001, 0.002)], Verdict.CONSISTENT, ("a",)),
        ("<0.001", [("a", 0.0011, 0.0011, 0.0012)], Verdict.INCONSISTENT, ("a",)),
        ("≤0.05", [("a", 0.05, 0.05, 0.05)], Verdict.REPRODUCED, ("a",)),
        ("NS", [("a", 0.2, 0.1, 0.3)], Verdict.REPRODUCED, ("a",)),
        ("NS", [("a", 0.04, 0.03, 0.06)], Verdict.CONSISTENT, ("a",)),
        ("NS", [("a", 0.03, 0.02, 0.04)], Verdict.DECISION_ERROR, ("a",)),
        ("0.023", [("a", 0.0204, 0.0191, 0.0225)], Verdict.CONSISTENT, ("a",)),
        ("0.023", [("a", 0.0204, 0.0191, 0.02249)], Verdict.INCONSISTENT, ("a",)),
        (
            "0.023",
            [("W", 0.0204, 0.0191, 0.0218), ("S", 0.0666, 0.0639, 0.0694)],
            Verdict.INCONSISTENT,
            ("W", "S"),
        ),
        ("0.3", [("a", 0.0334, 0.0247, 0.044)], Verdict.DECISION_ERROR, ("a",)),
        ("0.3", [("a", 0.0334, 0.0247, 0.05)], Verdict.INCONSISTENT, ("a",)),
        ("0.3", [("a", 0.03, 0.02, 0.04), ("b", 0.1, 0.1, 0.1)], Verdict.INCONSISTENT, ("a", "b")),
        ("0.03", [("a", 0.3, 0.2, 0.4)], Verdict.DECISION_ERROR, ("a",)),
        ("0.03", [("a", 0.3, 0.05, 0.4)], Verdict.DECISION_ERROR, ("a",)),
        ("<0.05", [("a", 0.3, 0.2, 0.4)], Verdict.DECISION_ERROR, ("a",)),
        ("<0.1", [("a", 0.3, 0.2, 0.4)], Verdict.INCONSISTENT, ("a",)),
        ("0.05", [("a", 0.3, 0.2, 0.4)], Verdict.INCONSISTENT, ("a",)),
        (">0.05", [("a", 0.01, 0.005, 0.02)], Verdict.DECISION_ERROR, ("a",)),
        ("0.4", [("a", 0.2, 0.001, 0.95)], Verdict.UNINFORMATIVE, ("a",)),
        ("0.4", [("a", 0.2, 0.02, 0.95)], Verdict.CONSISTENT, ("a",)),
        ("0.4", [("a", 0.2, 0.001, 0.8)], Verdict.CONSISTENT, ("a",)),
        ("0.4", [("a", 0.4, 0.001, 0.95)], Verdict.REPRODUCED, ("a",)),
        ("0.97", [("a", 0.2, 0.001, 0.95)], Verdict.INCONSISTENT, ("a",)),
        ("0.000", [("a", 0.0002, 0.0001, 0.0003)], Verdict.REPRODUCED, ("a",)),
        ("0.023", [], Verdict.NOT_RECOMPUTABLE, ()),
    ],
)
def test_verdicts_on_p(printed: str, found: list[Method], verdict: Verdict, names: tuple[str, ...]) -> None:
    assert judge(Reported.read(printed), methods(*found), alpha=0.05) == (verdict, names)


@pytest.mark.parametrize(
    ("printed", "found", "verdict"),
    [
        ("0.90", ("RR", 0.8998, 0.8998, 0.8998), Verdict.REPRODUCED),
        ("−1.2", ("MD", -1.24, -1.3, -1.2), Verdict.REPRODUCED),
        ("0.95", ("RR", 0.8998, 0.8, 0.95), Verdict.CONSISTENT),
        ("0.03", ("RR", 0.8998, 0.8, 0.95), Verdict.INCONSISTENT),
        ("5", ("MD", 0.0, -100.0, 100.0), Verdict.CONSISTENT),
    ],
)
def test_effects_have_no_alpha_and_no_bounds(printed: str, found: Method, verdict: Verdict) -> None:
    assert judge(Reported.read(printed), methods(found))[0] is verdict


@pytest.mark.parametrize(("alpha", "verdict"), [(0.05, Verdict.INCONSISTENT), (0.01, Verdict.DECISION_ERROR)])
def test_the_conclusion_depends_on_alpha(alpha: float, verdict: Verdict) -> None:
    assert judge(Reported.read("0.03"), methods(("a", 0.005, 0.004, 0.006)), alpha=alpha)[0] is verdict
