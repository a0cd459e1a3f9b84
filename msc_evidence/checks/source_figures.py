"""The figures of a source, and which of them a recorded number can come from: those of its value and of its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from msc_evidence.reading.fingerprint_entries import (
    SINGLE_CENTRE,
    ListedFigure,
    PrintedNumber,
    listed,
    number_value,
)
from msc_evidence.registry.numbers import Path, RecordedNumber, Role
from msc_evidence.registry.reported import Ratio, Reported, Span, Time

#: Kinds of print that a role can come from, where no more than the kind decides.
_KINDS: dict[Role, tuple[str, ...]] = {
    "p": ("p",),
    "percent": ("percent",),
    "dose": ("number", "measure"),
    "dose range": ("number", "measure"),
    "ratio": ("ratio",),
    "time": ("time",),
    "class": ("class",),
}
#: Parts of a figure that a role can come from; others come from a figure of one number alone.
_PARTS: dict[Role, tuple[str, ...]] = {
    **dict.fromkeys(("range", "interval", "dose range"), ("whole", "low", "high")),
    "dose": ("whole", "mean"),
    "measured": ("whole", "mean"),
    "spread": ("whole", "spread"),
    "time": ("whole", "low", "high"),
}
_ONE_NUMBER = ("whole",)
_POWER = re.compile(r"[0-9]e[0-9]")
#: Labels that speak against a role.
_LABELS: dict[Role, str] = {"interval": "IQR", "range": "CI", "dose range": "CI", "time": "age"}


class Slot(NamedTuple):
    """One number of a list of figures: the place of the figure, and which of its numbers."""

    figure: int
    number: int


@dataclass(frozen=True, slots=True)
class RecordedFigure:
    """A number within words of the record: where the words stand, under which key, and the figure as it is read."""

    path: Path
    field: str
    figure: str
    source: str


Tied = RecordedNumber | RecordedFigure


class Facets(NamedTuple):
    """A listed figure and what it is known by, worked out once for each text; equal figures have equal numbers here."""

    figure: ListedFigure
    identity: int
    key: int
    values: int
    #: Of each of its numbers: its value, and its length where it is a time.
    numbers: tuple[tuple[int, int | None], ...]


#: The number of whatever a figure is known by: looked up many times, it is compared faster than what it stands for.
_NUMBERED: dict[Hashable, int] = {}


def _numbered(known_by: Hashable) -> int:
    return _NUMBERED.setdefault(known_by, len(_NUMBERED))


@lru_cache(maxsize=65536)
def _numbered_value(number: Reported) -> int:
    """The number of a printed value."""
    return _numbered(("value", number_value(number)))


@lru_cache(maxsize=65536)
def facets(text: str) -> Facets:
    """What a figure of a list is known by."""
    figure = listed(text)
    identity, key = _numbered(("identity", figure.identity)), _numbered(("key", figure.key))
    numbers = tuple(
        (_numbered(("value", number.value)), _numbered(("length", number.length)) if number.length else None)
        for number in figure.numbers
    )
    return Facets(figure, identity, key, _numbered(("values", figure.values)), numbers)


class _Named(NamedTuple):
    """The identities that there are, and the first one of each key and of each values."""

    identity: frozenset[int]
    key: Mapping[int, int]
    values: Mapping[int, int]


class SourceFigures:
    """The figures of a source, and which of them a recorded number can come from."""

    def __init__(self, figures: Sequence[str]):
        self._facets = tuple(map(facets, figures))
        self.figures: tuple[ListedFigure, ...] = tuple(known.figure for known in self._facets)
        self.identities: tuple[int, ...] = tuple(known.identity for known in self._facets)
        self._by_value: dict[int, list[Slot]] = defaultdict(list)
        self._by_length: dict[int, list[Slot]] = defaultdict(list)
        for at, known in enumerate(self._facets):
            for number, (value, length) in enumerate(known.numbers):
                slot = Slot(at, number)
                self._by_value[value].append(slot)
                if length is not None:
                    self._by_length[length].append(slot)

    def slots(self, number: Tied) -> frozenset[Slot]:
        """Where a number can come from; a range from both ends of one figure, or from two figures."""
        if isinstance(number, RecordedFigure):
            return self._slots_of_words(facets(number.figure))
        if isinstance(number.value, Span):
            return self._slots_of_range(number, number.value)
        return frozenset(self._slots_of_number(number))

    def texts_of_kind(self, number: Tied) -> list[str]:
        """The figures that are of the kind of a recorded number, whatever they say, each once."""
        if isinstance(number, RecordedFigure):
            kinds = {printed.kind for printed in listed(number.figure).numbers}
            texts = [f.text for f in self.figures if kinds & {printed.kind for printed in f.numbers}]
        else:
            texts = [
                f.text for f in self.figures if any(_fits_role(number, number.role, f, p) for p in f.numbers)
            ]
        return list(dict.fromkeys(texts))

    def _slots_of_number(self, number: RecordedNumber) -> Sequence[Slot]:
        if isinstance(number.value, Time):
            lengths = _possible_lengths(number.value)
            slots = [slot for length in lengths for slot in self._by_length.get(length, ())]
        else:
            value = _possible_value(number)
            slots = self._by_value.get(value, []) if value is not None else []
        if not slots:
            return slots
        role, figures = number.role, self.figures
        return [
            slot
            for slot in slots
            if _fits_role(number, role, figures[slot.figure], figures[slot.figure].numbers[slot.number])
        ]

    def _slots_of_range(self, number: RecordedNumber, span: Span) -> frozenset[Slot]:
        low, high = (frozenset(self._slots_of_end(number, end)) for end in (span.low, span.high))
        whole = {slot.figure for slot in low if self._number_at(slot).part == "low"}
        whole &= {slot.figure for slot in high if self._number_at(slot).part == "high"}
        both = frozenset(slot for slot in low | high if slot.figure in whole)
        apart = [{slot for slot in ends if self._number_at(slot).part == "whole"} for ends in (low, high)]
        kinds = set.intersection(*({self._number_at(slot).kind for slot in ends} for ends in apart))
        return both or frozenset(slot for slot in apart[0] | apart[1] if self._number_at(slot).kind in kinds)

    def _slots_of_end(self, number: RecordedNumber, end: Reported) -> Iterator[Slot]:
        return (
            slot
            for slot in self._slots_of_number(replace(number, value=end))
            if self._number_at(slot).part in ("low", "high", "whole")
        )

    def _number_at(self, slot: Slot) -> PrintedNumber:
        return self.figures[slot.figure].numbers[slot.number]

    def _slots_of_words(self, in_words: Facets) -> frozenset[Slot]:
        """Where a figure within words can come from: the same figure, or each of its numbers in its kind."""
        same = [
            at
            for at in self._by_key.get(in_words.key, ())
            if all(map(_agree_in_kind, in_words.figure.numbers, self.figures[at].numbers))
        ]
        if same:
            return frozenset(
                Slot(at, number) for at in same for number in range(len(in_words.figure.numbers))
            )
        all_slots: set[Slot] = set()
        for number_in_words in in_words.figure.numbers:
            slots = self._slots_of_number_in_words(number_in_words, number_in_words.length)
            if not slots:
                return frozenset()
            all_slots |= slots
        return frozenset(all_slots)

    def _slots_of_number_in_words(self, number: PrintedNumber, length: Hashable) -> set[Slot]:
        """Where a number within words can come from: a time of its length, or else its value in a kind that agrees."""
        same_value = self._by_bare_value.get(_without_comparator(number.value), ())
        slots = {
            slot
            for slot in same_value
            if not (length and self._facets[slot.figure].numbers[slot.number][1] is not None)
            and _agree_in_kind(number, self._number_at(slot))
        }
        return slots.union(self._by_bare_length.get(_without_comparator(length), ()) if length else ())

    @cached_property
    def _by_key(self) -> Mapping[int, list[int]]:
        by_key: dict[int, list[int]] = defaultdict(list)
        for at, known in enumerate(self._facets):
            by_key[known.key].append(at)
        return by_key

    @cached_property
    def _by_bare_value(self) -> Mapping[Hashable, list[Slot]]:
        return self._by_bare_key(lambda printed: printed.value)

    @cached_property
    def _by_bare_length(self) -> Mapping[Hashable, list[Slot]]:
        return self._by_bare_key(lambda printed: printed.length)

    def _by_bare_key(self, key_of: Callable[[PrintedNumber], Hashable]) -> Mapping[Hashable, list[Slot]]:
        """Slots by their values, or lengths, without comparators."""
        bare: dict[Hashable, list[Slot]] = defaultdict(list)
        for at, figure in enumerate(self.figures):
            for number, printed in enumerate(figure.numbers):
                bare[_without_comparator(key_of(printed))].append(Slot(at, number))
        return bare

    def texts_of_other_kind(self, number: Tied) -> list[str]:
        """The figures that print the value of a recorded number, of another kind than it is."""
        if isinstance(number, RecordedFigure):
            values = {value for value, _ in facets(number.figure).numbers}
        elif isinstance(number.value, Reported | Time):
            amount = number.value if isinstance(number.value, Reported) else number.value.amount
            values = {_numbered_value(amount)}
        else:
            return []
        figures = (
            self.figures[slot.figure].text for value in values for slot in self._by_value.get(value, ())
        )
        return list(dict.fromkeys(figures))

    def identity_named(self, text: str) -> int | None:
        """The identity of the figures that an entry of `ignored` names; None where the source prints none of them.

        `n 30` and `30 mg` name these; `30` names what is listed so, or else what has that value.
        """
        entry = facets(text)
        if entry.identity in self._named.identity:
            return entry.identity
        bare = all(number.kind == "number" for number in entry.figure.numbers)
        by_value = self._named.values.get(entry.values) if bare else None
        return self._named.key.get(entry.key, by_value)

    @cached_property
    def _named(self) -> _Named:
        """The identity of the first figure of each identity, key and values."""
        backwards = self._facets[::-1]
        return _Named(
            frozenset(self.identities),
            {known.key: known.identity for known in backwards},
            {known.values: known.identity for known in backwards},
        )


def _fits_role(number: RecordedNumber, role: Role, figure: ListedFigure, printed: PrintedNumber) -> bool:
    """Whether a printed number is of the kind of a recorded one: its unit, its part and its label."""
    if figure.text == SINGLE_CENTRE:
        return number.field == "centres"
    if not _is_in_place(role, figure, printed):
        return False
    if role == "count":
        return _can_count_people(figure, printed)
    if role in ("measured", "spread", "range", "interval"):
        return _has_measured_unit(number, printed)
    return printed.kind in _KINDS[role]


def _is_in_place(role: Role, figure: ListedFigure, printed: PrintedNumber) -> bool:
    """Whether a number stands where one of its role can: a mean before its SD, an end in a range."""
    if figure.label and figure.label == _LABELS.get(role):
        return False
    if role == "time" and len(figure.numbers) > 2:
        return False  # the range of "68 (28-83) y" is no window
    return printed.part in _PARTS.get(role, _ONE_NUMBER)


def _can_count_people(figure: ListedFigure, printed: PrintedNumber) -> bool:
    """Whether a printed number can count people: a whole one, and no power of ten (1e8) beside other words."""
    if printed.kind not in ("count", "number") or not isinstance(printed.value, tuple) or printed.value[2]:
        return False
    return printed.kind == "count" or not _POWER.search(figure.text)


def _has_measured_unit(number: RecordedNumber, printed: PrintedNumber) -> bool:
    """Whether a printed number has the unit of what the recorded one measures, where either says so."""
    if printed.kind == "time":
        return number.time_unit is not None and number.time_unit in ("", printed.unit)
    in_percent = "%" in str(number.value)
    if printed.kind == "percent":
        return in_percent or number.unit == "%" or number.role in ("range", "interval")
    return printed.kind in ("number", "measure") and not in_percent


def _possible_value(number: RecordedNumber) -> int | None:
    """The value of the figure that prints the number; of a class, its number."""
    if isinstance(number.value, Reported):
        return _numbered_value(number.value)
    if isinstance(number.value, Ratio):
        return _numbered(("value", number.value.parts))
    return facets(number.figure).numbers[0][0] if isinstance(number.value, str) else None


def _possible_lengths(time: Time) -> set[int]:
    """The lengths of the figures that print a time: a window of `<=90 d` may be printed as "within 90 days"."""
    months = time.months.as_integer_ratio()
    return {_numbered(("length", (sign, *months))) for sign in (time.amount.comparator, "=")}


def _agree_in_kind(number: PrintedNumber, printed: PrintedNumber) -> bool:
    """Whether a number within words and a printed one can be the same: their kinds agree, or one tells none."""
    if number.kind == printed.kind:
        # "15 µg/kg daily" is printed as 15 µg/kg/day.
        units = zip(number.unit.casefold().split("/"), printed.unit.casefold().split("/"), strict=False)
        return number.kind not in ("measure", "time") or all(one == other for one, other in units)
    kinds = {number.kind, printed.kind}
    return ("number" in kinds and "p" not in kinds) or kinds == {"count", "class"}


def _without_comparator(value: Hashable) -> Hashable:
    """A value or a length without its comparator: words say "10 or more" where the source prints ≥10."""
    return value[1:] if isinstance(value, tuple) and isinstance(value[0], str) else value
