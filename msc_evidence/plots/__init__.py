"""Pictures of the evidence, one in one module, found by its name.

A module `plot_x` makes the picture `x`: its object PLOT says what it is drawn from, how a terminal shows it and how a
figure draws it. Listing the names imports none of them; matplotlib is imported when a figure is drawn.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msc_evidence.plots.plot import Plot

_PREFIX = "plot_"


def names() -> list[str]:
    """The names of the plots."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX))


def plot_named(name: str) -> Plot[Any]:
    """The plot of this name."""
    return import_module(f"{__name__}.{_PREFIX}{name}").PLOT  # type: ignore[no-any-return]


def shows(name: str) -> str:
    """What the plot of this name shows, in a line: the first of its module's documentation."""
    return (import_module(f"{__name__}.{_PREFIX}{name}").__doc__ or "").partition("\n")[0]
