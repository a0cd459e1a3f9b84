"""The funnel plot: effects by their standard errors, with contours of p (Peters 2008)."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.plots.axis import Axis
from msc_evidence.plots.canvas import Canvas, fitted, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.figure_funnel import draw
from msc_evidence.plots.funnel_axes import MEANT, across, band, se_axis
from msc_evidence.plots.plot import Plot
from msc_evidence.tables.funnel_picture import FunnelPanel, funnels

HEIGHT, MARGIN = 15, 7
#: Background by the number of contours between it and no difference.
SHADES = (" ", "▒", "·", " ")


def alternative(panels: Sequence[FunnelPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[FunnelPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_panel(panel, width)]
    return lines


def _panel(panel: FunnelPanel, width: int) -> list[str]:
    pool = panel.panel
    lines = paragraph(pool.heading, width)
    lines += paragraph(pool.scenario, width) if pool.scenario else []
    lines += ["", *_grid(panel, min(width, 100))]
    said = f"▒ p 0.05 to 0.10, · p 0.01 to 0.05 {MEANT}." + " ┊ pooled effect." * (panel.pooled is not None)
    said += " ○ direction not reported." * (not all(study.directed for study in panel.studies))
    lines += [*paragraph(said, width), *paragraph(panel.asymmetry, width)]
    return [*lines, *unplaced_lines(pool.unplaced, width)]


def _grid(panel: FunnelPanel, width: int) -> list[str]:
    axis, down, cells = across(panel), se_axis(panel), width - MARGIN
    canvas = Canvas(cells, HEIGHT)
    _background(canvas, axis, down, panel.panel.no_difference)
    for row in range(HEIGHT):
        canvas.put(axis.cell(panel.panel.no_difference, cells), row, "│")
        if panel.pooled is not None:
            canvas.put(axis.cell(panel.pooled, cells), row, "┊")
    for study in panel.studies:
        canvas.put(
            axis.cell(study.estimate, cells), down.cell(study.se, HEIGHT), "●" if study.directed else "○"
        )
    heights = {down.cell(tick.at, HEIGHT): tick.label for tick in down.ticks}
    lines = ["standard error"]
    for row, line in enumerate(canvas.lines()):
        label = fitted(heights.get(row, ""), MARGIN - 1, right=True)
        lines.append(f"{label}{'┤' if row in heights else '│'}{line}")
    marks, labels = tick_lines(axis, cells)
    gap, middle = " " * (MARGIN - 1), MARGIN + axis.cell(panel.panel.no_difference, cells)
    left, right = f"◄ {panel.panel.sides[0]}", f"{panel.panel.sides[1]} ►"
    at = min(middle + 2, width - len(right))
    both = f"{left:>{max(0, min(middle - 1, at - 2))}}".ljust(at) + right
    return [*lines, f"{gap}└{marks}", f"{gap} {labels}".rstrip(), both]


def _background(canvas: Canvas, axis: Axis, down: Axis, centre: float) -> None:
    step = (axis.high - axis.low) / canvas.width
    for row in range(HEIGHT):
        se = down.high * (row + 0.5) / HEIGHT
        for column in range(canvas.width):
            distance = abs(axis.low + (column + 0.5) * step - centre)
            canvas.put(column, row, SHADES[band(distance, se)])


PLOT = Plot("Funnel plot", "pools", funnels, alternative, text, draw, 85)
