"""Which tests, named by the source, make MSC406 to MSC408 silent and which leave a note: as their explanations say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load

#: A p that no test gives, beside counts, means and distributions.
RECORDS = {
    "MSC406": "{outcome: responders, at: 3 mo, test: NAME, p: .5, arms: {msc: {events: 12}, control: {events: 21}}}",
    "MSC407": "{outcome: motricity, at: 3 mo, test: NAME, p: .5,"
    " arms: {msc: {mean: 14.8, sd: 3}, control: {mean: 2.6, sd: 3}}}",
    "MSC408": "{outcome: mrs, at: 3 mo, test: NAME, p: .2,"
    " arms: {msc: {n: 39, distribution: [2, 13, 10, 0, 12, 2]}, control: {n: 15, distribution: [0, 5, 4, 1, 4, 1]}}}",
}
SILENT = {
    "MSC406": ["t test", "Mann-Whitney", "Wilcoxon", "log-rank", "McNemar", "paired t test"],
    "MSC407": ["Mann-Whitney", "Wilcoxon", "χ²", "Fisher", "log-rank", "paired t test"],
    "MSC408": ["t test", "Fisher", "log-rank", "Wilcoxon signed-rank"],
}
NOTES = {
    "MSC406": ["logistic regression", "Cochran-Mantel-Haenszel", "permutation test"],
    "MSC407": ["ANOVA", "ANCOVA", "linear regression", "permutation test"],
    "MSC408": ["ANOVA", "Kruskal-Wallis", "permutation test", "logistic regression"],
}
STRONGER = {
    "MSC406": ["Fisher's exact test", "mid-p", "χ²", "Wald test"],
    "MSC407": ["Student's t test", "Welch", "unpaired t test"],
    "MSC408": ["Mann-Whitney", "Wilcoxon rank-sum", "χ²"],
}
CASES = [
    pytest.param(code, name, expected, id=f"{code}-{name}")
    for table, expected in ((SILENT, None), (NOTES, "note"), (STRONGER, "more"))
    for code, names in table.items()
    for name in names
]


@pytest.mark.parametrize(("code", "name", "expected"), CASES)
def test_a_named_test(
    code: str,
    name: str,
    expected: str | None,
    whole_registry: Callable[[str], dict[str, Any]],
    tmp_path: Path,
) -> None:
    arms = "arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 31}}"
    record = RECORDS[code].replace("NAME", f'"{name}"')
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(whole_registry(f"{arms}\nresults: [{record}]")), encoding="utf-8")
    severities = {"note": "note", "warning": "more", "error": "more"}
    found = [
        severities[finding.severity] for finding in run_checks(Analysis(load(file)), select=[code]).findings
    ]
    assert found == [expected] * (expected is not None)
