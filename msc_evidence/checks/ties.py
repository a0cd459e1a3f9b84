"""The numbers of a trial that come from one source, each with the figures of the source that it can come from.

A figure can be the source of a number of its value and of its kind.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.fingerprint_entries import (
    SINGLE_CENTRE,
    ListedFigure,
    PrintedNumber,
    listed,
    number_value,
)
from msc_evidence.reading.fingerprint_list import entries, listed_figures
from msc_evidence.registry.model import Trial
from msc_evidence.registry.numbers import Path, Recorded, RecordedNumber, RecordedText, Role
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
#: Parts of a figure that a role can come from, besides a figure of one number.
_PARTS: dict[Role, tuple[str, ...]] = {
    **dict.fromkeys(("range", "interval", "dose range"), ("low", "high")),
    "dose": ("mean",),
    "measured": ("mean",),
    "spread": ("spread",),
    "time": ("low", "high"),
}
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


def recorded_figures(text: RecordedText) -> Iterator[RecordedFigure]:
    """The figures that words of the record print in digits."""
    for entry in entries(normalise(text.text).text):
        if any(character.isdigit() for character in entry.text):
            yield RecordedFigure(text.path, text.field, entry.text, text.source)


class Facets(NamedTuple):
    """A listed figure and what it is known by, worked out once for each text."""

    figure: ListedFigure
    identity: Hashable
    key: Hashable
    values: Hashable
    lengths: tuple[Hashable, ...]


@lru_cache(maxsize=65536)
def facets(text: str) -> Facets:
    """What a figure of a list is known by."""
    figure = listed(text)
    lengths = tuple(number.length for number in figure.numbers)
    return Facets(figure, figure.identity, figure.key, figure.values, lengths)


class _Named(NamedTuple):
    """The identities that there are, and the first one of each key and of each values."""

    identity: frozenset[Hashable]
    key: Mapping[Hashable, Hashable]
    values: Mapping[Hashable, Hashable]


class SourceFigures:
    """The figures of a source, and which of them a recorded number can come from."""

    def __init__(self, figures: Sequence[str]):
        self._facets = tuple(map(facets, figures))
        self.figures: tuple[ListedFigure, ...] = tuple(known.figure for known in self._facets)
        self.identities: tuple[Hashable, ...] = tuple(known.identity for known in self._facets)
        self._slots = tuple(
            Slot(at, number) for at, f in enumerate(self.figures) for number in range(len(f.numbers))
        )
        self._by_value: dict[Hashable, list[Slot]] = defaultdict(list)
        self._by_length: dict[Hashable, list[Slot]] = defaultdict(list)
        for slot in self._slots:
            self._by_value[self._number_at(slot).value].append(slot)
            if length := self._facets[slot.figure].lengths[slot.number]:
                self._by_length[length].append(slot)
        self._by_key: dict[Hashable, list[int]] = defaultdict(list)
        for at, known in enumerate(self._facets):
            self._by_key[known.key].append(at)

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

    def _slots_of_number(self, number: RecordedNumber) -> Iterator[Slot]:
        if isinstance(number.value, Time):
            slots = [
                slot for length in _possible_lengths(number.value) for slot in self._by_length.get(length, ())
            ]
        else:
            slots = [slot for value in _possible_values(number) for slot in self._by_value.get(value, ())]
        role = number.role if slots else "measured"
        return (
            slot
            for slot in slots
            if _fits_role(number, role, self.figures[slot.figure], self._number_at(slot))
        )

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
        for number_in_words, length in zip(in_words.figure.numbers, in_words.lengths, strict=True):
            slots = {slot for slot in self._slots if self._prints_number(slot, number_in_words, length)}
            if not slots:
                return frozenset()
            all_slots |= slots
        return frozenset(all_slots)

    def _prints_number(self, slot: Slot, number: PrintedNumber, length: Hashable) -> bool:
        printed = self._number_at(slot)
        if length and (printed_length := self._facets[slot.figure].lengths[slot.number]):
            return _without_comparator(length) == _without_comparator(printed_length)
        same_value = _without_comparator(number.value) == _without_comparator(printed.value)
        return same_value and _agree_in_kind(number, printed)

    def texts_of_other_kind(self, number: Tied) -> list[str]:
        """The figures that print the value of a recorded number, of another kind than it is."""
        if isinstance(number, RecordedFigure):
            values = {printed.value for printed in listed(number.figure).numbers}
        elif isinstance(number.value, Reported | Time):
            amount = number.value if isinstance(number.value, Reported) else number.value.amount
            values = {number_value(amount)}
        else:
            return []
        figures = (
            self.figures[slot.figure].text for value in values for slot in self._by_value.get(value, ())
        )
        return list(dict.fromkeys(figures))

    def identity_named(self, text: str) -> Hashable:
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
    return printed.part in ("whole", *_PARTS.get(role, ()))


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


def _possible_values(number: RecordedNumber) -> Iterator[Hashable]:
    """The value of the figure that prints the number; of a class, its number."""
    if isinstance(number.value, Reported):
        yield number_value(number.value)
    elif isinstance(number.value, Ratio):
        yield number.value.parts
    elif isinstance(number.value, str):
        yield listed(number.figure).numbers[0].value


def _possible_lengths(time: Time) -> set[Hashable]:
    """The lengths of the figures that print a time: a window of `<=90 d` may be printed as "within 90 days"."""
    return {(time.amount.comparator, time.months), ("=", time.months)}


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


#: Roles of numbers that rarely serve twice; times label results, percentages and intervals recur.
SERVING_ONCE = ("p", "count", "measured", "spread", "dose")


class SourceTies:
    """The numbers of a trial that come from one source, and where in its figures each can come from."""

    def __init__(self, trial: Trial, name: str, figures: Sequence[str], recorded: Sequence[Tied]):
        source = trial.sources[name]
        self.name, self.source = name, source
        self.printed = SourceFigures(figures)
        self.slots = {number: self.printed.slots(number) for number in recorded}
        self._used = frozenset[Slot]().union(*self.slots.values())
        self._prints = Counter(self.printed.identities)
        self._ignored = Counter(self.printed.identity_named(entry.figure) for entry in source.ignored)
        self._places = Counter(
            slots
            for slots, _ in {
                (slots, _place_served(number))
                for number, slots in self.slots.items()
                if isinstance(number, RecordedNumber) and number.role in SERVING_ONCE
            }
        )

    def times_printed(self, text: str) -> int:
        """How often the source prints the figure that an entry of `ignored` names."""
        return self._prints[self.printed.identity_named(text)]

    def times_ignored(self, text: str) -> int:
        """How often the record ignores that figure."""
        return self._ignored[self.printed.identity_named(text)] if self.times_printed(text) else 0

    def is_partly_recorded(self, figure: int) -> bool:
        """Whether some of a figure's numbers, not all, are in the record."""
        return any(slot.figure == figure for slot in self._used) and not self.is_recorded(figure)

    def is_recorded(self, figure: int) -> bool:
        """Whether every number of a figure is in the record."""
        numbers = range(len(self.printed.figures[figure].numbers))
        return all(Slot(figure, number) in self._used for number in numbers)

    def is_ignored(self, figure: int) -> bool:
        """Whether a figure is ignored with a reason."""
        return self._ignored[self.printed.identities[figure]] > 0

    def unaccounted_figures(self) -> list[int]:
        """The figures that are neither recorded nor ignored as often as they are printed."""
        return [
            at
            for at, key in enumerate(self.printed.identities)
            if not self.is_recorded(at) and self._prints[key] > self._ignored[key]
        ]

    def recorded_too_often(self, number: Tied) -> tuple[int, int] | None:
        """In how many places a number is recorded, and how often printed, where that is less."""
        slots = self.slots[number]
        places = self._places[slots]
        return (places, len(slots)) if places > len(slots) else None

    def is_only_ignored(self, number: Tied) -> bool:
        """Whether every figure that a number can come from is ignored."""
        figures = {self.printed.identities[slot.figure] for slot in self.slots[number]}
        return len(self.slots[number]) <= sum(self._ignored[key] for key in figures)

    def unrecorded_of_kind(self, number: Tied) -> list[str]:
        """The figures of a number's kind that nothing in the record accounts for."""
        return [
            text
            for text in self.printed.texts_of_kind(number)
            if not any(
                figure.text == text
                and (self.is_recorded(at) or self.is_partly_recorded(at) or self.is_ignored(at))
                for at, figure in enumerate(self.printed.figures)
            )
        ]


_SIZES = ("n", "planned", "randomised", "percent-of")


def _place_served(number: RecordedNumber) -> tuple[str | int, ...]:
    """The place that one figure accounts for: both arms of a comparison, or the size of an arm wherever it recurs.

    One printed size serves as planned, randomised and analysed; one printed total likewise.
    """
    if number.field in _SIZES and number.path[0] in ("arms", "results", "baseline", "also"):
        return "n", number.path[-2]
    return ("participants",) if number.path[0] == "participants" else number.path[:2]


def source_ties(trial: Trial, recorded: Recorded, texts: Mapping[str, str]) -> tuple[SourceTies, ...]:
    """The ties of every source that has a list of figures, or else its text at hand."""
    figures = {
        name: source.figures
        if source.figures is not None
        else [figure.text for figure in listed_figures(texts[name])]
        for name, source in trial.sources.items()
        if source.figures is not None or name in texts
    }
    if not figures:
        return ()
    by_source: dict[str, list[Tied]] = defaultdict(list)
    for number in recorded.numbers:
        # What a source says in words ("no adverse events") prints no figure.
        if not (isinstance(number.value, Reported) and number.value.stated):
            by_source[number.source].append(number)
    for text in recorded.texts:
        if text.source in figures:
            by_source[text.source] += recorded_figures(text)
    return tuple(
        SourceTies(trial, name, own_figures, by_source[name]) for name, own_figures in figures.items()
    )
