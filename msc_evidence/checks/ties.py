"""The numbers of a trial that come from one source, each with the figures of the source that it can come from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msc_evidence.checks.source_figures import RecordedFigure, Slot, SourceFigures, Tied
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.fingerprint_list import entries, listed_figures
from msc_evidence.registry.model import Trial
from msc_evidence.registry.numbers import Recorded, RecordedNumber, RecordedText
from msc_evidence.registry.reported import Reported

#: Roles of numbers that rarely serve twice; times label results, percentages and intervals recur.
SERVING_ONCE = ("p", "count", "measured", "spread", "dose")


def recorded_figures(text: RecordedText) -> Iterator[RecordedFigure]:
    """The figures that words of the record print in digits."""
    return (RecordedFigure(text.path, text.field, figure, text.source) for figure in _figures_in(text.text))


@lru_cache(maxsize=65536)  # the definition of an outcome stands at each of its times
def _figures_in(words: str) -> tuple[str, ...]:
    listed = (entry.text for entry in entries(normalise(words).text))
    return tuple(figure for figure in listed if any(character.isdigit() for character in figure))


class SourceTies:
    """The numbers of a trial that come from one source, and where in its figures each can come from."""

    def __init__(self, trial: Trial, name: str, figures: Sequence[str], recorded: Sequence[Tied]):
        source = trial.sources[name]
        self.name, self.source = name, source
        self.printed = SourceFigures(figures)
        self.slots = {number: self.printed.slots(number) for number in recorded}
        self._used = frozenset[Slot]().union(*self.slots.values())
        self._prints = dict(Counter(self.printed.identities))
        self._ignored = dict(Counter(self.printed.identity_named(entry.figure) for entry in source.ignored))

    @cached_property
    def _places(self) -> Mapping[frozenset[Slot], int]:
        """In how many places the numbers stand that can come from the same slots."""
        return Counter(
            slots
            for slots, _ in {
                (slots, _place_served(number))
                for number, slots in self.slots.items()
                if isinstance(number, RecordedNumber) and number.role in SERVING_ONCE
            }
        )

    def times_printed(self, text: str) -> int:
        """How often the source prints the figure that an entry of `ignored` names."""
        identity = self.printed.identity_named(text)
        return 0 if identity is None else self._prints.get(identity, 0)

    def times_ignored(self, text: str) -> int:
        """How often the record ignores that figure."""
        return self._ignored.get(self.printed.identity_named(text), 0) if self.times_printed(text) else 0

    def is_partly_recorded(self, figure: int) -> bool:
        """Whether some of a figure's numbers, not all, are in the record."""
        return 0 < self._numbers_recorded[figure] < len(self.printed.figures[figure].numbers)

    def is_recorded(self, figure: int) -> bool:
        """Whether every number of a figure is in the record."""
        return self._numbers_recorded[figure] == len(self.printed.figures[figure].numbers)

    @cached_property
    def _numbers_recorded(self) -> Sequence[int]:
        """How many numbers of each figure are in the record."""
        recorded = [0] * len(self.printed.figures)
        for slot in self._used:
            recorded[slot.figure] += 1
        return recorded

    def is_ignored(self, figure: int) -> bool:
        """Whether a figure is ignored with a reason."""
        return self.printed.identities[figure] in self._ignored

    def unaccounted_figures(self) -> list[int]:
        """The figures that are neither recorded nor ignored as often as they are printed."""
        return [
            at
            for at, key in enumerate(self.printed.identities)
            if not self.is_recorded(at) and self._prints[key] > self._ignored.get(key, 0)
        ]

    def recorded_too_often(self, number: Tied) -> tuple[int, int] | None:
        """In how many places a number is recorded, and how often printed, where that is less."""
        slots = self.slots[number]
        places = self._places[slots]
        return (places, len(slots)) if places > len(slots) else None

    def is_only_ignored(self, number: Tied) -> bool:
        """Whether every figure that a number can come from is ignored."""
        slots = self.slots[number]
        ignored = {self.printed.identities[slot.figure] for slot in slots} & self._ignored.keys()
        return bool(ignored or not slots) and len(slots) <= sum(self._ignored[key] for key in ignored)

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
