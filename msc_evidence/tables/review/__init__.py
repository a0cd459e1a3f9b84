"""The tables that `table NAME` shows, one in one file of this folder, found by its name.

The file `x.py` makes the table `x`: its function `table` takes a Query and returns a Table with every column, as
pipelines read it; the first line of its docstring is the help. Where a page has fewer or other columns, a function
`page_table` returns that Table; where a terminal shows more than the page does, a function `screen` returns the Screen.
`OPTIONS` names which of `--outcome`, `--at` and `--all` the table looks at, `KEY` the columns that tell its rows
apart. Listing the names imports none of them.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.tables.table import Screen, Table


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table by its name: how it is made for pipelines, a page and a terminal, and what it looks at."""

    name: str
    table: Callable[[Query], Table]
    page_table: Callable[[Query], Table]
    screen: Callable[[Query], Screen]
    options: tuple[str, ...]
    #: The columns that tell its rows apart; empty where none need do.
    key: tuple[str, ...]
    #: Whether it shows what the checks find, which is then to be in the Query.
    needs_findings: bool

    @property
    def help(self) -> str:
        """One line on what the table shows."""
        return (inspect.getdoc(self.table) or "").partition("\n")[0]


def table_names() -> list[str]:
    """The names of the tables."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def table_named(name: str) -> NamedTable:
    """The table of this name."""
    module: Any = import_module(f"{__name__}.{name}")

    page_table = getattr(module, "page_table", module.table)

    def alone(query: Query) -> Screen:
        from msc_evidence.tables.table import Screen

        return Screen((page_table(query),))

    screen = getattr(module, "screen", alone)
    return NamedTable(
        name, module.table, page_table, screen, getattr(module, "OPTIONS", ()), getattr(module, "KEY", ()),
        getattr(module, "NEEDS_FINDINGS", False),
    )  # fmt: skip
