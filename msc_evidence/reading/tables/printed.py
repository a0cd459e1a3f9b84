"""The numbers that a cell of a table prints, whatever they are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from msc_evidence.reading.tables.cells import cell_reading
from msc_evidence.reading.tables.columns import size_in
from msc_evidence.reading.tables.contrasts import printed_p
from msc_evidence.reading.tables.rows import sizes_of_both


def prints_size(text: str, n: str) -> bool:
    """Whether a cell prints this size."""
    said = str(size_in(text)) == n or n in _numbers_in(text)
    return said or any(n in pair for pair in sizes_of_both(text))


def printed_in(texts: Sequence[str]) -> Iterator[str]:
    """The numbers that cells print, neighbours also as the ends of a range, and a p as it is printed."""
    for text in texts:
        numbers = _numbers_in(text)
        yield from numbers
        yield from (f"{low} to {high}" for low, high in pairwise(numbers))
        if p := printed_p(text):
            yield p


@cache
def _numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of a cell, its decimals behind points or behind commas."""
    return (*cell_reading(text).numbers, *cell_reading(text, comma=True).numbers)
