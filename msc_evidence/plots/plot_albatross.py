"""The albatross plot: p against participants by direction, with contours of effects (Harrison 2017)."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.plots.albatross_axes import contour, key_words, marks, p_axis, size_axis
from msc_evidence.plots.axis import Axis
from msc_evidence.plots.canvas import Canvas, fitted, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.figure_albatross import draw
from msc_evidence.plots.plot import Plot
from msc_evidence.tables.albatross_picture import AlbatrossPanel, albatross_panels

HEIGHT, MARGIN = 17, 6
SIDES = ("◄ favours control", "favours treatment ►")


def alternative(panels: Sequence[AlbatrossPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[AlbatrossPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_panel(panel, width)]
    return lines


def _panel(panel: AlbatrossPanel, width: int) -> list[str]:
    lines = paragraph(f"{panel.title}: two-sided p against participants", width)
    if panel.points:
        lines += _grid(panel, min(width, 100))
        lines += [line for words in key_words(panel) for line in paragraph(words, width, "  ")]
    else:
        lines.append("no result can be placed")
    return [*lines, *unplaced_lines(panel.unplaced, width)]


def _grid(panel: AlbatrossPanel, width: int) -> list[str]:
    across, up, cells = p_axis(panel), size_axis(panel), width - MARGIN
    canvas = Canvas(cells, HEIGHT)
    for size in panel.contours:
        _contour(canvas, size, across, up)
    for row in range(HEIGHT):
        canvas.put(across.cell(0.0, cells), row, "│")
    for mark in marks(panel):
        column, row = across.cell(mark.x, cells), HEIGHT - 1 - up.cell(mark.y, HEIGHT)
        free = (at for at in (column, column + 1, column - 1, column + 2) if canvas.empty(at, row))
        canvas.put(next(free, column), row, mark.key)
    heights = {HEIGHT - 1 - up.cell(tick.at, HEIGHT): tick.label for tick in up.ticks}
    lines = ["    N"]
    for row, line in enumerate(canvas.lines()):
        lines.append(
            f"{fitted(heights.get(row, ''), MARGIN - 1, right=True)}{'┤' if row in heights else '│'}{line}"
        )
    axis, labels = tick_lines(across, cells)
    gap = " " * (MARGIN - 1)
    middle = MARGIN + across.cell(0.0, cells)
    sides = SIDES[0].rjust(middle - 2).ljust(middle + 2) + SIDES[1]
    return [*lines, f"{gap}└{axis}", f"{gap}p{labels}".rstrip(), sides, *_said(panel, width)]


def _contour(canvas: Canvas, effect: float, across: Axis, up: Axis) -> None:
    """Dots along an effect, and its size at the top of it on both sides."""
    label, last = f"{effect:g}", None
    for x, y in contour(effect, across, up):
        row = HEIGHT - 1 - up.cell(y, HEIGHT)
        last = x, row
        for side in (x, -x):
            canvas.put(across.cell(side, canvas.width), row, "·")
    if last:
        right, row = across.cell(last[0], canvas.width), last[1]
        left = across.cell(-last[0], canvas.width)
        canvas.put(min(right - len(label) // 2, canvas.width - len(label)), row, label)
        canvas.put(max(0, left - len(label) // 2), row, label)


def _said(panel: AlbatrossPanel, width: int) -> list[str]:
    sizes = ", ".join(f"{each:g}" for each in panel.contours)
    said = f"N as if in equal arms, 4n₁n₂/(n₁ + n₂). Dotted: standardised mean differences of {sizes}."
    return paragraph(said, width)


PLOT = Plot("Albatross plot", "registry", albatross_panels, alternative, text, draw, 85)
