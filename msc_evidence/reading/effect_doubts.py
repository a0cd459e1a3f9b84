"""Why a number before an interval need not be its estimate: an exponent, a duration, one of two values compared."""

from __future__ import annotations

import re

from msc_evidence.reading.effect_matches import REACH
from msc_evidence.reading.effect_patterns import SENTENCE_END
from msc_evidence.reading.figures import Figure
from msc_evidence.reading.skeleton import FIGURE, NUMBER, PERCENT, Skeleton

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
