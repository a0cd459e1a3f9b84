"""What was printed of two arms on an ordered scale, and the bounds of a measure that it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from msc_evidence.statistics.interval import Interval

Counts = tuple[int, ...]
#: Both arms' participants per category, the worst category first.
DataSet = tuple[Counts, Counts]
#: Proved or wholly enumerated; reached by the data set given, perhaps not the end; proved, perhaps not reached.
Status = Literal["exact", "attained", "outer"]


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of each arm stand at a category or better; None where that is not printed."""

    category: int
    counts: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Moments:
    """What an arm's mean, SD and median were printed as, in points above the worst category."""

    mean: Interval | None = None
    sd: Interval | None = None
    median: Interval | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """Two arms on a scale of ordered categories: the sizes, p with what its printing allows, and what else is printed.

    Category 0 is the worst. Without a `step` the categories are a limit on their number and have no distance, so that
    only rank measures have bounds. Raises ValueError for what cannot be two arms.
    """

    n1: int
    n2: int
    categories: int
    p: Interval
    #: 1 where the test's statistic favours arm 1, −1 where arm 2, 0 where nothing says.
    direction: int = 0
    step: float | None = 1.0
    #: What each category is worth, the worst first.
    utilities: tuple[float, ...] | None = None
    cuts: tuple[Cut, ...] = ()
    moments: tuple[Moments, Moments] = (Moments(), Moments())

    def __post_init__(self) -> None:
        if min(self.n1, self.n2) < 1:
            raise ValueError("both arms need a participant")
        if self.categories < 2:
            raise ValueError("a scale needs two categories")
        if not 0 <= self.p.lo <= 1:
            raise ValueError(f"p of {self.p.lo:g} is not between 0 and 1")
        if self.utilities is not None and len(self.utilities) != self.categories:
            raise ValueError("every category needs a utility")

    @property
    def total(self) -> int:
        """Participants of both arms."""
        return self.n1 + self.n2

    @property
    def only_p(self) -> bool:
        """Whether nothing but p is printed."""
        return not self.cuts and self.moments == (Moments(), Moments())

    def favouring(self, direction: int) -> Printed:
        """The same with another direction."""
        return replace(self, direction=direction)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a bound, with a data set that has this value; none where it is only proved."""

    value: float
    status: Status
    data: DataSet | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the greatest value of a measure over all data sets that fit what was printed."""

    measure: str
    low: End
    high: End

    @property
    def interval(self) -> Interval:
        """From the least to the greatest value."""
        return Interval(self.low.value, self.high.value)
