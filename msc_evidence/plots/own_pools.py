"""A user's own studies as pictures show them."""

from __future__ import annotations

import math

from msc_evidence.analysis.pool.pool import Settings, StudySet
from msc_evidence.analysis.pool.study_facts import StudyFacts
from msc_evidence.plots.panels import AS_THEY_STAND, Arrangement, PoolPanel, StudyRows
from msc_evidence.plots.pools import arranged_panel


def own_panel(
    name: str,
    studies: StudySet,
    settings: Settings,
    facts: StudyFacts | None = None,
    arrangement: Arrangement = AS_THEY_STAND,
) -> PoolPanel:
    """The panel of a user's own studies; `facts` are those of an arrangement. Raises Refused as `pool_set` does."""
    return arranged_panel(name, "", studies, _own_rows(studies), facts, settings, arrangement)


def _own_rows(studies: StudySet) -> StudyRows:
    """The arms as the file's columns give them."""
    columns = {key: values.tolist() for key, values in studies.columns.items()}
    count = len(studies.labels)
    beside = (True,) * count, (None,) * count
    for event, other, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if event in columns and other in columns:
            columns[size] = [a + b for a, b in zip(columns[event], columns[other], strict=True)]
    if not {"n1i", "n2i"} <= set(columns):
        return StudyRows("", (("", ""),) * count, *beside)
    if not {"ai", "ci"} <= set(columns):
        sizes = ((_count(columns["n1i"][at]), _count(columns["n2i"][at])) for at in range(count))
        return StudyRows("n", tuple(sizes), *beside)
    pairs = (("ai", "n1i"), ("ci", "n2i"))
    arms = (
        [_events(columns[events][at], columns[size][at]) for events, size in pairs] for at in range(count)
    )
    return StudyRows("events/n", tuple((first, second) for first, second in arms), *beside)


def _events(events: float, size: float) -> str:
    """`4/20`; nothing where neither is known, as of an effect beside studies with counts."""
    return "" if math.isnan(events) and math.isnan(size) else f"{_count(events)}/{_count(size)}"


def _count(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "?"
