"""The forest plot: each study's effect by its weight, the pooled effect, and who cannot be placed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.plots.axis import Axis, cut_off, panel_axis
from msc_evidence.plots.canvas import Canvas, column_width, fitted, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.figure_forest import draw
from msc_evidence.plots.plot import Plot
from msc_evidence.tables.pool_picture import PooledMark, PoolPanel, StudyMark

#: The picture of a panel is at least so many columns wide.
NARROWEST = 16
#: A study's name has at least so many.
NAME = 8
#: An effect with its interval takes at most so many.
EFFECT = 36
POOLED = "Pooled"
BEYOND_MEANT = "◄ ►: the interval goes on."


def picture(panels: Sequence[PoolPanel]) -> tuple[PoolPanel, ...]:
    """The panels as they are."""
    return tuple(panels)


def alternative(panels: Sequence[PoolPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[PoolPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_panel(panel, width)]
    return lines


def _panel(panel: PoolPanel, width: int) -> list[str]:
    lines = paragraph(panel.heading, width)
    lines += paragraph(panel.scenario, width) if panel.scenario else []
    if panel.studies and panel.pooled:
        lines += ["", *_rows(panel, panel.pooled, width)]
        lines += paragraph(panel.pooled.heterogeneity, width) if panel.pooled.heterogeneity else []
        model = panel.pooled.models if len(panel.studies) > 1 else ""
        silent = [study.label for study in panel.studies if not study.directed]
        model += f" □ direction not reported ({', '.join(silent)})." if silent else ""
        model += f" {BEYOND_MEANT}" if cut_off(panel) else ""
        lines += paragraph(model.strip(), width) if model else []
    else:
        lines.append("no trial can be placed")
    return [*lines, *unplaced_lines(panel.unplaced, width)]


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of one row beside the picture."""

    label: str
    arms: tuple[str, str] = ("", "")
    effect: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class _Columns:
    """How many columns of the terminal each part takes."""

    label: int
    arms: tuple[int, ...]
    cells: int
    effect: int
    weight: int

    @classmethod
    def of(cls, rows: Sequence[_Row], width: int) -> _Columns:
        """As wide as the words, the picture as wide as what is left."""
        arms = tuple(column_width([row.arms[at] for row in rows], 13) for at in (0, 1))
        effect = column_width([row.effect for row in rows], EFFECT)
        weight = column_width([row.weight for row in rows[1:]], 5)
        beside = effect + 2 + (weight + 1 if weight else 0)
        if width - beside - sum(each + 1 for each in arms if each) < NARROWEST + NAME:
            arms = (0, 0)  # a narrow terminal shows effects, not sizes
        used = beside + sum(each + 1 for each in arms if each)
        label = column_width([row.label for row in rows], max(NAME, min(24, width - used - NARROWEST)))
        return cls(label, arms, max(NARROWEST, width - used - label), effect, weight)

    @property
    def before(self) -> int:
        """What stands left of the picture."""
        return self.label + sum(each + 1 for each in self.arms if each) + 1

    def line(self, row: _Row, drawn: str) -> str:
        """One row with its part of the picture."""
        sizes = zip(row.arms, self.arms, strict=True)
        counts = [fitted(text, wide, right=True) for text, wide in sizes if wide]
        weight = [fitted(row.weight, self.weight, right=True)] if self.weight else []
        parts = [fitted(row.label, self.label), *counts, fitted(drawn, self.cells)]
        return " ".join([*parts, fitted(row.effect, self.effect), *weight]).rstrip()


def _rows(panel: PoolPanel, pooled: PooledMark, width: int) -> list[str]:
    rows = [_Row(each.label, each.arms, each.effect, _percent(each.weight)) for each in panel.studies]
    rows += [_Row(POOLED, effect=pooled.effect)] if len(panel.studies) > 1 else []
    rows += [_Row("New study", effect=pooled.prediction_words or "")] if pooled.prediction else []
    arms = ("Treatment", "Control") if panel.counted else ("", "")
    heads = [_Row("Study", arms, "Effect (95% CI)", "%")]
    heads += [_Row("", ("events/n", "events/n"))] if panel.counted == "events/n" else []
    columns = _Columns.of([*heads, *rows], width)
    axis, canvas = panel_axis(panel), Canvas(columns.cells, len(rows))
    for row, study in enumerate(panel.studies):
        _mark(canvas, row, axis, study)
    if len(panel.studies) > 1:
        _pool(canvas, len(panel.studies), axis, pooled)
    for row in range(canvas.height):
        canvas.cross(axis.cell(panel.no_difference, columns.cells), row)
    drawn = [*("" for _ in heads), *canvas.lines()]
    lines = [columns.line(row, picture) for row, picture in zip([*heads, *rows], drawn, strict=True)]
    return [*lines, *_below(panel, axis, columns.before, columns.cells, width)]


def _below(panel: PoolPanel, axis: Axis, before: int, cells: int, width: int) -> list[str]:
    """The axis, and who is favoured left and right of no difference."""
    middle = before + axis.cell(panel.no_difference, cells)
    left, right = f"◄ {panel.sides[0]}", f"{panel.sides[1]} ►"
    at = min(middle + 2, width - len(right))
    both = f"{left:>{min(middle - 1, at - 2)}}".ljust(at) + right
    return [*(" " * before + line.rstrip() for line in tick_lines(axis, cells)), both]


def _mark(canvas: Canvas, row: int, axis: Axis, study: StudyMark) -> None:
    if math.isfinite(study.se):
        _interval(canvas, row, axis, (study.lower, study.upper), "├─┤")
    canvas.put(axis.cell(study.estimate, canvas.width), row, "■" if study.directed else "□")


def _pool(canvas: Canvas, row: int, axis: Axis, pooled: PooledMark) -> None:
    if not math.isfinite(pooled.estimate):
        return
    if math.isfinite(pooled.lower):
        _interval(canvas, row, axis, (pooled.lower, pooled.upper), "<=>")
    canvas.put(axis.cell(pooled.estimate, canvas.width), row, "◆")
    if pooled.prediction:
        _interval(canvas, row + 1, axis, pooled.prediction, "├┄┤")


def _interval(canvas: Canvas, row: int, axis: Axis, ends: tuple[float, float], signs: str) -> None:
    """A line from end to end, with an arrow where it goes on beyond the axis."""
    low, high = (axis.cell(end, canvas.width) for end in ends)
    canvas.put(low, row, signs[1] * (high - low + 1))
    canvas.put(low, row, signs[0] if axis.holds(ends[0]) else "◄")
    canvas.put(high, row, signs[2] if axis.holds(ends[1]) else "►")


def _percent(weight: float | None) -> str:
    return "" if weight is None else f"{weight:.1f}"


PLOT = Plot("Forest plot", "pools", picture, alternative, text, draw)
