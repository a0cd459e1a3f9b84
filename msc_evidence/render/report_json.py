"""Findings as JSON: a table like any other, with the closing line."""

from __future__ import annotations

from ..checks.finding import Report
from .findings import findings_table
from .table_json import document, dumped

SUFFIXES = (".json",)


def render(report: Report) -> str:
    """One row per finding, waived ones with their reason, and `summary`."""
    return dumped(document(findings_table(report)) | {"summary": report.summary})
