"""What a notation yields: the kind of a figure, its canonical text, and its place in the plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["p", "ratio", "range", "time", "percent", "class", "dose", "count", "number"]
#: Kind, canonical text, start and end.
Found = tuple[Kind, str, int, int]
Reader = Callable[[re.Match[str]], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to print figures: its pattern, how a match is read, and an example with what it reads."""

    name: str
    #: Where it may begin: a pattern that is quick to refuse.
    begins: str
    pattern: str
    read: Reader
    example: str
    reads: tuple[str, ...]


def nothing(_: re.Match[str]) -> Iterator[Found]:
    """The reading of digits that are no figure."""
    return iter(())
