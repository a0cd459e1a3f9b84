"""docs/findings.md lists every finding of weight, with what was printed, where, and why it is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Finding, Rule
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load
from msc_evidence.render.table.md import escaped_markdown
from msc_evidence.tables.not_supported import not_supported
from msc_evidence.tables.words import precise_p

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
REGISTRY = load(ROOT / "trials.yaml")
ANALYSIS = Analysis(REGISTRY)
REPORT = run_checks(ANALYSIS)
TABLES = not_supported(ANALYSIS, REPORT.findings, REPORT.rules)
ROWS = [row for table in TABLES for row in table.rows]


def test_every_warning_about_printed_numbers_is_listed() -> None:
    standing = [found for found in REPORT.findings if found.severity != "note" and found.recomputed]
    waived = [found for found in REPORT.findings if found.waived and found.recomputed]
    assert len(standing) > 5
    assert len(waived) > 5
    for found in (*standing, *waived):
        assert f"| {escaped_markdown(found.message)} |" in PAGE
        assert found.waived is None or f"| {escaped_markdown(found.waived)} |" in PAGE


def test_a_p_that_its_own_numbers_do_not_give_is_listed_although_it_is_only_a_note() -> None:
    notes = [found for found in REPORT.findings if found.code in ("MSC406", "MSC407")]
    assert {found.severity for found in notes if not found.waived} == {"note"}
    assert {found.message for found in notes} <= {row["recomputed"] for row in ROWS}


def test_every_row_says_where_the_number_stands() -> None:
    for row in ROWS:
        assert re.match(r"(MSC\d{3}): \S", str(row["method"]))
        kind, _, address = str(row["source"]).partition(": ")
        assert kind
        assert re.search(r"https?://|NCT\d{8}|\d{4};\d", address), row


def test_nothing_of_the_record_alone_is_listed() -> None:
    assert not {"MSC106", "MSC107", "MSC108", "MSC209", "MSC608"} & {str(row["method"])[:6] for row in ROWS}


@pytest.mark.parametrize(
    "word", ["wrong", "mistake", "fraud", "false", "mislead", "flaw", "manipulat", "spin", "careless"]
)
def test_it_is_worded_as_arithmetic(word: str) -> None:
    assert not re.search(rf"\b{word}", PAGE, re.IGNORECASE)


def test_the_shifts_of_treasure_are_those_of_r() -> None:
    days = json.loads((ROOT / "tests" / "reference" / "treasure.json").read_text())["days"]
    first, second = days
    shown = 0
    for test in first.keys() & second.keys():
        on_page = f"| {test} on 6 df | " if "general association" in test else f"| {test} | "
        if on_page in PAGE:
            assert f"{on_page}{precise_p(first[test])} | {precise_p(second[test])} |" in PAGE
            shown += 1
    assert shown == 8
    assert "| as printed (Cochran-Mantel-Haenszel, adjusted) | .62 | .42 |" in PAGE


def test_the_source_of_a_finding_is_that_of_its_part() -> None:
    rule = Rule("MSC999", "made-up", "warning", "made-up rule.")
    note = Rule("MSC998", "made-up-note", "note", "another.")
    found = [
        Finding(code, "note", "chung-2021", ("trials", "chung-2021", *path), "m", "a", "b")
        for code, path in (
            ("MSC999", ("results", 2, "p")),
            ("MSC999", ("baseline", 2, "arms", "msc", "mean")),
            ("MSC999", ("claims", 0, "says")),
            ("MSC998", ("claims", 0, "says")),
        )
    ]
    (table,) = not_supported(ANALYSIS, found, (rule, note))
    assert [(row["what"], str(row["source"]).partition(":")[0]) for row in table.rows] == [
        ("Motricity Index leg change", "secondary report"),
        ("age at baseline, MSC", "secondary report"),
        ("claim: no benefit, modified Rankin Scale", "abstract"),
    ]
