"""Findings as annotations of a GitHub workflow."""

from __future__ import annotations

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.findings import numbers_in_brackets, unwaived_findings
from msc_evidence.render.inert import inert

SUFFIXES = ()
_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """One command per finding, and a notice with the closing line: GitHub shows ten per level and step.

    What makes the run fail is an error.
    """
    commands = [
        _workflow_command(finding, fails=report.fails(finding))
        for finding in unwaived_findings(report.findings)
    ]
    return "\n".join([*commands, f"::notice title=msc-evidence::{_workflow_data(report.summary)}"]) + "\n"


def _workflow_command(finding: Finding, *, fails: bool) -> str:
    place = (
        f"file={_workflow_property(finding.file)},line={finding.line},col={finding.column},"
        if finding.line
        else ""
    )
    message = _workflow_data(finding.message + numbers_in_brackets(finding))
    level = "error" if fails else _LEVELS[finding.severity]
    return f"::{level} {place}title={_workflow_property(finding.code)}::{message}"


def workflow_error(message: str, file: str, line: int, column: int) -> str:
    """What is wrong with a registry that cannot be read, as an error at its line; line 0 is the file as a whole."""
    at = f",line={line},col={column}" if line else ""
    return f"::error file={_workflow_property(file)}{at},title=msc-evidence::{_workflow_data(message)}"


def _workflow_data(text: str) -> str:
    """The text with line breaks as the runner reads them, in each line nothing that acts."""
    lines = text.replace("%", "%25").replace("\r", "%0D").split("\n")
    return "%0A".join(map(inert, lines))


def _workflow_property(text: str) -> str:
    return _workflow_data(text).replace(":", "%3A").replace(",", "%2C")
