"""A text read: its figures with their kinds, and the groups that belong to one reported result.

Only the sentences that may report a result which can be checked are looked at closely.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from msc_evidence.reading.figures.figures import Figure, plain_figures
from msc_evidence.reading.figures.normalise import LazyOffsets, Normalised, normalise
from msc_evidence.reading.figures.numerals import WORD
from msc_evidence.reading.groups.arm_shares import arm_shares
from msc_evidence.reading.groups.arms import arm_sizes
from msc_evidence.reading.groups.effects import effect_groups
from msc_evidence.reading.groups.interval_p import beside_others
from msc_evidence.reading.groups.intervals_alone import lone_intervals, named_intervals
from msc_evidence.reading.groups.joins import joined
from msc_evidence.reading.groups.proportions import comparisons, counts_compared, proportions
from msc_evidence.reading.groups.sentence_shares import sentence_shares
from msc_evidence.reading.groups.shapes import EffectGroup, Group, LoneP, MeanComparison, Sizes, skeleton
from msc_evidence.reading.groups.share_lists import listed_shares
from msc_evidence.reading.groups.tests_and_words import (
    HEDGES,
    series_groups,
    statistic_groups,
    wording_groups,
)
from msc_evidence.reading.sample_sizes import sampled

_SENTENCE_END = re.compile(r"(?<!vs)[.?!] (?=[A-Z(\[])")

_BRACKETED = re.compile(
    r"[0-9%]\s?[a-zA-Z/%]{0,8}\s?[(\[]\s?[-−–.·0-9]+\s?%?\s?(?:[-−–‒,;]|to |and )|[(\[][-−–.·0-9]+[,;]\s"
)
#: The abbreviation is part of many others: CIN, NCI-CTC, MCID; intervals and their limits are called so by their level.
_ANNOUNCES = re.compile(
    r"(?:CI|C\.I|% ?C[lL]|% ?IC|IC(?= ?9))s?(?![a-zA-Z])|CI_?[A-Z]{1,6} ?[=:(]"
    r"|(?:onfiden|redib)[a-z]{1,6}\s(?:[iI]nterval|[lL]imit)"
)
_BOUNDED = re.compile(rf"{_BRACKETED.pattern}|[0-9][,;]\s?[0-9.·]+\s?(?:[-−–‒]|to )")
#: What each kind of group leaves in its sentence: some of these words, and this pattern.
#: Most sentences of most texts have none, and are then not read at all.
_TRACES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("CI", "C.I", "onfiden", "redib", "% CL", "%CL", "% Cl", "%Cl", "% IC", "%IC", "IC9", "IC 9"),
        _ANNOUNCES,
    ),
    (("HR", "RR", "OR", " ratio", "-ratio", "relative risk", "relative-risk"), _BOUNDED),
    (
        ("%", "er cent", "ercent"),
        re.compile(
            # "12/30 (40%)", "Of 83 women, 71 (86%)", "40% (12 of 30)", "12 (40%) of 30", but no reduction "of 30%".
            # Each way by its first character, so that others are passed over without a try.
            rf"[0-9oOmt)\]nN](?:(?<=[0-9])\s?/\s?[0-9]|(?:(?<=o)(?<!total o)f|(?<=O)f|(?<=m)ong)\s"
            rf"(?:(?:the|these|all|a|total|of)\s)*+"
            rf"(?:[0-9][0-9.,·]*+(?!\s?%|\sper)|{WORD})(?=[^()\[\]]{{0,70}}[)\];,]|.{{0,150}}?(?:%|er ?cent))"
            rf"|(?<=t)otal\sof\s(?:[0-9][0-9.,·]*+(?!\s?%|\sper)|{WORD})[^()\[\]]{{0,70}},"
            rf"|(?<=o)f\swh(?=.{{0,150}}?(?:%|er ?cent))"
            rf"|(?<=[)\]])\s?(?:/|(?:out )?of)\s?(?:the |a total of |all )?(?:[0-9]|{WORD})"
            # "among those who answered (n = 138), 19.6% (n = 27)"
            r"|(?<=[nN])\s?=\s?[0-9]{1,6}\s?[)\]],?\s[0-9.·]+\s?%\s?[(\[][nN]\s?=)",
            re.DOTALL,
        ),
    ),
    (
        (" vs", " versus "),
        re.compile(
            r"[0-9]\s?(?:/|(?:out )?of)\s?[0-9][^.]{0,80}[0-9]\s?(?:/|(?:out )?of)\s?[0-9].{0,60}[pP]\s?[<>=]"
        ),
    ),
    (
        ("significan",),
        re.compile(
            # Few have a p behind them: the hedges are looked for where one is.
            r"significan(?:tly|t|ce)(?!\w)(?=[^.,;:()\[\]]{0,70}[(\[,]\s?[pP](?![a-uw-zA-UW-Z]))"
            rf"(?![^.,;:()\[\]]{{0,60}}(?<!\w)(?:{HEDGES})(?!\w))"
        ),
    ),
    (
        ("=",),
        re.compile(
            r"[tFrzZQCcχXΧ](?<![\w=/].)(?:(?<=[tFrzZQ])|(?<=[Cc])hi\S{0,8}|(?<=[χXΧ])\S{0,3})"
            # Its degrees of freedom stand beside it or are named; z has none.
            r"(?:(?<=[zZ])|(?=[-\s]?(?:value|test|score|statistic|squared?)?\s?[0-9(\[])|(?=.{0,80}(?:d\.?f|degree)))"
            r"(?:[-\s](?:value|test|score|statistic|squared?))?(?:\s?[0-9]{1,4}(?:[,;]\s?[0-9]{1,5})?)?\s?[=:(\[]"
            r"(?=.{3,120}?[pP])"
        ),
    ),
    (
        ("=",),
        re.compile(
            r"[(\[,;]\s?[pP](?:[\s-]?[vV]alue)?\s?[=]\s?(?!1[.·]0+\s?[)\]])[1-9][0-9]?[.·][0-9]+\s?[)\]]"
        ),
    ),
    (
        ("n =", "n=", "N =", "N="),
        re.compile(
            # Where no two sizes follow the first of the words, none follow the next: the group ends the search.
            r"(?:random|llocat|ssign|ivided)(?:.*?[nN]\s?=\s?[0-9].*?[nN]\s?=\s?[0-9]|(?P<no_sizes>.*))",
            re.DOTALL,
        ),
    ),
    # Without a p in reach at all, the second ± need not be looked for.
    (
        ("±", "+/-", "+/\u2212"),
        re.compile(
            r"(?:±|\+/)(?=.{3,202}[pP]\s?[<>=])"
            r".{1,120}?(?:[\s,)]v|and|than|compared|against|opposed|while|whereas|;).{1,120}?(?:±|\+/).{1,80}[pP]\s?[<>=]",
            re.DOTALL,
        ),
    ),
    (
        ("%)", "%]"),
        re.compile(
            r"[0-9]\s?[(\[][0-9.·]+\s?%[)\]][^.;]{1,120}[0-9]\s?[(\[][0-9.·]+\s?%[)\]].{1,60}[pP]\s?[<>=]",
            re.DOTALL,
        ),
    ),
    ((" received ",), re.compile(r"[0-9]\s(?:[a-z]+\s){0,3}received\s[^.]{1,80}\s(?:and|while)\s[0-9]")),
    (
        (".000", "·000", ".00)", ".00,", ".00;", ".00 ", ".00]", ".0)"),
        re.compile(r"[pP][^0-9]{0,12}0?[.·]0+(?![0-9])"),
    ),
)


def _outline(text: str) -> bytes:
    """The text without its small letters and spaces, a tenth as long; it holds the outline of each of its words."""
    return text.encode("ascii", "replace").translate(None, b"abcdefghijklmnopqrstuvwxyz ")


#: The traces with the outline of each word.
_OUTLINED = tuple((tuple((word, _outline(word)) for word in words), pattern) for words, pattern in _TRACES)


def sentences(plain: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a plain text begins and ends, the space after it included.

    >>> list(sentences("It rose. By 5 v. 3 of 9."))
    [(0, 9), (9, 24)]
    """
    start = 0
    for match in _SENTENCE_END.finditer(plain):
        yield start, match.end()
        start = match.end()
    yield start, len(plain)


def reporting(text: str) -> list[tuple[int, int]]:
    """Where a text, as it was saved, may report something that can be checked: whole sentences, as a rule few.

    >>> text = "Thirty took part. It fell (RR 0.5, 95% CI 0.3 to 0.9). No one died."
    >>> [text[start:end] for start, end in reporting(text)]
    ['It fell (RR 0.5, 95% CI 0.3 to 0.9). ']
    """
    ends = list(_roughly_ends(text))
    kept: set[int] = set()
    outline = _outline(text)
    for outlined, pattern in _OUTLINED:
        for word, shape in outlined:
            if shape in outline and (at := text.find(word)) >= 0:
                _keep(kept, text, ends, word, at, pattern)
        if pattern is _ANNOUNCES and kept:
            kept = _with_intervals(text, ends, kept)
    return [(ends[number - 1] if number else 0, ends[number]) for number in sorted(kept)]


#: An interval with its estimate, or with a p: three numbers at least, the level not counted.
_THREE_NUMBERS = re.compile(r"(?:(?!9[059](?:\.[0-9])?\s?%)[0-9][0-9.,·]*+[^0-9]+?){2}(?!9[059]\s?%)[0-9]")


def _with_intervals(text: str, ends: list[int], announced: set[int]) -> set[int]:
    """Of the sentences that name an interval those that may print one, and others that then hold one in brackets."""
    kept = {
        number
        for number in announced
        if _matches(_THREE_NUMBERS, text, ends[number - 1] if number else 0, ends[number])
    }
    known = len(kept)
    for bracket in "([":
        _keep(kept, text, ends, bracket, text.find(bracket), _BRACKETED)
    # What announces further ones is read with them.
    return kept | announced if len(kept) > known else kept


def _keep(kept: set[int], text: str, ends: list[int], word: str, at: int, pattern: re.Pattern[str]) -> None:
    """Adds the numbers of the sentences with the pattern and the word, which stands at `at` first."""
    while at >= 0:
        number = bisect_right(ends, at)
        start = ends[number - 1] if number else 0
        if number not in kept and _matches(pattern, text, start, ends[number]):
            kept.add(number)
        at = text.find(word, ends[number])


def _matches(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a sentence has the pattern; a group of it names what is none."""
    match = pattern.search(text, start, end)
    return match is not None and match.lastindex is None


_ROUGH_END = re.compile(r"\.[ \n](?=[A-Z\u00c0-\u00de\u0391-\u03a9])(?<!vs\. )")


def _roughly_ends(text: str) -> Iterator[int]:
    """Where the sentences of a text end as it was saved; quicker than `sentences`, now and then two of them in one."""
    yield from (match.end() for match in _ROUGH_END.finditer(text))
    yield len(text)


_ZERO = re.compile(r"p [<≤]?0\.0+")
#: A p above 1 is no p-value, and read as a plain number; brackets that close behind it leave no other reading.
_ABOVE_ONE = re.compile(r"[(\[,;] ?[pP](?:[ -]?[vV]alue)? ?= ?(?P<value>[1-9][0-9]?\.[0-9]+)(?= ?[)\]])")


#: Of one text no more are read: an article prints some hundreds, and what prints more is no prose.
MOST_FIGURES = 10_000
CUT = f"only the first {MOST_FIGURES:,} figures are read"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in its plain form, the figures at their places there, and their groups by kind, in reading order."""

    plain: Normalised
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]

    @property
    def cut(self) -> bool:
        """Whether the text prints more figures than are read."""
        return len(self.figures) == MOST_FIGURES

    def span(self, *figures: Figure) -> tuple[int, int]:
        """From the first to the last of the figures, as offsets in the text as it was given."""
        first, last = min(figure.start for figure in figures), max(figure.end for figure in figures)
        return self.plain.origin(first, last)


def read(text: str) -> Reading:
    """The figures of a text and what they report.

    >>> found = read("Mortality was lower (OR 0.55, 95% CI 0.38 to 0.80; P = .002).")
    >>> [(group.measure, group.value, group.low, group.high, group.p.text) for group in found.groups]
    [('OR', '0.55', '0.38', '0.80', 'p 0.002')]
    """
    found = _read(normalise(text))
    series = series_groups(skeleton(found.plain.text, found.figures))
    return replace(found, groups=(*found.groups, *series))


def read_results(text: str) -> Reading:
    """The groups that checks can use, as `read` finds them; sentences without one are passed over.

    >>> len(read_results("Thirty took part. It fell (RR 0.5, 95% CI 0.3 to 0.9). Two died.").figures)
    3
    """
    stretches = reporting(text)
    if not stretches:
        return Reading(Normalised("", range(len(text), len(text) + 1)), (), ())
    plain = normalise("".join(text[start:end] for start, end in stretches))
    return _read(Normalised(plain.text, _Stretches(tuple(stretches), len(text), plain.offsets)), results=True)


@dataclass(eq=False)
class _Stretches(LazyOffsets):
    """The offsets in a whole text of a plain form of its stretches."""

    stretches: tuple[tuple[int, int], ...]
    length: int
    offsets: Sequence[int]

    @cached_property
    def _known(self) -> list[int]:
        places = [*chain.from_iterable(range(start, end) for start, end in self.stretches), self.length]
        return [places[offset] for offset in self.offsets]

    def __len__(self) -> int:
        return len(self.offsets)


def _read(plain: Normalised, *, results: bool = False) -> Reading:
    figures = plain_figures(plain.text, MOST_FIGURES + 1)
    if not figures:
        return Reading(plain, (), ())
    if len(figures) > MOST_FIGURES:
        end = figures[-1].start
        plain, figures = Normalised(plain.text[:end], plain.offsets[: end + 1]), figures[:-1]
    folded = skeleton(plain.text, figures)
    shares = list(proportions(folded))
    compared = list(comparisons(folded, shares))
    compared += counts_compared(folded, frozenset(share.x.start for _, _, share in shares))
    inside = {share.x.start for pair in compared for share in (pair.first, pair.second)}
    listed = list(listed_shares(folded, shares)) if shares else []
    sizes = tuple(arm_sizes(folded, with_total=results))
    groups: tuple[Group, ...] = (
        *beside_others(plain.text, tuple(effect_groups(folded, plain.text))),
        *(share for _, _, share in shares if share.x.start not in inside),
        *(share for _, _, share in listed),
        *compared,
        *statistic_groups(folded),
        *sizes,
        *wording_groups(folded),
    )
    taken = _starts(groups)
    intervals: tuple[Group, ...] = tuple(lone_intervals(folded, taken))
    groups = (*groups, *joined(folded, sizes, taken, apart=not results))
    if not results:
        intervals = (*intervals, *named_intervals(folded, _starts((*groups, *intervals))))
        wholes = [share.n for _, _, share in (*shares, *listed)]
        # An arm's size may be a count too: "30 (25%) were assigned to cells".
        taken = _starts(group for group in (*groups, *intervals) if not isinstance(group, Sizes))
        groups = (*groups, *arm_shares(folded, sizes, sampled(folded), wholes, taken))
        taken = _starts(group for group in (*groups, *intervals) if not isinstance(group, Sizes))
        # A share may have an interval, and stand beside its count too.
        estimates = {group.estimate.start for group in groups if isinstance(group, EffectGroup)}
        groups = (*groups, *sentence_shares(folded, taken - estimates))
    # What is said of a p alone is said of one beside two means too.
    taken = _starts(group for group in (*groups, *intervals) if not isinstance(group, MeanComparison))
    above = {match.start("value") for match in _ABOVE_ONE.finditer(plain.text)}
    lone = (
        LoneP(figure)
        for figure in figures
        if figure.start not in taken
        and ((figure.kind == "p" and _ZERO.fullmatch(figure.text)) or figure.start in above)
    )
    return Reading(plain, figures, (*groups, *intervals, *lone))


def _starts(groups: Iterable[Group]) -> set[int]:
    """Where the figures of the groups begin."""
    return {figure.start for group in groups for figure in group.figures}
