"""Which results a question is about."""

from __future__ import annotations

from collections.abc import Iterable

from msc_evidence.analysis.baseline import analyse_baseline
from msc_evidence.analysis.result import AnalysedResult, analyse
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time

Analysed = list[tuple[str, Trial, AnalysedResult]]


def analysed(
    registry: Registry,
    names: Iterable[str],
    outcomes: Iterable[str] | None = None,
    *,
    all_sources: bool = True,
    at: Time | None = None,
) -> tuple[Analysed, int]:
    """The results of these trials, outcomes and time (all without them), and how many only a secondary source has.

    The latter are left out unless `all_sources`.
    """
    wanted, shown, left_out = set(registry.outcomes if outcomes is None else outcomes), [], 0
    for name in names:
        trial = registry.trials[name]
        for found in analyse(trial, registry.outcomes):
            if found.result.outcome not in wanted or (at is not None and found.result.at != at):
                continue
            if all_sources or found.source == trial.first_source:
                shown.append((name, trial, found))
            else:
                left_out += 1
    return shown, left_out


def with_baseline(
    registry: Registry, names: Iterable[str], outcomes: Iterable[str] | None = None, *, at: Time | None = None
) -> Analysed:
    """The results of these trials, outcomes and time; all of them, without outcomes, after the p-values at baseline."""
    shown: Analysed = []
    for name in names:
        trial = registry.trials[name]
        rows = analyse_baseline(trial) if outcomes is None else ()
        shown += [(name, trial, found) for found in rows]
        shown += analysed(registry, [name], outcomes, at=at)[0]
    return shown
