"""A table as tab-separated values, one line per row: tabs and line breaks in cells become spaces."""

from __future__ import annotations

from msc_evidence.render.table.csv import csv_cell
from msc_evidence.tables.table import Table

SUFFIXES = (".tsv",)


def render(table: Table) -> str:
    """The table with its columns' keys as header."""
    lines = [table.keys, *([csv_cell(row.get(key)) for key in table.keys] for row in table.rows)]
    return "".join("\t".join(" ".join(text.split()) for text in line) + "\n" for line in lines)
