"""Why a number of a text is no part of a record, where its kind or the words beside it tell."""

from __future__ import annotations

import re

from msc_evidence.reading.rows import TypedFigure

_SIGNIFICANCE, _POWER = "level of significance", "power of the sample size calculation"
_THRESHOLD_BEFORE = re.compile(
    r"(?:significance|significant|alpha|α|threshold|cut-?off)[^.;]{0,60}\Z", re.IGNORECASE
)
_THRESHOLD_AFTER = re.compile(r" ?(?:was|were) (?:considered|regarded|taken|defined|deemed|accepted|set)")
_AFTER = (
    (re.compile(r"(?: [a-z-]+){0,2} (?:groups|arms|conditions|subgroups)(?!\w)"), "number of groups"),
    (re.compile(r" (?:times|occasions|visits|time ?points|assessments)(?!\w)"), "number of measurements"),
    (re.compile(r" power"), _POWER),
)
#: The labels of an abstract's sections, and what a number there is; of the methods only times are surely no result.
_SECTION = re.compile(
    r"(?:\A|(?<=[.?!)] ))(?P<label>Backgrounds?|Introduction|Objectives?|Aims?|Purpose|Context"
    r"|(?:[A-Z][a-z]+,? and )?[Mm]ethods?|Design|Setting|Interventions?|Participants|Patients|Results?|Findings"
    r"|Conclusions?|Interpretation|Discussion|(?:Trial )?[Rr]egistration)[a-zA-Z/ ,]{0,20}:{1,2} "
)
_OPENING = ("Background", "Introduction", "Objective", "Aim", "Purpose", "Context")
_CLOSING = ("Conclusion", "Interpretation", "Discussion")
#: No section of an abstract is longer.
_LONGEST_SECTION = 3000
#: Kinds of figures that are no result of the trial.
_KINDS = {
    "level": "level of an interval",
    "age": "age of the participants",
    "registration": "registration number",
}


def reason_to_ignore(plain: str, start: int, end: int, row: TypedFigure | None) -> str:
    """The reason by the kind of a figure or the words around it, "" where a person must find it.

    >>> reason_to_ignore("In two parallel groups", 3, 6, None)
    'number of groups'
    """
    if row is not None and row.kind == "p":
        before = _THRESHOLD_BEFORE.search(plain, max(0, start - 70), start)
        set_so = before and re.search(r"set|level|define|consider", before[0])
        return _SIGNIFICANCE if set_so or _THRESHOLD_AFTER.match(plain, end) else ""
    if row is not None and row.kind in _KINDS:
        return _KINDS[row.kind]
    timed = row is not None and row.kind == "duration"
    found = None if timed else next((why for pattern, why in _AFTER if pattern.match(plain, end)), None)
    return found or _by_section(plain, start, timed=timed)


def _by_section(plain: str, start: int, *, timed: bool) -> str:
    """What a number is by the section it stands in."""
    labels = [match["label"] for match in _SECTION.finditer(plain, max(0, start - _LONGEST_SECTION), start)]
    if not labels:
        return ""
    if labels[-1].startswith(_OPENING):
        return "in the background"
    if labels[-1].startswith(_CLOSING):
        return "in the conclusions"
    return "a time of the methods" if timed and re.search("[Mm]ethod|Design|Interven", labels[-1]) else ""
