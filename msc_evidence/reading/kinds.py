"""What a figure is: the figures of a notation, each with its kind, and the words that several notations share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.shapes import FIGURE, PERCENT, RANGE, TIME, Skeleton

#: What a figure can be besides the kinds that its own notation tells (ratio, dose, class, range, percent, …).
KINDS = (
    *("p", "estimate", "interval", "level", "count", "denominator", "percent", "mean", "sd", "se", "median"),
    *("iqr", "range", "statistic", "df", "size", "ratio", "dose", "duration", "age", "class"),
    *("registration", "number"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """One figure, or the two that print the ends of one interval, with what it is.

    `measure` is what it is of: the effect measure of an estimate, the letter of a statistic, `mean` or `median`
    of an age, `trend` or `one-sided` of a p-value; "" where nothing is said.
    """

    kind: str
    figures: tuple[Figure, ...]
    measure: str = ""


#: Figures that belong together, or one alone.
Cluster = tuple[Named, ...]

#: A single value: a number, a count, a percentage or a time.
VALUE = f"[\ue000\ue001{PERCENT}{TIME}]"
SINGLE = "[\ue000\ue001]"
#: A unit between a value and the bracket that follows it.
UNIT = r"(?:[ -]?[a-zA-Z/%²^µμ°][a-zA-Z0-9/%²^]{0,11}){0,2}(?: [23](?=[ ,;(\[]))?"
#: The two ends of an interval: one figure, or two with a comma, a semicolon, `to` or a dash between them.
ENDS = rf"(?:(?P<range>{RANGE})|(?P<low>{SINGLE})(?: ?[,;–-] ?| to | and )(?P<high>{SINGLE}))"
GAP = rf"[^{FIGURE}.;()\[\]]"
_STOP = re.compile(r"[.?!](?= [A-Z(\[]|\Z)")


def named(folded: Skeleton, match: re.Match[str], group: str, kind: str, measure: str = "") -> Named:
    """The figure whose mark a group of the match is."""
    return Named(kind, (folded.figure(match.start(group)),), measure)


def ends(folded: Skeleton, match: re.Match[str], kind: str) -> Named:
    """The interval that the groups of `ENDS` matched."""
    names = ("range",) if match["range"] else ("low", "high")
    return Named(kind, tuple(folded.figure(match.start(name)) for name in names))


def is_whole(figure: Figure) -> bool:
    """Whether a figure prints a whole number of something, in digits or in words."""
    return figure.kind in ("count", "number") and (figure.text.isdigit() or figure.text.isalpha())


def clause(text: str, start: int, reach: int = 60) -> str:
    """What stands before a place in its sentence, back to the last figure."""
    before = text[max(0, start - reach) : start]
    at = max((index for index, sign in enumerate(before) if "\ue000" <= sign <= "\ue008"), default=-1)
    before = before[at + 1 :]
    stops = list(_STOP.finditer(before))
    return before[stops[-1].end() :] if stops else before


def stretch(text: str, start: int, end: int) -> int:
    """Where the sentence ends that this place is in, `end` at the latest."""
    found = _STOP.search(text, start, end)
    return found.start() if found else end


def alone(folded: Skeleton, pattern: re.Pattern[str], group: str, kind: str) -> Iterator[Cluster]:
    """A cluster of one for every match."""
    for match in pattern.finditer(folded.text):
        yield (named(folded, match, group, kind),)
