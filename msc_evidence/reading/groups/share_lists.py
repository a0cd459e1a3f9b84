"""Counts with percentages that a sentence lists after one denominator: `19/85 (22.4%) fell, 7 (8.2%) rose`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Proportion, Skeleton
from msc_evidence.reading.groups.share_words import fits

_WHO = rf"(?P<who>[^{FIGURE}.,;()\[\]]{{0,60}}?)"
_ITEM = re.compile(
    rf"(?P<x>{COUNT}){_WHO} ?[(\[] ?(?P<percent>{PERCENT}) ?[)\]]"
    rf"|(?P<first>{PERCENT}) ?[(\[] ?[nN] ?= ?(?P<count>{COUNT}) ?[)\]]"
)
#: What may begin another whole, or another arm, between two items of a list.
_ANOTHER_WHOLE = re.compile(
    rf"(?<!\w)(?:of (?:which|whom|these|those|them|(?:the |all )?(?:[a-z-]+ )?{PEOPLE})|(?:out )?of (?=[{FIGURE}])"
    r"|among|amongst|including|includes|vs?\.?|versus|compared|than|respectively|against|whereas|groups?|arms?)(?!\w)"
)
#: A number word or a digit of everyday speech is no whole: "worsened by at least one category".
_SPEECH = 10
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class _Item:
    x: Figure
    percent: Figure

    @property
    def count(self) -> int:
        return int(as_digits(self.x.text))

    def distance_from(self, whole: int) -> float:
        """Percentage points between what is printed and the count's share of a whole."""
        return abs(100 * self.count / whole - float(self.percent.text.rstrip("%")))


def listed_shares(
    folded: Skeleton, found: Sequence[tuple[int, int, Proportion]]
) -> Iterator[tuple[int, int, Proportion]]:
    """Every count and percentage that follow a proportion in its sentence, with its denominator.

    They are of it where it gives the percentage, or where all counts of the list sum to it: then surely.
    """
    starts = [start for start, _, _ in found[1:]] + [len(folded.text)]
    for (_, end, share), following in zip(found, starts, strict=True):
        whole, first = int(as_digits(share.n.text)), int(as_digits(share.x.text))
        items = list(_items(folded, end, following, whole)) if not share.estimated else []
        fitting = [fits(item.count, whole, item.percent.text) for _, _, item in items]
        parted = first + sum(item.count for _, _, item in items) == whole
        known = parted and (any(fitting) or (share.percent and fits(first, whole, share.percent.text)))
        for (start, stop, item), is_part in zip(items, fitting, strict=True):
            if is_part or known:
                # Of two parts one may be of another whole, unless it is a slip away.
                sure = is_part or len(items) > 1 or item.distance_from(whole) <= _SLIP
                yield start, stop, Proportion(item.x, share.n, item.percent, sure=sure)


#: Percentage points that a slip in rounding is away at the most.
_SLIP = 1.0


def _items(folded: Skeleton, start: int, following: int, whole: int) -> Iterator[tuple[int, int, _Item]]:
    """The items of a list up to what may be of another whole, or the end of the sentence."""
    sentence = SENTENCE_END.search(folded.text, max(0, start - 1), start + _LONGEST)
    stop = min(following, sentence.start() if sentence else start + _LONGEST)
    for match in _ITEM.finditer(folded.text, start, stop):
        x, percent = (
            folded.figure(match.start(name))
            for name in (("x", "percent") if match["x"] else ("count", "first"))
        )
        between = folded.text[start : match.start()] + (match["who"] or "")
        if _ANOTHER_WHOLE.search(between) or not all(map(_is_aside, folded.between(start, match.start()))):
            return
        text = as_digits(x.text)
        if not text.isdigit() or int(text) > whole or not percent.text[0].isdigit():
            return
        yield match.start(), match.end(), _Item(x, percent)
        start = match.end()


def _is_aside(figure: Figure) -> bool:
    """Whether a figure between two items is a time, or a number so small that it is no whole of theirs."""
    text = as_digits(figure.text)
    return figure.kind == "time" or (figure.text.isalpha() and text.isdigit() and int(text) < _SPEECH)
