"""The p-values of trials that report no more, combined in one direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.combining import (
    METHODS,
    combined_interval,
    one_sided,
    one_sided_interval,
)


@dataclass(frozen=True, slots=True)
class Combined:
    """One method's p against "no trial favours treatment", with what the rounding of the p-values allows."""

    method: str
    p: float
    interval: Interval


def combine(entries: Sequence[Entry]) -> tuple[Combined, ...]:
    """Every method over the trials' one-sided p; none unless each trial is one that reports a p."""
    if len(entries) < 2 or any(entry.p_interval is None for entry in entries):
        return ()
    favours = [entry.data["direction"] > 0 for entry in entries]
    values = [one_sided(entry.data["pi"], favours=sign) for entry, sign in zip(entries, favours, strict=True)]
    boxes = [
        one_sided_interval(entry.p_interval, favours=sign)
        for entry, sign in zip(entries, favours, strict=True)
        if entry.p_interval is not None
    ]
    return tuple(
        Combined(name, method(values), combined_interval(method, boxes)) for name, method in METHODS.items()
    )
