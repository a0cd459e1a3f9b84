"""The fingerprint of a source: the hash of its text and its figures, and what differs from an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.fingerprint_entries import listed
from msc_evidence.reading.fingerprint_list import PlacedFigure, listed_in

#: How much of the text is shown on each side of a figure.
CONTEXT = 30


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the registry keeps of a source: the hash of its abstract, and its figures in reading order."""

    sha256: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where in a text: character offsets, and up to 30 characters before and after."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One figure that changed, went missing or was added between a fingerprint and a text."""

    kind: Literal["changed", "missing", "added"]
    old: str | None
    new: str | None
    place: TextPlace


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of the abstract within the text; raises UnreadableText where there is none."""
    # Most runs compare records alone, and start without the readers of texts.
    from msc_evidence.reading.texts.abstract import find_abstract

    plain = normalise(find_abstract(text))
    return Fingerprint(plain.sha256, tuple(figure.text for figure in listed_in(plain)))


def differences(
    old: Sequence[str], new: Sequence[PlacedFigure], abstract: str = ""
) -> list[FigureDifference]:
    """What became of the figures `old` in `new`, aligned in reading order; `abstract` supplies the context.

    >>> from msc_evidence.reading.fingerprint_list import listed_figures
    >>> text = "Of 31 patients, five recovered."
    >>> [(d.kind, d.old, d.new, d.place.start) for d in differences(["n 30", "5"], listed_figures(text), text)]
    [('changed', 'n 30', 'n 31', 3)]
    """
    matcher = SequenceMatcher(
        None, [listed(text).key for text in old], [listed(figure.text).key for figure in new]
    )
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            found += list(_pairs(old[i1:i2], new[j1:j2], new[:j1], abstract))
    return found


def _pairs(
    old: Sequence[str],
    new: Sequence[PlacedFigure],
    earlier: Sequence[PlacedFigure],
    abstract: str,
) -> Iterator[FigureDifference]:
    position = earlier[-1].end if earlier else 0
    for before, after in zip_longest(old, new):
        if after is None:
            yield FigureDifference("missing", before, None, _place(position, position, abstract))
            continue
        position = after.end
        kind: Literal["changed", "added"] = "changed" if before is not None else "added"
        yield FigureDifference(kind, before, after.text, _place(after.start, after.end, abstract))


def _place(start: int, end: int, abstract: str) -> TextPlace:
    before = " ".join(abstract[max(0, start - CONTEXT) : start].split())
    return TextPlace(start, end, before, " ".join(abstract[end : end + CONTEXT].split()))
