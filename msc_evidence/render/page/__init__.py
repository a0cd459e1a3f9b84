"""A report: what a registry shows, what was found in it, its pictures, and what it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from msc_evidence.checks.finding import Finding, Report, Rule
from msc_evidence.render.findings import unwaived_findings
from msc_evidence.render.forest import PageForest
from msc_evidence.tables.report import Evidence
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import without_commands

FINDINGS = (
    Column("code", "Code", whole=True),
    Column("severity", "Severity", whole=True),
    Column("trial", "Trial", whole=True),
    Column("place", "File and line", whole=True),
    Column("message", "Message"),
    Column("reported", "Reported"),
    Column("recomputed", "Recomputed"),
    Column("waived", "Waived because"),
)


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A picture as SVG of two widths (empty where it is not to be drawn), as lines of text, and in words."""

    name: str
    title: str
    alternative: str
    #: For a page and for a telephone.
    svg: str
    narrow_svg: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a report that is out of date: no day, but the registry's SHA-256 and the program's version."""

    registry: str
    sha256: str
    version: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of a report."""

    evidence: Evidence
    findings: Report
    #: The effects of each outcome, those of the Summary of Findings first, and which outcomes have none.
    forests: tuple[PageForest, ...]
    undrawn: tuple[str, ...]
    figures: tuple[PageFigure, ...]
    #: What is not there, and why.
    missing: tuple[str, ...]
    stamp: Stamp

    @property
    def findings_table(self) -> Table:
        """The findings, those that nothing accepts first."""
        waived = [finding for finding in self.findings.findings if finding.waived is not None]
        return _findings_table("findings", (*unwaived_findings(self.findings.findings), *waived))

    @property
    def errors_and_warnings(self) -> Table:
        """What does not hold up and is not accepted with a reason."""
        open_ones = unwaived_findings(self.findings.findings)
        return _findings_table("findings", [each for each in open_ones if each.severity != "note"])

    @property
    def notes(self) -> Table:
        """What is only noted."""
        open_ones = unwaived_findings(self.findings.findings)
        return _findings_table("notes", [each for each in open_ones if each.severity == "note"])

    @property
    def waived(self) -> Table:
        """What was accepted with a reason."""
        waived = [each for each in self.findings.findings if each.waived is not None]
        return _findings_table("waived", waived)

    @property
    def summary_forests(self) -> tuple[PageForest, ...]:
        """The forests of the outcomes of the Summary of Findings."""
        return tuple(forest for forest in self.forests if forest.of_summary)

    @property
    def further_forests(self) -> tuple[PageForest, ...]:
        """Those of the other outcomes."""
        return tuple(forest for forest in self.forests if not forest.of_summary)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that found something, by code."""
        codes = {finding.code for finding in self.findings.findings}
        return tuple(rule for rule in self.findings.rules if rule.code in codes)


def _findings_table(name: str, findings: Iterable[Finding]) -> Table:
    rows = tuple(map(_finding_row, findings))
    silent = {column.key for column in FINDINGS if not any(row[column.key] for row in rows)}
    return Table(name, tuple(column for column in FINDINGS if column.key not in silent), rows)


def _finding_row(finding: Finding) -> dict[str, Value]:
    return {
        "code": finding.code,
        "severity": finding.severity if finding.waived is None else f"{finding.severity}, waived",
        "trial": finding.trial,
        "place": f"{PurePath(finding.file).name}:{finding.line}",
        "message": without_commands(finding.message),
        "reported": finding.reported,
        "recomputed": finding.recomputed,
        "waived": finding.waived,
    }


_EXAMPLE = re.compile(r"^Example:.*?(?=^It cannot see|^Source|\Z)", re.MULTILINE | re.DOTALL)


def rule_paragraphs(rule: Rule) -> tuple[str, ...]:
    """What a rule says of itself, a sentence or more on each line.

    Its title, commands, and its example aside: that is of a trial which the page may not be about.
    """
    described = _EXAMPLE.sub("", rule.documentation)
    sentences = (without_commands(line.strip()) for line in described.splitlines()[1:])
    return tuple(filter(None, sentences))
