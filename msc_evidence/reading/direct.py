"""What the words directly beside a figure say it is: a share, a size, a statistic, an estimate, a level, a dose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from msc_evidence.reading.effect_patterns import CI
from msc_evidence.reading.figures import Figure
from msc_evidence.reading.measure_names import measure_of
from msc_evidence.reading.named import (
    ENDS,
    PEOPLE,
    SINGLE,
    Cluster,
    Named,
    alone,
    clause,
    ends,
    is_whole,
    named,
)
from msc_evidence.reading.numerals import as_digits
from msc_evidence.reading.skeleton import FIGURE, PERCENT, Skeleton
from msc_evidence.reading.statistic_groups import KINDS, LETTERS

#: "P values ranged from 0.02 to 0.04"
_P_ENDS = re.compile(
    rf"(?<![^\W_])[pP](?:s|[- ]?values?)?,? (?:(?:was|were|is|are) )?(?:rang(?:ed|ing|e) )?(?:from |between )"
    rf"{ENDS.replace('to |', 'to | and |')}"
)
#: "P (one-sided) = .03"
_P_SIDED = re.compile(
    rf"(?<![^\W_])[pP](?:[- ]values?)? ?[(\[](?P<sides>one|two)[- ](?:sided|tailed)[)\]] ?=? ?(?P<p>{SINGLE})"
)
_FRACTION = re.compile(
    rf"(?<![{FIGURE}/])(?<![{FIGURE}] )(?P<x>{SINGLE}) ?(?P<slash>/) ?(?P<n>{SINGLE})(?![/\w{FIGURE}]| ?/| [{FIGURE}])"
)
_OF_PEOPLE = re.compile(
    rf"(?P<x>{SINGLE}) (?:out )?of (?:the |a total of |all )?(?P<n>{SINGLE})(?: [a-z-]+){{0,3}} {PEOPLE}(?!\w)"
)
#: Fractions of everyday speech: two thirds, a quarter.
_LEAST_WHOLE = 6
_NOT_PEOPLE = re.compile(r"vision|acuity|mm ?Hg|Snellen", re.IGNORECASE)
_UNIT_AFTER = re.compile(r" ?(?:mg|mcg|µg|μg|g|ml|IU)(?!\w)", re.IGNORECASE)
_SHARE = re.compile(
    rf"(?P<x>{SINGLE})(?: {PEOPLE})? ?[(\[] ?(?P<percent>{PERCENT})(?=[)\];,])(?![;,][^)\]]*{CI})"
)
_SHARE_OF = re.compile(rf"(?P<percent>{PERCENT}) ?[(\[,;] ?[nN] ?= ?(?P<x>{SINGLE})(?=[)\];,])")
_N = re.compile(rf"(?<!\w)[nN]s? ?= ?(?P<n>{SINGLE})(?![/%])")
_JOINED = rf"(?:{SINGLE}(?:, and |, | and | or | vs\.? | versus )){{0,4}}{SINGLE}"
_ENTERED = (
    r"(?:randomi[sz]ed|randomly|allocated|assigned|enroll?ed|recruited|included|analy[sz]ed|screened|studied"
    r"|treated)"
)
_SIZES = (
    re.compile(
        rf"(?P<n>{_JOINED})(?: [a-zA-Z-]+){{0,4}} {PEOPLE}(?: [a-z]+){{0,3}} (?:were|was) (?:[a-z]+ )?{_ENTERED}"
    ),
    re.compile(rf"{_ENTERED} (?:a total of )?(?P<n>{_JOINED})(?: [a-zA-Z-]+){{0,4}} {PEOPLE}(?!\w)"),
)
_STATISTIC = re.compile(
    rf"(?<![\w=/])(?:{LETTERS})(?:[- ](?:value|test|score|statistic))?"
    rf"(?: ?[(\[] ?(?:df ?= ?)?(?P<df>{SINGLE})(?: ?[,;] ?(?P<df2>{SINGLE}))? ?[)\]])?"
    rf" ?[=:] ?(?P<value>{SINGLE})(?:[ ,;]*(?:df|d\.f\.|degrees of freedom) ?=? ?(?P<after>{SINGLE}))?"
)
_LEVEL = re.compile(rf"(?P<level>{PERCENT})[- ]?(?:two-sided )?{CI}")
_INTERVAL = re.compile(rf"{CI}(?:[ ,:=]*(?:(?:of|was|were|is|from|between|ranged from) )?)[(\[]? ?{ENDS}")
_ESTIMATE = re.compile(
    rf"(?<!\w)(?:[aA]dj(?:usted|\.)? ?)?(?P<name>[acms]?(?:OR|HR|RR|IRR)|S?MD|WMD|RD|ARD|β(?= ?=)"
    rf"|(?i:(?:odds|hazards?|risk|rate) ratio|relative risk|(?:standardi[sz]ed )?mean difference|risk difference))"
    rf"(?: ?[(\[][a-zA-Z]{{1,5}}[)\]])?(?: ?[=:,] ?| of | was | is | )(?P<estimate>{SINGLE})(?!-)"
)
_DOSE = re.compile(
    rf"(?P<dose>{SINGLE}) ?(?:(?:mg|µg|μg|mcg|g|ml|mL|IU|U|units?|cells)(?:/| per )(?:kg|day|d|dose|m\^?2)(?!\w)"
    rf"|(?:mg|µg|μg|mcg|IU)(?: (?:once|twice|daily|weekly|orally|intravenous|per day|b\.?i\.?d|t\.?i\.?d|q\.?d))(?!\w))"
)
_MOTIVE = re.compile(
    r"(?P<x>trend|interaction|heterogeneity)|(?P<one>one[- ](?:sided|tailed))", re.IGNORECASE
)


def direct(folded: Skeleton) -> Iterator[Cluster]:
    """Every figure with what stands beside it; a figure may occur in several, the first counts."""
    yield from _p_values(folded)
    yield from _shares(folded)
    yield from _statistics(folded)
    yield from chain(alone(folded, _DOSE, "dose", "dose"), _estimates(folded), _intervals(folded))
    yield from _sizes(folded)


def _p_values(folded: Skeleton) -> Iterator[Cluster]:
    for match in _P_ENDS.finditer(folded.text):
        yield (ends(folded, match, "p"),)
    for match in _P_SIDED.finditer(folded.text):
        yield (named(folded, match, "p", "p", f"{match['sides']}-sided"),)


def motive(text: str, start: int, end: int) -> str:
    """What a p-value is for where its own words say so: `trend`, `interaction`, `one-sided`; else "".

    >>> motive("P for trend = .03", 0, 17), motive("one-sided P = .03", 10, 17), motive("P = .03", 0, 7)
    ('trend', 'one-sided', '')
    """
    around = text[start:end]
    after = re.match(
        r" ?[(\[,]? ?(?:for )?(one[- ](?:sided|tailed)|trend|interaction|heterogeneity)", text[end:]
    )
    before = re.search(r"(one[- ](?:sided|tailed)) \Z", text[max(0, start - 12) : start], re.IGNORECASE)
    found = _MOTIVE.search(around) or _MOTIVE.search((after or before or [""])[0])
    if not found:
        return ""
    return "one-sided" if found["one"] else found[0].casefold()


def _shares(folded: Skeleton) -> Iterator[Cluster]:
    for pattern in (_FRACTION, _OF_PEOPLE):
        for match in pattern.finditer(folded.text):
            x, n = folded.figure(match.start("x")), folded.figure(match.start("n"))
            if _is_fraction(x, n) and not _measured(folded.text, match.end()):
                yield Named("count", (x,)), Named("denominator", (n,))
    for pattern in (_SHARE, _SHARE_OF):
        for match in pattern.finditer(folded.text):
            if is_whole(folded.figure(match.start("x"))):
                yield named(folded, match, "x", "count"), named(folded, match, "percent", "percent")


def _is_fraction(x: Figure, n: Figure) -> bool:
    if not (is_whole(x) and is_whole(n)):
        return False
    events, whole = (as_digits(figure.text) for figure in (x, n))
    return events.isdigit() and whole.isdigit() and int(events) <= int(whole) >= _LEAST_WHOLE


def _measured(text: str, place: int) -> bool:
    """Whether what follows two numbers says that they are a pressure, an acuity or two doses."""
    return bool(_UNIT_AFTER.match(text, place) or _NOT_PEOPLE.search(text, place, place + 30))


def _statistics(folded: Skeleton) -> Iterator[Cluster]:
    for match in _STATISTIC.finditer(folded.text):
        kind = next(name for name, _ in KINDS if match[name])
        degrees = [named(folded, match, name, "df") for name in ("df", "df2", "after") if match[name]]
        yield (named(folded, match, "value", "statistic", kind), *degrees)


def _estimates(folded: Skeleton) -> Iterator[Cluster]:
    for match in _ESTIMATE.finditer(folded.text):
        measure = measure_of(clause(folded.text, match.start("estimate"), 90))[0]
        if measure:
            yield (named(folded, match, "estimate", "estimate", measure),)


def _intervals(folded: Skeleton) -> Iterator[Cluster]:
    """Levels and intervals that belong to no estimate the text is sure of."""
    levels = {match.end(): match for match in _LEVEL.finditer(folded.text)}
    for match in _INTERVAL.finditer(folded.text):
        end = re.match(CI, match[0])
        level = levels.pop(match.start() + end.end(), None) if end else None
        interval = ends(folded, match, "interval")
        yield (named(folded, level, "level", "level"), interval) if level else (interval,)
    for match in levels.values():
        yield (named(folded, match, "level", "level"),)


def _sizes(folded: Skeleton) -> Iterator[Cluster]:
    for match in _N.finditer(folded.text):
        if is_whole(folded.figure(match.start("n"))):
            yield (named(folded, match, "n", "size"),)
    for pattern in _SIZES:
        for match in pattern.finditer(folded.text):
            for figure in folded.between(*match.span("n")):
                if is_whole(figure):
                    yield (Named("size", (figure,)),)
