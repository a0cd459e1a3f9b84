"""What a plot is: a picture without a single coordinate of paper, and two ways to draw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from msc_evidence.plots.page import Page

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
    draw: Callable[[Picture, Page], None]
    #: The usual width in millimetres: one column of a journal (85) or two (174).
    width: int = 174
    #: What chooses from a registry for it, as the command line names it.
    chosen_by: tuple[str, ...] = ("OUTCOME", "--at", "--definition")
