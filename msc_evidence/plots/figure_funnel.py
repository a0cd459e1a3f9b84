"""The funnel plot on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msc_evidence.plots import page as ink
from msc_evidence.plots.funnel_axes import LEVELS, MEANT, across, se_axis, triangle
from msc_evidence.plots.page import Page
from msc_evidence.tables.funnel_picture import FunnelPanel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Millimetres of a panel's frame and what stands left and right of it.
HEIGHT, LEFT, RIGHT = 58.0, 13.0, 5.0
#: What lies between a contour and the next further in: p below 0.01 is white again, outside and inside.
SHADES = {0.01: "#E4E4E4", 0.05: "#BFBFBF", 0.10: "white"}


def draw(panels: Sequence[FunnelPanel], page: Page) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(panels, 1):
        page.y += 4.0 if number > 1 else 0.0
        page.line(panel.panel.heading, weight="bold")
        if panel.panel.scenario:
            page.line(panel.panel.scenario, style="italic")
        _panel(panel, page, f"panel-{number}")
        ink.unplaced(page, panel.panel.unplaced)


def _panel(panel: FunnelPanel, page: Page, name: str) -> None:
    width, top = page.width - LEFT - RIGHT, page.y + 2.0

    def frame(axes: Axes) -> None:
        _axes(axes, panel, width, name)

    page.axes(LEFT, top, width, HEIGHT, frame)
    page.y = top + HEIGHT + 3.6
    y, sides = page.y + ink.LINE / 2, panel.panel.sides
    page.text(LEFT, y, f"← {sides[0]}", size=ink.SMALL)
    page.text(LEFT + width, y, f"{sides[1]} →", size=ink.SMALL, ha="right")
    page.y += ink.LINE + 0.8
    dark = f"Grey: p {LEVELS[1]:.2f} to {LEVELS[0]:.2f} (dark) and {LEVELS[2]:.2f} to {LEVELS[1]:.2f} (light)"
    pooled = "" if panel.pooled is None else " Dashed: pooled effect."
    hollow = " Open: direction not reported." if not all(study.directed for study in panel.studies) else ""
    page.line(f"{dark} {MEANT}.{pooled}{hollow}", size=ink.SMALL, color=ink.GREY)
    page.line(panel.asymmetry, size=ink.SMALL)


def _axes(axes: Axes, panel: FunnelPanel, width: float, name: str) -> None:
    axis, down, centre = across(panel), se_axis(panel), panel.panel.no_difference
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(down.high, down.low)
    ink.bare(axes, "left", "bottom")
    ink.ticks(axes, axis, width)
    axes.set_yticks([tick.at for tick in down.ticks], [tick.label for tick in down.ticks], fontsize=ink.SMALL)
    axes.set_ylabel("standard error", fontsize=ink.SIZE, labelpad=2)
    for level, shade in SHADES.items():
        xs, ys = triangle(centre, level, down.high)
        (region,) = axes.fill(xs, ys, facecolor=shade, edgecolor=ink.GREY, linewidth=0.4, zorder=1)
        region.set_gid(f"{name}-contour-{level:g}")
    axes.plot([centre, centre], [down.low, down.high], color=ink.BLACK, linewidth=0.6, zorder=2)
    if panel.pooled is not None:
        (line,) = axes.plot(
            [panel.pooled] * 2,
            [down.low, down.high],
            color=ink.VERMILLION,
            linewidth=0.8,
            linestyle=(0, (3, 2)),
            zorder=2,
        )
        line.set_gid(f"{name}-pooled")
    for number, study in enumerate(panel.studies, 1):
        (dot,) = axes.plot(
            [study.estimate], [study.se], "o", markersize=4, markeredgecolor=ink.BLUE, markeredgewidth=0.8,
            markerfacecolor=ink.BLUE if study.directed else "white", zorder=3, clip_on=False,
        )  # fmt: skip
        dot.set_gid(f"{name}-study-{number}")
