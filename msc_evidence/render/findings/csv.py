"""Findings as comma-separated values."""

from __future__ import annotations

from msc_evidence.checks.finding import Report
from msc_evidence.render.findings import findings_table
from msc_evidence.render.table.csv import render as table

SUFFIXES = (".csv",)


def render(report: Report) -> str:
    """One row per finding, waived ones with their reason."""
    return table(findings_table(report))
