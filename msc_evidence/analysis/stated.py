"""What a trial's first source says of its design and participants, and what other sources say beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported

PartName = Literal["design", "participants"]


@dataclass(frozen=True, slots=True)
class StatedAttribute:
    """One attribute of a trial: the first source's word counts, another's stands beside it with its source."""

    #: None where the first source's word is not recorded, `not reported` where it has none.
    first: object | None
    #: By source, what others say where that is not the same.
    others: tuple[tuple[str, object], ...]

    @property
    def best(self) -> object | None:
        """The first source's value where it has one, else the next source's; None where no source has one."""
        return self.first if self.known else next((value for _, value in self.others), None)

    @property
    def known(self) -> bool:
        """Whether the first source says it."""
        return self.first is not None and not says_not_reported(self.first)


def stated_attribute(trial: Trial, part: PartName, key: str) -> StatedAttribute:
    """An attribute such as `design`, `allocation`, by each source that says something of it."""
    first = getattr(getattr(trial, part), key)
    given = ((other.source, getattr(getattr(other, part), key, None)) for other in trial.also)
    values = [
        (source, value) for source, value in given if value is not None and not says_not_reported(value)
    ]
    return StatedAttribute(
        first, tuple((source, value) for source, value in values if str(value) != str(first))
    )


def stated_size(trial: Trial, arm: str, size: int | None) -> StatedAttribute:
    """The size of an arm: as the first source leads to it, and what the arm has in other sources."""
    given = ((other.source, other.arms[arm].n) for other in trial.also if arm in other.arms)
    others = ((source, n) for source, n in given if isinstance(n, Reported) and n.count != size)
    return StatedAttribute(size, tuple(others))


def says_not_reported(value: object) -> bool:
    """Whether a value is `not reported`."""
    return str(value) == str(NOT_REPORTED)
