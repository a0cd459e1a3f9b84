"""What the formats of findings share: the table of findings, and how a path and a level are written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msc_evidence.checks.finding import SEVERITIES, Finding, Path, Report
from msc_evidence.tables.table import Column, Table

COLUMNS = (
    Column("trial", "Trial"),
    Column("code", "Code"),
    Column("severity", "Severity"),
    Column("file", "File"),
    Column("line", "Line", "number"),
    Column("column", "Column", "number"),
    Column("path", "Path"),
    Column("message", "Message"),
    Column("reported", "Reported"),
    Column("recomputed", "Recomputed"),
    Column("waived", "Waived because"),
    Column("fails", "Fails"),
)
STATISTICS = (
    Column("code", "Code", whole=True),
    *(Column(f"{kind}s", f"{kind.capitalize()}s", "number") for kind in SEVERITIES),
    Column("waived", "Waived", "number"),
    Column("title", "Finds"),
)


def findings_table(report: Report) -> Table:
    """The findings as a table, waived ones with their reason; `fails` says which make the run fail."""
    rows = tuple(
        {
            "trial": finding.trial,
            "code": finding.code,
            "severity": finding.severity,
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "path": dotted_path(finding.path),
            "message": finding.message,
            "reported": finding.reported,
            "recomputed": finding.recomputed,
            "waived": finding.waived,
            "fails": report.fails(finding),
        }
        for finding in report.findings
    )
    return Table("findings", COLUMNS, rows, notes=(report.summary,))


def statistics_table(report: Report) -> Table:
    """How many findings each code has, by severity, those waived apart; the most frequent code first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in report.findings:
        counts[finding.code]["waived" if finding.waived is not None else f"{finding.severity}s"] += 1
    titles = {rule.code: rule.title for rule in report.rules}
    rows = tuple(
        {column.key: counts[code][column.key] for column in STATISTICS}
        | {"code": code, "title": titles[code]}
        for code in sorted(counts, key=lambda code: (-counts[code].total(), code))
    )
    return Table("statistics", STATISTICS, rows)


def dotted_path(path: Path) -> str:
    """`trials.bang-2005.results[0].p`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def unwaived_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that no waiver accepts."""
    return [finding for finding in findings if finding.waived is None]


def numbers_in_brackets(finding: Finding) -> str:
    """` (reported p 0.023; recomputed Welch 0.0204)`, of numbers that the message does not say itself."""
    parts = [
        f"{word} {text}"
        for word, text in (("reported", finding.reported), ("recomputed", finding.recomputed))
        if text and text not in finding.message
    ]
    return f" ({'; '.join(parts)})" if parts else ""
