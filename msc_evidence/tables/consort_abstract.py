"""The record of a trial as its abstract alone gives it, and whether it gives what an item asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msc_evidence.analysis.stated import stated
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Result, Trial
from msc_evidence.tables.words import beside_words


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an item asks for: its name, the field that decides it, and whether the abstract gives it."""

    name: str
    field: str
    #: None where the record does not show whether the abstract gives it.
    given: bool | None
    #: A reason of its own, in place of `given`, `not reported` or `not recorded`.
    words: str = ""

    @classmethod
    def of(cls, name: str, field: str, value: object) -> Part:
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
    def first(cls, trial: Trial) -> Abstract | None:
        """The first abstract among the sources, None without one."""
        source = next((name for name, given in trial.sources.items() if given.kind == "abstract"), None)
        return cls(trial, source) if source else None

    @property
    def leads(self) -> bool:
        """Whether it is the trial's first source, which the parts come from that name none."""
        return self.source == self.trial.first_source

    @property
    def complete(self) -> bool:
        """Whether every figure of its text is in the record."""
        return self.trial.sources[self.source].figures is not None

    @property
    def results(self) -> list[tuple[int, Result]]:
        """Its results with their places."""
        return [pair for pair in enumerate(self.trial.results) if self._own(pair[1].source)]

    @property
    def harms(self) -> list[tuple[int, Harm]]:
        """Its harms with their places."""
        return [pair for pair in enumerate(self.trial.harms) if self._own(pair[1].source)]

    @property
    def claims(self) -> list[tuple[int, Claim]]:
        """Its claims with their places."""
        return [pair for pair in enumerate(self.trial.claims) if self._own(pair[1].source)]

    def _own(self, source: str | None) -> bool:
        return (source or self.trial.first_source) == self.source

    def part(self, field: str) -> Part:
        """What the record says of a field of design or participants, or of the trial itself: `design.ratio`."""
        group, _, key = field.rpartition(".")
        name, place = key.replace("_", " "), field.replace("_", "-")
        if self.leads:
            if not group:
                return Part.of(name, place, getattr(self.trial, key))
            found = stated(self.trial, "design" if group == "design" else "participants", key)
            return Part.of(name + beside_words(self.trial, found), place, found.first)
        for at, other in enumerate(self.trial.also):
            if group and other.source == self.source and (found := getattr(other, group)) is not None:
                return Part.of(name, f"also[{at}].{place}", getattr(found, key))
        return Part(name, place, None)

    def counts(self, key: Literal["n", "randomised"]) -> list[Part]:
        """Whether each arm's size is given; one that is missing where every figure was recorded is not."""
        word = "analysed" if key == "n" else key
        found = []
        for name, arm in self.trial.arms.items() if self.leads else ():
            value = getattr(arm, key)
            known = NOT_REPORTED if value is None and self.complete else value
            found.append(Part.of(f"number {word} in {name}", f"arms.{name}.{key}", known))
        return found or [Part(f"numbers {word}", f"arms.*.{key}", None)]
