"""From tables and findings to text: one format, one module, found by its name.

A module `table_x` renders a Table as format `x`, a module `report_x` a Report; each has `SUFFIXES`.
Listing the formats imports none of them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def formats(kind: str) -> list[str]:
    """The names of the formats for `table` or `report`."""
    prefix = f"{kind}_"
    return sorted(
        found.name.removeprefix(prefix)
        for found in pkgutil.iter_modules(__path__)
        if found.name.startswith(prefix)
    )


def renderer(kind: str, name: str) -> Callable[..., str]:
    """The function that renders a `table` or `report` in the format of this name."""
    return import_module(f"{__name__}.{kind}_{name}").render  # type: ignore[no-any-return]


def format_of(kind: str, path: Path) -> str | None:
    """The format that a file's suffix asks for, the longest first; None where no format has it."""
    modules: dict[str, Any] = {name: import_module(f"{__name__}.{kind}_{name}") for name in formats(kind)}
    suffixes = {suffix: name for name, module in modules.items() for suffix in module.SUFFIXES}
    found = [suffix for suffix in suffixes if path.name.lower().endswith(suffix)]
    return suffixes[max(found, key=len)] if found else None
