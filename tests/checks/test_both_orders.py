"""Neither the order in which a record names the arms nor which of them is the control decides what counts find."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import all_rules, run_checks
from msc_evidence.registry.loader import load

Record = dict[str, Any]
Findings = Counter[tuple[object, ...]]
WholeRegistry = Callable[..., Record]
EXAMPLES = [(rule.code, example.record) for rule in all_rules() for example in rule.examples]
#: What has a direction is another statement once treatment and control change places.
DIRECTED = re.compile(r"\b(?:effect|claims|favours|pooled|trials):")
#: Families whose checks ask which results compare the same two arms, in this order.
OF_CONTRASTS = ("MSC1",)


def findings(record: Record, file: Path) -> Findings:
    """Code, severity and place of every finding, whichever of the arms it stands at."""
    file.write_text(json.dumps(record), encoding="utf-8")
    analysis = Analysis(load(file))
    arms = {name for trial in analysis.registry.trials.values() for name in trial.arms}
    return Counter(
        (finding.code, finding.severity, tuple("an arm" if part in arms else part for part in finding.path))
        for finding in run_checks(analysis).findings
    )


def reordered(value: Any) -> Any:
    """The arms of the trial and of every result in the other order."""
    if isinstance(value, list):
        return [reordered(item) for item in value]
    if not isinstance(value, dict):
        return value
    parts = {key: reordered(part) for key, part in value.items()}
    if isinstance(arms := parts.get("arms"), dict):
        parts["arms"] = dict(reversed(arms.items()))
    return parts


def exchanged(value: Any) -> Any:
    """The treatment as control and the control as treatment, with what was to be allocated to each."""
    if isinstance(value, list):
        return [exchanged(item) for item in value]
    if not isinstance(value, dict):
        return value
    parts = {key: exchanged(part) for key, part in value.items()}
    if (role := parts.get("role")) in ("treatment", "control"):
        parts["role"] = "control" if role == "treatment" else "treatment"
    if isinstance(ratio := parts.get("ratio"), str):
        parts["ratio"] = ":".join(reversed(ratio.split(":")))
    return parts


def test_a_case_is_the_same_in_both_orders_of_its_arms(
    any_case: str, whole_registry: WholeRegistry, tmp_path: Path
) -> None:
    record = whole_registry(any_case, case=True)
    found = findings(record, tmp_path / "r.json")
    assert findings(reordered(record), tmp_path / "r.json") == found
    if not DIRECTED.search(any_case) and not any(str(code).startswith(OF_CONTRASTS) for code, *_ in found):
        assert findings(exchanged(record), tmp_path / "r.json") == found


@pytest.mark.parametrize(
    ("code", "record"), EXAMPLES, ids=[f"{code}-{number}" for number, (code, _) in enumerate(EXAMPLES)]
)
def test_an_example_is_the_same_in_both_orders_of_its_arms(
    code: str, record: str, whole_registry: WholeRegistry, tmp_path: Path
) -> None:
    whole = whole_registry(record)
    found = findings(whole, tmp_path / "r.json")
    assert findings(reordered(whole), tmp_path / "r.json") == found
    if not DIRECTED.search(record) and not code.startswith(OF_CONTRASTS):
        assert findings(exchanged(whole), tmp_path / "r.json") == found
