"""The same quantity in two sources of one trial: MSC607."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from msc_evidence.checks import msc6_agreement
from msc_evidence.checks.msc6_agreement import quantities_disagree
from msc_evidence.checks.rule import Hit
from msc_evidence.registry.reported import Ratio, Reported, Time

SOURCES = "sources: {abstract: {kind: abstract}, report: {kind: secondary report}}"


@pytest.mark.parametrize(
    "body",
    [
        "baseline:\n"
        "  - {variable: age, all: {mean: 68}}  # MSC607\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}\n",
        "baseline:\n"
        "  - {variable: age, all: {mean: 64}}\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}\n",
        "baseline:\n"
        "  - {variable: age, all: {mean: 65}}  # MSC607\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63}, control: {mean: 64.4}}}\n",
        "baseline:\n"
        "  - {variable: age, all: {mean: 63}}\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63.4}, control: {mean: 64.4}}}\n",
        "baseline:\n"
        "  - {variable: age, all: {mean: 68}}\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63.03}}}\n",
        "baseline:\n"
        "  - {variable: age, unit: y, all: {mean: 68}}\n"
        "  - {variable: age, unit: mo, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}\n",
        "baseline:\n"
        "  - {variable: age, all: {mean: 68, sd: 9}}\n"
        "  - {variable: age, source: report, all: {mean: 67.6, sd: 9.6}}  # MSC607\n",
        "baseline:\n"
        "  - {variable: age, arms: {msc: {mean: 68}}}\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 67.4}}}  # MSC607\n",
        "baseline:\n  - {variable: age, all: {mean: 68}}\n  - {variable: age, all: {mean: 60}}\n",
        "results:\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.011}\n"
        "  - {outcome: mrs, at: 90 d, p: .01, source: report}\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.020, source: report}  # MSC607\n"
        "  - {outcome: mrs, at: 6 mo, p: 0.5, source: report}\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.5, adjusted: age, source: report}\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.5, definition: mRS 0-2, source: report}\n"
        "  - {outcome: barthel, at: 3 mo, p: 0.5, source: report}\n",
        "results:\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.0004}\n"
        "  - {outcome: mrs, at: 3 mo, p: P < .001, source: report}\n"
        "  - {outcome: barthel, at: 3 mo, p: 0.04}\n"
        "  - {outcome: barthel, at: 3 mo, p: NS, source: report}  # MSC607\n",
        "results:\n"
        "  - {outcome: mrs, at: 3 mo, arms: {msc: {mean: −1.2, n: 5}}}\n"
        "  - {outcome: mrs, at: 3 mo, source: report, arms: {msc: {mean: -1.24, n: 6}}}  # MSC607\n"
        "  - {outcome: barthel, at: 3 mo, arms: {msc: {mean: −1.2}}}\n"
        "  - {outcome: barthel, at: 3 mo, source: report, arms: {msc: {mean: 1.2}}}  # MSC607\n",
        "results:\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.011, source: abstract}\n"
        "  - {outcome: mrs, at: 3 mo, p: 0.020}\n",
        "participants: {enrolled: 30}\nalso:\n"
        "  - {source: report, participants: {enrolled: 31}}  # MSC607\n"
        "  - {source: report, participants: {planned: 60, enrolled: 30}}\n",
        "participants: {enrolled: not reported}\nalso: [{source: report, participants: {enrolled: 31}}]\n",
        "design: {ratio: 2:1, follow-up: 1 y, masking: open}\nalso:\n"
        "  - {source: report, design: {ratio: 2:1, follow-up: 12 mo, masking: none}}\n"
        "  - {source: report, design: {ratio: 1:1}}  # MSC607\n"
        "  - {source: report, design: {follow-up: 3 mo}}  # MSC607\n",
        "arms: {msc: {role: treatment, cells: {dose: 1e8}}, control: {role: control}}\nalso:\n"
        "  - {source: report, arms: {msc: {cells: {dose: 5e7, times: 2}}}}\n"
        "  - {source: report, arms: {msc: {cells: {dose: 2e7}}}}  # MSC607\n",
    ],
)
def test_case(case: Callable[[str, ModuleType], tuple[set[object], set[object]]], body: str) -> None:
    found, expected = case(f"{body}{SOURCES}\n", msc6_agreement)
    assert found == expected


def test_the_message_names_both_sources_and_both_numbers(hits: Callable[..., list[Hit]]) -> None:
    body = (
        "baseline:\n"
        "  - {variable: age, all: {mean: 68}}\n"
        "  - {variable: age, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}\n"
    )
    (hit,) = hits(f"{body}{SOURCES}\n", msc6_agreement)
    assert hit.message == "mean age 68 (abstract) lies outside the arm means 63.03 and 64.27 (report)"
    assert (hit.reported, hit.recomputed) == ("68", "63.03 and 64.27")
    assert hit.path == ("baseline", 0, "all", "mean")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Reported.read("68"), Reported.read("68.4"), False),
        (Reported.read("68"), Reported.read("68.6"), True),
        (Reported.read("68"), Reported.read("68.5"), False),
        (Reported.read("<0.05"), Reported.read("0.03"), False),
        (Reported.read("<0.05"), Reported.read("0.06"), True),
        (Reported.read(">5"), Reported.read(">6"), False),
        (Reported.read("5"), Reported.read("6"), True),
        (Reported.read("0.011"), Reported.read("0.012"), True),
        (Reported.read("none"), Reported.read("0"), False),
        (Reported.read("none"), Reported.read("one"), True),
        (Time.read("3 mo"), Time.read("90 d"), False),
        (Time.read("3 mo"), Time.read("6 mo"), True),
        (Ratio.read("2:1"), Ratio.read("1:2"), True),
        (Ratio.read("2:1"), Reported.read("2"), False),
        ("open label", "double-blind", False),
        (None, Reported.read("2"), False),
    ],
)
def test_disagreement(first: object, second: object, expected: bool) -> None:
    assert quantities_disagree(first, second) is expected
    assert quantities_disagree(second, first) is expected
