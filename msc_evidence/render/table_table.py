"""A table as a person reads it in a terminal."""

from __future__ import annotations

from ..tables.screen import Screen
from ..tables.table import Table
from .terminal import display

SUFFIXES = (".txt",)


def render(table: Table) -> str:
    """The table at full width, without colour."""
    return display(Screen((table,)), width=None, colour=False, ascii=False)
