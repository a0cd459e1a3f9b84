"""What `explain` shows is what the checks do: a flagged record of each code and, where given, a silent one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Example
from msc_evidence.checks.run import all_rules, run_checks
from msc_evidence.registry.loader import load

#: What these flag stands in a text, in PubMed's answer or in a registration, not in the record.
WITHOUT_RECORD = {
    *(
        "MSC603",
        "MSC605",
        "MSC606",
        "MSC612",
        "MSC842",
        "MSC843",
        "MSC851",
        "MSC852",
        "MSC902",
        "MSC903",
        "MSC904",
    ),
    *(f"MSC91{at}" for at in range(1, 6)),
}
CASES = [(rule.code, example) for rule in all_rules() for example in rule.examples]


def test_every_rule_shows_a_record_that_it_flags() -> None:
    shown = {code for code, example in CASES if example.flagged}
    assert shown == {rule.code for rule in all_rules()} - WITHOUT_RECORD


@pytest.mark.parametrize(
    ("code", "example"),
    CASES,
    ids=[f"{code}-{'flagged' if example.flagged else 'silent'}" for code, example in CASES],
)
def test_the_example_is_what_the_check_does(
    code: str, example: Example, whole_registry: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(whole_registry(example.record)), encoding="utf-8")
    found = {finding.code for finding in run_checks(Analysis(load(file))).findings if finding.waived is None}
    assert (code in found) is example.flagged
