"""Pools as the library gives them: of study data, or of a registry's outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.filters import TrialFilter, eligible_trials, recognised_filter
from msc_evidence.analysis.harms import results_with_harms
from msc_evidence.analysis.pool.conventions import convention
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.pool import Settings, StudySet, pool_set
from msc_evidence.analysis.pool.registry_sets import named_sets, sets_at
from msc_evidence.analysis.pool.selection import Question, timed_selections
from msc_evidence.analysis.pool.times import read_time, times_words
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.problems import nearest_hint
from msc_evidence.tables.pool.feasible import feasible_pool_rows
from msc_evidence.tables.pool.screen import pooled_table

if TYPE_CHECKING:
    from msc_evidence.registry.loader import Registry
    from msc_evidence.tables.table import Table, Value

#: How to pool, by the names of the library's arguments.
Asked = Mapping[str, Any]


def data_pools(
    data: Mapping[str, Sequence[float]], measure: str, asked: Asked, *, studies: Sequence[str] = ()
) -> Table:
    """The pool of study data in metafor's columns; raises ValueError where names and columns differ in number."""
    settings = _settings(measure, asked)
    count = len(next(iter(data.values()), ()))
    labels = list(studies) or [str(at + 1) for at in range(count)]
    if len(labels) != count:
        raise ValueError(f"{len(labels)} studies are named; the columns have {count} values")
    study_set = StudySet.of("", labels, data, measure)
    return pooled_table([("", pool_set(study_set, settings))])


def registry_pools(
    registry: Registry,
    outcome: str,
    asked: Asked,
    *,
    at: str | None = None,
    measure: str | None = None,
    definition: str | None = None,
    design: str | None = None,
    exclude: Sequence[str] = (),
    arms: str = "combine",
) -> Table:
    """The pools of an outcome at each time and in each scenario, and what they can be where studies print only p."""
    if outcome not in registry.outcomes:
        raise ValueError(f"unknown outcome '{outcome}'{nearest_hint(outcome, registry.outcomes)}")
    time = None if at is None else read_time(at)
    criteria = recognised_filter(registry, TrialFilter(design))
    analysis, names = Analysis(registry), shown_names(registry.trials)
    results = {
        name: results_with_harms(analysis, name)
        for name in eligible_trials(registry, registry.trials, criteria).names
    }
    question = Question(outcome, measure or "", exclude=list(exclude), definition=definition, arms=arms)
    measure = measure or question_measure(question, time, results, registry)
    selections = timed_selections(replace(question, measure=measure), time, results, registry.trials)
    settings, several = _settings(measure, asked), len(selections) > 1
    pools = {each.name: pool_set(each, settings) for each in named_sets(selections, measure, names)}
    bounds: list[Mapping[str, Value]] = []
    for pool_time, selection in selections:
        named = selection.named(names)
        if named.entries:
            first, *_ = sets_at(named, pool_time, measure, several=several)
            when = times_words(pool_time) if several else ""
            bounds += feasible_pool_rows(named.entries, pools[first.name], when)
    return pooled_table(pools.items(), bounds)


def _settings(measure: str, asked: Asked) -> Settings:
    zeros = convention(measure, asked["zero_cells"], asked["cc"], asked["double_zero"])
    return Settings.usual(
        measure,
        asked["model"],
        asked["ci"],
        asked["level"] / 100,
        zeros,
        asked["prior_scale"],
        asked["prediction_df"],
    )
