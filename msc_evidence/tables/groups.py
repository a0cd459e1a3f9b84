"""A table made once for each group of trials and set together, with the group as its first column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from msc_evidence.analysis.attributes import attribute_group, group_order
from msc_evidence.analysis.filters import Query
from msc_evidence.tables.table import Column, Table
from msc_evidence.tables.words import group_title


def grouped_table(make: Callable[[Query], Table], query: Query, by: str) -> Table:
    """The rows that `make` gives for the trials of each group; notes that not all groups share name theirs."""
    groups: dict[str, list[str]] = {}
    for name, trial in query.records.items():
        groups.setdefault(attribute_group(trial, by), []).append(name)
    tables = {
        group: make(replace(query, trials=tuple(groups[group]))) for group in sorted(groups, key=group_order)
    }
    return set_together(tables, Column("group", group_title(by), grouped=True))


def set_together(tables: Mapping[str, Table], column: Column) -> Table:
    """Tables of one shape below each other, with their names in the first column."""
    first = next(iter(tables.values()))
    return replace(
        first,
        columns=(column, *_columns_of_all(tables)),
        rows=tuple({column.key: group, **row} for group, table in tables.items() for row in table.rows),
        notes=_notes_of_all(tables),
    )


def _columns_of_all(tables: Mapping[str, Table]) -> list[Column]:
    """The columns of every group's table, each once."""
    return list({column.key: column for table in tables.values() for column in table.columns}.values())


def _notes_of_all(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The notes that all groups share, then those of one with its name before them."""
    first, *others = tables.values()
    shared = [note for note in first.notes if all(note in table.notes for table in others)]
    own = [
        f"{group}: {note}" for group, table in tables.items() for note in table.notes if note not in shared
    ]
    return (*shared, *own)
