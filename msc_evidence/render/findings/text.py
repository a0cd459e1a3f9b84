"""Findings as a person reads them: place and code first, the line of the registry under each."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.text import columns, inert

SUFFIXES = (".txt", ".log")

RED, YELLOW, BLUE, BOLD, OFF = "\033[31m", "\033[33m", "\033[36m", "\033[1m", "\033[0m"
_COLOURS = {"error": RED, "warning": YELLOW, "note": BLUE}
#: A quoted line is for recognising the place, not for reading the record.
QUOTED = 100


def render(report: Report, *, verbose: bool = False, colour: bool = False) -> str:
    """Each finding with its place, its words and its line; waived ones only where `verbose`."""
    shown = [found for found in report.findings if verbose or found.waived is None]
    return "".join(f"{line}\n" for found in shown for line in _lines(found, report, colour))


def _lines(found: Finding, report: Report, colour: bool) -> Iterator[str]:
    severity = f"{_COLOURS[found.severity]}{found.severity}{OFF}" if colour else found.severity
    code = f"{BOLD}{found.code}{OFF}" if colour else found.code
    yield f"{found.place}: {code} {severity}: {_one_line(found.message)}"
    quoted = report.lines.get((found.file, found.line), "")
    if quoted.strip():
        yield from _quote(quoted, found.column)
    if found.waived is not None:
        yield f"    waived: {_one_line(found.waived)}"


def _quote(line: str, column: int) -> Iterator[str]:
    """The line around the column, and a caret under it."""
    at = column - 1
    start = 0 if at < QUOTED - 20 else at - QUOTED // 2
    indent = len(line) - len(line.lstrip()) if start == 0 else start
    text = inert(line)[indent : indent + QUOTED].rstrip()
    yield f"    | {text}"
    before = text[: max(0, at - indent)]
    yield f"    | {' ' * columns(before)}^"


def _one_line(text: str) -> str:
    return inert(" ".join(text.split()))
