"""The tables that `table NAME` shows, one in one file of this folder, found by its name.

The file `x.py` makes the table `x`: its function `table` takes what was Chosen and returns a Table; the first line
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
    from msc_evidence.analysis.filters import Query, TrialFilter
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.registry.loader import Registry
    from msc_evidence.registry.model import Trial
    from msc_evidence.registry.reported import Time
    from msc_evidence.tables.table import Screen, Table


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What a table is to show: trials and outcomes of a registry by id, in their order there or as asked."""

    analysis: Analysis
    trials: tuple[str, ...]
    outcomes: tuple[str, ...]
    #: Also what the table leaves out by itself.
    every: bool = False
    #: Only results at this time.
    at: Time | None = None
    #: What trials had to be like; None where nobody asked, and a table may take the registry's own question.
    filter: TrialFilter | None = None

    @classmethod
    def of(cls, analysis: Analysis) -> TableRequest:
        """Every trial and outcome of the registry."""
        return cls(analysis, tuple(analysis.registry.trials), tuple(analysis.registry.outcomes))

    @property
    def registry(self) -> Registry:
        """The registry that they are of."""
        return self.analysis.registry

    @property
    def query(self) -> Query:
        """The same as a heading words it."""
        from msc_evidence.analysis.filters import Query, TrialFilter

        return Query(self.analysis, self.trials, self.outcomes, self.at, self.filter or TrialFilter())

    @property
    def records(self) -> tuple[tuple[str, Trial], ...]:
        """The trials chosen, each with its id."""
        return tuple((name, self.registry.trials[name]) for name in self.trials)


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table by its name: how it is made for pipelines, a page and a terminal, and what it looks at."""

    name: str
    table: Callable[[TableRequest], Table]
    shown: Callable[[TableRequest], Table]
    screen: Callable[[TableRequest], Screen]
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

    def alone(chosen: TableRequest) -> Screen:
        from msc_evidence.tables.table import Screen

        return Screen((shown(chosen),))

    screen = getattr(module, "screen", alone)
    return NamedTable(
        name, module.table, shown, screen, getattr(module, "OPTIONS", ()), getattr(module, "KEY", ())
    )
