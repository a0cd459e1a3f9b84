"""Pools as a funnel plot shows them: effects by their standard errors, and what a test of asymmetry says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.statistics.pooling.small_studies import MINIMUM, egger
from msc_evidence.tables.pool_picture import PoolPanel, StudyMark
from msc_evidence.tables.words import finite, fixed, precise_p, significant


@dataclass(frozen=True, slots=True)
class FunnelPanel:
    """A pool, its studies that have a standard error, and whether small ones show other effects than large ones."""

    panel: PoolPanel
    studies: tuple[StudyMark, ...]
    asymmetry: str

    @property
    def pooled(self) -> float | None:
        """The pooled effect, None where there is none."""
        return finite(self.panel.pooled.estimate) if self.panel.pooled else None

    @property
    def alternative(self) -> str:
        """The panel in words."""
        marks = "; ".join(
            f"{each.label} {each.effect}, standard error {significant(each.se)}" for each in self.studies
        )
        heading = ", ".join(part for part in (self.panel.heading, self.panel.scenario) if part)
        return f"{heading}: {marks}. {self.asymmetry}"


def funnels(panels: Sequence[PoolPanel]) -> tuple[FunnelPanel, ...]:
    """The pools of two studies or more; raises Refused where there is none."""
    found = [(panel, tuple(each for each in panel.studies if math.isfinite(each.se))) for panel in panels]
    drawn = tuple(
        FunnelPanel(panel, studies, asymmetry_words(studies)) for panel, studies in found if len(studies) > 1
    )
    if not drawn:
        raise Refused("a funnel plot needs two studies of one outcome at one time; no pool has them")
    return drawn


def asymmetry_words(studies: Sequence[StudyMark]) -> str:
    """Egger's test from ten studies on, and why there is none below (Sterne et al. 2011, BMJ 343:d4002)."""
    if len(studies) < MINIMUM:
        return f"No test of asymmetry: {len(studies)} studies, and fewer than {MINIMUM} cannot tell it from chance."
    try:
        found = egger([each.estimate for each in studies], [each.se**2 for each in studies])
    except ValueError as error:
        return f"No test of asymmetry: {error}."
    if not math.isfinite(found.statistic):
        return "No test of asymmetry: the effects follow their standard errors exactly, and leave no error."
    return (
        f"Egger's test of asymmetry: bias {fixed(found.bias)} per standard error, t {fixed(found.statistic)} on"
        f" {found.df} df, p {precise_p(found.p)}."
    )
