"""Confidence intervals whose estimate is not printed beside them: with the p-value that is, or by their name alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.groups.effect_words import (
    ALONE,
    FURTHER_INTERVAL,
    INTERVAL_BEHIND_WORDS,
    INTERVAL_NAMED,
    NAMES_INTERVAL,
    SENTENCE_END,
    is_change,
    measure_of,
)
from msc_evidence.reading.groups.effects import ends_of, level_of
from msc_evidence.reading.groups.estimates import words_before
from msc_evidence.reading.groups.shapes import EffectGroup, LoneInterval, P, Skeleton


def lone_intervals(folded: Skeleton, taken: Set[int]) -> Iterator[LoneInterval]:
    """Every interval in brackets with a p-value and without its estimate, of figures in no other group."""
    patterns = ALONE if P in folded.text else ()
    for match in (match for pattern in patterns for match in pattern.finditer(folded.text)):
        ends = ends_of(folded, match)
        p = folded.figure(match.start("p"))
        if ends is not None and not {p.start, *(limit.start for limit in ends[2])} & taken:
            yield LoneInterval(*ends, level_of(folded, match), p)


def named_intervals(folded: Skeleton, taken: Set[int]) -> Iterator[EffectGroup | LoneInterval]:
    """Every further interval that its name announces, with the number in its sentence that is its middle, if any."""
    used = set(taken)
    for match, level in _named(folded) if NAMES_INTERVAL.search(folded.text) else ():
        ends = ends_of(folded, match)
        if ends is None or {limit.start for limit in ends[2]} & used or _SET.search(match[0]):
            continue
        used |= {limit.start for limit in ends[2]}
        place = _middle_before(folded, match.start(), ends[0], ends[1], used)
        if place is None:
            yield LoneInterval(*ends, level, None)
            continue
        estimate, before = folded.figure(place), words_before(folded, place)
        used.add(estimate.start)
        measure, adjusted = measure_of(before)
        if estimate.kind == "percent":
            measure = "RD" if measure in ("MD", "RD") else "%"
        yield EffectGroup(
            measure, estimate, *ends, level, None, adjusted, sure=False, said=before, change=is_change(before)
        )


def _named(folded: Skeleton) -> Iterator[tuple[re.Match[str], str | None]]:
    """Every interval behind its name, and those that follow it in a list, with the level of the first."""
    for pattern in (INTERVAL_NAMED, INTERVAL_BEHIND_WORDS):
        for match in pattern.finditer(folded.text):
            level, last = level_of(folded, match), match
            yield match, level
            while following := FURTHER_INTERVAL.match(
                folded.text, last.end("range" if last["range"] else "high")
            ):
                if not _are_alike(ends_of(folded, last), ends_of(folded, following)):
                    break
                yield following, level
                last = following


def _are_alike(*ends: tuple[str, str, tuple[Figure, ...]] | None) -> bool:
    """Whether two intervals of a list have limits with as many decimals, one at the least; the first the smaller."""
    limits = [limit for each in ends if each for limit in each[:2]]
    decimals = {len(limit.partition(".")[2]) for limit in limits}
    ordered = all(each is not None and float(each[0]) < float(each[1]) for each in ends)
    return ordered and len(decimals) == 1 and 0 not in decimals


#: "Intervals were within 80 and 125%": limits that were set, not found.
_SET = re.compile(
    r"(?:intervals|CIs?[)\]]?)[^()]*(?<!\w)"
    r"(?:were (?:between|within|set|to |required|defined|fixed|held)|had to be |should be |must be )"
)
#: How far before the name of an interval its estimate is looked for.
_REACH = 200
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def _middle_before(folded: Skeleton, end: int, low: str, high: str, used: Set[int]) -> int | None:
    """The nearest number before an interval in its sentence, or in the one before, that is its middle as printed."""
    start = max(0, end - _REACH)
    sentences = [match.end() for match in SENTENCE_END.finditer(folded.text, start, end)]
    first = sentences[-2] if len(sentences) > 1 else start
    for place in range(end - 1, first - 1, -1):
        figure = folded.figures.get(place)
        if figure is None or figure.start in used or figure.kind not in ("number", "count", "percent"):
            continue
        if _is_middle(figure, low, high):
            return place
    return None


#: The least width of an interval in units of its last digit, below which its middle says little.
_WIDE = 5


def _is_middle(figure: Figure, low: str, high: str) -> bool:
    """Whether a number is halfway between two limits, or between their logarithms, but for rounding."""
    text = figure.text.rstrip("%")
    if not _PLAIN.fullmatch(text):
        return False
    value, first, last = float(text), float(low), float(high)
    unit = max(map(last_digit, (text, low, high)))
    if abs(last - first) < _WIDE * unit:
        return False
    middles = [(first + last) / 2, *([(first * last) ** 0.5] if first > 0 and last > 0 else [])]
    return any(abs(middle - value) <= unit for middle in middles)
