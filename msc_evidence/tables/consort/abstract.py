"""What a record says that a trial's abstract gives, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msc_evidence.analysis.contrast import arm_size
from msc_evidence.analysis.stated import says_not_reported, stated_attribute
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Result, Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.tables.words import beside_words


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One thing that an item asks for: its name, the field that decides it, and whether the abstract gives it."""

    name: str
    field: str
    #: None where the record does not show whether the abstract gives it.
    given: bool | None
    #: A reason of its own, in place of `given`, `not reported` or `not recorded`.
    words: str = ""

    @classmethod
    def from_value(cls, name: str, field: str, value: object) -> ItemPart:
        """What the value of a field says: recorded, silent or absent."""
        return cls(name, field, None if value is None else str(value) != str(NOT_REPORTED))

    @property
    def state(self) -> str:
        """What is said of it."""
        return self.words or {True: "given", False: "not reported", None: "not recorded"}[self.given]


@dataclass(frozen=True, slots=True)
class Abstract:
    """The record of a trial as one source gives it."""

    trial: Trial
    source: str

    @classmethod
    def first_of_trial(cls, trial: Trial) -> Abstract | None:
        """The first abstract among the sources, None without one."""
        source = next((name for name, recorded in trial.sources.items() if recorded.kind == "abstract"), None)
        return cls(trial, source) if source else None

    @property
    def is_first_source(self) -> bool:
        """Whether it is the trial's first source, which the parts come from that name none."""
        return self.source == self.trial.first_source

    @property
    def read_whole(self) -> bool:
        """Whether its text was read to the end, as a list of its figures shows: its silence is an answer then."""
        return self.trial.sources[self.source].figures is not None

    @property
    def results(self) -> list[tuple[int, Result]]:
        """Its results with their places."""
        return [pair for pair in enumerate(self.trial.results) if self._is_own(pair[1].source)]

    @property
    def harms(self) -> list[tuple[int, Harm]]:
        """Its harms with their places."""
        return [pair for pair in enumerate(self.trial.harms) if self._is_own(pair[1].source)]

    @property
    def claims(self) -> list[tuple[int, Claim]]:
        """Its claims with their places."""
        return [pair for pair in enumerate(self.trial.claims) if self._is_own(pair[1].source)]

    def _is_own(self, source: str | None) -> bool:
        return (source or self.trial.first_source) == self.source

    def part(self, name: str, field: str, value: object) -> ItemPart:
        """What a value says of the abstract: one that is absent was not printed where the text was read."""
        return ItemPart.from_value(name, field, NOT_REPORTED if value is None and self.read_whole else value)

    def field_part(self, field: str) -> ItemPart:
        """What the record says of a field of design or participants, or of the trial itself: `design.ratio`."""
        group, _, key = field.rpartition(".")
        name, place = key.replace("_", " "), field.replace("_", "-")
        if self.is_first_source:
            if not group:
                return self.part(name, place, getattr(self.trial, key))
            recorded = stated_attribute(self.trial, "design" if group == "design" else "participants", key)
            return self.part(name + beside_words(self.trial, recorded), place, recorded.first)
        for at, other in enumerate(self.trial.also):
            if group and other.source == self.source and (recorded := getattr(other, group)) is not None:
                return self.part(name, f"also[{at}].{place}", getattr(recorded, key))
        return self.part(name, place, None)

    def trial_fact_part(self, key: Literal["registration", "funding"]) -> ItemPart:
        """Whether the abstract itself prints a fact that the record keeps for the trial."""
        prints, value = self.trial.sources[self.source].prints, getattr(self.trial, key)
        if prints is not None:
            return ItemPart(key, f"sources.{self.source}.prints", key in prints)
        if not self.is_first_source or self._register_is_a_source(key, value):
            return self.part(key, key, None)
        return self.part(key, key, value)

    def _register_is_a_source(self, key: str, value: object) -> bool:
        """Whether the registration stands with a source that is the register's own entry."""
        numbers = value if key == "registration" and isinstance(value, list) else ()
        entries = [entry for entry in self.trial.sources.values() if entry.kind == "trial registration"]
        return any(number in (entry.citation or "") for number in numbers for entry in entries)

    def arm_size_parts(self, key: Literal["n", "randomised"]) -> list[ItemPart]:
        """Whether the size of each arm is given."""
        word = "analysed" if key == "n" else key
        arms = self.trial.arms.items() if self.is_first_source else ()
        parts = [
            self.part(f"number {word} in {name}", f"arms.{name}.{key}", getattr(arm, key))
            for name, arm in arms
        ]
        return parts or [self.part(f"numbers {word}", f"arms.*.{key}", None)]

    @property
    def sizes_are_of_all_randomised(self) -> bool:
        """Whether the arms' sizes add up to those allocated, and nothing is said of who was analysed."""
        people = self.trial.participants
        enrolled = people.enrolled.count if isinstance(people.enrolled, Reported) else None
        sizes = [size for arm in self.trial.arms if (size := arm_size(self.trial, arm)) is not None]
        said = (value for value in (people.analysed, people.analysis) if value is not None)
        return (
            len(sizes) == len(self.trial.arms)
            and sum(sizes) == enrolled
            and all(says_not_reported(value) for value in said)
        )
