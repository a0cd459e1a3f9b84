"""Counts whose whole and percentage stand near them in one sentence, whatever the words: the numbers decide."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise, takewhile

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.arm_labels import is_year
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Proportion, Skeleton
from msc_evidence.reading.groups.share_words import SHARE, TIME_AT_RISK, fits, is_rounded, is_spoken_ratio

#: A whole number of a text: where it stands, its value, and its figure.
Number = tuple[int, int, Figure]

#: "grade 3", "24 mg", "5 points": numbers that count no things.
_NAMES = re.compile(
    r"(?:grades?|stages?|phases?|scores?|levels?|groups?|days?|weeks?|[<>≤≥±] ?=?|/|Table|Fig(?:ure|\.)?) ?\Z"
)
_MEASURES = re.compile(
    r" ?(?:mg|µg|μg|g|kg|ml|mL|mm|cm|mmHg|mm Hg|h|hours?|min|minutes?|seconds?|IU|U|points?|±)(?![a-zA-Z])"
)
#: Of fewer, the same few percentages come up whatever they are of.
LEAST_WHOLE = 5


def counting_numbers(folded: Skeleton, taken: Set[int]) -> Iterator[Number]:
    """Every whole number that may count something, in order; behind a slash only where a group is read there."""
    for place, figure in folded.figures.items():
        text = as_digits(figure.text)
        if figure.kind not in ("number", "count") or not text.isdigit() or not int(text):
            continue
        named = _NAMES.search(folded.text, max(0, place - 10), place)
        if named and named[0] == "/" and figure.start in taken:
            named = None
        behind = _MEASURES.match(folded.text, place + 1) or TIME_AT_RISK.match(folded.text, place + 1)
        spoken = is_spoken_ratio(folded, place)
        if not (named or behind or spoken or is_year(folded, place)):
            yield place, int(text), figure


#: "18 of 31", "31 women, of whom 18", "18/31": what joins a count to its whole, on either side.
_OF = re.compile(r"(?<!\w)(?:of|from|among|amongst|[oO]ut of)(?!\w)|/")
_OF_BEFORE = re.compile(r"(?<!\w)(?:[oO]f|[fF]rom|[aA]mong|[aA]mongst)(?: [a-z]+){0,4} \Z")


def sentence_shares(folded: Skeleton, taken: Set[int]) -> Iterator[Proportion]:
    """Every count and whole that stand joined by "of" in the sentence of the percentage that they alone give.

    `154 responders out of the 392 patients in the web group (response rate of 39.3%)`; then every fraction that alone
    gives a percentage of its sentence, `6/49 with cells and 4/45 with sham (12% v 9%)`, or of the next.
    """
    places = sorted(folded.figures) if PERCENT in folded.text else []
    # Whatever is over or behind a slash may be a part of a whole here.
    slashed = {figure.start for figure in folded.figures.values()}
    numbers = {number[0]: number for number in counting_numbers(folded, slashed)}
    used = set(taken)
    sentences = list(_sentences(folded.text)) if numbers else []
    last: list[Number] = []
    for start, end in sentences:
        inside = places[bisect_left(places, start) : bisect_left(places, end)]
        last_before, whole_before = last, last if _OF_THESE.match(folded.text, start) else []
        last = [numbers[place] for place in inside if place in numbers]
        for at, place in enumerate(inside):
            percent = folded.figures[place]
            if not _SHARE.match(folded.text, place) or percent.start in used:
                continue
            before, behind = _beside(folded, numbers, inside, at)
            beside = [x for x in (*before[-1:], *behind[:1]) if x]
            pairs = [*_pairs(folded, start, before, behind)]
            # "12.9% (n = 13), 46.5% (n = 47) and 40.6% (n = 41) of the 101 women"
            pairs += [
                (x, n)
                for x in beside
                for n in _wholes_behind(folded, numbers, inside[at + 1 : at + 1 + _MOST_LISTED])
            ]
            if _RATE.search(folded.text, max(start, place - _NEAR_RATE), place):
                pairs += [(x, n) for x in beside for n in last_before]
            pairs += [(x, n) for x in _first(numbers, inside) for n in whole_before]
            if found := _only(_free(pairs, used), percent.text):
                x, n = found
                yield Proportion(x, n, percent, sure=False, joined=n.start in used)
                used |= {x.start, n.start, percent.start}
    yield from _apart(folded, numbers, sentences, used)


def _free(pairs: Iterable[tuple[Number, Number]], used: Set[int]) -> list[tuple[Number, Number]]:
    return [(x, n) for x, n in pairs if x[2].start not in used and 0 < x[1] <= n[1] >= LEAST_WHOLE]


#: "Of these, 1319 took part": of those whom the sentence before counts.
_OF_THESE = re.compile(r" ?(?:Of|Among|From) (?:these|those|them)(?: [a-z]+)?,? ")


#: "136 questionnaires were returned (a response rate of 59%)": of those that the sentence before counts.
_RATE = re.compile(
    r"(?<!\w)(?:response|participation|retention|return|consent|recruitment|completion|attrition|follow-?up|drop-?out)"
    r" rates?(?: [a-z]+)?[ ,:=(]{1,3}\Z"
)
_NEAR_RATE = 40


def _wholes_behind(
    folded: Skeleton, numbers: Mapping[int, Number], places: Sequence[int]
) -> Iterator[Number]:
    """The numbers that stand behind "of" in the rest of a sentence."""
    for place in places:
        if place in numbers and _OF_BEFORE.search(folded.text, max(0, place - 60), place):
            yield numbers[place]


#: So many figures of a list its whole may stand behind.
_MOST_LISTED = 12


def _first(numbers: Mapping[int, Number], inside: Sequence[int]) -> list[Number]:
    """The number that a sentence begins with, if it counts something."""
    return [numbers[place] for place in inside[:1] if place in numbers]


#: A fraction: nothing but words stands between a count and its whole.
_FRACTION = re.compile(rf"{COUNT}(?: ?/ ?| (?:out )?of (?:the |a total of |all )?)(?={COUNT})")


def _apart(
    folded: Skeleton, numbers: Mapping[int, Number], sentences: Sequence[tuple[int, int]], taken: set[int]
) -> Iterator[Proportion]:
    """Every fraction and percentage, neither of them in a group, that no others of both sentences fit.

    A whole percentage only where several of the sentence are given so, as by chance one in fifty is; of the sentence
    before only one with a decimal.
    """
    used, earlier = set(taken), list[tuple[Number, Number]]()
    for start, end in sentences:
        here = [
            (numbers[match.start()], numbers[match.end()])
            for match in _FRACTION.finditer(folded.text, start, end)
            if match.start() in numbers and match.end() in numbers
        ]
        found = []
        for match in _SHARE.finditer(folded.text, start, end) if here or earlier else ():
            percent = folded.figure(match.start())
            if percent.start in used:
                continue
            far = _free(earlier, used) if "." in percent.text else []
            if pair := _only_rounded(_free(here, used), percent) or _only_rounded(far, percent):
                x, n = pair
                found.append(Proportion(x, n, percent, sure=False, joined=n.start in used))
                used |= {x.start, n.start, percent.start}
        several = len(found) + sum(x[2].start in taken for x, _ in here) > 1
        yield from (share for share in found if several or (share.percent and "." in share.percent.text))
        earlier = here


def _only_rounded(pairs: Sequence[tuple[Number, Number]], percent: Figure) -> tuple[Figure, Figure] | None:
    return _only([(x, n) for x, n in pairs if rounds_to(x[1], n[1], percent.text)], percent.text)


_SHARE = re.compile(SHARE)
#: A figure may begin a sentence: "Ninety percent of them were older".
_END = re.compile(rf"(?<!vs)(?<!i\.e)(?<!e\.g)[.?!](?= [A-Z(\[{FIGURE}]|\Z)")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    yield from pairwise([0, *(match.end() for match in _END.finditer(text)), len(text)])


def _only(pairs: Sequence[tuple[Number, Number]], percent: str) -> tuple[Figure, Figure] | None:
    """The one count and whole whose percentage is rounded, else the one where it is cut off."""
    for gives in (rounds_to, fits):
        fitting = {(x[0], n[1]): (x[2], n[2]) for x, n in pairs if gives(x[1], n[1], percent)}
        if fitting:
            return next(iter(fitting.values())) if len(fitting) == 1 else None
    return None


#: So many figures from a percentage its count and whole may be.
_BEFORE, _BEHIND = 4, 2


def _beside(
    folded: Skeleton, numbers: Mapping[int, Number], inside: Sequence[int], at: int
) -> tuple[list[Number | None], list[Number | None]]:
    """The numbers before and behind a percentage up to the next one, None for each figure that counts nothing."""

    def is_no_share(place: int) -> bool:
        return folded.text[place] != PERCENT

    before = list(takewhile(is_no_share, reversed(inside[max(0, at - _BEFORE) : at])))
    behind = takewhile(is_no_share, inside[at + 1 : at + 1 + _BEHIND])
    return [numbers.get(place) for place in reversed(before)], [numbers.get(place) for place in behind]


def _pairs(
    folded: Skeleton, start: int, before: Sequence[Number | None], behind: Sequence[Number | None]
) -> Iterator[tuple[Number, Number]]:
    """Every count with its whole near a percentage: `x of n` beside each other, or `of n …, x` before it."""
    for first, second in pairwise([*before, None, *behind]):
        if first and second and _OF.search(folded.text, first[0] + 1, second[0]):
            yield first, second
    # "5 (8%) women of the 65"
    if (
        before
        and behind
        and (x := before[-1])
        and (n := behind[0])
        and _OF.search(folded.text, x[0] + 1, n[0])
    ):
        yield x, n
    for number, whole in enumerate(before):
        if whole and _OF_BEFORE.search(folded.text, max(start, whole[0] - 60), whole[0]):
            yield from ((x, whole) for x in before[number + 1 :] if x)


def rounds_to(x: int, whole: int, percent: str) -> bool:
    """Whether a percentage is that of a count and its whole, rounded; as a rule they are not cut off.

    >>> rounds_to(24, 146, "16.4%"), rounds_to(23, 146, "15.7%"), rounds_to(0, 146, "0%")
    (True, False, False)
    """
    printed = percent.rstrip("%")
    if not x or whole < LEAST_WHOLE or not printed.replace(".", "", 1).isdigit():
        return False
    return is_rounded(100 * x / whole, float(printed), last_digit(printed))
