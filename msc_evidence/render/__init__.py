"""From tables, findings and pages to text: one format, one file, found by its name.

`table/` renders a Table, `findings/` a Report of checks, `page/` a whole page, `document/` a Table or a page into
bytes; each format has `render` and `SUFFIXES`. Listing the formats imports none of them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msc_evidence.render.page import Page
    from msc_evidence.tables.table import Table

#: The format of tables that a terminal shows is called `table`, as its users say.
_TERMINAL, _TABLE = "terminal", "table"


def format_names(kind: str) -> list[str]:
    """The names of the formats for `table`, `findings`, `page` or `document`."""
    folder = import_module(f"{__name__}.{kind}").__path__
    files = (module.name for module in pkgutil.iter_modules(folder))
    return sorted(_TABLE if file == _TERMINAL else file for file in files)


def renderer(kind: str, name: str) -> Callable[..., str]:
    """The function that renders a `table`, `findings` or a `page` in the format of this name."""
    return _format_module(kind, name).render  # type: ignore[no-any-return]


def screen_renderer(name: str) -> Callable[..., str] | None:
    """The function that renders a whole screen in a format of tables; None where the format holds rows alone."""
    module = _format_module("table", name)
    return module.render_screen if hasattr(module, "render_screen") else None


def document_renderer(name: str) -> Callable[[Table], bytes]:
    """The function that makes a document of a table in the format of this name."""
    return _format_module("document", name).render  # type: ignore[no-any-return]


def page_document_renderer(name: str) -> Callable[[Page], bytes]:
    """The function that makes a document of a whole report in the format of this name."""
    return _format_module("document", name).render_page  # type: ignore[no-any-return]


def format_of(kind: str, path: Path) -> str | None:
    """The format that a file's suffix asks for, the longest first; None where no format has it."""
    suffixes = {suffix: name for name in format_names(kind) for suffix in _format_module(kind, name).SUFFIXES}
    ends = [suffix for suffix in suffixes if path.name.lower().endswith(suffix)]
    return suffixes[max(ends, key=len)] if ends else None


def _format_module(kind: str, name: str) -> Any:
    file = _TERMINAL if name == _TABLE else name
    return import_module(f"{__name__}.{kind}.{file}")
