"""A table as an article prints it: label, caption, footnotes and grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.reading.tables.grid import Grid


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of an article; without a grid where the article prints a picture."""

    id: str
    label: str
    caption: str
    foot: str
    #: The text of each footnote by its mark.
    notes: Mapping[str, str]
    grid: Grid | None
    #: Words of the article that decide what its columns are: title and abstract.
    about: str

    @property
    def is_picture(self) -> bool:
        """Whether the table cannot be read as it is an image."""
        return self.grid is None
