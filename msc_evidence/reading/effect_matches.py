"""Where an estimate stands with its interval: announced, under a heading, or bare in brackets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msc_evidence.reading.effect_patterns import (
    AFTER_COMMA,
    ANNOUNCED,
    BARE,
    CI,
    HEADING,
    IN_BRACKETS,
    SAID,
    SENTENCE_END,
)
from msc_evidence.reading.figures import Figure
from msc_evidence.reading.measure_names import measure_of
from msc_evidence.reading.skeleton import PERCENT, RANGE, Skeleton

Match = re.Match[str]

#: How far before an estimate its measure is looked for.
REACH = 90
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_OTHER_SPREAD = re.compile(
    r"median|rang|IQR|quartile|percentile|(?<!\w)age|SD|(?<!\w)min|(?<!\w)max", re.IGNORECASE
)
_LEVELS = ("90", "95", "99")


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
        # "CI 95% -0.65" reads as a range from the level on.
        return None if low in _LEVELS and float(high) < float(low) else (low, high, (figure,))
    pair = folded.figure(match.start("low")), folded.figure(match.start("high"))
    low, high = (figure.text.rstrip("%") for figure in pair)
    if any(text[0] in "<>≤≥" or not text[-1].isdigit() for text in (low, high)):
        return None
    return low, high, pair


def range_ends(text: str) -> tuple[str, str]:
    """The two ends of a range figure's canonical text, `1.2-3.0` or `-3.4 to -0.5`.

    >>> range_ends("-1.2 to 8.0%"), range_ends("0.62-0.98")
    (('-1.2', '8.0'), ('0.62', '0.98'))
    """
    low, _, high = text.rstrip("%").partition(" to ")
    if not high:
        low, _, high = low.partition("-")
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
