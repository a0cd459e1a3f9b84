"""Risk of bias as a traffic light on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msc_evidence.plots import page as ink
from msc_evidence.plots.page import Page, folded
from msc_evidence.tables.rob_picture import COLUMNS, DOMAINS, SIGNS, Lights, TrafficLight

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Millimetres between the centres of two signs, at most and at least, and the diameter of a light in points.
CELL, NARROW, LIGHT = 14.0, 8.4, 12.0
FILLS = {"+": ink.GREEN, "-": ink.YELLOW, "x": ink.VERMILLION, "?": ink.SKY}
SIGNS_MEANT = f"{', '.join(f'{sign} {judgement.casefold()}' for judgement, sign in SIGNS.items())}."
DOMAINS_MEANT = f"{'; '.join(f'{code} {words}' for code, words in DOMAINS.items())}."


def draw(picture: TrafficLight, page: Page) -> None:
    """One row per result judged, and below who was not."""
    cell = min(CELL, max(NARROW, (page.width - 50.0) / len(COLUMNS)))
    label, size = page.width - 4.0 - cell * len(COLUMNS), ink.SIZE if page.width > 120 else ink.SMALL
    for at, column in enumerate(COLUMNS):
        page.text(
            2.0 + label + (at + 0.5) * cell, page.y + 2.0, column, size=size, weight="bold", ha="center"
        )
    page.y += ink.LINE + 1.2
    names = [folded(row.label, label - 2.0, size) for row in picture.rows]
    heights = [max(6.0, ink.LINE * len(lines) + 1.6) for lines in names]
    top, total = page.y, sum(heights)
    for lines, height in zip(names, heights, strict=True):
        first = page.y + height / 2 - ink.LINE * (len(lines) - 1) / 2
        for at, line in enumerate(lines):
            page.text(2.0, first + at * ink.LINE, line, size=size)
        page.y += height

    def frame(axes: Axes) -> None:
        axes.set_xlim(0, len(COLUMNS))
        axes.set_ylim(total, 0)
        ink.bare(axes)
        axes.set_xticks([])
        for number, row in enumerate(picture.rows):
            _row(axes, row, sum(heights[:number]) + heights[number] / 2, f"result-{number + 1}")
            axes.axhline(sum(heights[:number]), color=ink.PALE, linewidth=0.5)

    page.axes(2.0 + label, top, cell * len(COLUMNS), total, frame)
    page.y += 1.6
    for words in (SIGNS_MEANT, DOMAINS_MEANT):
        page.line(words, size=ink.SMALL, color=ink.GREY)
    if picture.not_judged:
        page.line(f"Not judged: {'; '.join(picture.not_judged)}.", size=ink.SMALL, color=ink.GREY)


def _row(axes: Axes, row: Lights, y: float, name: str) -> None:
    for at, (column, sign) in enumerate(zip(COLUMNS, row.signs, strict=True)):
        (light,) = axes.plot(
            [at + 0.5], [y], "o", markersize=LIGHT, markerfacecolor=FILLS[sign], markeredgecolor=ink.BLACK,
            markeredgewidth=0.5,
        )  # fmt: skip
        light.set_gid(f"{name}-{column}")
        axes.text(at + 0.5, y, sign, ha="center", va="center_baseline", fontsize=ink.SIZE + 1, weight="bold")
