"""Pools as the library gives them: of study data, or of a registry's outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.attributes import ATTRIBUTES
from msc_evidence.analysis.filters import Query, TrialFilter, eligible_trials, recognised_filter
from msc_evidence.analysis.pool.pool import StudySet
from msc_evidence.analysis.pool.selection import Question
from msc_evidence.analysis.pool.study_facts import Column, column_facts
from msc_evidence.analysis.pool.times import read_time
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.problems import nearest_hint
from msc_evidence.tables.pool.explored import FurtherRequest, explored
from msc_evidence.tables.pool.registry_answer import from_registry
from msc_evidence.tables.pool.request import Request
from msc_evidence.tables.pool.screen import pooled_table

if TYPE_CHECKING:
    from msc_evidence.registry.loader import Registry
    from msc_evidence.tables.table import Table

#: How to pool, by the names of the library's arguments.
Asked = Mapping[str, Any]


def data_pools(
    data: Mapping[str, Column],
    measure: str,
    asked: Asked,
    *,
    studies: Sequence[str] = (),
    by: str | None = None,
    moderators: Sequence[str] = (),
) -> Table:
    """The pool of study data in metafor's columns, by a further column or with some as moderators.

    Raises ValueError for a column there is not, and where names and columns differ in number.
    """
    for column in filter(None, (by, *moderators)):
        _require(column, data, "column")
    count = len(next(iter(data.values()), ()))
    labels = list(studies) or [str(at + 1) for at in range(count)]
    if len(labels) != count:
        raise ValueError(f"{len(labels)} studies are named; the columns have {count} values")
    request, further = _request(measure, asked), FurtherRequest(by=by, moderators=tuple(moderators))
    settings = request.settings(measure)
    study_set = StudySet.of(
        "", labels, {key: numbers for key in data if (numbers := _numbers(data[key]))}, measure
    )
    facts = column_facts({name: data[name] for name in further.fields})
    beside = explored([(study_set, facts)], settings, further)
    pools = [*request.pools(study_set, settings, facts), *beside.groups]
    pooled = pooled_table(pools, beside.differences)
    return replace(beside.tables[0], beside=(pooled,)) if beside.tables else pooled


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
    by: str | None = None,
    moderators: Sequence[str] = (),
) -> Table:
    """What the command gives machines: the pools at each time and in each scenario, or the moderators of them."""
    _require(outcome, registry.outcomes, "outcome")
    fields = tuple(name.replace("_", "-") for name in (*([by] if by else []), *moderators))
    for field in fields:
        _require(field, ATTRIBUTES, "field")
    criteria = recognised_filter(registry, TrialFilter(design))
    names = eligible_trials(registry, registry.trials, criteria).names
    query = Query(Analysis(registry), names, (outcome,), None, criteria)
    question = Question(outcome, measure or "", exclude=list(exclude), definition=definition, arms=arms)
    further = FurtherRequest(by=fields[0] if by else None, moderators=fields[1:] if by else fields)
    time = None if at is None else read_time(at)
    return from_registry(query, question, time, _request(measure, asked), further).table()


def _numbers(values: Column) -> list[float]:
    """The column as numbers; nothing of a column that holds a text."""
    return [] if any(isinstance(value, str) for value in values) else [float(value) for value in values]


def _require(name: str, known: Mapping[str, object], kind: str) -> None:
    if name not in known:
        raise ValueError(f"unknown {kind} '{name}'{nearest_hint(name, known)}")


def _request(measure: str | None, asked: Asked) -> Request:
    """How to pool; `level` is in per cent."""
    return Request(measure=measure, **{**asked, "level": asked["level"] / 100})
