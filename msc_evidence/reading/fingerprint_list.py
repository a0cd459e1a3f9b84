"""Makes the list of figures of a text that a fingerprint keeps: what the words beside each tell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure, plain_figures
from msc_evidence.reading.figures.normalise import Normalised, normalise
from msc_evidence.reading.figures.notations import scaled
from msc_evidence.reading.figures.numerals import SCALES, TIME_UNIT, TIME_UNITS, as_digits
from msc_evidence.reading.fingerprint_entries import SINGLE_CENTRE, range_ends


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """An entry of a fingerprint with its offsets in the text."""

    text: str
    start: int
    end: int


def listed_figures(text: str) -> tuple[PlacedFigure, ...]:
    """Every figure of a text as a fingerprint lists it, in reading order.

    >>> [figure.text for figure in listed_figures("Of 30 patients, 14 ± 7 days after stroke; 3 to 42 days, 250 ml.")]
    ['n 30', '14 ± 7 d', '3-42 d', '250 mL']
    """
    return listed_in(normalise(text))


def listed_in(plain: Normalised) -> tuple[PlacedFigure, ...]:
    """Every figure of a text in its plain form, at its offsets in the text before."""
    return tuple(
        PlacedFigure(entry.text, *plain.origin(entry.start, entry.end)) for entry in entries(plain.text)
    )


def entries(text: str) -> list[PlacedFigure]:
    """Every figure of a text in its plain form, at its offsets there."""
    figures = plain_figures(text)
    marks = _marks(text, figures)
    made = [PlacedFigure(SINGLE_CENTRE, *match.span()) for match in _SINGLE_CENTRE.finditer(text)]
    at = 0
    while at < len(figures):
        pair = figures[at : at + 2]
        if len(pair) == 2 and (joined := _joined(text, *pair, marks[at], marks[at + 1])):
            made.append(PlacedFigure(joined, pair[0].start, pair[1].end))
            at += 2
        else:
            entry = _entry(figures[at], marks[at])
            age = "age " if entry.endswith(" y") and _is_age(text, figures[at]) else ""
            made.append(PlacedFigure(age + entry, figures[at].start, figures[at].end))
            at += 1
    return sorted(made, key=lambda entry: entry.start)


def _joined(text: str, first: Figure, second: Figure, mark: str, last: str) -> str | None:
    """The entry of a mean with its SD, or of a mean or median with the range behind it; None for two others."""
    gap = text[first.end : second.start]
    if _are_alike(first, second) and (_PLUS_MINUS.fullmatch(gap) or _SD_BEHIND.fullmatch(gap)):
        return f"{first.text.removesuffix('%')} ± {second.text}{_suffix(last)}"
    behind = _RANGE_BEHIND.fullmatch(gap) if second.kind == "range" and first.kind in _PLAIN else None
    if behind and mark != "n" and text[second.end : second.end + 1] in ")];,":
        label = "IQR " if behind["quartiles"] else ""
        unit = "" if last in ("CI", "IQR") else _suffix(last)
        return f"{first.text} ({label}{second.text}){unit}"
    return None


def _are_alike(first: Figure, second: Figure) -> bool:
    """Whether two figures print plain numbers, or percentages both."""
    return first.kind == second.kind == "percent" or (first.kind in _PLAIN and second.kind in _PLAIN)


def _entry(figure: Figure, mark: str) -> str:
    if mark in ("n", "date", "CI", "IQR"):
        return f"{mark} {figure.text}"
    if mark in SCALES:
        return _scaled_range(figure.text, SCALES[mark])
    return (as_digits(figure.text) if mark else figure.text) + _suffix(mark)


def _is_age(text: str, figure: Figure) -> bool:
    """Whether years are somebody's: aged 18-70 years, 60 years or older."""
    before = text[max(0, figure.start - 40) : figure.start]
    return bool(_AGE_BEFORE.search(before) or _AGE_BEHIND.match(text, figure.end))


def _suffix(mark: str) -> str:
    return f" {mark}" if mark and mark not in SCALES else ""


def _scaled_range(text: str, exponent: int) -> str:
    ends = range_ends(text)
    return "-".join(scaled(end, exponent) for end in ends) if ends else text


#: Kinds of figure that are a number and no more.
_PLAIN = ("number", "count")
_PLUS_MINUS = re.compile(r"(?:%| ?per ?cent)? ?± ?")
_SD_BEHIND = re.compile(r" ?[(\[] ?(?i:SDs?|S\.D\.|SEM?|S\.E\.|standard (?:deviation|error))[ :=,]{0,3}")
_RANGE_BEHIND = re.compile(
    r" ?[(\[](?:range[ :,]*(?:of |from )?|(?P<quartiles>(?:IQR|[Ii]nterquartile range)[ :,]*))?"
)
_AGE_BEFORE = re.compile(r"\bage[ds]?\b[^0-9.;]{0,25}\Z", re.IGNORECASE)
_AGE_BEHIND = re.compile(rf"(?:{TIME_UNIT})? (?:old|of age|or older|or younger|and older|and over)(?!\w)")
_SINGLE_CENTRE = re.compile(r"(?<![^\W_])(?i:single|mono)[- ]?(?i:cent(?:re|er|ric))(?!\w)")
_PREPOSITIONS = (
    "in|of|for|to|at|from|with|than|versus|vs|and|or|by|were|was|as|among|per|the|had|between|until|after|before|on"
    "|are|is|out|both|each|all|but|while|when|who|which"
)
_PEOPLE = (
    r"(?:patients?|participants?|subjects?|persons?|people|individuals?|adults?|children|infants?|neonates?"
    r"|women|men|girls|boys|volunteers?|survivors|deaths|cases|controls)"
)
_OF_PEOPLE = re.compile(rf"-?(?: (?!(?:{_PREPOSITIONS}) )[a-z][a-z-]*){{0,3}} {_PEOPLE}(?!\w|-)")
_SIZE = re.compile(r"(?<!\w)[nN] ?= ?\Z")
#: A number that names something: grade 3 patients, day 7 patients, group 2.
_NAMED = re.compile(
    r"(?:types?|grades?|stages?|phases?|levels?|groups?|scores?|versions?|steps?|parts?|class|day|week|visit|tables?"
    r"|figures?|no\.?|number|mRS|scale) (?:of )?[<>≤≥]? ?\Z",
    re.IGNORECASE,
)
_SHARE = re.compile(r" ?[(\[] ?[<>≤≥]?[0-9]+(?:\.[0-9]+)? ?%")
_OUT_OF = re.compile(r"/| (?:out )?of (?:the |a total of |all )?")
_JOINS = re.compile(r"-?(?:,? (?:and|or|to|vs\.?|versus|through) |, |-)")
_CONJUNCTION = re.compile(r"and|or|to|vs|versus|through")
_MEASURES = {
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "second": "s",
    "seconds": "s",
    "sec": "s",
    "point": "points",
}
_UNIT = re.compile(
    rf"(?: (?:consecutive|successive|additional|further|more|full|whole|calendar))?(?:(?P<time>{TIME_UNIT})(?! ?/)"
    r"|[ -]?(?P<measure>(?:[kmµμnp]?g|mcg|[dmµμ]?[lL]|ML|[cmµμn]m|mmHg|mm Hg|k?Pa|[mµμn]?mol|[mk]?IU|Hz|k?Gy|MBq|mCi"
    r"|min(?:ute)?s?|sec(?:ond)?s?|ms|points?|°C)(?:/(?:[a-zA-Z]+2?)){0,3})(?![\w^])"
    rf"|[ -](?P<scale>(?i:{'|'.join(SCALES)}))(?!\w))"
)
_BRACKET = re.compile(rf" ?[(\[][^()\[\]]{{1,50}}[)\]](?P<time>{TIME_UNIT})")
_UNIT_BEFORE = re.compile(r"(?<![^\W_])(?P<unit>(?i:days?|weeks?|months?|years?|hours?))[ -]\Z")
_INTERVAL = re.compile(r"(?:\bCI|confidence (?:interval|limits?)s?)\b[^0-9a-zA-Z]{0,4}(?:of )?[\[(]?\Z")
_QUARTILES = re.compile(r"(?:\bIQR|interquartile range)\b[^0-9a-zA-Z]{0,4}(?:of )?[\[(]?\Z", re.IGNORECASE)
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATED = re.compile(
    rf"(?:(?:{_MONTH})[a-z]*\.?,? (?:[0-9]{{1,2}}, )?|(?:in|since|during|between|until|to|and|from|through) )\Z",
    re.IGNORECASE,
)
_DAY = re.compile(rf" (?:{_MONTH})(?:[a-z]{{1,6}})?,? (?:19|20)[0-9]{{2}}(?![0-9])")
_MONTH_BEFORE = re.compile(rf"(?<![a-zA-Z])(?:{_MONTH})[a-z]{{0,6}}\.? \Z")
_YEAR_AFTER = re.compile(r",? (?:19|20)[0-9]{2}(?![0-9])")
_UNIT_FIRST = re.compile(r"(?P<unit>(?i:day|week|month|year|hour))[ -][0-9]")
_AND = re.compile(r" (?:and|or|to) ")
_CLOSED = re.compile(r"[.,;:)\]](?![0-9])|\Z")
#: Kinds of figure that the words beside them can make more of.
_OPEN = (*_PLAIN, "range", "percent")


def _marks(text: str, figures: Sequence[Figure]) -> list[str]:
    """What stands beside each figure: `n`, `year`, `CI`, `IQR`, a unit, a power of ten in words, or nothing."""
    marks = [""] * len(figures)
    for at, figure in enumerate(figures):
        if figure.kind in _OPEN and not marks[at]:
            marks[at] = _mark(text, figures, at)
            outer = _BRACKET.match(text, figure.end) if not marks[at] or marks[at] == "n" else None
            if outer and figure.kind in (*_PLAIN, "range"):
                _share_unit(figures, marks, at, outer)
    for at in range(len(figures) - 2, -1, -1):
        if not marks[at] and figures[at].kind in _PLAIN:
            marks[at] = _inherited(text, figures, marks, at)
    for at in range(1, len(figures)):
        if not marks[at] and figures[at].kind in _PLAIN:
            marks[at] = _continued(text, figures, at)
    return marks


def _share_unit(figures: Sequence[Figure], marks: list[str], at: int, outer: re.Match[str]) -> None:
    """The unit behind a bracket is that of the number before it and of those inside: `68 (range 28-83) years`."""
    unit = TIME_UNITS[outer["time"].strip(" -").casefold()]
    for inside in range(at, len(figures)):
        if figures[inside].start >= outer.end():
            break
        if figures[inside].kind in (*_PLAIN, "range"):
            marks[inside] = unit


def _mark(text: str, figures: Sequence[Figure], at: int) -> str:
    figure = figures[at]
    before = text[max(0, figure.start - 40) : figure.start]
    if match := _UNIT.match(text, figure.end) if figure.kind != "percent" else None:
        return _unit(match, figure)
    if figure.kind == "range":
        return _range_mark(before)
    if not figure.text.isdigit():
        return ""
    return "n" if _is_count(text, figures, at, before) else _date_mark(text, figure, before)


def _range_mark(before: str) -> str:
    """What stands before a range: "days 3-42", "CI 0.70-0.94", "IQR 9-15"."""
    if match := _UNIT_BEFORE.search(before):
        return TIME_UNITS[match["unit"].casefold()]
    if _INTERVAL.search(before):
        return "CI"
    return "IQR" if _QUARTILES.search(before) else ""


def _date_mark(text: str, figure: Figure, before: str) -> str:
    """Whether a number is the year or the day of a date: "March 2022", "23 April 2018"."""
    if re.fullmatch("(?:19|20)[0-9]{2}", figure.text):
        return "date" if _DATED.search(before) else ""
    day = _DAY.match(text, figure.end) or (
        _MONTH_BEFORE.search(before) and _YEAR_AFTER.match(text, figure.end)
    )
    return "date" if day and len(figure.text) <= 2 else ""


def _unit(match: re.Match[str], figure: Figure) -> str:
    if match["time"]:
        return TIME_UNITS[match["time"].strip(" -").casefold()]
    if match["scale"]:
        return match["scale"].casefold() if figure.kind == "range" else ""
    unit = match["measure"].replace(" ", "")
    head, slash, rest = unit.partition("/")
    head = _MEASURES.get(head, head)
    return (re.sub("[lL]$", "L", head) if re.fullmatch("[dmµμM]?[lL]", head) else head) + slash + rest


def _is_count(text: str, figures: Sequence[Figure], at: int, before: str) -> bool:
    """Whether the words say that people or events are counted: n = 5, 30 patients, 5 of 30, 4 (25%)."""
    figure = figures[at]
    if _SIZE.search(before):
        return True
    if _NAMED.search(before):
        return False
    if _OF_PEOPLE.match(text, figure.end) or _SHARE.match(text, figure.end):
        return True
    following = figures[at + 1] if at + 1 < len(figures) else None
    previous = figures[at - 1] if at else None
    return _is_share(text, figure, following) or _is_share(text, previous, figure)


def _is_share(text: str, part: Figure | None, whole: Figure | None) -> bool:
    """Whether the two print a number out of a number, of which neither names something nor has a unit."""
    if part is None or whole is None or not (part.text.isdigit() and whole.text.isdigit()):
        return False
    if int(part.text) > int(whole.text) or _OUT_OF.fullmatch(text, part.end, whole.start) is None:
        return False
    before = text[max(0, part.start - 40) : part.start]
    return not (
        _NAMED.search(before)
        or _UNIT.match(text, whole.end)
        or before.endswith("/")
        or text[whole.end : whole.end + 1] == "/"
    )


def _inherited(text: str, figures: Sequence[Figure], marks: Sequence[str], at: int) -> str:
    """The mark of the next figure of a list that a conjunction closes: `39 and 15 patients`, `5, 10 and 30 min`."""
    following = figures[at + 1]
    mark = marks[at + 1]
    gap = text[figures[at].end : following.start]
    if not mark or mark in ("CI", "IQR", *SCALES) or not _JOINS.fullmatch(gap):
        return ""
    joined = _CONJUNCTION.search(gap) or (
        at + 2 < len(figures)
        and marks[at + 2] == mark
        and _JOINS.fullmatch(text, following.end, figures[at + 2].start)
    )
    if not joined or (mark in ("n", "date") and not figures[at].text.isdigit()):
        return ""
    return mark


def _continued(text: str, figures: Sequence[Figure], at: int) -> str:
    """The unit that stands before a list of two: the second of "day 90 and 180"."""
    first, second = figures[at - 1], figures[at]
    unit = _UNIT_FIRST.match(text, first.start) if first.kind == "time" else None
    joined = unit and _AND.fullmatch(text, first.end, second.start) and _CLOSED.match(text, second.end)
    return TIME_UNITS[unit["unit"].casefold()] if unit and joined else ""
