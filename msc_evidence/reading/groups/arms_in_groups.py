"""Arms that one sentence counts by the group they are in: `81 in the III, 111 in the IGI and 95 in the MI group`."""

from __future__ import annotations

import re

from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import NO_ARM, ArmSize, is_year, label_of
from msc_evidence.reading.groups.arm_lists import LEFT
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Skeleton

_WHO = rf"(?: (?:(?!per |euros? )[a-zA-Z-]{{2,20}} ){{0,2}}?{PEOPLE}(?!\w))?"
_GROUP = r"(?:groups?|arms?|cohorts?|conditions?|sequences?)(?!\w)"
_WORDS = rf"[^{FIGURE}.,;:()\[\]]"
#: "36 in the TA group", "48 teachers in the coaching condition", "95 in the MI", "35 children to the IG".
_IN_GROUP = re.compile(
    rf"(?<![=<>≤≥±/] )(?<![=<>≤≥±/])(?P<n>{COUNT}){_WHO}(?! ?[(\[]?{PERCENT})(?: (?:were|was))?"
    r"(?: (?:placed|randomi[sz]ed|assigned|allocated|included|analy[sz]ed|enroll?ed|treated))?"
    rf" (?:in|to|into|from|for) the (?P<label>{_WORDS}{{1,50}}?[ -](?={_GROUP})|[A-Z][A-Z0-9+/-]{{1,6}}(?!\w))"
)
#: "group A, 67 patients", "Group I consisted of 22", "group 2 (n = 20)".
_BY_NAME = re.compile(
    rf"(?P<label>[gG]roup (?:[A-F]|I{{1,3}}|IV|V|[A-Z]{{2,4}}|{COUNT}))(?![\w-])"
    rf"(?:,| ?[:(]| (?:consisted of|included|comprised|contained|had|with|of|numbered)) ?(?:[nN] ?= ?)?(?P<n>{COUNT})"
    rf"(?! ?[(\[]?{PERCENT})(?P<who>{_WHO})"
)
#: "20, 22 and 21 schools in each condition, respectively", "236 and 197 in the ABC and NVP arms, respectively".
_IN_ORDER = re.compile(
    rf"(?P<ns>{COUNT}(?:, {COUNT}){{0,4}},? and {COUNT}){_WHO}[^{FIGURE}.;:()\[\]]{{0,60}}?"
    r" (?:in|to|into|with|received)"
    rf" (?P<labels>[^{FIGURE}.;:()\[\]]{{2,80}}?)(?: {_GROUP})?,? respectively"
)
_COUNTED = re.compile(COUNT)
_TOOK_PART = re.compile(
    r"random|allocat|assign|divided|complet|includ|analy[sz]|evaluat|available|remain|enroll?|recruit|studied|participa"
    r"|entered|underwent|received|implemented|measured|consisted|comprised|finished|stay(?:ed)?(?!\w)|follow"
    r"|w(?:ere|as) in"
)
#: What was counted is then a result.
_RESULT = re.compile(
    r"(?<!\w)(?:had|has|have|developed|experienced|reported|showed|improved|achieved|responded|required|needed|reached"
    r"|suffered|relapsed|adverse|events?|complications?|infections?|failed|failures?|positive|negative|cured|successful"
    r"|occurred|score[ds]?|points?|missing)(?!\w)"
)


def arms_in_groups(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms of a sentence that tells how many took part in each group, and no result of theirs."""
    text = folded.text[start:end]
    named = list(_BY_NAME.finditer(folded.text, start, end))
    found = [_arm(folded, match) for match in named] if any(match["who"] for match in named) else []
    if LEFT.search(text) or len(found) > 1:
        return _sized(folded, found)
    if _RESULT.search(text) or not _TOOK_PART.search(text):
        return []
    return _sized(
        folded, [_arm(folded, match) for match in _IN_GROUP.finditer(folded.text, start, end)]
    ) or _sized(folded, _in_order(folded, start, end))


def _arm(folded: Skeleton, match: re.Match[str]) -> ArmSize:
    place = match.start("n")
    label = match["label"].strip(" -")
    for figure in folded.between(match.start("label"), match.end("label")):
        label = f"group {figure.text}"
    return ArmSize(place, folded.figure(place), label_of(label) or label)


def _in_order(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    match = _IN_ORDER.search(folded.text, start, end)
    if match is None:
        return []
    places = [found.start() for found in _COUNTED.finditer(folded.text, *match.span("ns"))]
    labels = re.split(r",? and (?:the )?|, (?:the )?", match["labels"])
    if len(labels) != len(places):
        labels = [f"group {at}" for at in range(1, len(places) + 1)]
    return [
        ArmSize(place, folded.figure(place), label_of(label))
        for place, label in zip(places, labels, strict=True)
    ]


#: Of fewer than this many a count is as often of events.
_LEAST = 4


def _sized(folded: Skeleton, arms: list[ArmSize]) -> list[ArmSize]:
    """The arms where all are whole numbers of some size, and differently named."""
    labels = {arm.label.casefold() for arm in arms}
    whole = all(
        as_digits(arm.figure.text).isdigit() and arm.n >= _LEAST and not is_year(folded, arm.place)
        for arm in arms
    )
    return arms if whole and len(labels) == len(arms) > 1 and not any(map(NO_ARM.fullmatch, labels)) else []
