"""Results of two arms that print no sizes beside them, joined to the sizes that the text gives once for its arms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.shapes import (
    COUNT,
    FIGURE,
    PERCENT,
    Comparison,
    Mean,
    MeanComparison,
    P,
    Proportion,
    Sizes,
    Skeleton,
)

_VALUE = f"[\ue000\ue001{PERCENT}]"
_GAP = rf"[^{FIGURE}.;]"
_UNIT = r"(?: ?[a-zA-Z/%²^]{{1,12}){0,2}"
_SIZE = rf"(?: ?[,;(\[] ?[nN] ?= ?(?P<n{{0}}>{COUNT})[)\]]?)?"
_AGAINST = r"(?:vs?\.?|versus|compared (?:with|to)|against|and|than|as opposed to)"
_SPREAD = r"(?: ?± ?|(?: [a-zA-Z/%]{1,10})? ?[(\[] ?(?:S\.?D\.?|S\.?E\.?M?\.?)[ =:,±]{0,3})"
#: `14.8 ± 23.8 with cells v 2.6 ± 13.0 with placebo, P = .02`.
_MEANS = re.compile(
    rf"(?P<mean>{_VALUE}){_SPREAD}(?P<spread>{_VALUE})[)\]]?{_UNIT}{_SIZE.format(1)}(?P<first>{_GAP}{{0,60}}?)"
    rf"[ ,)\]]{_AGAINST}(?P<second>{_GAP}{{0,60}}?)[ (\[]"
    rf"(?P<mean2>{_VALUE}){_SPREAD}(?P<spread2>{_VALUE})[)\]]?{_UNIT}{_SIZE.format(2)}"
    rf"(?P<after>{_GAP}{{0,60}}?)[ ,;(\[]{{1,3}}(?P<p>{P})"
)
#: Two times of one arm are no two arms.
_OVER_TIME = re.compile(
    r"baseline|before|after|follow-?up|(?<!\w)(?:from|pre|post|initial|final|end|admission|discharge)",
    re.IGNORECASE,
)
_SAYS_SE = re.compile(r"(?:±|mean [(\[]?±?) ?(?:S\.?E\.?M?|standard error)|(?<!\w)SEM(?!\w)|standard errors?")
#: "52 (86.7%) of the study group patients, and in 17 (42.5%) of the control group (P = 0.001)".
_COUNTS = re.compile(
    rf"(?P<x>{COUNT}){_GAP}{{0,25}}?[(\[] ?(?P<percent>{PERCENT}) ?[)\]](?P<first>{_GAP}{{0,60}}?)[ ,)\]]{_AGAINST}"
    rf"(?P<second>{_GAP}{{0,60}}?)[ (\[]?(?P<x2>{COUNT}){_GAP}{{0,25}}?[(\[] ?(?P<percent2>{PERCENT}) ?[)\]]"
    rf"(?P<after>{_GAP}{{0,60}}?)[ ,;(\[]{{1,3}}(?P<p>{P})"
)
_STOP = frozenset(
    (
        "the",
        "and",
        "with",
        "group",
        "arm",
        "patients",
        "treatment",
        "treated",
        "receive",
        "plus",
        "alone",
        "daily",
    )
)
_REACH = 160


def joined(folded: Skeleton, arms: Sequence[Sizes], taken: Set[int]) -> Iterator[Comparison | MeanComparison]:
    """Two arms' counts or means with their p, their sizes those of the text's only two arms."""
    pairs = [each for each in arms if len(each.arms) == 2 and not each.each]
    if P in folded.text and any(sign in folded.text for sign in ("±", "(SD", "[SD", "(SE", "[SE")):
        yield from _means(folded, pairs)
    if pairs and PERCENT in folded.text and P in folded.text:
        yield from _counts(folded, pairs[0], taken)


def _means(folded: Skeleton, pairs: Sequence[Sizes]) -> Iterator[MeanComparison]:
    error = bool(_SAYS_SE.search(folded.text))
    for match in _MEANS.finditer(folded.text):
        before = SENTENCE_END.split(folded.text[max(0, match.start() - _REACH) : match.start()])[-1]
        if _OVER_TIME.search(match["first"] + match["second"] + match["after"]):
            continue
        printed = [folded.figure(match.start(name)) for name in ("n1", "n2") if match[name]]
        sizes = printed if len(printed) == 2 else _matched(pairs, before, match)
        first, second = (
            Mean(folded.figure(match.start(f"mean{at}")), folded.figure(match.start(f"spread{at}")), n, error)
            for at, n in zip(("", "2"), sizes or (None, None), strict=True)
        )
        yield MeanComparison(
            first, second, folded.figure(match.start("p")), len(printed) == 2, before + match["first"]
        )


def _counts(folded: Skeleton, sizes: Sizes, taken: Set[int]) -> Iterator[Comparison]:
    for match in _COUNTS.finditer(folded.text):
        figures = [folded.figure(match.start(name)) for name in ("x", "x2", "percent", "percent2")]
        before = SENTENCE_END.split(folded.text[max(0, match.start() - _REACH) : match.start()])[-1]
        found = None if {figure.start for figure in figures} & taken else _matched([sizes], before, match)
        if found is None or not all(
            _gives(x, n, percent) for x, n, percent in zip(figures, found, figures[2:], strict=False)
        ):
            continue
        first, second = (
            Proportion(x, n, percent, joined=True)
            for x, n, percent in zip(figures[:2], found, figures[2:], strict=True)
        )
        yield Comparison(first, second, folded.figure(match.start("p")))


def _gives(x: Figure, n: Figure, percent: Figure) -> bool:
    """Whether a count of an arm's size gives the printed percentage: then the arm is surely the one meant."""
    events, size, printed = as_digits(x.text), as_digits(n.text), percent.text.rstrip("%")
    if not (events.isdigit() and size.isdigit() and int(size)) or not printed.replace(".", "", 1).isdigit():
        return False
    return bool(abs(100 * int(events) / int(size) - float(printed)) <= 10 ** -len(printed.partition(".")[2]))


def _matched(pairs: Sequence[Sizes], before: str, match: re.Match[str]) -> tuple[Figure, Figure] | None:
    """The sizes of the two arms in the order in which a comparison names them; None where that is not sure."""
    if len({tuple(figure.text for figure in pair.arms) for pair in pairs}) != 1:
        return None
    one, two = pairs[0].arms
    if one.text == two.text:
        return one, two
    words = [_words_of(label) for label in pairs[0].labels]
    if len(words) != 2 or not words[0] - words[1] or not words[1] - words[0]:
        return None
    only = [words[0] - words[1], words[1] - words[0]]
    for first, second in ((match["first"], match["second"] + match["after"]), _in_two(before, only)):
        said = [[bool(each & _words_of(text)) for each in only] for text in (first, second)]
        if said == [[True, False], [False, True]]:
            return one, two
        if said == [[False, True], [True, False]]:
            return two, one
    return None


def _in_two(before: str, only: Sequence[set[str]]) -> tuple[str, str]:
    """A clause parted between the two arms that it names."""
    places = [
        [match.start() for word in each if (match := re.search(rf"(?<!\w){re.escape(word)}", before))]
        for each in only
    ]
    if not all(places):
        return "", ""
    cut = max(min(places[0]), min(places[1]))
    return before[:cut], before[cut:]


def _words_of(text: str) -> set[str]:
    """The words of a label or a clause that can tell an arm from another."""
    return {
        word
        for word in re.findall(r"[a-z0-9-]{3,}|(?<![a-z])[a-d](?![a-z])", text.casefold())
        if word not in _STOP
    }
