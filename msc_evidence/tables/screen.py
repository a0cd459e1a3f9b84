"""The screen of a command: blocks from top to bottom, not yet laid out."""

from __future__ import annotations

from dataclasses import dataclass

from msc_evidence.tables.table import Table


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
