"""The sets of studies that a registry's selections make, named by their time where there are several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msc_evidence.analysis.pool.entry import Selection
from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.pool import StudySet
from msc_evidence.analysis.pool.selection import ELSEWHERE
from msc_evidence.analysis.pool.times import PoolTime, times_words


def sets_at(selection: Selection, at: PoolTime, measure: str, *, several: bool) -> list[StudySet]:
    """The sets at one time, named by it where there are several."""
    named = [times_words(at)] if several else []
    sets = selection.study_sets(measure)
    return [
        replace(study_set, name=", ".join([*named, *([study_set.name] if study_set.name else [])]))
        for study_set in sets
    ]


def why_none(selections: Sequence[Selection], measure: str) -> str:
    """Why no trial enters at any time, each reason once: of those that report the outcome, where any does."""
    left_out = list(dict.fromkeys(pair for selection in selections for pair in selection.left_out))
    present = [pair for pair in left_out if not pair[1].startswith(ELSEWHERE)]
    return f"no trial enters the pool as {measure}: {'; '.join(reasons(present or left_out))}"


def reasons(left_out: Iterable[tuple[str, str]]) -> list[str]:
    """`no result of this outcome: Lee 2010, Law 2021`, each reason once."""
    return [f"{reason}: {', '.join(names)}" for reason, names in by_reason(left_out).items()]
