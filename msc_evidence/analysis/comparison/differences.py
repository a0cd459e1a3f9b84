"""Where two registries differ, field by field, with both places and what the source's list of figures says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msc_evidence.analysis.comparison.fields import Field, Key, Names, trial_fields
from msc_evidence.analysis.comparison.matching import (
    matched_arms,
    matched_outcomes,
    matched_rows,
    matched_trials,
    record_data,
)
from msc_evidence.analysis.comparison.values import CONFLICTS, DifferenceClass, difference_class, slip
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported

#: Pairs of keys that may say the same in other words, with how the first follows from the second.
_DERIVED = (
    ("sd", "se", "sd = se × √n"),
    ("events", "percent", "events = percent × n / 100"),
    ("mean", "median", "a median in the place of a mean"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its class, the trial under the first side's id, and what each side has and where."""

    cls: DifferenceClass
    trial: str
    #: The part of the record: design, arms, results.
    section: str
    kind: str
    place_a: str | None
    place_b: str | None
    a: str | None
    b: str | None
    where_a: str = ""
    where_b: str = ""
    #: What may explain it.
    hint: str = ""
    #: Where each value stands in its record.
    path_a: tuple[str | int, ...] = ()
    path_b: tuple[str | int, ...] = ()
    #: Which of the two the source's list of figures has: a, b, both, neither; "" without a list.
    printed: str = ""

    @property
    def conflict(self) -> bool:
        """Whether it needs a decision."""
        return self.cls in CONFLICTS

    @property
    def place(self) -> str:
        """Its place under the first side's ids, else the second's."""
        return self.place_a or self.place_b or ""


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field that both sides have, whether they agree or not."""

    trial: str
    #: Its key in the trial, with rows by what they are of.
    item: str
    section: str
    a: Field
    b: Field
    cls: DifferenceClass | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was compared: the pairs of trials, every common field, and the differences."""

    pairs: Mapping[str, str]
    outcomes: Mapping[str, str]
    trial_pairs: tuple[TrialPair, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    compared: tuple[ComparedField, ...]
    differences: tuple[Difference, ...]
    numbers_a: int
    numbers_b: int

    @property
    def conflicts(self) -> tuple[Difference, ...]:
        """The differences that need a decision."""
        return tuple(each for each in self.differences if each.conflict)


NUMBERS = ("number", "span", "time", "ratio")


def compare_registries(first: Registry, second: Registry) -> Comparison:
    """The comparison of two registries; ids and order make no difference."""
    trials = matched_trials(first, second)
    outcomes = matched_outcomes(first.outcomes, second.outcomes)
    parts = [TrialPair(first, second, a, b, outcomes) for a, b in trials.items()]
    only_a = tuple(name for name in first.trials if name not in trials)
    only_b = tuple(name for name in second.trials if name not in trials.values())
    return Comparison(
        trials,
        outcomes,
        tuple(parts),
        only_a,
        only_b,
        tuple(each for part in parts for each in part.compared()),
        (
            *_renamed_outcomes(first, second, outcomes),
            *(each for part in parts for each in part.differences()),
            *(_whole_trial(first, name, "only a") for name in only_a),
            *(_whole_trial(second, name, "only b") for name in only_b),
        ),
        _count_numbers(first),
        _count_numbers(second),
    )


def _count_numbers(registry: Registry) -> int:
    plain = Names()
    return sum(
        found.kind in NUMBERS and not found.identifies
        for name, trial in registry.trials.items()
        for found in trial_fields(trial, record_data(registry, name), plain).values()
    )


def _renamed_outcomes(first: Registry, second: Registry, pairs: Mapping[str, str]) -> Iterator[Difference]:
    for a, b in pairs.items():
        if a != b:
            yield Difference("renamed", "", "outcomes", "id", f"outcomes/{a}", f"outcomes/{b}", a, b)


def _whole_trial(registry: Registry, name: str, cls: DifferenceClass) -> Difference:
    place, where = f"trials/{name}", str(registry.where(("trials", name), key=True))
    shown = registry.trials[name].shown_name(name)
    if cls == "only a":
        return Difference(cls, name, "trials", "trial", place, None, shown, None, where_a=where)
    return Difference(cls, name, "trials", "trial", None, place, None, shown, where_b=where)


class TrialPair:
    """One trial as two registries have it."""

    def __init__(self, first: Registry, second: Registry, a: str, b: str, outcomes: Mapping[str, str]):
        self.registries, self.ids = (first, second), (a, b)
        self.data = (record_data(first, a), record_data(second, b))
        self.trials = (first.trials[a], second.trials[b])
        self.arms = matched_arms(*self.trials)
        names = Names(
            {other: own for own, other in self.arms.items()},
            {other: own for own, other in outcomes.items()},
        )
        self.first = trial_fields(self.trials[0], self.data[0], Names())
        second_fields = trial_fields(self.trials[1], self.data[1], names)
        rows = matched_rows(self.first, second_fields)
        if rows:
            second_fields = trial_fields(self.trials[1], self.data[1], replace(names, rows=rows))
        self.second = second_fields
        self.printed = _printed_figures(self.trials)

    def compared(self) -> Iterator[ComparedField]:
        """The fields that both have."""
        for key, a in self.first.items():
            if key in self.second:
                b = self.second[key]
                yield ComparedField(self.ids[0], a.place, _section(key), a, b, difference_class(a, b))

    def differences(self) -> Iterator[Difference]:
        """Renamed ids, then the fields in the order of the first record, then those that the second has alone."""
        yield from self._renamed()
        derived = self.derivable()
        twins = dict(derived.keys())
        taken = set(twins.values())
        for key, found in self.first.items():
            if key in twins:
                yield self._difference(
                    "derivable", key, found, self.second[twins[key]], derived[key, twins[key]]
                )
            elif key in self.second:
                cls = difference_class(found, self.second[key])
                if cls:
                    yield self._difference(
                        cls, key, found, self.second[key], _hint(found, self.second[key], cls)
                    )
            elif not self._only_identifies(key, found, self.first, self.second):
                yield self._difference("silence" if found.silent else "only a", key, found, None)
        for key, found in self.second.items():
            if (
                key in self.first
                or key in taken
                or self._only_identifies(key, found, self.second, self.first)
            ):
                continue
            yield self._difference("silence" if found.silent else "only b", key, None, found)

    def _only_identifies(
        self, key: Key, found: Field, own: Mapping[Key, Field], other: Mapping[Key, Field]
    ) -> bool:
        """Whether a field says no more than which row it stands in, and that is said already."""
        if not found.identifies:
            return False
        row = key[:-1]
        if any(each[: len(row)] == row for each in other):
            return key[-1] != "at" and _restated(key)
        return any(each[: len(row)] == row and not value.identifies for each, value in own.items())

    def _renamed(self) -> Iterator[Difference]:
        a, b = self.ids
        if a != b:
            yield Difference(
                "renamed", a, "trials", "id", f"trials/{a}", f"trials/{b}", a, b,
                str(self.registries[0].where(("trials", a), key=True)),
                str(self.registries[1].where(("trials", b), key=True)),
            )  # fmt: skip
        for own, other in self.arms.items():
            if own != other:
                yield Difference(
                    "renamed", a, "arms", "id", f"trials/{a}/arms/{own}", f"trials/{b}/arms/{other}", own, other,
                    str(self.registries[0].where(("trials", a, "arms", own), key=True)),
                    str(self.registries[1].where(("trials", b, "arms", other), key=True)),
                )  # fmt: skip

    def derivable(self) -> dict[tuple[Key, Key], str]:
        """Keys of the first and the second side that say the same in other quantities, with how."""
        return dict(self._derived_pairs())

    def _derived_pairs(self) -> Iterator[tuple[tuple[Key, Key], str]]:
        alone_a, alone_b = self.first.keys() - self.second.keys(), self.second.keys() - self.first.keys()
        for one, other, words in _DERIVED:
            for a_key, b_key in ((one, other), (other, one)):
                for key in (key for key in alone_a if key[-1] == a_key):
                    twin = (*key[:-1], b_key)
                    if twin in alone_b and self._follows(
                        one, self.first[key], self.second[twin], key, a_key == one
                    ):
                        yield (key, twin), words

    def _follows(self, quantity: str, a: Field, b: Field, key: Key, forward: bool) -> bool:
        whole, part = (a, b) if forward else (b, a)
        if not isinstance(whole.value, Reported) or not isinstance(part.value, Reported):
            return False
        if quantity == "mean":
            return difference_class(whole, part) in (None, "precision", "rounded")
        n = self._size(key)
        if not n:
            return False
        factor = math.sqrt(n) if quantity == "sd" else n / 100
        low, high = (end * factor for end in part.value.bounds)
        return low <= whole.value.bounds[1] and whole.value.bounds[0] <= high

    def _size(self, key: Key) -> float | None:
        """The participants that the values beside a key are of."""
        arm = key[-2] if isinstance(key[-2], str) else ""
        for n in ((*key[:-1], "n"), ("arms", arm, "n")):
            found = self.first.get(n) or self.second.get(n)
            if found is not None and isinstance(found.value, Reported):
                return float(found.value)
        return None

    def _difference(
        self, cls: DifferenceClass, key: Key, a: Field | None, b: Field | None, hint: str = ""
    ) -> Difference:
        places = [
            f"trials/{name}/{found.place}" if found else None
            for name, found in zip(self.ids, (a, b), strict=True)
        ]
        where = [
            str(registry.where(("trials", name, *found.path))) if found else ""
            for registry, name, found in zip(self.registries, self.ids, (a, b), strict=True)
        ]
        given = a or b
        assert given is not None
        printed = self._printed(a, b) if cls in CONFLICTS else ""
        return Difference(
            cls, self.ids[0], _section(key), given.kind, places[0], places[1], a.text if a else None,
            b.text if b else None, where[0], where[1], hint, a.path if a else (), b.path if b else (), printed,
        )  # fmt: skip

    def _printed(self, a: Field | None, b: Field | None) -> str:
        if not self.printed or not a or not b or {a.kind, b.kind} - {"number", "silence"}:
            return ""
        has = [found.kind == "number" and found.value.key in self.printed for found in (a, b)]
        return {(True, True): "both", (True, False): "a", (False, True): "b"}.get((has[0], has[1]), "neither")


def _section(key: Key) -> str:
    first = key[0]
    return first if isinstance(first, str) else first[0]


def _restated(key: Key) -> bool:
    """Whether a field is one that a record may leave out because there is only one thing it could say."""
    return key[-1] in ("arm", "against", "source", "change")


def _hint(a: Field, b: Field, cls: DifferenceClass) -> str:
    if cls == "rounded":
        return "look at the decimals"
    if cls == "value" and isinstance(a.value, Reported) and isinstance(b.value, Reported):
        return (slip(a.value, b.value) or "") if a.value.value != b.value.value else "the comparator"
    return ""


def _printed_figures(trials: tuple[Trial, Trial]) -> frozenset[object]:
    """The numbers that the lists of figures of the trial's sources have."""
    figures = {
        figure for trial in trials for source in trial.sources.values() for figure in source.figures or ()
    }
    numbers = set()
    for figure in figures:
        try:
            numbers.add(Reported.read(figure).key)
        except ValueError:
            continue
    return frozenset(numbers)
