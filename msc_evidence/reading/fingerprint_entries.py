"""An entry of a fingerprint: a figure with what its source prints it as, and the numbers that it holds.

`n 39` is a count of participants or events, `14 ± 7 d` a mean with its SD, `68 (28-83) y` a mean or median with its
range, `CI 0.70-0.94` the limits of an interval, `3-42 d` a range of times, `40 mg` a measured quantity, `date 2018`
part of a date, `age 18-70 y` the age of people; a bare number is of a kind that the words beside it do not tell.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from msc_evidence.reading.figures.figures import key
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.figures.numerals import TIME_UNITS
from msc_evidence.registry.reported import NUMBER_WORDS, Reported, Span, Time

#: What a printed number is; `number` where nothing beside it tells.
PrintedKind = Literal["p", "ratio", "class", "percent", "time", "measure", "count", "date", "number", "words"]
#: Where in its figure a number stands.
Part = Literal["whole", "mean", "spread", "low", "high"]


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """One number of a figure: its kind, its value with comparator and decimals, its unit, its part of the figure."""

    kind: PrintedKind
    value: Hashable
    unit: str = ""
    part: Part = "whole"

    @property
    def length(self) -> Hashable:
        """Comparator and months of a time, as a ratio, None for any other number: 1 y and 12 mo are one length."""
        if self.kind != "time" or not isinstance(self.value, tuple):
            return None
        comparator, amount, decimals = self.value
        months = Time(Reported("", comparator, amount, decimals), self.unit).months
        return (comparator, *months.as_integer_ratio())  # whole numbers are looked up faster than a fraction


@dataclass(frozen=True, slots=True)
class ListedFigure:
    """An entry of a fingerprint: its text, the label before it (`n`, `CI`, …), and the numbers that it prints."""

    text: str
    label: str
    numbers: tuple[PrintedNumber, ...]

    @property
    def key(self) -> Hashable:
        """What two prints of one figure share, whatever words stand beside them: values, times, percentages."""
        return tuple((_FAMILY.get(n.kind, n.kind), n.length or n.value, n.part) for n in self.numbers)

    @property
    def identity(self) -> Hashable:
        """What two prints of one figure share with the kinds that the words beside them tell."""
        return tuple(
            (n.kind, n.length or n.value, n.part, "" if n.kind == "time" else n.unit.casefold())
            for n in self.numbers
        )

    @property
    def values(self) -> tuple[tuple[Hashable, Part], ...]:
        """Its values alone, of whatever kind they are."""
        return tuple((number.value, number.part) for number in self.numbers)


#: Kinds that only the words beside a number tell.
_FAMILY: dict[PrintedKind, str] = dict.fromkeys(("count", "measure", "date"), "number")

_LABELLED = re.compile(r"(?P<label>n|date|age|CI|IQR) (?P<rest>.+)", re.DOTALL)
_SUMMARY = re.compile(
    r"(?P<mean>[^()]+?) ?\((?:(?P<label>IQR) )?(?P<range>[^()]+)\)(?P<unit> ?%| [^\W\d_]+)?"
)
#: "Single-centre" prints a number of centres; no other number is printed so.
SINGLE_CENTRE = "single centre"
_WITH_UNIT = re.compile(r"(?P<number>.*[0-9])(?: ?(?P<percent>%)| (?P<unit>[^\W\d_%][^ ]*| ?°C))", re.DOTALL)
_PAIR = re.compile(r"(?P<mean>.+?) ?± ?(?P<spread>.+)", re.DOTALL)


@lru_cache(maxsize=65536)
def listed(text: str) -> ListedFigure:
    """The entry as it is read; one that a person wrote and nobody can read prints words, equal only to themselves.

    >>> [(number.kind, number.part, number.unit) for number in listed("14 ± 7 d").numbers]
    [('time', 'mean', 'd'), ('time', 'spread', 'd')]
    """
    plain = normalise(text).text
    if plain == SINGLE_CENTRE:
        return ListedFigure(text, "", (PrintedNumber("count", _value("1")),))
    match = _LABELLED.fullmatch(plain)
    label, rest = (match["label"], match["rest"]) if match else ("", plain)
    summary = _SUMMARY.fullmatch(plain)
    try:
        if summary:
            return ListedFigure(text, summary["label"] or "", _summary(summary))
        return ListedFigure(text, label, _numbers(label, rest))
    except ValueError:
        return ListedFigure(text, "", (PrintedNumber("words", text.casefold()),))


def _summary(match: re.Match[str]) -> tuple[PrintedNumber, ...]:
    """A mean or median, and the two ends of the range behind it."""
    ends, unit = range_ends(match["range"]), (match["unit"] or "").strip()
    if ends is None:
        raise ValueError(f"{match['range']!r} is no range")
    values: tuple[tuple[str, Part], ...] = ((match["mean"], "mean"), (ends[0], "low"), (ends[1], "high"))
    return tuple(_measured(value, unit, part) for value, part in values)


def _numbers(label: str, text: str) -> tuple[PrintedNumber, ...]:
    if label == "n":
        return (PrintedNumber("count", _value(text)),)
    if label == "date":
        return (PrintedNumber("date", _value(text)),)
    match = _WITH_UNIT.fullmatch(text)
    body, unit = (match["number"], match["percent"] or match["unit"]) if match else (text, "")
    if pair := _PAIR.fullmatch(body):
        return (_measured(pair["mean"], unit, "mean"), _measured(pair["spread"], unit, "spread"))
    if ends := range_ends(body):
        return (_measured(ends[0], unit, "low"), _measured(ends[1], unit, "high"))
    if unit and unit != "%" and unit.casefold() not in TIME_UNITS:
        return (_measured(body, unit, "whole"),)
    return (_single(text),)


def range_ends(body: str) -> tuple[str, str] | None:
    """The two ends of a range; None where the text is none."""
    if body[:1] in "pP" or ":" in body:
        return None
    try:
        span = Span.read(body)
    except ValueError:
        return None
    return str(span.low), str(span.high)


def _measured(body: str, unit: str, part: Part) -> PrintedNumber:
    body = body.removesuffix("%").rstrip()
    if unit == "%":
        return PrintedNumber("percent", _value(body), part=part)
    time = TIME_UNITS.get(unit.casefold()) if unit else None
    if time:
        return PrintedNumber("time", _value(body), time, part)
    return PrintedNumber("measure" if unit else "number", _value(body), unit, part)


def _single(text: str) -> PrintedNumber:
    """A figure of one number: the kinds that the reader of figures tells by itself."""
    found = key(text)
    if not isinstance(found, tuple):
        raise ValueError(f"{text!r} is no figure")
    if found[0] == "time":
        time = Time.read(text)
        return PrintedNumber("time", number_value(time.amount), time.unit)
    word = text.casefold() in NUMBER_WORDS
    return PrintedNumber("count" if word else found[0], found[1])


def _value(text: str) -> Hashable:
    return number_value(Reported.read(text.strip()))


def number_value(number: Reported) -> Hashable:
    """Comparator, value and decimals of a number: 1e8 and 100,000,000 are one, 0.110 and 0.11 are two."""
    return (number.comparator, number.value, max(0, number.decimals))
