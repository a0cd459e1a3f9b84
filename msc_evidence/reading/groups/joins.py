"""Results of two arms that print no sizes beside them, joined to the sizes that the text gives once for its arms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.arm_labels import is_control
from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.estimates import UNIT_EXPONENTS
from msc_evidence.reading.groups.shapes import (
    COUNT,
    FIGURE,
    NUMBER,
    PERCENT,
    RANGE,
    TIME,
    Comparison,
    Mean,
    MeanComparison,
    P,
    Proportion,
    Sizes,
    Skeleton,
)

_VALUE = f"[\ue000\ue001{PERCENT}]"
_GAP = rf"(?:[^{FIGURE}.;]|\.(?=[0-9]))"
#: A unit, whose exponents are figures too: `mL min -1 m -2`.
_UNIT_WORD = rf"[^\s{FIGURE}()\[\],;]{{1,14}}"
_UNIT = (
    r"(?:(?: ?[a-zA-Z/%²^µμ·]{1,12}){0,2}"
    rf"|(?: ?{_UNIT_WORD}(?: {_UNIT_WORD}){{0,2}} ?{NUMBER}){{1,3}}(?: ?m\^?2)?(?= ?[,;)(\[]| v))"
)
_SIZE = rf"(?: ?[,;(\[] ?[nN] ?= ?(?P<n{{0}}>{COUNT})[)\]]?)?"
_AGAINST = r"(?:vs? ?\.?|versus|compared (?:with|to)|against|and|than|as opposed to|while|whereas|but)"
_SPREAD = (
    r"(?:%? ?± ?(?:S\.?[DE]\.?M? )?| S\.?D\.? ?± ?| ?, ?(?:S\.?D\.?|S\.?E\.?M?\.?)[ =:]{1,3}"
    r"|(?: [a-zA-Z/%]{1,10}){0,2} ?[(\[] ?(?:S\.?D\.?|S\.?E\.?M?\.?)[ =:,±]{0,3})"
)
_BRACKET = r" ?[(\[]"
_ASIDE = rf"(?: ?[(\[]range:? {RANGE}[)\]])?"


#: Between the means and their p: their difference, its interval, or the statistic of their test.
_TEST = (
    rf"(?:[ ,;:(\[]{{1,3}}(?:(?:mean |adjusted |between-group )*(?:differences?|MD)|t|F|d|Cohen's d|{PERCENT} CI)"
    rf"(?![a-zA-Z])[^.]{{0,70}}?|[ ,;:(\[]{{1,3}}(?:(?:[a-zA-Z'-]+|{COUNT}-(?:tailed|sided))[ -]){{0,5}}"
    r"(?:tests?|ANOVA|ANCOVA)(?![a-zA-Z]))?"
)


def _means_pattern(spread: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """`14.8 ± 23.8 with cells v 2.6 ± 13.0 with placebo`, by what parts a mean from its spread.

    Their p stands after them, before them, or in the next sentence.
    """
    # Atomic: another way through the words between them would lead to the same second mean.
    means = (
        rf"(?>(?P<mean>{_VALUE}){spread}(?P<spread>{_VALUE})%?[)\]]?{_UNIT}{_ASIDE}"
        rf"(?P<first>(?:{_GAP}|{TIME}){{0,90}}?){_SIZE.format(1)}"
        rf"(?:[ ,)\]]{{1,2}}{_AGAINST}|(?P<listed>; ?))(?P<second>(?:{_GAP}|{TIME}){{0,90}}?)[ (\[]?"
        rf"(?P<mean2>{_VALUE}){spread}(?P<spread2>{_VALUE}))%?[)\]]?{_UNIT}{_ASIDE}"
    )
    after = rf"(?P<after>(?:{_GAP}|{TIME}){{0,90}}?){_SIZE.format(2)}{_TEST}[ ,;(\[]{{1,4}}(?P<p>{P})"
    then = (
        rf"(?P<after>(?:{_GAP}|{TIME}){{0,60}}?){_SIZE.format(2)}[)\]]{{0,2}}\. (?P<next>[A-Z][^.;{FIGURE}]{{3,140}}?)"
        rf"[ ,(\[]{{1,3}}(?P<p>{P})(?=[)\].;,])"
    )
    before = rf"[(\[] ?(?P<p>{P}) ?[)\]]{_GAP}{{0,60}}?[(\[ ]"
    alone = rf"(?P<after>){_SIZE.format(2)}[)\]]?(?![^.;]{{0,90}}{P})"
    return re.compile(means + after), re.compile(before + means + alone), re.compile(means + then)


_MEANS = _means_pattern(_SPREAD)
#: Where a mean with its spread begins, and a p before one.
_STARTS = re.compile(rf"{_VALUE}{_SPREAD}{_VALUE}")
_PS_FIRST = re.compile(rf"[(\[] ?{P} ?[)\]]{_GAP}{{0,60}}?{_VALUE} ?(?:±|[(\[]S)")
#: "89.8 ± 13.2 vs. 80.6 ± 9.2 vs. 79.2 ± 11.6, p = 0.001": of three arms, the p is not that of the last two.
_OF_THREE = re.compile(rf"{_VALUE}{_SPREAD}{_VALUE}[^{FIGURE};]{{0,30}}?(?<!\w)(?:vs?\.?|versus) ?\Z")
#: What parts two means that are compared.
_PARTED = re.compile(rf"{_AGAINST}|;")
#: How far after a mean the other is parted from it, and after both their p.
_APART, _FAR = 200, 250
#: `5.1 (1.2) v 6.2 (1.3)`, where a heading says that brackets hold the SD.
_IN_BRACKETS = _means_pattern(_BRACKET)
_SAYS_SD = re.compile(
    r"means? ?[(\[] ?±? ?(?:SD|S\.D\.?|standard deviations?) ?[)\]]|means? \[SD\]", re.IGNORECASE
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


def joined(
    folded: Skeleton, arms: Sequence[Sizes], taken: Set[int], *, apart: bool = False
) -> Iterator[Comparison | MeanComparison]:
    """Two arms' counts or means with their p, their sizes those of the text's only two arms.

    With `apart` also means whose p the next sentence gives.
    """
    pairs = [each for each in arms if len(each.arms) == 2 and not each.each]
    if P in folded.text and any(sign in folded.text for sign in _SPREAD_SIGNS):
        yield from _means(folded, pairs, apart=apart)
    if pairs and PERCENT in folded.text and P in folded.text:
        yield from _counts(folded, pairs[0], taken)


#: One of these is in every text that prints means with their spreads.
_SPREAD_SIGNS = ("±", "(SD", "[SD", "(SE", "[SE", ", SD", ", SE", "standard deviation", "(S.D")


def _means(folded: Skeleton, pairs: Sequence[Sizes], *, apart: bool) -> Iterator[MeanComparison]:
    found = list(_means_after(folded.text, apart=apart))
    if _PS_FIRST.search(folded.text):
        found += _MEANS[1].finditer(folded.text)
    if heading := _SAYS_SD.search(folded.text):
        found += _IN_BRACKETS[0].finditer(folded.text, heading.end())
    error = bool(found and _SAYS_SE.search(folded.text))
    for match in found:
        before = SENTENCE_END.split(folded.text[max(0, match.start("mean") - _REACH) : match.start("mean")])[
            -1
        ]
        listed = match["listed"] and not _are_two_arms(before, match)
        third = _OF_THREE.search(folded.text, max(0, match.start("mean") - _REACH), match.start("mean"))
        if listed or third or _is_over_time(before, match) or not _are_units(folded, match):
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


#: What the next sentence says where its p is that of two means before it.
_OF_DIFFERENCE = re.compile(
    r"differ|signific|higher|lower|longer|shorter|greater|more|less|fewer|similar|comparable|improve|increase|reduc|better"
)


def _means_after(text: str, *, apart: bool) -> Iterator[re.Match[str]]:
    """What the pattern of two means finds, tried only where another mean follows, then a p in its sentence or next."""
    taken = 0
    for start, following in pairwise(_STARTS.finditer(text)):
        first, end = start.start(), following.end()
        if first < taken or not _PARTED.search(
            text, start.end(), min(following.start(), start.end() + _APART)
        ):
            continue
        p, stop = text.find(P, end, end + _FAR), SENTENCE_END.search(text, end, end + _FAR)
        if p < 0:
            continue
        match = _MEANS[0].match(text, first) if not stop or p < stop.start() else None
        if match is None and apart and (match := _MEANS[2].match(text, first)):
            match = match if _OF_DIFFERENCE.search(match["next"]) else None
        if match:
            taken = match.end()
            yield match


#: "For cells; … for saline", "arm A stayed …; arm B stayed …", "(placebo = …; cells = …)".
_OF_EACH = re.compile(r" (?:for|in|with|among|on|after) ")
_BEHIND = (("spread", "listed"), ("spread2", "p"))
_GROUP = re.compile(r"(?<!\w)(?:groups?|arms?)(?!\w)", re.IGNORECASE)
_NAME = re.compile(rf"(?:[(\[,;:]|\A)(?P<label>[^{FIGURE}(\[,;:]{{1,30}}?) ?[=:]? ?\Z")


def _are_two_arms(before: str, match: re.Match[str]) -> bool:
    """Whether words say that two means of a list are those of two arms, not of two outcomes."""
    if before.rstrip().endswith(":"):
        return True
    first, second = _NAME.search(before[-40:]), match["second"]
    behind = (match.string[match.end(one) : match.start(other)] for one, other in _BEHIND)
    if not second.strip() and all(map(_OF_EACH.search, behind)):
        return True
    if _GROUP.search(second) and _GROUP.search(before[-40:]):
        return True
    return first is not None and any(is_control(label) for label in (first["label"], second.strip(" =:")))


def _is_over_time(before: str, match: re.Match[str]) -> bool:
    """Whether words tell two times apart rather than two arms: between the means, or on both sides of them."""
    sides = before[-_NEAR:], match["after"][:_NEAR]
    times = sum(match[name].count(TIME) for name in ("first", "second", "after"))
    return bool(
        times > 1
        or _OVER_TIME.search(match.string, match.end("spread"), match.start("mean2"))
        or all(_OVER_TIME.search(side) for side in sides)
    )


_NEAR = 25


#: Filtration is per so many square metres: mL/min/1.73 m2.
_SURFACE = "1.73"


def _are_units(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether every further figure of a match is an exponent of a unit, a time or a range in brackets."""
    named = {match.start(name) for name in match.groupdict() if match[name]}
    others = (
        at
        for at in range(match.start("mean"), match.start("after"))
        if at in folded.figures and at not in named and folded.text[at] not in (TIME, RANGE)
    )
    return all(folded.figure(at).text in (*UNIT_EXPONENTS, _SURFACE) for at in others)


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
    return abs(100 * int(events) / int(size) - float(printed)) <= last_digit(printed)


def _matched(pairs: Sequence[Sizes], before: str, match: re.Match[str]) -> tuple[Figure, Figure] | None:
    """The sizes of the two arms in the order in which a comparison names them; None where that is not sure."""
    if len({tuple(figure.text for figure in pair.arms) for pair in pairs}) != 1:
        return None
    one, two = pairs[0].arms
    if one.text == two.text:
        return one, two
    words = [words_of(label) for label in pairs[0].labels]
    if len(words) != 2 or not words[0] - words[1] or not words[1] - words[0]:
        return None
    only = [words[0] - words[1], words[1] - words[0]]
    for first, second in ((match["first"], match["second"] + match["after"]), _in_two(before, only)):
        said = [[bool(each & words_of(text)) for each in only] for text in (first, second)]
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


def words_of(text: str) -> set[str]:
    """The words of a label or a clause that can tell an arm from another."""
    return {
        word
        for word in re.findall(r"[a-z0-9-]{3,}|(?<![a-z])[a-d](?![a-z])", text.casefold())
        if word not in _STOP
    }
