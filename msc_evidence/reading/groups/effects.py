"""Estimates with their confidence intervals: `OR 1.9 (95% CI 1.2 to 3.0; P = .01)` in the notations of papers.

Also why a number before an interval need not be its estimate: an exponent, a duration, one of two values compared.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.effect_words import (
    AFTER_COMMA,
    ANNOUNCED,
    BARE,
    CI,
    HEADING,
    IN_BRACKETS,
    SAID,
    SENTENCE_END,
    measure_of,
)
from msc_evidence.reading.groups.shapes import FIGURE, NUMBER, PERCENT, RANGE, EffectGroup, P, Skeleton

Match = re.Match[str]

#: How far before an estimate its measure is looked for.
REACH = 90
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_OTHER_SPREAD = re.compile(
    r"median|rang|IQR|quartile|percentile|(?<!\w)age|SD|(?<!\w)min|(?<!\w)max", re.IGNORECASE
)
_LEVELS = ("90", "95", "99")
#: A limit is a plain number, perhaps with a power of ten.
_LIMIT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")


def matches(folded: Skeleton) -> list[tuple[Match, str | None]]:
    """Every form in reading order, with its level; the bare forms take that of the heading they stand under."""
    said = any(word in folded.text for word in SAID)
    announced = list(ANNOUNCED.finditer(folded.text)) if said else []
    headings = sorted([*HEADING.finditer(folded.text), *announced], key=Match.end) if said else []
    found = [(match, _level(folded, match)) for match in announced]
    if headings or RANGE in folded.text:
        found += _bare(folded, headings)
    return sorted(found, key=lambda item: (item[0].start(), -item[0].end()))


def _bare(folded: Skeleton, headings: Sequence[Match]) -> Iterator[tuple[Match, str | None]]:
    """The forms without a word for the interval: under a heading, of a ratio by its name, or like an interval."""
    ends, sentences = (
        [match.end() for match in headings],
        [match.end() for match in SENTENCE_END.finditer(folded.text)],
    )
    for pattern in (BARE, IN_BRACKETS, AFTER_COMMA):
        for match in pattern.finditer(folded.text):
            above = headings[place - 1] if (place := bisect_right(ends, match.start())) else None
            if above is not None and pattern is not AFTER_COMMA:
                same = bisect_right(sentences, above.end()) == bisect_right(sentences, match.start())
                if same or looks_like_interval(folded, match):
                    yield match, _level(folded, above) if same else None
                    continue
            if (
                match["range"]
                and _of_ratio(folded, match)
                and (pattern is BARE or looks_like_interval(folded, match))
            ):
                yield match, None


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
        and "." in low + high
    )


def _of_ratio(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether a ratio is named right before an estimate: its brackets hold an interval, whether or not they say so."""
    return measure_of(words_before(folded, match.start("estimate")))[0] in ("OR", "RR", "HR")


def _level(folded: Skeleton, match: re.Match[str]) -> str | None:
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
    low, high = (figure.text.rstrip("%") for figure in pair)
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


def words_before(folded: Skeleton, place: int) -> str:
    """What stands before an estimate in its sentence, back to the last figure."""
    text = folded.text[max(0, place - REACH) : place]
    for at in range(len(text) - 1, -1, -1):
        if "\ue000" <= text[at] <= "\ue008":
            # The level in "OR (95% CI) 1.9" does not part a measure from its estimate.
            heading = (
                re.search(rf"{PERCENT}? ?{CI}[)\]]?[ ,:;=]*\Z", text[at:]) if text[at] == PERCENT else None
            )
            if heading is None:
                return text[at + 1 :]
    ends = list(SENTENCE_END.finditer(text))
    return text[ends[-1].end() :] if ends else text


_COMPARED = r"(?<!\w)(?:vs?\.?|versus|compared (?:with|to)|than)(?!\w)"
#: A word of comparison right before an estimate, and one with a value before it.
AGAINST = re.compile(rf"{_COMPARED}[^{FIGURE},;]{{0,25}}\Z")
_VALUE_AGAINST = re.compile(rf"[{FIGURE}][^{FIGURE}.;]{{0,30}}{_COMPARED}[^{FIGURE},;]{{0,25}}\Z")
_EXPONENT = re.compile(r"(?<![a-z])(?:[cmkdµ]?m|h|hr|min|kg|[dm]?[lL]|s|day|d) ?\Z")
_DURATION = re.compile(
    r"(?:over|at|after|within|for|during|per|every|each|in|to|from|until|first|last|the) (?:a |an )?\Z"
)
_EXPONENTS = ("2", "3", "-1", "-2", "-3")


def odd_unit(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether what stands where the exponents of a unit may (`ml.min -1 kg -1`) are other figures."""
    if not match.groupdict().get("exponents"):
        return False
    return any(figure.text not in _EXPONENTS for figure in folded.between(*match.span("exponents")))


def no_estimate(estimate: Figure, before: str) -> bool:
    """Whether the number is a unit's exponent, a length of follow-up, or follows a sign of its own (-£448)."""
    exponent = estimate.text in _EXPONENTS and _EXPONENT.search(before)
    duration = estimate.kind == "time" and _DURATION.search(before)
    return bool(exponent or duration or re.search(r"-[€£$] ?\Z", before))


#: "From 4.7% to 0.7%": the first carries its sign in the text only.
_SIZE_BEFORE = re.compile(r"[(\[][nN] ?= ?\Z")
_FRACTION_BEFORE = re.compile(rf"{NUMBER} ?/ ?{NUMBER}[,;:]? ?[(\[]?\Z")
_JOINED = 40
_LIKE = {PERCENT: f"{PERCENT}\ue000\ue001", "\ue000": "\ue000\ue001", "\ue001": "\ue000\ue001"}
_VERSUS = re.compile(
    r"(?:(?<!\w)(?:vs?\.?|versus|compared (?:with|to)|against|than|and|or|to)(?!\w)|,)(?: [^,]{0,20})?\Z"
)


def set_against(folded: Skeleton, place: int, last: int | None) -> bool:
    """Whether another value stands beside the estimate without an interval: `12% v 15% (95% CI ...)`."""
    before = folded.text[max(0, place - REACH) : place]
    # Alone at the beginning of its brackets, or the percentage of the fraction before it.
    if before.endswith(("(", "[")) or _FRACTION_BEFORE.search(before):
        return False
    marks = [at for at, character in enumerate(before) if "\ue000" <= character <= "\ue008"]
    if not marks or before[marks[-1]] not in _LIKE.get(folded.text[place], folded.text[place]):
        return False
    if _SIZE_BEFORE.search(before, 0, marks[-1]):
        return False
    gap = before[marks[-1] + 1 :]
    closed = last is not None and last >= place - len(gap)
    joined = len(gap) <= _JOINED or bool(AGAINST.search(gap))
    return joined and not closed and not SENTENCE_END.search(gap) and bool(_VERSUS.search(gap.rstrip(" (+")))


def second_of_two(folded: Skeleton, place: int, last: int | None) -> bool:
    """Whether the estimate is the second of two that are set against each other, the first without an interval."""
    start = max(0, place - 80)
    match = _VALUE_AGAINST.search(folded.text[start:place])
    return match is not None and (last is None or last <= start + match.start())


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
