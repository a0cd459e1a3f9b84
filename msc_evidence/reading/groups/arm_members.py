"""Arms that the words group, arm or condition name beside the numbers in them: `41 patients in arm A, 39 in arm B`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import NO_ARM, ArmSize, is_year, label_of
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, IN_CLAUSE, Skeleton

_WHO = rf"(?: (?:(?!in |to |on |of |for |from )[a-zA-Z-]{{2,20}} ){{0,3}}?(?:{PEOPLE}|sites)(?!\w))"
_GROUP = r"(?:[gG]roups?|[aA]rms?|[cC]ohorts?|[cC]onditions?)"
_ID = rf"(?:[A-H]|I{{1,3}}|IV|{COUNT})(?![\w%-])"
_PUT = (
    r"(?:randomi[sz]ed|randomly|assigned|allocated|analy[sz]ed|enroll?ed|included|evaluated|studied|treated)"
)
#: "41 patients in arm A", "for 18 women in the low dose group", "37 were in the diet group"; …
_NAMED = (
    rf"(?:{_GROUP} {_ID}|(?:the )?(?:[^\W\d_][\w/+-]{{0,20}} ){{1,5}}?{_GROUP}(?!\w)|the [A-Z]{{2,6}}(?!\w))"
)
_IN_GROUP = re.compile(
    rf"(?<!{COUNT}, and )(?<!{COUNT} and )(?P<n>{COUNT})(?P<who>{_WHO})?"
    rf"(?: (?:were|was))?(?: {_PUT}){{0,2}} (?:in|to|into|on|from|for|of) "
    rf"(?P<label>{_NAMED})"
)
#: … "group A, 67 patients", "group I consisted of 22".
_GROUP_OF = re.compile(
    rf"(?P<label>[gG]roup {_ID})(?:(?:[:,=] ?| (?:had|has|was|were) )(?:[nN] ?= ?)?(?P<n>{COUNT})(?P<who>{_WHO})"
    rf"| (?:included|comprised|consisted of|contained|numbered) (?P<n2>{COUNT})(?={_WHO}|[.,;]))"
)
_LIST = rf"{COUNT}(?:, {COUNT}){{0,3}},? and {COUNT}"
_HAD = r"(?:had|included|comprised|consisted of|contained|numbered|were composed of|were made up of)"
#: "41 and 39 patients in the cell and placebo groups, respectively", "20, 22, and 21 schools in each condition, …"
_IN_ORDER = re.compile(
    rf"(?P<list>{_LIST})(?P<who>{_WHO})?{IN_CLAUSE}{{0,50}}? (?:in|to|into|for|from|received) "
    rf"(?P<labels>(?:the |each )?{IN_CLAUSE}{{2,80}}?(?:,{IN_CLAUSE}{{2,40}})*?(?: {_GROUP})?),? respectively"
)
#: "The cell and placebo groups had 41 and 39 patients"
_ORDERED_FIRST = re.compile(
    rf"[tT]he (?P<labels>{IN_CLAUSE}{{2,60}}?(?:,{IN_CLAUSE}{{2,40}})*?) {_GROUP} {_HAD} (?P<list>{_LIST})"
    rf"(?P<who>{_WHO})?"
)
#: What a sentence says of those who are in an arm, …
_ARE_IN = re.compile(
    r"random|llocat|ssign|ivided|enrol|recruit|(?<!re)analy[sz]|evaluat|complet|available|participa|took part|consist"
    r"|compris|stratif|intention|per[- ]protocol|[tT]here (?:were|was)|(?<!\w)groups? were as|sample|follow-?up|number"
    r"|w(?:ere|as) in(?!\w)"
)
#: … and what it says where some of them had something.
_HAVE = re.compile(
    r"(?<!\w)(?:died|deaths?|events?|develop\w*|experienc\w*|relaps\w*|adverse|complications?|discontinu\w*|withdr[ae]w\w*"
    r"|dropped|drop-?outs?|lost|excluded|missing|respon(?:se|ded|ders)\w*|improve\w*|recover\w*|positive|negative|infect\w*"
    r"|occur\w*|achiev\w*|show\w*|report\w*|diagnos\w*|required|needed|failed|failures?|refus\w*|declin\w*|episodes?"
    r"|became|hospitali\w*|female|male|men|women who)(?!\w)"
)
_LEAST = 4
_REACH = 400


def arms_of_groups(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms of a sentence by the words group or arm, where it speaks of who is in them alone."""
    text = folded.text[start:end]
    if named := _distinct(folded, _members(folded, _GROUP_OF, start, end)):
        return named
    leaving = max(text.find(" leaving "), text.find(" remaining "))
    if _HAVE.search(text, max(0, leaving)):
        return []
    if ordered := _distinct(folded, _in_order(folded, _ORDERED_FIRST, start, end)):
        return ordered
    for found in (_members(folded, _IN_GROUP, start, end), _in_order(folded, _IN_ORDER, start, end)):
        arms = _distinct(folded, found)
        if arms and (_ARE_IN.search(text) or is_sum_said(folded, arms)):
            return arms
    return []


def _distinct(folded: Skeleton, found: Iterable[ArmSize]) -> list[ArmSize]:
    """The arms where they are two or more, and each or none has a name of its own; else none."""
    arms = [arm for arm in found if _is_size(folded, arm)]
    labels = {arm.label.casefold() for arm in arms}
    named = len(labels - {""}) in (0, len(arms)) and not any(map(NO_ARM.fullmatch, labels))
    return arms if len(arms) >= 2 and named else []


def _members(folded: Skeleton, pattern: re.Pattern[str], start: int, end: int) -> Iterator[ArmSize]:
    for match in pattern.finditer(folded.text, start, end):
        at = match.start("n") if match["n"] else match.start("n2")
        yield ArmSize(at, folded.figure(at), _label(folded, match))


def _label(folded: Skeleton, match: re.Match[str]) -> str:
    """What names the arm, with the figure where its name is a number: `group 2`."""
    place = match.end("label") - 1
    figure = folded.figures.get(place)
    label = label_of(match["label"]) or match["label"]
    return f"{label} {figure.text}" if figure else label


def _in_order(folded: Skeleton, pattern: re.Pattern[str], start: int, end: int) -> Iterator[ArmSize]:
    match = pattern.search(folded.text, start, end)
    if match is None:
        return
    places = [place for place in range(*match.span("list")) if place in folded.figures]
    labels = [label_of(label) for label in re.split(r", and |, | and ", match["labels"])]
    if len(labels) != len(places):
        labels = [f"group {at}" for at in range(1, len(places) + 1)]
    yield from (ArmSize(at, folded.figure(at), label) for at, label in zip(places, labels, strict=True))


def _is_size(folded: Skeleton, arm: ArmSize) -> bool:
    return as_digits(arm.figure.text).isdigit() and not is_year(folded, arm.place) and arm.n >= _LEAST


def is_sum_said(folded: Skeleton, arms: list[ArmSize]) -> bool:
    """Whether a number not far before the arms is what they sum to."""
    first = min(arm.place for arm in arms)
    total = str(sum(arm.n for arm in arms))
    return any(as_digits(figure.text) == total for figure in folded.between(max(0, first - _REACH), first))
