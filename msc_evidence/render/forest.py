"""A forest plot of a report: rows of numbers, each with its interval as shares of one axis; no paper, no pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msc_evidence.tables.table import Column, Table

#: What its signs mean, said where one is drawn.
OPEN_SQUARE = "Open square: no source says which arm did better."
CUT_OFF = "Arrows: the interval goes on."


@dataclass(frozen=True, slots=True)
class ForestMark:
    """An estimate and its interval in per cent of the axis; `cut` where the interval goes on beyond an end."""

    low: float
    estimate: float
    high: float
    cut: tuple[bool, bool]
    #: Side of a study's square in pixels; of a pool and a prediction 0.
    side: float
    #: Whether a source says which arm did better.
    directed: bool


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A line of a forest: a study, a pool or the interval of a new study."""

    kind: Literal["study", "pooled", "prediction"]
    label: str
    arms: tuple[str, str]
    effect: str
    weight: str
    mark: ForestMark
    #: The trial's id, for the reference.
    trial: str | None = None


@dataclass(frozen=True, slots=True)
class ForestGroup:
    """The studies of one time, or of one outcome where each has a single study, and what must be known of them."""

    title: str
    rows: tuple[ForestRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AxisTick:
    """A value on the axis, in per cent of its length, and how it reads."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class PageForest:
    """A forest of one outcome, time by time on one axis, or of outcomes that one trial each reports."""

    name: str
    title: str
    measure: str
    #: What the treated and the control side are called.
    arms: tuple[str, str]
    #: What stands in the arms' columns: `events/n`, `n`.
    counted: str
    #: What lies left and right of no difference.
    sides: tuple[str, str]
    #: Where no difference lies, in per cent of the axis.
    no_difference: float
    ticks: tuple[AxisTick, ...]
    groups: tuple[ForestGroup, ...]
    notes: tuple[str, ...]
    #: Whether it is of an outcome of the Summary of Findings.
    of_summary: bool = False

    @property
    def table(self) -> Table:
        """Its numbers, for formats that draw nothing: what is said of signs is left out."""
        treated, control = (f"{arm}, {self.counted}" for arm in self.arms)
        columns = (
            Column("of", "At", grouped=True), Column("trial", "Trial"), Column("treated", treated),
            Column("control", control), Column("effect", "Effect (95% CI)"), Column("weight", "Weight"),
        )  # fmt: skip
        rows = tuple(
            {
                "of": group.title or None,
                "trial": row.label,
                "treated": row.arms[0] or None,
                "control": row.arms[1] or None,
                "effect": row.effect,
                "weight": row.weight or None,
            }
            for group in self.groups
            for row in group.rows
        )
        shown = tuple(column for column in columns if any(row[column.key] for row in rows))
        said = dict.fromkeys([*(note for group in self.groups for note in group.notes), *self.notes])
        notes = tuple(note for note in said if note not in (OPEN_SQUARE, CUT_OFF))
        return Table("forest", shown, rows, self.title, notes)
