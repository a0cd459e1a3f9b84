"""One small table, screen and report that hold every trap of every format."""

from __future__ import annotations

import pytest

from msc_evidence.checks.finding import Finding, Report, Rule
from msc_evidence.tables.table import Column, Heading, Line, Screen, Sentences, Table

COLUMNS = (
    Column("outcome", "Outcome", grouped=True),
    Column("trial", "Trial"),
    Column("g", "Implied g (95% CI)", whole=True),
    Column("estimate", "g", "number"),
    Column("p", "p, Holm", "p"),
    Column("primary", "Primary"),
)


@pytest.fixture
def table() -> Table:
    rows = (
        ("modified Rankin Scale ↓", "Bang 2005", "0.88 (−0.11 to 1.86)", 0.1 + 0.2, 0.304, False),
        (
            "modified Rankin Scale ↓",
            "[n=65] mITT [/1]",
            "±0.10 (−0.70 to 0.70)",
            -0.112345678,
            1.403e-05,
            True,
        ),
        ("Barthel | Index", "=HYPERLINK(1)", None, float("nan"), None, None),
        ("two\nlines", "<script>&amp;</script>", "脳卒中", 12345.678, 0.05, True),
    )
    cells = tuple(dict(zip([column.key for column in COLUMNS], row, strict=True)) for row in rows)
    return Table("results", COLUMNS, cells, title="Results", notes=("¹ primary outcome",))


@pytest.fixture
def screen(table: Table) -> Screen:
    return Screen(
        (
            Heading("MSC for ischaemic stroke · 2 trials · 1×10⁸ cells"),
            table,
            Sentences(
                (
                    "Bang 2005: 2 of 6 p-values are below 0.05, none after Holm's correction (0.066 to 1).",
                    "Chung 2021: p = 0·732.",
                )
            ),
            Heading("chung-2021 · Motricity Index"),
            Line("  reported     p 0.023   14.8 ± 23.8 (39) v 2.6 ± 13.0 (15)   test not named"),
            Line("  recomputed   Welch 0.0204 [0.0191 to 0.0218]   Student 0.0666 [0.0639 to 0.0694]"),
            Line(""),
            Line("7 findings (5 warnings, 2 notes): msc-evidence check"),
        )
    )


@pytest.fixture
def report() -> Report:
    rules = (
        Rule(
            "MSC207", "allocation", "warning", "allocation unlikely under its ratio.\n\nExact binomial test."
        ),
        Rule("MSC401", "p-from-z", "error", "p does not follow from z.\n\nBoth are recomputed & compared."),
    )
    p = ("trials", "bang-2005", "results", 0, "p")
    findings = (
        Finding(
            "MSC401", "error", "bang-2005", p, "p 0.011 <b>100%</b> does not follow | from z:\nsee *both*, a",
            "p 0.011", "p 0.0204", "my trials.yaml", 3, 26,
        ),
        Finding(
            "MSC401", "error", "bang-2005", p, "the same place again", None, None, "my trials.yaml", 3, 26,
        ),
        Finding("MSC207", "warning", "chung-2021", ("trials", "chung-2021"), "without a place: \x1b[31m"),
        Finding(
            "MSC207", "note", "bang-2005", ("trials", "bang-2005", "arms"), "@waived, 5 of 30", "5 v 25",
            None, "my trials.yaml", 2, 3, "ratio is in the protocol, p. 3",
        ),
    )  # fmt: skip
    lines = {
        ("my trials.yaml", 3): "      - {outcome: 脳卒中, p: 0.011}",
        ("my trials.yaml", 2): "  arms: {}",
    }
    summary = "3 trials, 61 numbers: 100% sourced; 2 errors, 1 warning, 1 waived"
    return Report(findings, rules, summary, "0.1.0", lines, ("bang-2005", "chung-2021", "silent-2020"))
