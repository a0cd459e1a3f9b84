"""Where the cells of an article stand: places that are the same whichever format the article was saved in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msc_evidence.reading.tables.source import SourceTable

_NUMBER = re.compile(r"\W*table\s*([a-z]?\d+|[ivx]+)\b", re.IGNORECASE)
_ALIKE = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-"})


def table_names(sources: Sequence[SourceTable]) -> list[str]:
    """A name for each table: `T1` of what the article calls Table 1, else the id; `.2` for the second of one name.

    Ids are those of a format; the same article as a web page has others, or none.
    """
    seen: Counter[str] = Counter()
    names = []
    for source in sources:
        number = _NUMBER.match(source.label)
        name = f"T{number[1]}" if number else "-".join(source.id.replace("!", "").split())
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return names


def cells_by_place(sources: Sequence[SourceTable]) -> dict[str, str]:
    """The text of every cell of the tables by its place, `T1!r5c2`."""
    return {
        f"{name}!r{row}c{column}": text
        for name, source in zip(table_names(sources), sources, strict=True)
        for row, column, text in _own_texts(source)
    }


def tables_sha256(sources: Sequence[SourceTable]) -> str:
    """SHA-256 of the words in the cells of all tables, in reading order; dashes and blanks of any kind are alike."""
    texts = (folded(text) for source in sources for _, _, text in _own_texts(source))
    return hashlib.sha256("\n".join(filter(None, texts)).encode()).hexdigest()


def _own_texts(source: SourceTable) -> Iterator[tuple[int, int, str]]:
    for number in range(len(source.grid.places) if source.grid else 0):
        for cell in source.grid.own_cells(number) if source.grid else ():
            if cell.row == number:
                yield cell.row, cell.column, cell.text


def folded(text: str) -> str:
    """The text of a cell with one kind of dash and of blank: formats have several."""
    return " ".join(text.translate(_ALIKE).split())
