"""Which trials a question is about, and why the others are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from msc_evidence.analysis.contrast import arm_size
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial

ANY = "any"
DESIGNS = ("controlled", "randomised", "non-randomised", "single-arm", ANY)
SORTS = ("registry", "year", "name", "size")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What trials must be like; None for what does not matter."""

    design: str | None = None
    cells: str | None = None
    origin: str | None = None
    route: str | None = None
    since: int | None = None

    def founding(self) -> Wanted:
        """The same, where nothing else is asked for of controlled trials of MSC."""
        return Wanted(self.design or "controlled", self.cells or "MSC", self.origin, self.route, self.since)

    def refusal(self, trial: Trial) -> str | None:
        """Why a trial is not wanted, None where it is."""
        reasons = (
            (f"not {self.design}", not _designed(trial, self.design)),
            ("other cells", not _given(trial, "type", self.cells)),
            ("other origin", not _given(trial, "origin", self.origin)),
            ("other route", not _given(trial, "route", self.route)),
            (f"before {self.since}", self.since is not None and trial.citation.year < self.since),
        )
        return next((words for words, refused in reasons if refused), None)


def chosen(
    registry: Registry, names: Iterable[str], wanted: Wanted, *, parts: bool = True
) -> tuple[list[str], dict[str, str]]:
    """The names of the trials that are wanted, and of each other one why it is not.

    Without `parts`, a subset of a trial that is itself among the names is not wanted.
    """
    asked = list(names)
    refused: dict[str, str] = {}
    for name in asked:
        whole = registry.trials[name].part_of
        again = "part of a trial that is shown" if whole in asked and not parts else None
        if reason := wanted.refusal(registry.trials[name]) or again:
            refused[name] = reason
    return [name for name in asked if name not in refused], refused


def in_order_of(registry: Registry, names: Iterable[str], sort: str) -> list[str]:
    """The names by the registry, by year, by name, or by size, largest first."""
    keys: dict[str, Callable[[str], tuple[float, str]]] = {
        "registry": lambda name: (0, ""),
        "year": lambda name: (registry.trials[name].citation.year, ""),
        "name": lambda name: (0, (registry.trials[name].name or name).casefold()),
        "size": lambda name: (-_size(registry.trials[name]), ""),
    }
    return sorted(names, key=keys[sort])


def controlled(trial: Trial) -> bool:
    """Whether the trial has a control arm of its own; one whose arms have no roles counts as controlled."""
    roles = [arm.role for arm in trial.arms.values() if not arm.historical]
    alone = trial.design.allocation == "single-arm" or all(role == "treatment" for role in roles)
    return not alone


def _designed(trial: Trial, design: str | None) -> bool:
    if design in (None, ANY):
        return True
    if design == "controlled":
        return controlled(trial)
    also = [other.design.allocation for other in trial.also if other.design]
    return design in (trial.design.allocation, *also)


def _given(trial: Trial, key: str, wanted: str | None) -> bool:
    """Whether an arm was given such cells, word by word; a trial that does not say is not known to differ."""
    said = [getattr(arm.cells, key) for arm in trial.arms.values() if arm.cells]
    words = {word.casefold() for text in said if text for word in re.findall(r"[\w+-]+", text)}
    return wanted in (None, ANY) or not words or str(wanted).casefold() in words


def _size(trial: Trial) -> int:
    return sum(arm_size(trial, name) or 0 for name in trial.arms)
