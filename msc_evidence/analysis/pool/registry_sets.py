"""The sets of studies that a registry's selections make, named by their time where there are several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.pool.entry import Selection
from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.pool import Refused, StudySet
from msc_evidence.analysis.pool.selection import ELSEWHERE
from msc_evidence.analysis.pool.times import PoolTime, times_words


def named_sets(
    selections: Sequence[tuple[PoolTime, Selection]], measure: str, names: Mapping[str, str]
) -> list[StudySet]:
    """The sets of all times at which a trial enters, each in every scenario; raises Refused where none does."""
    timed = [(at, found.named(names)) for at, found in selections]
    entering = [(at, found) for at, found in timed if found.entries]
    if not entering:
        raise Refused(why_none([found for _, found in timed], measure))
    several = len(timed) > 1
    return [studies for at, found in entering for studies in sets_at(found, at, measure, several=several)]


def sets_at(found: Selection, at: PoolTime, measure: str, *, several: bool) -> list[StudySet]:
    """The sets at one time, named by it where there are several."""
    named = [times_words(at)] if several else []
    sets = found.study_sets(measure)
    return [replace(each, name=", ".join([*named, *([each.name] if each.name else [])])) for each in sets]


def why_none(selections: Sequence[Selection], measure: str) -> str:
    """Why no trial enters at any time, each reason once: of those that report the outcome, where any does."""
    left_out = list(dict.fromkeys(pair for found in selections for pair in found.left_out))
    present = [pair for pair in left_out if not pair[1].startswith(ELSEWHERE)]
    return f"no trial enters the pool as {measure}: {'; '.join(reasons(present or left_out))}"


def reasons(left_out: Iterable[tuple[str, str]]) -> list[str]:
    """`no result of this outcome: Lee 2010, Law 2021`, each reason once."""
    return [f"{reason}: {', '.join(names)}" for reason, names in by_reason(left_out).items()]
