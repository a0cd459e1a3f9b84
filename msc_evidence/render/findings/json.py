"""Findings as JSON: a table like any other, with the closing line."""

from __future__ import annotations

from msc_evidence.checks.finding import Report
from msc_evidence.render.findings import findings_table
from msc_evidence.render.table.json import indented_json, table_document

SUFFIXES = (".json",)


def render(report: Report) -> str:
    """One row per finding, waived ones with their reason, and `summary`."""
    return indented_json(table_document(findings_table(report)) | {"summary": report.summary})
