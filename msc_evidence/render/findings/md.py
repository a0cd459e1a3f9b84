"""Findings as Markdown, for a pull request or a job summary."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.checks.finding import Report
from msc_evidence.render.findings import findings_table
from msc_evidence.render.table.md import escaped_markdown
from msc_evidence.render.table.md import render as table

SUFFIXES = (".md", ".markdown")
_SHOWN = ("code", "severity", "trial", "line", "message", "waived")


def render(report: Report) -> str:
    """A table of the findings above the closing line."""
    whole = findings_table(report)
    if not whole.rows:
        return f"No findings.\n\n{escaped_markdown(report.summary)}\n"
    return table(replace(whole, columns=tuple(column for column in whole.columns if column.key in _SHOWN)))
