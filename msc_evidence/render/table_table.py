"""A table as a person reads it in a terminal."""

from __future__ import annotations

from msc_evidence.render.terminal import display
from msc_evidence.tables.screen import Screen
from msc_evidence.tables.table import Table

SUFFIXES = (".txt",)


def render(table: Table) -> str:
    """The table at full width, without colour."""
    return display(Screen((table,)), width=None, colour=False, ascii=False)
