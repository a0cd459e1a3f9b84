"""Ordinal outcomes as shares of each arm in each category: the stacked bars of a shift analysis."""

from __future__ import annotations

from dataclasses import dataclass

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.recompute.bases import distributions
from msc_evidence.analysis.recompute.ordinal import ordinal_effects
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.tables.registry_picture import Scope, Unplaced
from msc_evidence.tables.words import estimate_words, p_value

#: More categories than this are no legible bar.
MOST_CATEGORIES = 11


@dataclass(frozen=True, slots=True)
class Bar:
    """One arm: participants in each category, lowest first."""

    label: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Participants of the arm."""
        return sum(self.counts)

    @property
    def boundaries(self) -> tuple[float, ...]:
        """Cumulative shares in per cent, from 0 to 100."""
        return tuple(100 * sum(self.counts[:at]) / self.n for at in range(len(self.counts) + 1))


@dataclass(frozen=True, slots=True)
class ShiftPanel:
    """One result with both arms' distributions, treatment first, and what they say together."""

    title: str
    scale: str
    grades: tuple[str, ...]
    better: str | None
    bars: tuple[Bar, Bar]
    effect: str | None

    @property
    def alternative(self) -> str:
        """The panel in words."""
        arms = [
            f"{bar.label} (n {bar.n}): "
            + ", ".join(f"{name} {count}" for name, count in zip(self.grades, bar.counts, strict=True))
            for bar in self.bars
        ]
        return f"{self.title}, {self.scale}: {'; '.join(arms)}{'; ' + self.effect if self.effect else ''}."


@dataclass(frozen=True, slots=True)
class ShiftPicture:
    """The bars of every result that has them, and the trials that have none."""

    panels: tuple[ShiftPanel, ...]
    unplaced: tuple[Unplaced, ...]


def shift_picture(scope: Scope) -> ShiftPicture:
    """The distributions of the outcome asked for, else of every outcome; raises Refused where none is reported."""
    names, panels, placed = scope.names(), [], set()
    for outcome in scope.chosen():
        for key, trial, found in scope.results(outcome):
            panel = _panel(names[key], trial, found)
            if panel:
                panels.append(panel)
                placed.add(key)
    reason = "reports no distribution of both arms over the categories"
    unplaced = tuple((name, reason) for key, name in names.items() if key not in placed)
    if not panels:
        raise Refused(f"nothing to draw: {', '.join(name for name, _ in unplaced)}: {reason}")
    return ShiftPicture(tuple(panels), unplaced)


def _panel(name: str, trial: Trial, found: AnalysedResult) -> ShiftPanel | None:
    case = found.case
    pair = distributions(case) if case else None
    if case is None or pair is None or len(pair[0]) > MOST_CATEGORIES:
        return None
    labels = (trial.arms[arm].label or arm for arm in (case.contrast.arm, case.contrast.against))
    first, second = (Bar(label, tuple(counts)) for label, counts in zip(labels, pair, strict=True))
    at = "time not reported" if found.timepoint == "not reported" else f"at {found.timepoint}"
    effects = {row.measure: row for row in ordinal_effects(case)}
    row = effects.get("common OR")
    odds = None
    if row is not None and row.p is not None:
        words = estimate_words(row.measure, row.estimate, (row.ci_lb, row.ci_ub))
        odds = f"common odds ratio {words} of a better outcome, p {p_value(row.p)}"
    grades = _grades(found.outcome, len(pair[0]))
    return ShiftPanel(f"{name} {at}", found.label, grades, found.outcome.better, (first, second), odds)


def _grades(outcome: Outcome, count: int) -> tuple[str, ...]:
    """The value of each category where range and step give as many, else their number from 0."""
    low, step = 0.0, 1.0
    if outcome.range is not None and outcome.step is not None:
        ends, width = (float(outcome.range.low), float(outcome.range.high)), float(outcome.step)
        if round((ends[1] - ends[0]) / width) + 1 == count:
            low, step = ends[0], width
    return tuple(f"{low + step * at:g}" for at in range(count))
