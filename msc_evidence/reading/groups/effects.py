"""Estimates with their confidence intervals: `OR 1.9 (95% CI 1.2 to 3.0; P = .01)` in the notations of papers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import log

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.groups.effect_words import (
    AFTER_COMMA,
    ANNOUNCED,
    BARE,
    BEHIND,
    CI,
    FAR_FROM_NAME,
    HEADING,
    IN_BRACKETS,
    LISTS,
    NAMES_INTERVAL,
    SAID,
    SENTENCE_END,
    WORDS_BETWEEN,
    is_a_rate,
    is_change,
    measure_of,
)
from msc_evidence.reading.groups.estimates import (
    REACH,
    estimate_before,
    no_estimate,
    odd_unit,
    second_of_two,
    set_against,
    words_before,
)
from msc_evidence.reading.groups.interval_p import p_beside, said_beside, test_beside
from msc_evidence.reading.groups.shapes import FIGURE, NUMBER, RANGE, EffectGroup, Skeleton

Match = re.Match[str]

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_OTHER_SPREAD = re.compile(
    r"median|(?<!\w)rang|IQR|quartile|percentile|(?<!\w)age|SD|(?<!\w)min|(?<!\w)max", re.IGNORECASE
)
_LEVELS = ("90", "95", "99")
#: A limit is a plain number, perhaps with a power of ten.
_LIMIT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")


def matches(folded: Skeleton) -> list[tuple[Match, str | None]]:
    """Every form in reading order, with its level; the bare forms take that of the heading they stand under."""
    said = any(word in folded.text for word in SAID)
    announced = list(_announced(folded)) if said else []
    headings = sorted([*HEADING.finditer(folded.text), *announced], key=Match.end) if said else []
    found = [(match, level_of(folded, match)) for match in announced]
    if any(closed in folded.text for closed in _CLOSED_BY_NAME):
        found += [(match, level_of(folded, match)) for match in BEHIND.finditer(folded.text)]
    if headings or RANGE in folded.text or _PAIR.search(folded.text):
        # A heading has the name of an interval in it.
        named = bool(headings) or (said and _NAMED.search(folded.text) is not None)
        found += _bare(folded, headings, said=named)
    return sorted(found, key=lambda item: (item[0].start(), -item[0].end()))


_NAMED = re.compile(CI)
#: How brackets end that name an interval behind its limits.
_CLOSED_BY_NAME = ("CI)", "CI]", "CI )", "CIs)", "interval)", "interval]", "limits)")
#: Two limits in brackets that print no range: `(0.5, 1.9`, `[0.55; 0.89`.
_PAIR = re.compile(rf"[(\[] ?{NUMBER}[,;] ?{NUMBER}|{NUMBER} ?; ?{NUMBER}")


def _announced(folded: Skeleton) -> Iterator[Match]:
    """Every estimate with its announced interval; those with no name of an interval in reach are not tried."""
    names = [match.start() for match in NAMES_INTERVAL.finditer(folded.text)]
    taken = at = 0
    for place in folded.figures:
        while at < len(names) and names[at] < place:
            at += 1
        if at == len(names):
            return
        if place < taken or names[at] - place > FAR_FROM_NAME:
            continue
        if match := ANNOUNCED.match(folded.text, place):
            taken = match.end()
            yield match


def _bare(folded: Skeleton, headings: Sequence[Match], *, said: bool) -> Iterator[tuple[Match, str | None]]:
    """The forms without a word for the interval: under a heading, of a ratio by its name, or like an interval."""
    ends, sentences = (
        [match.end() for match in headings],
        [match.end() for match in SENTENCE_END.finditer(folded.text)],
    )
    bare = list(BARE.finditer(folded.text))
    for pattern in (BARE, IN_BRACKETS, AFTER_COMMA):
        for match in bare if pattern is BARE else pattern.finditer(folded.text):
            above = headings[place - 1] if (place := bisect_right(ends, match.start())) else None
            if above is not None and pattern is not AFTER_COMMA:
                same = bisect_right(sentences, above.end()) == bisect_right(sentences, match.start())
                if same or looks_like_interval(folded, match):
                    yield match, level_of(folded, above) if same else None
                    continue
            if _is_of_effect(folded, match, plain=pattern is BARE):
                yield match, None
    yield from ((match, None) for match in _of_their_middle(folded, bare, said))


def _of_their_middle(folded: Skeleton, bare: Sequence[Match], said: bool) -> list[Match]:
    """The forms whose estimate is the middle of what its brackets hold, words between where intervals are named.

    That of one range may be its middle by chance; those of two, or in a text that names intervals, hardly.
    """
    width = _WIDE / 2 if said else _WIDE
    plain = (match for match in bare if said or match["range"])
    found = [match for match in plain if _in_the_middle(folded, match, width)]
    if said:
        found += (
            match for match in WORDS_BETWEEN.finditer(folded.text) if _in_the_middle(folded, match, _WIDE)
        )
    return found if said or len(found) > 1 else []


def _is_of_effect(folded: Skeleton, match: re.Match[str], *, plain: bool) -> bool:
    """Whether a ratio is named before an estimate, or a difference that is in the middle of what its brackets hold."""
    before = words_before(folded, match.start("estimate"))
    measure = measure_of(before)[0]
    if measure in _RATIOS:
        if match["range"]:
            return plain or looks_like_interval(folded, match)
        return _in_the_middle(folded, match, 0) if plain else _is_middle_of_ratio(folded, match)
    if not plain and not measure and match["range"] and match["inside"]:
        # "more often (2.17; 0.53-8.71, p = 0.27)"
        return looks_like_interval(folded, match) and _is_middle_of_ratio(folded, match)
    compared = measure in _COMPARING or (not measure and match["range"] and is_change(before))
    return bool(plain and compared) and _in_the_middle(folded, match, _WIDE / 2)


_RATIOS = ("OR", "RR", "HR", "ROM")
_COMPARING = ("MD", "RD", "SMD", "beta")
#: The least width of a range in units of its last digit, below which its middle says little.
_WIDE = 20


def _in_the_middle(folded: Skeleton, match: re.Match[str], width: float) -> bool:
    """Whether an estimate is the middle of the range in its brackets to its last digit, as of no range or quartiles."""
    if not looks_like_interval(folded, match):
        return False
    ends = ends_of(folded, match)
    low, high = (float(end) for end in ends[:2]) if ends else (0.0, 0.0)
    text = folded.figure(match.start("estimate")).text.rstrip("%")
    unit = last_digit(text)
    middles = ((low + high) / 2, (low * high) ** 0.5 if low > 0 else low)
    return high - low >= width * unit and any(abs(middle - float(text)) <= unit for middle in middles)


#: How far apart, at the most, a model leaves a ratio and the middle of its limits, on their logarithm.
_APART = 0.01
#: Limits of a ratio are at least so many times apart, else any middle is near it.
_TIMES = 1.25


def _is_middle_of_ratio(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether an estimate is between its limits as a ratio is, but for what rounding has moved."""
    ends, estimate = ends_of(folded, match), folded.figure(match.start("estimate")).text
    if ends is None or float(ends[0]) <= 0 or float(ends[1]) < _TIMES * float(ends[0]):
        return False
    low, high, middle = (float(text) for text in (*ends[:2], estimate))
    half = min(map(last_digit, (*ends[:2], estimate))) / 2
    rounded = half * (1 / middle + (1 / low + 1 / high) / 2)
    return abs(log(low * high) / 2 - log(middle)) <= rounded + _APART


def looks_like_interval(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether brackets after an estimate hold its interval, in a text that has announced one before.

    They hold two limits around it, printed as it is, and no word before it speaks of a range or of quartiles.
    """
    ends, estimate = ends_of(folded, match), folded.figure(match.start("estimate")).text.rstrip("%")
    before = SENTENCE_END.split(folded.text[max(0, match.start() - REACH) : match.start()])[-1]
    if ends is None or _OTHER_SPREAD.search(before) or not _PLAIN_NUMBER.fullmatch(estimate):
        return False
    low, high, _ = ends
    decimals = [len(text.partition(".")[2]) for text in (estimate, low, high)]
    return (
        float(low) < float(estimate) < float(high)
        and max(decimals) - min(decimals) <= 1
        and ("." in low + high or folded.figure(match.start("estimate")).kind == "percent")
    )


def level_of(folded: Skeleton, match: re.Match[str]) -> str | None:
    """The level that an interval is announced with, None where it has none."""
    for name in ("level", "after"):
        if match[name]:
            return folded.figure(match.start(name)).text.rstrip("%")
    return None


def ends_of(folded: Skeleton, match: Match) -> tuple[str, str, tuple[Figure, ...]] | None:
    """The limits of a match and the figures that print them, None where they are no plain numbers."""
    if match["range"]:
        figure = folded.figure(match.start("range"))
        low, high = range_ends(figure.text)
        if not (_LIMIT.fullmatch(low) and _LIMIT.fullmatch(high)):
            return None
        # "CI 95% -0.65" reads as a range from the level on.
        return None if low in _LEVELS and float(high) < float(low) else (low, high, (figure,))
    pair = folded.figure(match.start("low")), folded.figure(match.start("high"))
    low, high = (figure.text.partition(" ")[0].rstrip("%") for figure in pair)
    if not (_LIMIT.fullmatch(low) and _LIMIT.fullmatch(high)):
        return None
    return low, high, pair


#: The dash between two ends is none of a power (6.75e-4-1.28e-3).
_RANGE_ENDS = re.compile(r"(.+?)(?<!e)-(.+)")


def range_ends(text: str) -> tuple[str, str]:
    """The two ends of a range figure's canonical text, `1.2-3.0` or `-3.4 to -0.5`.

    >>> range_ends("-1.2 to 8.0%"), range_ends("0.62-0.98"), range_ends("6.75e-4-1.28e-3")
    (('-1.2', '8.0'), ('0.62', '0.98'), ('6.75e-4', '1.28e-3'))
    """
    low, _, high = text.rstrip("%").partition(" to ")
    if not high and (match := _RANGE_ENDS.fullmatch(low)):
        low, high = match[1], match[2]
    return low.rstrip("%"), high


_PLAIN = re.compile(r"-?[0-9]")
_SKEWED = re.compile(
    r"bootstrap|BCa|indirect|(?<!\w)mediat|credib|posterior|Bayes|profile|exact|percentile|Clopper|median|costs?(?!\w)",
    re.IGNORECASE,
)


def effect_groups(folded: Skeleton, plain: str) -> Iterator[EffectGroup]:
    """Every estimate with its interval, in reading order."""
    taken = -1
    last: tuple[int, EffectGroup] | None = None
    listed = dict(_lists(folded))
    yield from (group for groups in listed.values() for group in groups)
    for match, level in matches(folded):
        if match.start("estimate") <= taken or any(start <= match.start() < end for start, end in listed):
            continue
        taken = match.end() - 1
        found = _group(folded, plain, match, level, last)
        if found is not None:
            yield found
            last = (match.end(), found)


def _group(
    folded: Skeleton,
    plain: str,
    match: re.Match[str],
    level: str | None,
    last: tuple[int, EffectGroup] | None,
) -> EffectGroup | None:
    ends, end = ends_of(folded, match), last[0] if last else None
    chosen = None if ends is None else estimate_before(folded, match, ends[:2], end)
    if ends is None or chosen is None:
        return None
    (low, high, limits), (place, sure) = ends, chosen
    estimate, before = folded.figure(place), words_before(folded, place)
    if not _PLAIN.match(estimate.text) or no_estimate(estimate, before) or odd_unit(folded, match):
        return None
    measure, adjusted = measure_of(before)
    if not measure and (set_against(folded, place, end) or second_of_two(folded, place, end)):
        return None
    if not measure and last is not None and _enumerated(folded.text[last[0] : place]):
        measure, adjusted = last[1].measure, last[1].adjusted
    after = folded.text[place + 1 : match.end()]
    if is_a_rate(measure, plain, after) or _is_per_minute(measure, estimate.text, low, high):
        measure = ""
    if estimate.kind == "percent":
        measure = "RD" if measure in ("MD", "RD") else "%"
    p = p_beside(folded, plain, match, last, measure)
    said = said_beside(folded, match, p)
    return EffectGroup(
        measure,
        estimate,
        low,
        high,
        limits,
        level,
        p,
        adjusted,
        sure,
        said,
        test_beside(folded, match) if p else None,
        is_change(before),
    )


def _is_per_minute(measure: str, estimate: str, low: str, high: str) -> bool:
    """Whether HR or RR has whole numbers, of ten or more and close together, as of beats and breaths a minute."""
    if measure not in ("HR", "RR") or not (estimate.isdigit() and low.isdigit() and high.isdigit()):
        return False
    return _LEAST_PER_MINUTE <= int(low) <= int(high) < 2 * int(low)


_LEAST_PER_MINUTE = 10


def _lists(folded: Skeleton) -> Iterator[tuple[tuple[int, int], list[EffectGroup]]]:
    """Lists of estimates with as many intervals after them, which stand in the same order."""
    for match in LISTS.finditer(folded.text) if folded.text.count(RANGE) > 1 else ():
        estimates = folded.between(*match.span("estimates"))
        ranges = [each for each in folded.between(*match.span("ranges")) if each.kind == "range"]
        limits = [range_ends(each.text) for each in ranges]
        plain = all(_LIMIT.fullmatch(end) for pair in limits for end in pair)
        if (
            len(estimates) != len(ranges)
            or not plain
            or not all(_PLAIN.match(each.text) for each in estimates)
        ):
            continue
        measure, adjusted = measure_of(words_before(folded, match.start("estimates")))
        kind = ("RD" if measure in ("MD", "RD") else "%") if estimates[0].kind == "percent" else measure
        level, said = level_of(folded, match), said_beside(folded, match, None)
        yield (
            match.span(),
            [
                EffectGroup(kind, one, *ends, (printed,), level, None, adjusted, sure=False, said=said)
                for one, ends, printed in zip(estimates, limits, ranges, strict=True)
            ],
        )


_LISTED = re.compile(rf"[)\]]{{0,2}}[^{FIGURE}]{{0,50}}(?:,|;|and|or|vs?\.?|versus)[^{FIGURE}]{{0,25}}\Z")
_ANOTHER = re.compile(r"reduc|differ|increas|decreas|correspond|mean|absolut|rate|[.]", re.IGNORECASE)


def _enumerated(gap: str) -> bool:
    """Whether an estimate follows the last interval as the next of a list of the same measure."""
    return len(gap) <= 60 and bool(_LISTED.match(gap)) and not _ANOTHER.search(gap)


def is_skewed(group: EffectGroup) -> bool:
    """Whether the sentence names a method whose intervals need not be symmetric; those of costs are not without it."""
    return bool(_SKEWED.search(group.said))
