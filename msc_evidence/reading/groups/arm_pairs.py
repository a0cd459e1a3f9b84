"""Two arms that one sentence sets side by side, each with its size: `64 cell and 62 control patients`."""

from __future__ import annotations

import re

from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import NO_ARM, ArmSize, is_control, is_year, label_of
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, IN_CLAUSE, Skeleton

_WHO = rf"(?: (?:(?!per |euros? )[a-zA-Z-]{{2,20}} ){{0,2}}?{PEOPLE}(?!\w))"
_GROUP = r"(?:groups?|arms?|cohorts?)(?!\w)"
_ASIDE = r"(?: ?[(\[][^()\[\]]{1,40}[)\]])?"
_NEXT = r"(?:,? and|,? while|,? whereas|,? versus|,? vs\.?|[,;])(?: in)?(?: the)?"
_HAS = r"(?:had|has|included|includes|comprised|consisted of|contained|counted|numbered|was|were|of)"
_GAVE = r"(?:given|injected|administered|offered|infused|implanted|applied|used|performed|prescribed)"
_GOT = r"(?:underwent|received|had|took|used|were (?:treated|given|assigned|allocated|randomi[sz]ed)(?: with| to)?)"
_NO_RESULT = (
    rf"(?! ?[(\[]?[^{FIGURE}()\[\]]{{0,3}}[\ue003\ue004\ue005]|%"
    r"| (?:died|events?|deaths?|episodes?|euros?|dollars|points)(?!\w))"
)
_THE = r"(?:[tT]he )?"
_SHORT = r"(?:[a-zA-Z+-]{2,20} ?){1,3}?"
_ID = r"(?:[A-D]|I{1,3}|IV|[1-4])(?![\w-])"

#: Each with its sizes and labels; the sizes of people, or of what a control is beside.
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        # "the cell group had 64 and the control group 62 patients", "the drug group included 64 women (…) and …"
        rf"(?<!\w){_THE}(?P<label>{_SHORT}) ?{_GROUP}(?: {_HAS})? (?P<n>{COUNT}){_NO_RESULT}(?P<who>{_WHO})?{_ASIDE}"
        rf"{_NEXT} (?P<label2>{_SHORT}) ?{_GROUP}(?: {_HAS})? (?P<n2>{COUNT}){_NO_RESULT}(?P<who2>{_WHO})?",
        # "64 intervention and 62 control patients", "64 cell patients were compared with 62 control patients"
        rf"(?P<n>{COUNT}) (?P<label>(?:[a-zA-Z-]{{3,20}} ){{1,2}}?)(?P<who>{PEOPLE} )?"
        rf"(?:and|vs\.?|versus|(?:were |was )?compared (?:with|to)) (?P<n2>{COUNT})"
        rf" (?P<label2>(?:[a-zA-Z-]{{3,20}} ){{1,2}}?)(?P<who2>{PEOPLE})(?!\w){_NO_RESULT}",
        # "cells were given to 64, saline to 62 patients"
        rf"(?<!\w){_THE}(?P<label>{_SHORT}) (?:was|were) {_GAVE} (?:to|in|into|for) (?P<n>{COUNT}){_NO_RESULT}"
        rf"(?P<who>{_WHO})?{_NEXT} (?P<label2>{_SHORT}) (?:(?:was|were) {_GAVE} )?(?:to|in|into|for)"
        rf" (?P<n2>{COUNT}){_NO_RESULT}(?P<who2>{_WHO})?",
        # "64 patients (32 men) were randomised to cells and 62 (30 men) to saline", "64 women had cells and 62 saline"
        rf"(?P<n>{COUNT})(?P<who>{_WHO}){_ASIDE} (?:were |was )?(?:randomly )?(?:randomi[sz]ed|allocated|assigned) to"
        rf" (?P<label>{IN_CLAUSE}{{2,50}}?){_NEXT} (?P<n2>{COUNT})(?P<who2>{_WHO})?{_ASIDE} (?:were \w+ )?to"
        rf" (?P<label2>{IN_CLAUSE}{{2,50}}?)(?=[,;.(\[]| for | at |\Z)",
        rf"(?P<n>{COUNT})(?P<who>{_WHO}){_ASIDE} {_GOT} (?P<label>{IN_CLAUSE}{{3,50}}?){_NEXT} (?P<n2>{COUNT})"
        rf"(?P<who2>{_WHO})?{_ASIDE} {_GOT} (?P<label2>{IN_CLAUSE}{{3,50}}?)(?=[,;.(\[]| for | at | and | in |\Z)",
        # "64 (cells) and 62 (saline) patients", "intervention: 64 patients; control: 62 patients"
        rf"(?P<n>{COUNT})(?P<who>{_WHO})? [(\[](?P<label>{_SHORT})[)\]]{_NEXT} (?P<n2>{COUNT})"
        rf" [(\[](?P<label2>{_SHORT})[)\]](?P<who2>{_WHO})",
        rf"(?<!\w){_THE}(?P<label>{_SHORT}): ?(?P<n>{COUNT})(?P<who>{_WHO})[,;]? (?:and )?(?P<label2>{_SHORT}): ?"
        rf"(?P<n2>{COUNT})(?P<who2>{_WHO})",
        # "the cell arm (64 patients, mean age …) and the control arm (62 patients, …)"
        rf"(?<!\w){_THE}(?P<label>{_SHORT}) ?{_GROUP} [(\[](?P<n>{COUNT})(?P<who>{_WHO})(?:[,;][^()\[\]]{{1,60}})?[)\]]"
        rf"[^()\[\].;]{{0,80}}? (?P<label2>{_SHORT}) ?{_GROUP} [(\[](?P<n2>{COUNT})(?P<who2>{_WHO})?",
        # "in adults of normal weight (NW; n = 14) and obese ones (OB; n = 14)"
        rf"[(\[](?P<label>[A-Z][\w+/-]{{1,12}})[:;,] ?(?P<who>[nN] ?= ?)(?P<n>{COUNT})[)\]][^{FIGURE}.;]{{1,80}}?"
        rf"[(\[](?P<label2>[A-Z][\w+/-]{{1,12}})[:;,] ?(?P<who2>[nN] ?= ?)(?P<n2>{COUNT})[)\]]",
        # "group I, 43 patients with …, and group II, 35 patients", "43 patients with … (group I) and 35 (group II)"
        rf"(?P<label>[gG]roup {_ID})[^{FIGURE}.;]{{1,25}}(?P<n>{COUNT})(?P<who>{_WHO})[^.;]{{0,80}}?"
        rf"(?P<label2>group {_ID})[^{FIGURE}.;]{{1,25}}(?P<n2>{COUNT})(?P<who2>{_WHO})?",
        rf"(?P<n>{COUNT})(?P<who>{_WHO})[^{FIGURE}.;()]{{0,80}}[(\[](?P<label>[gG]roup {_ID})[)\]][^{FIGURE}.;]{{1,25}}"
        rf"(?P<n2>{COUNT})(?P<who2>{_WHO})?[^{FIGURE}.;()]{{0,80}}[(\[](?P<label2>[gG]roup {_ID})[)\]]",
    )
)
_COUNTED_TWICE = re.compile(rf"{COUNT}.{{1,160}}?{COUNT}", re.DOTALL)


def arms_side_by_side(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The two arms of the first form that a sentence has, where words say that both numbers are of people."""
    if not _COUNTED_TWICE.search(folded.text, start, end):
        return []
    for pattern in _FORMS:
        for match in pattern.finditer(folded.text, start, end):
            arms = [_arm(folded, match, "n", "label"), _arm(folded, match, "n2", "label2")]
            of_people = match["who"] or match["who2"]
            if of_people and _are_two(folded, arms) and not _is_of_result(folded, match, arms):
                return arms
    return []


def _arm(folded: Skeleton, match: re.Match[str], n: str, label: str) -> ArmSize:
    at = match.start(n)
    return ArmSize(at, folded.figure(at), label_of(match[label]))


def _is_of_result(folded: Skeleton, match: re.Match[str], arms: list[ArmSize]) -> bool:
    """Whether something "occurred in" so many of each, or the two are those treated and those who treat."""
    before = folded.text[max(0, match.start() - _REACH) : match.start()]
    others = [arm.label for arm in arms if not is_control(arm.label)]
    return bool(_RESULT.search(before) or any(map(_PEOPLE_ALONE.fullmatch, others)))


_REACH = 40
_RESULT = re.compile(
    r"(?:occurred|seen|found|observed|developed|present|noted|reported|detected|required|needed|successful|achieved|died)"
    r"(?: only)? (?:in|by|among) \Z"
)
_PEOPLE_ALONE = re.compile(rf"(?:[a-zA-Z-]+ )?{PEOPLE}")


def _are_two(folded: Skeleton, arms: list[ArmSize]) -> bool:
    """Whether both are whole numbers and differently named, one a control or both of a named group."""
    labels = [arm.label.casefold() for arm in arms]
    whole = all(
        as_digits(arm.figure.text).isdigit() and not is_year(folded, arm.place) and arm.n >= _LEAST
        for arm in arms
    )
    named = all(labels) and labels[0] != labels[1]
    named = named and not any(NO_ARM.fullmatch(label) or _ANALYSED.fullmatch(label) for label in labels)
    return whole and named and (any(map(is_control, labels)) or _BY_GROUP.search(folded.text) is not None)


#: Sets of participants, not arms.
_ANALYSED = re.compile(r"m?itt|pp|fas|ss|sd|se|per[- ]protocol.*|intention.*|safety.*")
#: Of fewer than this many a count is as often of events.
_LEAST = 4
_BY_GROUP = re.compile(r"random|(?<!\w)(?:groups?|arms?)(?!\w)")
