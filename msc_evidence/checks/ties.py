"""The numbers of a trial that come from one source, each with the figures of the source that it can come from.

A figure can be the source of a number of its value and of its kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msc_evidence.checks.printed import Printed, Recorded, Slot, recorded_figures
from msc_evidence.reading.fingerprint_list import listed_figures
from msc_evidence.registry.model import Trial
from msc_evidence.registry.numbers import RecordedNumber
from msc_evidence.registry.numbers import texts as recorded_texts
from msc_evidence.registry.reported import Reported

#: Roles of numbers that rarely serve twice; times label results, percentages and intervals recur.
SERVING_ONCE = ("p", "count", "measured", "spread", "dose")


class SourceTies:
    """The numbers of a trial that come from one source, and where in its figures each can come from."""

    def __init__(self, trial: Trial, name: str, figures: Sequence[str], recorded: Sequence[Recorded]):
        source = trial.sources[name]
        self.name, self.source = name, source
        self.printed = Printed(figures)
        self.slots = {number: self.printed.slots(number) for number in recorded}
        self._used = frozenset[Slot]().union(*self.slots.values())
        self._prints = Counter(figure.identity for figure in self.printed.figures)
        self._ignored = Counter(self.printed.named(entry.figure) for entry in source.ignored)
        self._places = Counter(
            slots
            for slots, _ in {
                (slots, _place(number))
                for number, slots in self.slots.items()
                if isinstance(number, RecordedNumber) and number.role in SERVING_ONCE
            }
        )

    def prints(self, text: str) -> int:
        """How often the source prints the figure that an entry of a person's names."""
        return self._prints[self.printed.named(text)]

    def ignored(self, text: str) -> int:
        """How often the record ignores that figure."""
        return self._ignored[self.printed.named(text)] if self.prints(text) else 0

    def recorded_in_part(self, figure: int) -> bool:
        """Whether some of a figure's numbers, not all, are in the record."""
        return any(slot.figure == figure for slot in self._used) and not self.recorded(figure)

    def recorded(self, figure: int) -> bool:
        """Whether every number of a figure is in the record."""
        numbers = range(len(self.printed.figures[figure].numbers))
        return all(Slot(figure, number) in self._used for number in numbers)

    def is_ignored(self, figure: int) -> bool:
        """Whether a figure is ignored with a reason."""
        return self._ignored[self.printed.figures[figure].identity] > 0

    def unaccounted(self) -> list[int]:
        """The figures that are neither recorded nor ignored as often as they are printed."""
        keys = [figure.identity for figure in self.printed.figures]
        return [
            at
            for at, key in enumerate(keys)
            if not self.recorded(at) and self._prints[key] > self._ignored[key]
        ]

    def too_often(self, number: Recorded) -> tuple[int, int] | None:
        """In how many places a number is recorded, and how often printed, where that is less."""
        slots = self.slots[number]
        places = self._places[slots]
        return (places, len(slots)) if places > len(slots) else None

    def only_ignored(self, number: Recorded) -> bool:
        """Whether every print that a number can come from is ignored."""
        figures = {self.printed.figures[slot.figure].identity for slot in self.slots[number]}
        return len(self.slots[number]) <= sum(self._ignored[key] for key in figures)

    def orphans(self, number: Recorded) -> list[str]:
        """The figures of a number's kind that nothing in the record accounts for."""
        return [
            text
            for text in self.printed.of_kind(number)
            if not any(
                figure.text == text
                and (self.recorded(at) or self.recorded_in_part(at) or self.is_ignored(at))
                for at, figure in enumerate(self.printed.figures)
            )
        ]


def _place(number: RecordedNumber) -> tuple[str | int, ...]:
    """What one printed figure can serve: both arms of a comparison, or the size of an arm wherever it recurs."""
    return ("n", number.path[-2]) if number.field == "n" else number.path[:2]


def source_ties(
    trial: Trial, numbers: Sequence[RecordedNumber], texts: Mapping[str, str]
) -> tuple[SourceTies, ...]:
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
    recorded: dict[str, list[Recorded]] = defaultdict(list)
    for number in numbers:
        # What a source says in words ("no adverse events") prints no figure.
        if not (isinstance(number.value, Reported) and number.value.stated):
            recorded[number.source].append(number)
    for text in recorded_texts(trial):
        if text.source in figures:
            recorded[text.source] += recorded_figures(text)
    return tuple(SourceTies(trial, name, each, recorded[name]) for name, each in figures.items())
