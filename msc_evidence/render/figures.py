"""The figures of texts as a table: what each is, where it stands, and which of them report one result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields

from msc_evidence.reading.rows import TypedFigure
from msc_evidence.tables.table import Column, Table

_COUNTED = ("start", "end", "sentence", "group")


def figures_table(texts: Iterable[tuple[str, Iterable[TypedFigure]]], notes: tuple[str, ...] = ()) -> Table:
    """A row per figure of texts given by their ids."""
    keys = ["id", *(field.name for field in fields(TypedFigure))]
    columns = tuple(Column(key, key.capitalize(), "number" if key in _COUNTED else "text") for key in keys)
    rows = tuple({"id": id, **asdict(row)} for id, rows in texts for row in rows)
    return Table("figures", columns, rows, notes=notes)
