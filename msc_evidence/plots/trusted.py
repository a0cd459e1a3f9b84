"""Panels headed by which trials they are of by their trustworthiness: all and, below them, those without concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots.panels import PoolPanel
from msc_evidence.tables.headline import TRUSTED
from msc_evidence.tables.trusted import trusted_queries


def trusted_panels(
    query: Query, panels_of: Callable[[Query], tuple[PoolPanel, ...]]
) -> tuple[PoolPanel, ...]:
    """The panels of each set of trials, headed by who is left out; raises Refused where all trials have none."""
    return tuple(_headed_panels(query, panels_of))


def headed_by_trust(query: Query, panels: tuple[PoolPanel, ...]) -> tuple[PoolPanel, ...]:
    """The panels, saying that trials were chosen by their trustworthiness where they were."""
    words = TRUSTED.get(str(query.criteria.trust))
    return tuple(_with_scenario(panel, f"trials {words}") for panel in panels) if words else panels


def _with_scenario(panel: PoolPanel, words: str) -> PoolPanel:
    return replace(panel, scenario="; ".join(filter(None, [panel.scenario, words])))


def _headed_panels(query: Query, panels_of: Callable[[Query], tuple[PoolPanel, ...]]) -> Iterator[PoolPanel]:
    for step in trusted_queries(query):
        try:
            panels = panels_of(step.query)
        except Refused:
            if not step.left_out:
                raise
            continue
        for panel in panels:
            yield _with_scenario(panel, step.heading)
