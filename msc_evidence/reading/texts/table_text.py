"""A table copied with tabs between its cells, as sentences: what the head of a column says of its numbers, each says.

A number of a table is told what it is by the head above it alone: `.62` under "P value" is a p-value, the 11.5 of
`12/104 (11.5)` under "No. (%)" a share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_SHARE = re.compile(r"\(\s*([0-9]+(?:[.·][0-9]+)?)\s*\)")
_FIRST_NUMBER = re.compile(r"^\s*[-−–+]?[0-9]+(?:[.·][0-9]+)?(?![0-9/.·%])")
_INTERVAL_HEAD = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?\s?% ?(?:CI|confidence interval)", re.IGNORECASE)
_P_HEAD = re.compile(r"(?<![\w-])[Pp](?:[ -]?values?)?(?![\w-])")
#: What stands in a cell without a number.
_EMPTY = ("", "-", "–", "—", "NA", "N/A")


def sentences_of_table(text: str) -> str:
    r"""The heads, then each row on a line, its cells as their heads have them read.

    >>> print(sentences_of_table("End point\tCells, No. (%)\tP value\nBarthel 95 or more\t31/97 (32.0)\t.54"))
    End point; Cells, No. (%); P value
    Barthel 95 or more: 31/97 (32.0%); P = .54
    """
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    return "\n".join(_sentences(rows[0], rows[1:])) if rows else ""


def _sentences(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "; ".join(head.strip() for head in heads if head.strip())
    for label, *cells in rows:
        said = [
            _said_under(head, cell.strip())
            for head, cell in zip(heads[1:], cells, strict=False)
            if cell.strip() not in _EMPTY
        ]
        yield f"{label.strip()}: {'; '.join(said)}" if said else label.strip()


def _said_under(head: str, cell: str) -> str:
    """A cell with what the head of its column says of it."""
    interval = _INTERVAL_HEAD.search(head)
    if interval:
        cell = cell.replace("(", f"({interval[0]} ", 1)
    rest = head.replace(interval[0], "") if interval else head
    if "%" in rest and "%" not in (cell.replace(interval[0], "") if interval else cell):
        cell = _in_per_cent(cell)
    if _P_HEAD.search(rest) and cell[:1].isdigit() | cell.startswith("."):
        return f"P = {cell}"
    return f"P {cell}" if _P_HEAD.search(rest) else cell


def _in_per_cent(cell: str) -> str:
    """`11.5%` for the share after a count, or for the number of a cell that has no other."""
    if _SHARE.search(cell):
        return _SHARE.sub(lambda share: f"({share[1]}%)", cell)
    return _FIRST_NUMBER.sub(lambda number: f"{number[0]}%", cell)
