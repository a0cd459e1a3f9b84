"""Tables as a notebook shows them: what is recorded of the rows, under the titles that people read."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from msc_evidence.render.table.html import html_fragment
from msc_evidence.tables.table import Table


class NotebookTable(Table):
    """A table that a notebook shows as one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Title, rows and notes as HTML; columns without any value are left out, `to_frame()` has them."""
        filled = tuple(
            column for column in self.columns if any(row.get(column.key) is not None for row in self.rows)
        )
        return html_fragment(replace(Table(**_values(self)), columns=filled or self.columns))


def notebook_table(table: Table) -> NotebookTable:
    """The same table, as one that a notebook shows."""
    return NotebookTable(**_values(table))


def _values(table: Table) -> dict[str, Any]:
    return {field.name: getattr(table, field.name) for field in fields(table)}
