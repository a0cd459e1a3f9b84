"""Limits that checks say they have, from both sides: the last record that is left alone, the first that is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load

ARMS = "arms: {{msc: {{role: treatment, randomised: {}, n: {}}}, control: {{role: control, randomised: {}, n: {}}}}}"
KEPT = (
    "design: {{follow-up: {} d}}\narms: {{msc: {{role: treatment, randomised: 25, n: 25, lost: 0}},"
    " control: {{role: control, randomised: {}, n: {}, lost: 0}}}}"
)


def result(values: str, of: str = "mrs", at: str = "3 mo") -> str:
    return f"results: [{{outcome: {of}, at: {at}, {values}}}]"


#: Code, the last silent record, the first flagged one, and its severity.
EDGES = {
    "a tenth after the follow-up": (
        "MSC111",
        "design: {follow-up: 100 d}\n" + result("p: 0.3", at="110 d"),
        "design: {follow-up: 100 d}\n" + result("p: 0.3", at="111 d"),
        "warning",
    ),
    "p of the allocation": (
        "MSC207",
        "design: {allocation: randomised}\narms: {msc: {role: treatment, n: 18}, control: {role: control, n: 38}}",
        "design: {allocation: randomised}\narms: {msc: {role: treatment, n: 13}, control: {role: control, n: 31}}",
        "warning",
    ),
    "complete": ("MSC208", ARMS.format(50, 40, 50, 41), ARMS.format(50, 39, 50, 41), "warning"),
    "points between the arms": (
        "MSC208",
        ARMS.format(100, 85, 100, 100),
        ARMS.format(100, 84, 100, 100),
        "warning",
    ),
    "more than planned": (
        "MSC213",
        "participants: {enrolled: 115, planned: 100}",
        "participants: {enrolled: 116, planned: 100}",
        "note",
    ),
    "fewer than planned": (
        "MSC213",
        "participants: {enrolled: 85, planned: 100}",
        "participants: {enrolled: 84, planned: 100}",
        "note",
    ),
    "half as many again": (
        "MSC217",
        "participants: {enrolled: 150, planned: 100}",
        "participants: {enrolled: 151, planned: 100}",
        "note",
    ),
    "twice as many": (
        "MSC213",
        "participants: {enrolled: 201, planned: 100}",
        "participants: {enrolled: 150, planned: 100}",
        "note",
    ),
    "days of grace": (
        "MSC832",
        "citation: {authors: [Doe J], year: 2020, submitted: 2020-01-28}\n"
        "design: {last-enrolled: 2020-01-01, follow-up: 30 d}",
        "citation: {authors: [Doe J], year: 2020, submitted: 2020-01-27}\n"
        "design: {last-enrolled: 2020-01-01, follow-up: 30 d}",
        "warning",
    ),
    "more than fell ill": (
        "MSC833",
        "design: {first-enrolled: 2015-01-01, last-enrolled: 2015-12-31}\n"
        "participants: {enrolled: 133, catchment: 100000, incidence: 50.0-100.0}",
        "design: {first-enrolled: 2015-01-01, last-enrolled: 2015-12-31}\n"
        "participants: {enrolled: 136, catchment: 100000, incidence: 50.0-100.0}",
        "warning",
    ),
    "many of whom nobody was lost": ("MSC804", KEPT.format(90, 24, 24), KEPT.format(90, 25, 25), "note"),
    "long after which nobody was lost": ("MSC804", KEPT.format(89, 30, 30), KEPT.format(90, 30, 30), "note"),
    "a chance of losing nobody": (
        "MSC804",
        "design: {follow-up: 90 d}",
        KEPT.format(90, 50, 50) + "\nparticipants: {expected-loss: 0.09}",
        "warning",
    ),
    "a chance of losing nobody that is none": (
        "MSC804",
        "design: {follow-up: 90 d}",
        KEPT.format(90, 50, 50) + "\nparticipants: {expected-loss: 0.08}",
        "note",
    ),
}


@pytest.fixture
def findings(
    whole_registry: Callable[..., dict[str, Any]], tmp_path: Path
) -> Callable[[str, str], list[str]]:
    """The severities of what a code finds in a record."""

    def found(record: str, code: str) -> list[str]:
        file = tmp_path / "r.json"
        file.write_text(json.dumps(whole_registry(record)), encoding="utf-8")
        return [
            finding.severity for finding in run_checks(Analysis(load(file))).findings if finding.code == code
        ]

    return found


@pytest.mark.parametrize("edge", EDGES)
def test_a_limit_is_where_the_check_says(edge: str, findings: Callable[[str, str], list[str]]) -> None:
    code, silent, flagged, severity = EDGES[edge]
    assert findings(silent, code) == []
    assert findings(flagged, code) == [severity]


@pytest.mark.parametrize(("registered", "severity"), [("2020-01-26", "note"), ("2020-01-27", "warning")])
def test_more_than_a_quarter_of_the_recruitment_is_late(
    registered: str, severity: str, findings: Callable[[str, str], list[str]]
) -> None:
    record = f"design: {{registered: {registered}, first-enrolled: 2020-01-01, last-enrolled: 2020-04-10}}"
    assert findings(record, "MSC831") == [severity]
