"""A table: columns that say what they hold, and rows of values at full precision; a screen of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas


Value = str | int | float | bool | None
Kind = Literal["text", "number", "p"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key that pipelines read, the title that people read, and what kind of value it holds."""

    key: str
    title: str
    kind: Kind = "text"
    #: In a terminal, a value equal to the one above it is left blank.
    grouped: bool = False
    #: Its cells are read at one glance and stay on one line; other columns give way.
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; a missing value is None, never an empty text."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    #: What stands between the title and the table.
    header: tuple[str, ...] = ()
    #: Tables that belong to it, for formats that hold several.
    beside: tuple[Table, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns' keys, in order."""
        return tuple(column.key for column in self.columns)

    def to_frame(self) -> pandas.DataFrame:
        """The same table as a pandas DataFrame."""
        import pandas

        return pandas.DataFrame(
            [[row.get(key) for key in self.keys] for row in self.rows], columns=list(self.keys)
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is; long ones continue below, indented as they began."""

    text: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """Plain sentences, each a point of a list."""

    items: tuple[str, ...]


Block = Heading | Line | Sentences | Table


@dataclass(frozen=True, slots=True)
class Screen:
    """What a command shows a person."""

    blocks: tuple[Block, ...]
