"""The words by which a text says how its trial was designed: allocation, ratio, masking, phase, centres, times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.read import sentences
from msc_evidence.registry.reported import Time

#: Value of the registry → the words that say so. A text that says two of one kind is sure of neither.
_ALLOCATION = (
    ("non-randomised", r"non-?randomi[sz]ed|not randomi[sz]ed|quasi-?random|quasi-experimental"),
    (
        "randomised",
        r"randomi[sz](?:ed|ing|ation)|(?:at random|randomly)(?! (?:select|chos|sampl|pick|drawn|recruit))"
        r"|random (?:allocation|assignment)",
    ),
    ("single-arm", r"single-arm|uncontrolled (?:trial|study)|one-arm"),
)
_BLIND = r"(?:blind|mask)"
_MASKING = (
    ("triple-blind", rf"triple(?:-| )?{_BLIND}"),
    (
        "double-blind",
        rf"double(?:-| )?{_BLIND}|(?:participant|patient|subject)s? and (?:the )?(?:outcome )?(?:investigator|assessor"
        rf"|evaluator|clinician|physician|researcher|observer)s?(?: (?:was|were|are|will be))? {_BLIND}",
    ),
    ("single-blind", rf"single(?:-| )?{_BLIND}"),
    (
        "open label",
        rf"open(?:-| )?label|(?:un|non-?){_BLIND}ed|(?<=, )open(?=, | randomi)|(?<!\w)open(?=,? (?:randomi|controlled"
        r"|prospective|parallel|multi|comparative))",
    ),
)
_STRUCTURE = (
    ("crossover", r"cross-?over|crossed[- ]over|change-?over|cross over (?:trial|study|design)"),
    (
        "cluster",
        r"cluster[- ]?(?:group )?randomi|clusters? .{0,60}randomi|stepped[- ]wedge|(?:villages|practices|schools"
        r"|clinics|hospitals|wards|classes|communities|nursing homes) (?:were|will be|are) (?:\w+ )?(?:randomi|random)",
    ),
    ("factorial", r"factorial"),
    ("parallel", r"parallel(?:-| )?(?:group|arm|design|randomi|controlled|trial|study|comparat)|parallel,"),
)
_BLINDED = re.compile(
    r"(?:assessor|observer|outcome|evaluator|rater|investigator)s?[- ](?:(?:was|were|are|will be) )?(?:blind|mask)"
    r"|(?:blind|mask)(?:ed)? (?:independent )?(?:outcome )?(?:assess|evaluat|observ|adjudicat|rater|endpoint)|PROBE",
    re.IGNORECASE,
)
#: Sentences about other trials: what others did, or what should be done.
_OF_OTHERS = re.compile(
    r"(?:previous|earlier|prior|published|several|recent|existing|future|further|larger|additional|more|few|many"
    r"|most|other|no) (?:\S+ ){0,4}(?:trial|stud|research|evidence)"
    r"|(?:trials?|studies|research) (?:\w+ ){0,3}(?:needed|required|warranted|lacking|necessary)"
    r"|systematic review|meta-?analys|in a previous|extension",
    re.IGNORECASE,
)
_PHASE = re.compile(
    r"(?<!\w)[pP]hase[- ](?P<phase>[1-4]|I{1,3}|IV)(?P<half>[ab])?(?:[/-](?P<to>[1-4]|I{1,3}|IV))?(?P<end>[ab])?(?!\w)"
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_ALLOCATED = re.compile(r"random|alloc|assign")
_CENTRES = re.compile(
    r"(?:-| )cent(?:re|er)(?!\w)| (?:[a-zA-Z-]{2,20} ){0,3}?(?:cent(?:re|er)s|hospitals|clinics|general practices"
    r"|(?:study|clinical|trial|research|participating|recruit\w+|hospital|[A-Z][a-z]+) sites|sites in [A-Z0-9])(?!\w)"
)
_ONE_CENTRE = re.compile(r"(?:single|one|mono)(?:-| )?cent(?:re|er|ric)", re.IGNORECASE)
_MANY_CENTRES = re.compile(r"multi-?(?:ple )?-?cent", re.IGNORECASE)
_FOLLOWED = re.compile(
    r"follow(?:ed|-?ups?)(?: up)?(?: period| time| duration| assessment| visits?)?(?: \((?:mean|median)\))?"
    r"(?: (?:of|for|was|at|to|after|until|over|will be|were|is))?(?: (?:a|the|up to|at least|approximately|about"
    r"|further|one|additional|mean|median|period|total|of)){0,4}"
    # "at 12 and 24 weeks": times before this one.
    r"(?: [\w-]{1,12}(?: (?:days?|weeks?|months?|years?))?(?:,|,? and| or)){0,3} \Z",
    re.IGNORECASE,
)
_OF_FOLLOW_UP = re.compile(
    r"(?:-| )(?:(?:of|post-?\w*|after|long-term|clinical|period of) )?follow-?up", re.IGNORECASE
)
_SINCE_ONSET = re.compile(
    r" (?:of|after|from|since) (?:the )?(?:[a-z]+ ){0,2}(?:onset|stroke|ictus|symptom|hemorrhage|haemorrhage|infarct)"
)
_WITHIN = re.compile(
    r"(?:within|less than|up to|no more than|in the first|during the first) (?:the (?:first|last|past) )?\Z",
    re.IGNORECASE,
)


def design_words(
    text: str, figures: Sequence[Figure], title: str = ""
) -> tuple[dict[str, str], list[Figure]]:
    """What a plain text, or its title, says of its design, by the registry's keys, and the figures that say it.

    >>> design_words("In this double-blind phase II trial, adults were randomised.", ())[0]
    {'phase': '2', 'allocation': 'randomised', 'masking': 'double-blind'}
    """
    own = [text[slice(*ends)] for ends in sentences(text) if not _OF_OTHERS.search(text, *ends)]
    found = dict(_words(". ".join([title, *own])))
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
    if _ONE_CENTRE.search(text) and not _MANY_CENTRES.search(text):
        yield "setting", "single centre"


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
        if key == "follow_up":
            figure = max(values.values(), key=lambda each: Time.read(each.text).days)
            yield key, figure.text, figure
        elif len(values) == 1:
            ((value, figure),) = values.items()
            yield key, f"≤{value.lstrip('<≤')}" if key == "window" else as_digits(value), figure


def _key_of(text: str, figure: Figure) -> str | None:
    before, after = text[max(0, figure.start - 70) : figure.start], text[figure.end : figure.end + 60]
    if figure.kind == "ratio":
        sentence = re.split(r"[.;] ", text[max(0, figure.start - 120) : figure.start])[-1]
        sentence += re.split(r"[.;] ", text[figure.end : figure.end + 80])[0]
        return "ratio" if _ALLOCATED.search(sentence) else None
    if figure.kind == "time":
        if _SINCE_ONSET.match(after) and _WITHIN.search(before):
            return "window"
        return "follow_up" if _FOLLOWED.search(before) or _OF_FOLLOW_UP.match(after) else None
    whole = as_digits(figure.text).isdigit() and figure.kind in ("number", "count")
    return "centres" if whole and before[-1:] != "/" and _CENTRES.match(after) else None
