"""A table as comma-separated values: full precision, empty where nothing was reported."""

from __future__ import annotations

import csv
import io

from ..tables.table import Table, Value

SUFFIXES = (".csv",)

#: A text that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(table: Table) -> str:
    """The table with its columns' keys as header."""
    return separated(table, ",")


def separated(table: Table, delimiter: str) -> str:
    """The table with this delimiter between the cells."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(table.keys)
    for row in table.rows:
        writer.writerow([cell(row.get(key)) for key in table.keys])
    return stream.getvalue()


def cell(value: Value) -> str:
    """A value as text: twelve significant digits, and no text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return str(value)
