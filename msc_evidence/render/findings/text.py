"""Findings as a person reads them: place and code first, the line of the registry under each."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line, text_width

SUFFIXES = (".txt", ".log")

RED, YELLOW, BLUE, BOLD, OFF = "\033[31m", "\033[33m", "\033[36m", "\033[1m", "\033[0m"
SEVERITY_COLOURS = {"error": RED, "warning": YELLOW, "note": BLUE}
#: A quoted line is for recognising the place, not for reading the record.
QUOTED = 100


def render(report: Report, *, verbose: bool = False, colour: bool = False) -> str:
    """Each finding with its place, its words and its line; waived ones only where `verbose`."""
    findings = [finding for finding in report.findings if verbose or finding.waived is None]
    return "".join(f"{line}\n" for finding in findings for line in _finding_lines(finding, report, colour))


def _finding_lines(finding: Finding, report: Report, colour: bool) -> Iterator[str]:
    severity = f"{SEVERITY_COLOURS[finding.severity]}{finding.severity}{OFF}" if colour else finding.severity
    code = f"{BOLD}{finding.code}{OFF}" if colour else finding.code
    yield f"{inert(str(finding.place))}: {code} {severity}: {on_one_line(finding.message)}"
    quoted = report.lines.get((finding.file, finding.line), "")
    if quoted.strip():
        yield from _quoted_registry_line(quoted, finding.column)
    if finding.waived is not None:
        yield f"    waived: {on_one_line(finding.waived)}"


def _quoted_registry_line(line: str, column: int) -> Iterator[str]:
    """The line around the column, and a caret under it."""
    at = column - 1
    start = 0 if at < QUOTED - 20 else at - QUOTED // 2
    indent = len(line) - len(line.lstrip()) if start == 0 else start
    text = inert(line)[indent : indent + QUOTED].rstrip()
    yield f"    | {text}"
    before = text[: max(0, at - indent)]
    yield f"    | {' ' * text_width(before)}^"
