"""Findings as annotations of a GitHub workflow."""

from __future__ import annotations

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.findings import numbers_of, standing

SUFFIXES = ()
_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """One command per finding, and a notice with the closing line: GitHub shows ten per level and step.

    What makes the run fail is an error.
    """
    commands = [_command(found, fails=report.fails(found)) for found in standing(report.findings)]
    return "\n".join([*commands, f"::notice title=msc-evidence::{_data(report.summary)}"]) + "\n"


def _command(found: Finding, *, fails: bool) -> str:
    place = f"file={_property(found.file)},line={found.line},col={found.column}," if found.line else ""
    said = _data(found.message + numbers_of(found))
    level = "error" if fails else _LEVELS[found.severity]
    return f"::{level} {place}title={_property(found.code)}::{said}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
