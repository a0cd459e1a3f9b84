"""Plots of the evidence, one in one file of `kinds/`, found by its name.

The object PLOT of `kinds/x.py` is the plot `x`: what it is drawn from, a picture without a single coordinate of paper,
and two ways to draw that, in a terminal and on a page. Listing the names imports none of them; matplotlib is imported
when a figure is drawn.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from msc_evidence.plots.paper import Paper


def plot_names() -> list[str]:
    """The names of the plots."""
    return sorted(module.name for module in pkgutil.iter_modules(import_module(f"{__name__}.kinds").__path__))


def plot_named(name: str) -> Plot[Any]:
    """The plot of this name."""
    return import_module(f"{__name__}.kinds.{name}").PLOT  # type: ignore[no-any-return]


def plot_summary(name: str) -> str:
    """What the plot of this name shows, in a line: the first of its module's documentation."""
    return (import_module(f"{__name__}.kinds.{name}").__doc__ or "").partition("\n")[0]


Picture = TypeVar("Picture")


@dataclass(frozen=True, slots=True)
class Plot(Generic[Picture]):
    """A kind of plot.

    `of` says what `picture` takes: panels of pools, which may be a user's own, or the Scope of a registry.
    """

    title: str
    of: Literal["pools", "registry"]
    picture: Callable[[Any], Picture]
    #: A description of the picture in words, for screen readers.
    alternative: Callable[[Picture], str]
    #: The picture in lines of at most so many columns.
    text: Callable[[Picture, int], list[str]]
    #: The picture on a page of its width.
    draw: Callable[[Picture, Paper], None]
    #: The usual width in millimetres: one column of a journal (85) or two (174).
    width: int = 174
    #: What chooses from a registry for it, as the command line names it.
    chosen_by: tuple[str, ...] = ("OUTCOME", "--at", "--definition")
