"""Findings as comma-separated values."""

from __future__ import annotations

from ..checks.finding import Report
from .findings import findings_table
from .table_csv import render as table

SUFFIXES = (".csv",)


def render(report: Report) -> str:
    """One row per finding, waived ones with their reason."""
    return table(findings_table(report))
