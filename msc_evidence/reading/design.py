"""The words by which a text says how its trial was designed: allocation, ratio, masking, phase, centres, times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits

#: Value of the registry → the words that say so. A text that says two of one kind is sure of neither.
_ALLOCATION = (
    ("non-randomised", r"non-?randomi[sz]ed|not randomi[sz]ed|quasi-?random"),
    ("randomised", r"randomi[sz]ed|randomly (?:assigned|allocated|divided|selected to)|random allocation"),
    ("single-arm", r"single-arm|uncontrolled (?:trial|study)|one-arm"),
)
_MASKING = (
    ("triple-blind", r"triple-? ?(?:blind|mask)"),
    ("double-blind", r"double-? ?(?:blind|mask)"),
    ("single-blind", r"single-? ?(?:blind|mask)"),
    ("open label", r"open-? ?label|unblinded|unmasked"),
)
_STRUCTURE = (
    ("crossover", r"cross-?over"),
    ("cluster", r"cluster-? ?randomi[sz]ed|clusters were randomi"),
    ("factorial", r"factorial"),
    ("parallel", r"parallel(?:-| )(?:group|arm|design)"),
)
_BLINDED = re.compile(
    r"(?:assessor|observer|outcome|evaluator|rater|investigator)s?[- ](?:(?:was|were) )?(?:blind|mask)"
    r"|(?:blind|mask)ed (?:outcome )?(?:assess|evaluat|observ|adjudicat|rater|endpoint)|PROBE",
    re.IGNORECASE,
)
_PHASE = re.compile(
    r"(?<!\w)[pP]hase[- ](?P<phase>[1-4]|I{1,3}|IV)(?P<half>[ab])?(?:[/-](?P<to>[1-4]|I{1,3}|IV))?(?P<end>[ab])?(?!\w)"
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_ALLOCATED = re.compile(r"random|alloc|assign")
_CENTRES = re.compile(r" (?:[a-zA-Z-]{2,20} ){0,3}(?:cent(?:re|er)s|hospitals|sites|clinics)(?!\w)")
_ONE_CENTRE = re.compile(r"single-? ?cent(?:re|er)|one cent(?:re|er)", re.IGNORECASE)
_FOLLOWED = re.compile(
    r"follow(?:ed|-?up)(?: up)?(?: period| time| duration| assessment)?(?: (?:of|for|was|at|to))? \Z",
    re.IGNORECASE,
)
_OF_FOLLOW_UP = re.compile(r"(?:-| )(?:of )?follow-?up", re.IGNORECASE)
_SINCE_ONSET = re.compile(
    r" (?:of|after|from|since) (?:the )?(?:[a-z]+ ){0,2}(?:onset|stroke|ictus|symptom|hemorrhage|haemorrhage|infarct)"
)
_WITHIN = re.compile(
    r"(?:within|less than|up to|no more than|in the first|during the first) (?:the (?:first|last|past) )?\Z",
    re.IGNORECASE,
)


def design_words(text: str, figures: Sequence[Figure]) -> tuple[dict[str, str], list[Figure]]:
    """What a plain text says of its design, by the registry's keys, and the figures that say it.

    >>> design_words("In this double-blind phase II trial, adults were randomised.", ())[0]
    {'phase': '2', 'allocation': 'randomised', 'masking': 'double-blind'}
    """
    found = dict(_words(text))
    used: list[Figure] = []
    for key, value, figure in _numbers(text, figures):
        if key not in found:
            found[key] = value
            used.append(figure)
    return found, used


def _words(text: str) -> Iterator[tuple[str, str]]:
    phases = {_phase(match) for match in _PHASE.finditer(text)}
    if len(phases) == 1:
        yield "phase", phases.pop()
    for key, names in (("allocation", _ALLOCATION), ("structure", _STRUCTURE), ("masking", _MASKING)):
        said = [
            name for name, pattern in names if re.search(rf"(?<![a-zA-Z])(?:{pattern})", text, re.IGNORECASE)
        ]
        # "Non-randomised" holds "randomised": the first of the list is the more exact.
        if len(said) == 1 or (said and key == "allocation" and said[0] == "non-randomised"):
            yield key, said[0]
    if _BLINDED.search(text):
        yield "assessment", "blinded"
    if _ONE_CENTRE.search(text):
        yield "centres", "1"


def _phase(match: re.Match[str]) -> str:
    first, last = (_ROMAN.get(each or "", each or "") for each in (match["phase"], match["to"]))
    return f"{first}{match['half'] or ''}" + (f"/{last}" if last else "") + (match["end"] or "")


def _numbers(text: str, figures: Sequence[Figure]) -> Iterator[tuple[str, str, Figure]]:
    """Ratio, centres, follow-up and window, each where one figure alone can be it."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        key = _key_of(text, figure)
        if key is not None:
            found.setdefault(key, {}).setdefault(figure.text, figure)
    for key, values in found.items():
        if len(values) == 1:
            ((value, figure),) = values.items()
            yield key, f"≤{value.lstrip('<≤')}" if key == "window" else as_digits(value), figure


def _key_of(text: str, figure: Figure) -> str | None:
    before, after = text[max(0, figure.start - 40) : figure.start], text[figure.end : figure.end + 60]
    if figure.kind == "ratio":
        sentence = re.split(r"[.;] ", text[max(0, figure.start - 120) : figure.start])[-1]
        sentence += re.split(r"[.;] ", text[figure.end : figure.end + 80])[0]
        return "ratio" if _ALLOCATED.search(sentence) else None
    if figure.kind == "time":
        if _SINCE_ONSET.match(after) and _WITHIN.search(before):
            return "window"
        return "follow_up" if _FOLLOWED.search(before) or _OF_FOLLOW_UP.match(after) else None
    whole = as_digits(figure.text).isdigit() and figure.kind in ("number", "count")
    return "centres" if whole and _CENTRES.match(after) else None
