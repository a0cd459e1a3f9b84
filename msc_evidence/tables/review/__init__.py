"""The tables that `table NAME` shows, one in one file of this folder, found by its name.

The file `x.py` makes the table `x`: its function `table` takes a Query and returns a Table; the first line
of its docstring is the help. Where a page has fewer or other columns than a pipeline reads, a function `shown` returns
that Table; where a terminal shows more than it, a function `screen` returns the Screen. `OPTIONS` names which of
`--outcome`, `--at` and `--all` the table looks at, `KEY` the columns that tell its rows apart. Listing the names
imports none of them.
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
    shown: Callable[[Query], Table]
    screen: Callable[[Query], Screen]
    options: tuple[str, ...] = ()
    #: The columns that tell its rows apart; empty where none need do.
    key: tuple[str, ...] = ()

    @property
    def help(self) -> str:
        """One line on what the table shows."""
        return (inspect.getdoc(self.table) or "").partition("\n")[0]


def names() -> list[str]:
    """The names of the tables."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def named(name: str) -> NamedTable:
    """The table of this name."""
    module: Any = import_module(f"{__name__}.{name}")

    shown = getattr(module, "shown", module.table)

    def alone(chosen: Query) -> Screen:
        from msc_evidence.tables.table import Screen

        return Screen((shown(chosen),))

    screen = getattr(module, "screen", alone)
    return NamedTable(
        name, module.table, shown, screen, getattr(module, "OPTIONS", ()), getattr(module, "KEY", ())
    )
