"""The verdict of one recomputation: intervals in, one of six words out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from msc_evidence.analysis.significance import below_alpha, interval_below, p_interval
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval, hull

#: A recomputed p whose interval runs from below the first to above the second passes whatever was printed.
UNINFORMATIVE_FROM, UNINFORMATIVE_TO = 0.01, 0.9


class Verdict(Enum):
    """What a recomputation says about a reported number."""

    REPRODUCED = "reproduced"
    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    DECISION_ERROR = "decision error"
    UNINFORMATIVE = "uninformative"
    NOT_RECOMPUTABLE = "not recomputable"

    def __str__(self) -> str:
        return self.value


# Without slots, so that what rounding allows is computed once, where somebody asks for it.
@dataclass(frozen=True)
class RecomputedValue:
    """What one method gives: at the printed inputs, and over everything that their rounding allows."""

    method: str
    value: float
    #: That interval, or what computes it: a p that the printed inputs reproduce needs none.
    allowed: Interval | Callable[[], Interval]

    @cached_property
    def interval(self) -> Interval:
        """Everything that the rounding of the inputs allows."""
        return self.allowed if isinstance(self.allowed, Interval) else self.allowed()


def reported_interval(number: Reported) -> Interval:
    """What a printed number can stand for; `p_interval` says it of a p-value."""
    return Interval(*number.bounds)


def rounds_to(value: float, number: Reported, reported: Interval) -> bool:
    """Whether a value, printed as the source prints, is the printed one."""
    if number.comparator == "<":
        return value < float(number)
    if number.comparator == ">":
        return value > float(number)
    return value in reported


def judge(
    number: Reported, methods: Sequence[RecomputedValue], *, alpha: float | None = None
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and the methods that it rests on.

    `alpha` is given for p-values, which stay within [0, 1] and can be on the other side of it.
    """
    if not methods:
        return Verdict.NOT_RECOMPUTABLE, ()
    reported = _with_rounded_bound(number, reported_interval(number) if alpha is None else p_interval(number))
    exact = tuple(method.method for method in methods if rounds_to(method.value, number, reported))
    if exact:
        return Verdict.REPRODUCED, exact
    possible = hull(method.interval for method in methods)
    meeting = tuple(method.method for method in methods if method.interval.meets(reported))
    if (
        meeting
        and alpha is not None
        and possible.lo <= UNINFORMATIVE_FROM
        and possible.hi >= UNINFORMATIVE_TO
    ):
        return Verdict.UNINFORMATIVE, tuple(method.method for method in methods)
    if meeting:
        return Verdict.CONSISTENT, meeting
    if alpha is not None and _on_opposite_sides(number, possible, alpha):
        return Verdict.DECISION_ERROR, tuple(method.method for method in methods)
    return Verdict.INCONSISTENT, tuple(method.method for method in methods)


def _with_rounded_bound(number: Reported, reported: Interval) -> Interval:
    """What `≤ 0.001` can stand for: all that is below it once rounded to its digits, 0.00123 among them."""
    half = 0.5 * 10.0**-number.decimals
    if number.comparator == "≤":
        return Interval(reported.lo, reported.hi + half)
    return Interval(reported.lo - half, reported.hi) if number.comparator == "≥" else reported


def _on_opposite_sides(number: Reported, possible: Interval, alpha: float) -> bool:
    """Whether the two lie wholly on different sides of alpha."""
    return (below_alpha(number, alpha), interval_below(possible, alpha)) in ((True, False), (False, True))
