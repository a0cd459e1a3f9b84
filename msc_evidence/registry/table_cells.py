"""What a source keeps of the tables of a full text: the cells used, each with its place, and their seal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from pydantic import Field

from msc_evidence.registry.fields import Part, Sha256, Text

_PLACE = re.compile(r"(?P<role>[^=\s]+)=(?P<table>[^!\s]+)!(?P<cells>r\d+c\d+(?:\+r\d+c\d+)*)")


class TableCells(Part):
    """The tables of an article as they were when numbers were taken from them."""

    cells: list[Text] = Field(
        [],
        description="the cells that the record's numbers stand in, each with its place: [T1!r5c2 = 12 (60)]",
    )
    cells_sha256: Sha256 | None = Field(
        None, description="seal of `cells`: they are read from the article, not edited"
    )
    tables_sha256: Sha256 | None = Field(
        None, description="hash of the words in the cells of all tables of the article"
    )


def cells_seal(cells: Sequence[str]) -> str:
    """SHA-256 of cells with their places, one on a line.

    >>> cells_seal(["T1!r5c2 = 12 (60)"]) == cells_seal(["T1!r5c2 = 12 (50)"])
    False
    """
    return hashlib.sha256("\n".join(cells).encode()).hexdigest()


def cell_texts(cells: Sequence[str]) -> dict[str, str]:
    """The texts of sealed cells by their places.

    >>> cell_texts(["T1!r0c1 = Cells (n = 20)"])
    {'T1!r0c1': 'Cells (n = 20)'}
    """
    pairs = (line.partition(" = ") for line in cells)
    return {place: text for place, _, text in pairs}


def places_by_role(written: str | None) -> Mapping[str, Sequence[str]]:
    """The places that a part's `from` names: of each arm, of `all`, of `p` and of the `effect`; empty for pointers.

    >>> places_by_role("msc=T1!r5c1+r5c2 p=T1!r5c5")
    {'msc': ['T1!r5c1', 'T1!r5c2'], 'p': ['T1!r5c5']}
    """
    found = (_PLACE.fullmatch(word) for word in (written or "").split())
    return {
        one["role"]: [f"{one['table']}!{cell}" for cell in one["cells"].split("+")]
        for one in found
        if one is not None
    }


def written_places(places: Mapping[str, Sequence[str]]) -> str:
    """The places of a part as its `from` writes them; those of one arm are in one table.

    >>> written_places({"msc": ["T1!r5c1", "T1!r5c2"]})
    'msc=T1!r5c1+r5c2'
    """
    words = []
    for role, cells in places.items():
        table = cells[0].partition("!")[0]
        words.append(f"{role}={table}!" + "+".join(cell.partition("!")[2] for cell in cells))
    return " ".join(words)
