"""Every number of a trial's record, with its place, its meaning and its source; and the words that may hold more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args

from annotated_types import MinLen

from msc_evidence.registry.effect import Effect
from msc_evidence.registry.fields import Part, Sourced, Text
from msc_evidence.registry.model import Claim, Outcome, Result, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import UNITS, Ratio, Reported, Span, Time
from msc_evidence.registry.values import Baseline

Path = tuple[str | int, ...]
Quantity = Reported | Time | Span | Ratio
#: What a recorded number is; `measured` stands for means, medians, estimates and statistics.
Role = Literal[
    "p",
    "count",
    "percent",
    "dose",
    "dose range",
    "measured",
    "spread",
    "range",
    "interval",
    "ratio",
    "time",
    "class",
]

#: What a record may print before a p-value's number, as the source does: `P =`.
_P = re.compile(r"^p(?:[\s-]?values?)?\s*=?\s*", re.IGNORECASE)
_COUNTS = (
    *(
        "n",
        "events",
        "count",
        "distribution",
        "planned",
        "screened",
        "enrolled",
        "analysed",
        "randomised",
        "lost",
    ),
    *("crossed", "centres", "times", "clusters", "percent-of", "not-applicable"),
    *("both", "arm-only", "against-only", "neither"),
    *("block", "lists", "visits", "catchment"),
)
_ROLES: dict[str, Role] = {
    **dict.fromkeys(_COUNTS, "count"),
    **dict.fromkeys(("percent", "level"), "percent"),
    "dose": "dose",
    "dose-range": "dose range",
    **dict.fromkeys(("sd", "se", "cv"), "spread"),
    **dict.fromkeys(("iqr", "range", "age", "incidence"), "range"),
    "p": "p",
    "ci": "interval",
    "evidence-class": "class",
}
_DIGIT = re.compile("[0-9]")
#: Names of what is measured in units of time, where the record gives no unit.
_TIMED = re.compile(
    r"\b(?:hours?|days?|weeks?|months?|years?|time|duration|length|age|survival|interval|stay|delay|onset|latency"
    r"|follow-?up)\b",
    re.IGNORECASE,
)


# No two numbers of a record stand in one place, so each equals itself alone; without slots, to keep its role.
@dataclass(frozen=True, eq=False)
class RecordedNumber:
    """One number of the record: where it stands, under which key, its value and its source."""

    path: Path
    field: str
    value: Quantity | str
    source: str
    #: What it measures, a baseline variable or an outcome, and in which unit, where the record says so.
    variable: str = ""
    unit: str = ""
    #: Whether its part says where a registration posts it.
    placed: bool = False

    @cached_property
    def figure(self) -> str:
        """The number as a source's list of figures writes it: `p 0.011`, `3 mo`, `43.6%`, `class III`."""
        # A window of `<=90 d` is printed as "within 90 days": the comparator is in the words.
        text = (
            str(Time(replace(self.value.amount, comparator="="), self.value.unit))
            if isinstance(self.value, Time)
            else str(self.value)
        )
        if self.field == "p":
            return f"p {_P.sub('', text)}"
        if self.field == "evidence-class":
            return f"class {text}"
        return f"{text.removesuffix('%').rstrip()}%" if self.field in ("percent", "level") else text

    @cached_property
    def role(self) -> Role:
        """What it is, by its type, its key and the part that it stands in."""
        if isinstance(self.value, Time):
            return "time"
        if isinstance(self.value, Ratio):
            return "ratio"
        if self.path[0] in ("harms", "subsets"):
            return "count"
        return _ROLES.get(self.field, "measured")

    @property
    def time_unit(self) -> str | None:
        """The unit of time that it is measured in; "" where it measures a time in no stated unit, None where none."""
        return UNITS.get(self.unit.casefold()) or (
            "" if _TIMED.search(f"{self.variable} {self.unit}") else None
        )


#: Parts of a trial whose numbers come from a source; identifiers, outcomes and fingerprints do not.
_RECORDED = ("design", "participants", "arms", "subsets", "baseline", "results", "harms", "claims", "also")
#: Texts whose digits name something: phase 2 and phase II are one, kg/m2 counts nothing, a pointer leads somewhere.
_NAMES = ("phase", "unit", "posted")


@dataclass(frozen=True, slots=True)
class RecordedText:
    """Words of the record that may hold numbers: eligibility, a definition, a note."""

    path: Path
    field: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class TieCount:
    """How many numbers a record has, and how many of them can be compared with the figures of their source."""

    numbers: int
    tied: int

    def __add__(self, other: TieCount) -> TieCount:
        return TieCount(self.numbers + other.numbers, self.tied + other.tied)

    def __str__(self) -> str:
        return (
            f"{counted(self.numbers, 'number')}: {self.tied} tied to the figures of their source, "
            f"{self.numbers - self.tied} only name it and are not watched"
        )


def count_ties(trial: Trial, numbers: Iterable[RecordedNumber], at_hand: Collection[str] = ()) -> TieCount:
    """The numbers of a trial whose source has a seal, of figures or of posted numbers, or whose text is at hand."""
    tied = [
        trial.sources[number.source].sealed
        or number.source in at_hand
        or (number.placed and _has_places(trial.sources[number.source]))
        for number in numbers
    ]
    return TieCount(len(tied), sum(tied))


def _has_places(source: Source) -> bool:
    """Whether a source has a seal of posted numbers, or of cells."""
    return source.posted_sha256 is not None or source.cells_sha256 is not None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a trial's record takes from sources, in the order of the model: its numbers, and its words with digits."""

    numbers: tuple[RecordedNumber, ...]
    texts: tuple[RecordedText, ...]


def recorded(trial: Trial, outcomes: Mapping[str, Outcome] | None = None) -> Recorded:
    """The numbers and words of a trial; with the outcomes given, numbers of results have their units."""
    units = {name: outcome.unit for name, outcome in (outcomes or {}).items() if outcome.unit}
    context, walk = _Context(trial.first_source, units), _Walk([], [])
    for group in _RECORDED:
        walk.value(getattr(trial, group), (group,), group, context)
    return Recorded(tuple(walk.numbers), tuple(walk.texts))


def recorded_numbers(
    trial: Trial, outcomes: Mapping[str, Outcome] | None = None
) -> tuple[RecordedNumber, ...]:
    """The numbers of a trial, in the order of the model; with the outcomes given, results have their units."""
    return recorded(trial, outcomes).numbers


@dataclass(frozen=True, slots=True)
class _Context:
    """What the numbers of a part have in common: their source, and the variable and unit they measure."""

    source: str
    #: The unit of each outcome that has one.
    units: Mapping[str, str]
    variable: str = ""
    unit: str = ""
    placed: bool = False


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through a record once and notes the numbers and the words that it meets."""

    numbers: list[RecordedNumber]
    texts: list[RecordedText]

    def value(self, value: object, path: Path, field: str, context: _Context) -> None:
        """What a value holds; the items of a list have the list's key: `ci` has two."""
        if isinstance(value, Quantity):
            variable, unit = context.variable, context.unit
            self.numbers.append(
                RecordedNumber(path, field, value, context.source, variable, unit, context.placed)
            )
        elif isinstance(value, Part):
            self.part(value, path, context)
        elif isinstance(value, dict):
            for key, item in value.items():
                self.value(item, (*path, key), key, context)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self.value(item, (*path, index), field, context)

    def part(self, part: Part, path: Path, outer: _Context) -> None:
        """What the fields of a part hold, those that can hold anything."""
        context = _context_of_part(part, outer)
        if isinstance(part, Claim) and part.evidence_class:
            field = "evidence-class"
            self.numbers.append(RecordedNumber((*path, field), field, part.evidence_class, context.source))
        given, values = part.model_fields_set, vars(part)
        for name, key, of_words in _telling_fields(type(part)):
            if name not in given:
                continue
            value = values[name]
            if not of_words:
                self.value(value, (*path, key), key, context)
            elif isinstance(value, str) and _holds_digit(value):
                self.texts.append(RecordedText((*path, key), key, value, context.source))


def _context_of_part(part: Part, context: _Context) -> _Context:
    """The source of a part's own numbers, of which variable they are, and in which unit."""
    source = vars(part).get("source")
    if source and source != context.source:
        context = _Context(source, context.units, context.variable, context.unit, context.placed)
    if isinstance(part, Sourced) and part.posted:
        context = _Context(context.source, context.units, context.variable, context.unit, placed=True)
    if isinstance(part, Baseline):
        return _Context(context.source, context.units, part.variable, part.unit or "", context.placed)
    if isinstance(part, Result):
        unit = context.units.get(part.outcome, "")
        return _Context(context.source, context.units, part.outcome, unit, context.placed)
    if isinstance(part, Effect) and part.measure == "RD":
        return replace(context, unit="%")
    return context


@lru_cache
def _telling_fields(part: type[Part]) -> tuple[tuple[str, str, bool], ...]:
    """The fields of a part that numbers or free words can stand in: name, key, whether it holds words."""
    words = _free_text_fields(part)
    return tuple(
        (name, field.alias or name, name in words)
        for name, field in part.model_fields.items()
        if name in words or _can_hold_numbers(field.annotation)
    )


def _can_hold_numbers(annotation: Any) -> bool:
    """Whether values of a type are printed numbers, or parts of a record that may have some."""
    if isinstance(annotation, type) and issubclass(annotation, Part | Reported | Time | Span | Ratio):
        return True
    return any(_can_hold_numbers(argument) for argument in get_args(annotation))


def _holds_digit(words: str) -> bool:
    return bool(_DIGIT.search(words)) or (
        not words.isascii() and any(character.isdigit() for character in words)
    )


@lru_cache
def _free_text_fields(part: type[Part]) -> frozenset[str]:
    """The fields of a part that hold free words: those of type `Text`."""
    return frozenset(
        name
        for name, field in part.model_fields.items()
        if name not in _NAMES
        and (Text in get_args(field.annotation) or any(isinstance(item, MinLen) for item in field.metadata))
    )
