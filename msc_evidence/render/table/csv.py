"""A table as comma-separated values: full precision, empty where nothing was reported."""

from __future__ import annotations

import csv
import io
import math
import re

from msc_evidence.tables.table import Table, Value

SUFFIXES = (".csv",)

#: A text that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def render(table: Table) -> str:
    """The table with its columns' keys as header."""
    return separated_values(table, ",")


def separated_values(table: Table, delimiter: str) -> str:
    """The table with this delimiter between the cells."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(table.keys)
    for row in table.rows:
        writer.writerow([csv_cell(row.get(key)) for key in table.keys])
    return stream.getvalue()


def csv_cell(value: Value) -> str:
    """A value as text: twelve significant digits, and no text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}" if math.isfinite(value) else ""
    text = str(value)
    guard = "'" if text.startswith(FORMULA) and text != "=" and not _NUMBER.fullmatch(text) else ""
    return guard + text.replace("\r\n", "\n").replace("\r", "\n")
