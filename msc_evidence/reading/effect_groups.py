"""Estimates with their confidence intervals: `OR 1.9 (95% CI 1.2 to 3.0; P = .01)` in the notations of papers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.effect_doubts import AGAINST, no_estimate, odd_unit, second_of_two, set_against
from msc_evidence.reading.effect_matches import ends_of, matches, words_before
from msc_evidence.reading.effect_patterns import SENTENCE_END
from msc_evidence.reading.figures import Figure
from msc_evidence.reading.groups import EffectGroup
from msc_evidence.reading.measure_names import measure_of
from msc_evidence.reading.skeleton import FIGURE, P, Skeleton

_PLAIN = re.compile(r"-?[0-9]")
_SKEWED = re.compile(
    r"bootstrap|credib|posterior|Bayes|profile|exact|percentile|Clopper|median|costs?(?!\w)", re.IGNORECASE
)
#: `(P = .03; OR 1.9; 95% CI 1.2 to 3.0)`.
_P_LEADS = re.compile(rf"[(\[] ?(?P<p>{P}) ?[;,] ?[a-zA-Z ]{{1,25}}[ =:,]*\Z")
_CLAUSE_END = re.compile(r"[).;\]]")
_OF_ANOTHER = re.compile(r"trend|interact|heterog|inferiority|equivalen", re.IGNORECASE)


def effect_groups(folded: Skeleton, plain: str) -> Iterator[EffectGroup]:
    """Every estimate with its interval, in reading order."""
    taken = -1
    last: tuple[int, EffectGroup] | None = None
    for match, level in matches(folded):
        if match.start("estimate") <= taken:
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
    estimate = folded.figure(match.start("estimate"))
    ends = ends_of(folded, match)
    before = words_before(folded, match.start("estimate"))
    if (
        ends is None
        or not _PLAIN.match(estimate.text)
        or no_estimate(estimate, before)
        or odd_unit(folded, match)
    ):
        return None
    low, high, limits = ends
    measure, adjusted = measure_of(before)
    place, end = match.start("estimate"), last[0] if last else None
    if not measure and (set_against(folded, place, end) or second_of_two(folded, place, end)):
        return None
    if not measure and last is not None and _enumerated(folded.text[last[0] : place]):
        measure, adjusted = last[1].measure, last[1].adjusted
    if estimate.kind == "percent":
        measure = "RD" if measure in ("MD", "RD") else "%"
    return EffectGroup(
        measure,
        estimate,
        low,
        high,
        limits,
        level,
        _p(folded, plain, match, last, measure),
        adjusted,
        _method(folded, match),
    )


_LISTED = re.compile(rf"[)\]]{{0,2}}[^{FIGURE}]{{0,50}}(?:,|;|and|or|vs?\.?|versus)[^{FIGURE}]{{0,25}}\Z")
_ANOTHER = re.compile(r"reduc|differ|increas|decreas|correspond|mean|absolut|rate|[.]", re.IGNORECASE)


def _enumerated(gap: str) -> bool:
    """Whether an estimate follows the last interval as the next of a list of the same measure."""
    return len(gap) <= 60 and bool(_LISTED.match(gap)) and not _ANOTHER.search(gap)


def _method(folded: Skeleton, match: re.Match[str]) -> str | None:
    """The method that the sentence names for an interval which need not be symmetric; costs are skewed without it."""
    sentence = SENTENCE_END.split(folded.text[max(0, match.start() - 300) : match.start()])[-1] + match[0]
    found = _SKEWED.search(sentence)
    return found[0].casefold() if found else None


def _same_list(text: str, end: int, start: int) -> bool:
    """Whether an estimate follows the last interval in one enumeration: `1.2 (0.9-1.5) for A and 1.9 (1.2-3.0)`."""
    gap = text[end:start]
    return len(gap) <= 80 and not SENTENCE_END.search(gap) and not re.search(rf"[{FIGURE};]", gap)


def _p(
    folded: Skeleton, plain: str, match: re.Match[str], last: tuple[int, EffectGroup] | None, measure: str
) -> Figure | None:
    """The p-value beside the interval, unless it is that of something else."""
    if match.groupdict().get("before"):
        return _own_p(folded, plain, match.start("before"))
    # After two estimates set against each other, p may be that of their difference.
    place = match.start("estimate")
    against = bool(AGAINST.search(folded.text[max(0, place - 40) : place]))
    if match["inside"]:
        return None if against and not measure else _own_p(folded, plain, match.end("inside") - 1)
    if match["outside"]:
        compares = measure in ("OR", "RR", "HR", "RD", "MD", "SMD")
        listed = last is not None and last[1].p is None and _same_list(folded.text, last[0], place)
        versus = listed and (not compares or (last is not None and last[1].measure == measure))
        versus = versus or against
        return None if versus else _own_p(folded, plain, match.end("outside") - 1)
    leading = _P_LEADS.search(folded.text, max(0, place - 40), place)
    return _own_p(folded, plain, leading.start("p")) if leading and measure else None


def _own_p(folded: Skeleton, plain: str, place: int) -> Figure | None:
    figure = folded.figure(place)
    about = plain[figure.start : figure.end] + _CLAUSE_END.split(folded.text[place + 1 : place + 40])[0]
    following = folded.text[place + 1 : place + 12]
    listed = re.match(rf"(?:, | and |, and ){P}", following)
    return None if _OF_ANOTHER.search(about) or listed else figure
