"""Which number before an interval is its estimate, and how sure that is."""

from __future__ import annotations

import re

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.effect_words import CI, SENTENCE_END, measure_of
from msc_evidence.reading.groups.shapes import FIGURE, NUMBER, PERCENT, Skeleton

#: How far before an estimate its measure is looked for.
REACH = 90
_COMPARED = r"(?<!\w)(?:vs?\.?|versus|compared (?:with|to)|than)(?!\w)"
#: A word of comparison right before an estimate, and one with a value before it.
AGAINST = re.compile(rf"{_COMPARED}[^{FIGURE},;]{{0,25}}\Z")
_VALUE_AGAINST = re.compile(rf"[\ue000-\ue003][^{FIGURE}.;]{{0,30}}{_COMPARED}[^{FIGURE},;:]{{0,25}}\Z")
_EXPONENT = re.compile(r"(?<![a-z])(?:[cmkdµ]?m|h|hr|min|kg|[dm]?[lL]|s|day|d) ?\Z")
_DURATION = re.compile(
    r"(?:over|at|after|within|for|during|per|every|each|in|to|from|until|first|last|the) (?:a |an )?\Z"
)
UNIT_EXPONENTS = ("2", "3", "5", "-1", "-2", "-3", "-5")


def odd_unit(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether what stands where the exponents of a unit may (`ml.min -1 kg -1`) are other figures."""
    if not match.groupdict().get("exponents"):
        return False
    return any(figure.text not in UNIT_EXPONENTS for figure in folded.between(*match.span("exponents")))


def no_estimate(estimate: Figure, before: str) -> bool:
    """Whether the number is a unit's exponent, a length of follow-up, or follows a sign of its own (-£448)."""
    exponent = estimate.text in UNIT_EXPONENTS and _EXPONENT.search(before)
    duration = estimate.kind == "time" and _DURATION.search(before)
    return bool(exponent or duration or re.search(r"-[€£$] ?\Z", before))


#: "From 4.7% to 0.7%": the first carries its sign in the text only.
_SIZE_BEFORE = re.compile(r"[(\[][nN] ?= ?\Z")
_FRACTION_BEFORE = re.compile(rf"{NUMBER} ?/ ?{NUMBER}(?:[,;:]? ?[(\[]?|,? or )\Z")
_JOINED = 40
_LIKE = {PERCENT: f"{PERCENT}\ue000\ue001", "\ue000": "\ue000\ue001", "\ue001": "\ue000\ue001"}
_VERSUS = re.compile(
    r"(?:(?<!\w)(?:vs?\.?|versus|compared (?:with|to)|against|than|and|or|to)(?!\w)|,)(?: [^,:]{0,20})?\Z"
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


_VALUE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LEVELS = ("90", "95", "97.5", "99", "99.9")
#: A statistic, a spread or a denominator is never the estimate, …
_OTHER_BEFORE = re.compile(
    r"(?:(?<!\w)(?:[tFzZQ]|χ2|[cC]hi[ -]?squared?)(?:[- ](?:value|score|test))?"
    rf" ?(?:[(\[{{][^()\[\]{{}}]{{0,15}}[)\]}}])? ?=?"
    rf"|±|{NUMBER} ?(?:/|(?:out )?of(?: the| all| a total of)?)"
    r"|(?<!per )(?<!\w)(?:SDs?|standard deviation)(?: of| =)?) ?\Z"
)
#: `F(1, 17) = 10.8`: degrees of freedom.
_FREEDOM = re.compile(rf"(?<!\w)(?:[tFrzQ]|χ2) ?[(\[{{](?: ?{NUMBER} ?,)? ?\Z")
_IN_BRACKETS = 12
#: … nor is a whole number that counts or numbers something.
_NUMBERED = re.compile(
    r"(?<!\w)(?:groups?|arms?|grades?|stages?|phases?|days?|weeks?|months?|visits?|cohorts?|aged?|since|dose"
    r"|[nN] ?=) ?\Z"
)
_OTHER_AFTER = re.compile(
    r" ?(?:mg|µg|μg|mcg|g|ml|mL|IU|U|Gy|kg|cells)"
    r"(?:/(?:kg|day|d)|(?: (?:of|per|once|twice|daily|weekly|every|bid|tid|orally|BID|TID|b\.i\.d)))(?!\w)"
    r"| (?:later|after|before|earlier|old|of age|post)(?!\w)"
)
#: Between two results: another interval, a p, a semicolon, the end of a sentence.
_PARTED = re.compile(r"[\ue004\ue005;]|[.?!] [A-Z(\[]")
#: How far before an interval its estimate may stand.
_FAR = 80


def within(figure: Figure, low: str, high: str) -> bool:
    """Whether a figure lies between two limits, in either order."""
    match = _VALUE.match(figure.text)
    first, last = sorted((float(low), float(high)))
    return match is not None and first <= float(match[0]) <= last


def words_before(folded: Skeleton, place: int) -> str:
    """What stands before an estimate in its sentence, back to the last figure."""
    text = folded.text[max(0, place - REACH) : place]
    for at in range(len(text) - 1, -1, -1):
        if "\ue000" <= text[at] <= "\ue008":
            # The level in "OR (95% CI) 1.9" does not part a measure from its estimate.
            heading = (
                re.search(rf"{PERCENT}? ?{CI}[)\]]?(?:[ ,:;=]|was |were |of |is )*\Z", text[at:])
                if text[at] == PERCENT
                else None
            )
            if heading is None:
                return text[at + 1 :]
    ends = list(SENTENCE_END.finditer(text))
    return text[ends[-1].end() :] if ends else text


def _within_unsigned(figure: Figure, low: str, high: str) -> bool:
    """The same without signs: words may carry the direction of a change ("shorter by 3.9 days")."""
    return within(figure, low.lstrip("-"), high.lstrip("-"))


def is_other(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether words beside the number right before an interval make it anything but the estimate."""
    place = match.start("estimate")
    figure = folded.figure(place)
    announced = match.groupdict().get("level") or match.groupdict().get("after")
    level = not announced and figure.text.rstrip("%") in _LEVELS
    if level and re.match(rf"[- ]?(?:[a-zA-Z-]{{1,20}} ){{0,4}}{CI}", folded.text[place + 1 : place + 90]):
        return True
    before = folded.text[max(0, place - 40) : place]
    numbered = figure.text.isdigit() and _NUMBERED.search(before)
    return bool(numbered or _OTHER_BEFORE.search(before) or _OTHER_AFTER.match(folded.text, place + 1))


def estimate_before(
    folded: Skeleton, match: re.Match[str], limits: tuple[str, str], last: int | None
) -> tuple[int, bool] | None:
    """Where the estimate of an interval stands and whether that is sure; None where nothing can be it.

    The nearest number, unless words say that it is something else or, where it lies outside of the limits, another
    one inside them has a measure's name right before it.
    """
    place = match.start("estimate")
    other, inside = is_other(folded, match), within(folded.figure(place), *limits)
    # "95% CI for the difference" need not be of the number before it.
    said_of = bool(match.groupdict().get("of"))
    other = other or (said_of and not inside)
    if inside and not other:
        return place, not said_of
    start = max(last or 0, place - _FAR)
    before = _PARTED.split(folded.text[start:place])[-1]
    for at in range(place - 1, place - 1 - len(before), -1):
        figure = folded.figures.get(at)
        if figure is None or figure.kind not in ("number", "count", "percent") or not within(figure, *limits):
            continue
        if _FREEDOM.search(folded.text, max(0, at - _IN_BRACKETS), at):
            continue
        named = measure_of(words_before(folded, at))[0]
        # Two numbers apart the sense decides, not the grammar.
        if named or (other and len(folded.between(at + 1, place)) < 2 and not _is_against(folded, at)):
            return at, False
    if _within_unsigned(folded.figure(place), *limits) and not other:
        return place, _is_close(match)
    # Outside of its limits, and words between: as likely as not another number.
    sure = _is_close(match) and folded.figure(place).kind != "time"
    return None if other or not sure else (place, sure)


def _is_against(folded: Skeleton, place: int) -> bool:
    return bool(AGAINST.search(folded.text[max(0, place - 40) : place]))


def _is_close(match: re.Match[str]) -> bool:
    """Whether nothing but a unit stands between the estimate and its interval."""
    gap = match.groupdict().get("gap") or ""
    return bool(re.fullmatch(rf"[ -]?(?:[^\s{FIGURE}]{{1,12}} ?){{0,2}}", gap))
