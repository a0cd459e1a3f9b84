"""Arms that one list counts: `59 placebo, 54 cells`, `IG: 198; CG: 396`, `placebo/cells: 61/65`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import NO_ARM, ArmSize, is_control, is_year, label_of
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, IN_CLAUSE, Skeleton

_WHO = rf"(?: (?:(?!in |to |on |per |euros? )[a-zA-Z-]{{2,20}} ){{0,2}}?(?!controls?(?!\w)){PEOPLE}(?!\w))?"
_OF_ARM = (
    r"(?: (?:in|on|to|for|from|received|receiving|allocated to|assigned to|randomi[sz]ed to|were given))?"
    r"(?: the| an?)?"
)
_NEXT = r"(?:[,;]|,? and|,? or|; and|,? while|,? whereas)(?: the)?"
_ITEM = (
    rf"{COUNT}(?! (?:euros?|dollars|USD|points?|sessions?)(?!\w)){_WHO}{_OF_ARM} {IN_CLAUSE}{{2,60}}?"
    rf"(?: ?[(\[][^{FIGURE}()\[\]]{{1,25}}[)\]](?: groups?| arms?)?)?"
    r"(?:: [a-z -]{3,25})?"
)
#: Counts with a label each, one after another.
_RUN = re.compile(
    rf"(?<![=<>≤≥±/] )(?<![=<>≤≥±/$€£]){_ITEM}(?:{_NEXT} {_ITEM}){{1,5}}"
    rf"(?=[,;.:)\]]| ?[{FIGURE}]|\Z"
    r"| (?:completed|participated|took part|entered|went on|(?:was|were) (?:includ|analy|random)))"
)
#: A further count, without which there is no list.
_LISTED = re.compile(
    rf"{COUNT}(?:(?<=[,;] .)|(?<= and .)|(?<= or .)|(?<=, while .)|(?<= while .)|(?<= whereas .)|(?<= the .))"
)
_IN_RUN = re.compile(rf"(?P<n>{COUNT}){_WHO}{_OF_ARM} (?P<label>[^{FIGURE}]{{2,80}}?)(?={_NEXT} {COUNT}|\Z)")
#: `(active = 199; passive = 102)`, `(IG:198; CG: 396)`.
_NAMED = rf"[a-zA-Z][^{FIGURE}.,;:=()\[\]]{{0,40}}?(?: [nN])? ?[:=] ?{COUNT}"
_PAIRS = re.compile(rf"[(\[] ?{_NAMED}(?:(?:[;,]|,? and|,? or) {_NAMED}){{1,5}} ?[)\]]")
_IN_PAIRS = re.compile(
    rf"(?P<label>[a-zA-Z][^{FIGURE}.,;:=()\[\]]{{0,40}}?)(?: [nN])? ?[:=,]? ?(?P<n>{COUNT})"
)
#: `(cells 41, sham 39)`: without a sign only where they sum to the number before the bracket.
_UNSIGNED = rf"[a-zA-Z][^{FIGURE}.,;:=()\[\]]{{0,40}}? {COUNT}"
_UNSIGNED_PAIRS = re.compile(rf"[(\[] ?{_UNSIGNED}(?:(?:[;,]|,? and|,? or) {_UNSIGNED}){{1,5}} ?[)\]]")
#: `supplementation/placebo: 65/61`.
_PARTED = re.compile(
    rf"(?P<label>[a-zA-Z][\w -]{{1,30}})/(?P<label2>[a-zA-Z][\w -]{{1,30}}?)(?:[:=,] ?| ?[(\[])(?:[nN] ?= ?)?"
    rf"(?P<n>{COUNT}) ?/ ?(?P<n2>{COUNT})(?![\w%/]| ?/)"
)
_SLASHED = re.compile(rf"{COUNT} ?/ ?{COUNT}")
_STATISTIC = re.compile(r"(?:[pPtFrzZQ]|OR|RR|HR|SD|SE|CI|M|[dD]f|n|N|ages?|mean|median|score|range|IQR)\Z")
_OUTCOME = re.compile(
    r"(?:died|deaths?|had|has|developed|withdrew|dropped|lost|were(?! (?:random|alloc|assign|in |given|includ))|was|did"
    r"|showed|reported|experienced|achieved|responded|improved|reached|required|suffered|events?|episodes?|cases of"
    r"|with|without|of|mg|g|ml|kg|years?|months?|weeks?|days?|hours?|min(?:utes)?|times)(?!\w)"
)
#: Sentences that count who left.
LEFT = re.compile(
    r"withdr[ae]w|excluded|lost to|dropped out|drop-?outs?|did not|discontinued|(?<!\w)died|deaths?(?!\w)"
    r"|refused|declined"
)
#: "in a cohort study (192 patients and 138 controls)".
_STUDIED = re.compile(
    r"(?:stud(?:y|ies)|trials?|cohorts?|samples?|participants|subjects|individuals|people) ?[(\[] ?\Z"
)
_NEAR = 20
_ENTERED = re.compile(r"randomi[sz]ed|[rR]andomly|allocated|assigned|enroll?ed")
_STAYED = re.compile(r"(?<!\w)(?:leaving|remaining|remained|thus|therefore)(?!\w)")
_ALLOCATES = re.compile(
    r"randomi[sz]|[rR]andomly|allocated|assigned|divided|(?<!\w)groups?(?!\w)|(?<!\w)arms?(?!\w)"
)
_COUNTED = re.compile(COUNT)
_TREATED = re.compile(rf"(?:treated|group|arm|{PEOPLE})")


def arms_in_list(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms that a sentence counts one after another, where they sum to a total or one is called a control."""
    if not _LISTED.search(folded.text, start, end):
        return []
    left = LEFT.search(folded.text, start, end)
    # "…, leaving 82 (59 cells, 23 saline)": those who stayed.
    if left and (stayed := _STAYED.search(folded.text, left.end(), end)):
        start, left = stayed.start(), None
    allocates = _ALLOCATES.search(folded.text, start, end) is not None
    for run in _RUN.finditer(folded.text, start, left.start() if left else end):
        arms = _without_total(_arms_of_run(folded, run))
        if not _are_arms(folded, arms):
            continue
        bracket = folded.text[max(0, run.start() - 2) : run.start()].strip() in ("(", "[")
        control = any(is_control(arm.label) for arm in arms)
        if (control or bracket or allocates) and _is_total(folded, start, arms):
            return arms
        labels = {arm.label for arm in arms}
        if control and bracket and _STUDIED.search(folded.text, max(start, run.start() - _NEAR), run.start()):
            return arms
        treated = _TREATED.search(folded.text, max(run.start(), run.end() - 12), run.end() + 1)
        if control and treated and len(arms) == len(labels) and not bracket:
            return arms
    return []


def _arms_of_run(folded: Skeleton, run: re.Match[str]) -> list[ArmSize]:
    items = [(run.start() + item.start("n"), item["label"]) for item in _IN_RUN.finditer(run[0])]
    return [ArmSize(place, folded.figure(place), label_of(label)) for place, label in items]


def arms_in_pairs(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms that brackets name with their sizes, where they sum to a total or one is called a control."""
    found: list[ArmSize] = []
    for arms in _bracketed_pairs(folded, start, end, _UNSIGNED_PAIRS):
        if _are_arms(folded, arms) and _is_total(folded, start, arms):
            found += arms
    allocates = _ENTERED.search(folded.text, start, end) and not LEFT.search(folded.text, start, end)
    pairs = list(_bracketed_pairs(folded, start, end, _PAIRS))
    for arms in (*pairs, *_parted(folded, start, end)):
        if not _are_arms(folded, arms):
            continue
        known = _is_total(folded, start, arms) or any(is_control(arm.label) for arm in arms)
        if known or (allocates and arms in pairs):
            found += arms
    return found


def _bracketed_pairs(
    folded: Skeleton, start: int, end: int, pattern: re.Pattern[str]
) -> Iterator[list[ArmSize]]:
    for pairs in pattern.finditer(folded.text, start, end):
        items = [(pairs.start() + item.start("n"), item["label"]) for item in _IN_PAIRS.finditer(pairs[0])]
        yield [ArmSize(place, folded.figure(place), label_of(label)) for place, label in items]


def _parted(folded: Skeleton, start: int, end: int) -> Iterator[list[ArmSize]]:
    if not _SLASHED.search(folded.text, start, end):
        return
    for match in _PARTED.finditer(folded.text, start, end):
        yield [
            ArmSize(match.start(n), folded.figure(match.start(n)), label_of(match[label]))
            for n, label in (("n", "label"), ("n2", "label2"))
        ]


def _are_arms(folded: Skeleton, arms: list[ArmSize]) -> bool:
    """Whether every number is a whole one of people, and every label may be that of an arm."""
    return len(arms) >= 2 and all(
        as_digits(arm.figure.text).isdigit()
        and arm.figure.text != "one"
        and not is_year(folded, arm.place)
        and not NO_ARM.fullmatch(arm.label)
        and not _STATISTIC.match(arm.label)
        and not _OUTCOME.match(arm.label)
        for arm in arms
    )


def _without_total(arms: list[ArmSize]) -> list[ArmSize]:
    """The arms of a list that begins with their total: `639 women, 213 in one group and 426 in the other`."""
    whole = len(arms) > 2 and all(as_digits(arm.figure.text).isdigit() for arm in arms)
    return arms[1:] if whole and arms[0].n == sum(arm.n for arm in arms[1:]) else arms


#: Of a total a few may have left before the arms were counted: this share, and two at least.
_FEW = 20


def _is_total(folded: Skeleton, start: int, arms: list[ArmSize]) -> bool:
    """Whether a number before the arms is their sum, or little more."""
    total = sum(arm.n for arm in arms)
    first = min(arm.place for arm in arms)
    for match in _COUNTED.finditer(folded.text, max(0, start - _REACH, first - _FAR), first):
        text = as_digits(folded.figure(match.start()).text)
        near = match.start() >= start
        if text.isdigit() and total <= int(text) <= total + (max(2, total // _FEW) if near else 0):
            return True
    return False


#: How far before its sentence the total may stand.
_REACH = 400
#: How far before the arms in all.
_FAR = 1500
