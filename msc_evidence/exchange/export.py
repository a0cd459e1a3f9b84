"""What `export NAME` writes for other programs, one in one file of `formats/`, found by its name.

The file `x.py` makes the export `x`: its function `export` takes an ExportRequest and returns Exported, and the first
line of its docstring is the help. Its function `render` writes that, as one text or, where `FOLDER` is true, as the
files of a folder, where `WORKBOOK` is, as bytes; without one the table is written as CSV. `OPTIONS` names the options
it looks at. Listing the names
imports none of them.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.pool.times import PoolTime, TimeWindow
    from msc_evidence.tables.table import Table

#: As `--arms` has it by default.
COMBINE = "combine"
_FORMATS = "msc_evidence.exchange.formats"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be written: the trials and outcomes asked for, and which of their results."""

    query: Query
    definition: str | None = None
    measure: str | None = None
    #: What to do with several treatment arms of one trial.
    arms: str = COMBINE
    #: The last time of each trial within it, in place of one time.
    window: TimeWindow | None = None
    #: Whether of each trial only what another person needs to find it is written.
    blank: bool = False

    @property
    def at(self) -> PoolTime | None:
        """When the data are to be of; None where nobody asked."""
        return self.window or self.query.at


@dataclass(frozen=True, slots=True)
class Exported:
    """The tables to write, and what is not in them or must be known of them."""

    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = ()
    #: The columns that tell the rows of a table apart, by the table's name.
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The licence of the data by its SPDX identifier, None where nobody stated one.
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """An export by its name: how it is made, what writes it, and which options it looks at."""

    name: str
    make: Callable[[ExportRequest], Exported]
    #: Writes it as one text, or a folder as texts by file name; None for a table in CSV.
    render: Callable[..., Any] | None
    options: tuple[str, ...]
    #: Whether it is several files of one folder.
    folder: bool
    #: Whether it is a workbook, of all tables.
    workbook: bool

    @property
    def help(self) -> str:
        """One line on what is written."""
        return (inspect.getdoc(self.make) or "").partition("\n")[0]

    def written(self, exported: Exported, title: str) -> str | bytes | Mapping[str, str]:
        """The text of what was made, or the bytes of a workbook; of a folder the texts of its files by their names."""
        if self.workbook:
            raw: bytes = self._render(exported.tables)
            return raw
        if self.folder:
            files: Mapping[str, str] = self._render(exported.tables, title, exported.keys, exported.licence)
            return files
        text: str = self._render(exported.tables[0])
        return text

    @property
    def _render(self) -> Callable[..., Any]:
        from msc_evidence.render.table.csv import render

        return self.render or render


def export_names() -> list[str]:
    """The names of the exports."""
    return sorted(module.name for module in pkgutil.iter_modules(import_module(_FORMATS).__path__))


def export_named(name: str) -> Export:
    """The export of this name."""
    module: Any = import_module(f"{_FORMATS}.{name}")
    render, options = getattr(module, "render", None), getattr(module, "OPTIONS", ())
    folder, workbook = getattr(module, "FOLDER", False), getattr(module, "WORKBOOK", False)
    return Export(name, module.export, render, options, folder, workbook)
