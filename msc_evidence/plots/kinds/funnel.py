"""The funnel plot: effects by their standard errors, with contours of p (Peters 2008)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.axis import Axis, effect_axis, linear_ticks
from msc_evidence.plots.canvas import Canvas, fitted, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.panels import PoolPanel, StudyMark
from msc_evidence.plots.paper import Paper
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.pooling.small_studies import MINIMUM, egger
from msc_evidence.tables.words import finite, fixed, precise_p, significant_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
            f"{study.label} {study.effect}, standard error {significant_digits(study.se)}"
            for study in self.studies
        )
        heading = ", ".join(part for part in (self.panel.heading, self.panel.scenario) if part)
        return f"{heading}: {marks}. {self.asymmetry}"


def funnel_panels(panels: Sequence[PoolPanel]) -> tuple[FunnelPanel, ...]:
    """The pools of two studies or more; raises Refused where there is none."""
    studies_with_se = [
        (panel, tuple(study for study in panel.studies if math.isfinite(study.se))) for panel in panels
    ]
    drawn = tuple(
        FunnelPanel(panel, studies, asymmetry_words(studies))
        for panel, studies in studies_with_se
        if len(studies) > 1
    )
    if not drawn:
        raise Refused("a funnel plot needs two studies of one outcome at one time; no pool has them")
    return drawn


def asymmetry_words(studies: Sequence[StudyMark]) -> str:
    """Egger's test from ten studies on, and why there is none below (Sterne et al. 2011, BMJ 343:d4002)."""
    if len(studies) < MINIMUM:
        return f"No test of asymmetry: {len(studies)} studies, and fewer than {MINIMUM} cannot tell it from chance."
    try:
        test = egger([study.estimate for study in studies], [study.se**2 for study in studies])
    except ValueError as error:
        return f"No test of asymmetry: {error}."
    if not math.isfinite(test.statistic):
        return "No test of asymmetry: the effects follow their standard errors exactly, and leave no error."
    return (
        f"Egger's test of asymmetry: bias {fixed(test.bias)} per standard error, t {fixed(test.statistic)} on"
        f" {test.df} df, p {precise_p(test.p)}."
    )


#: The two-sided p-values whose contours are drawn (Peters et al. 2008, doi:10.1016/j.jclinepi.2007.11.010).
LEVELS = (0.10, 0.05, 0.01)
MEANT = "against no difference; p is above 0.10 inside, below 0.01 outside"
#: How far below the least precise study the picture goes on.
BELOW = 1.08


def se_axis(panel: FunnelPanel) -> Axis:
    """The axis of standard errors, from 0 to a little beyond the largest."""
    end = BELOW * max(study.se for study in panel.studies)
    return Axis(0.0, end, tuple(linear_ticks(0.0, end)))


def funnel_axis(panel: FunnelPanel) -> Axis:
    """The axis of effects: every estimate, the pooled one, no difference, and the contours as far as they are near."""
    pool, reach = panel.panel, z_from_p(LEVELS[-1]) * se_axis(panel).high
    needed = [pool.no_difference, *([panel.pooled] if panel.pooled is not None else [])]
    ends = (pool.no_difference - reach, pool.no_difference + reach)
    return effect_axis(panel.studies, needed, ends, scale=pool.scale)


def contours_between(distance: float, se: float) -> int:
    """How many contours lie between an effect and no difference.

    >>> [contours_between(distance, 0.5) for distance in (0.5, 0.9, 1.0, 1.5)]
    [0, 1, 2, 3]
    """
    return sum(distance > z_from_p(level) * se for level in LEVELS)


def contour_corners(centre: float, level: float, end: float) -> tuple[Sequence[float], Sequence[float]]:
    """The corners of what lies within a contour: across, and downwards."""
    reach = z_from_p(level) * end
    return (centre, centre - reach, centre + reach), (0.0, end, end)


#: Millimetres of a panel's frame and what stands left and right of it.
FIGURE_HEIGHT, LEFT, RIGHT = 58.0, 13.0, 5.0
#: What lies between a contour and the next further in: p below 0.01 is white again, outside and inside.
FIGURE_SHADES = {0.01: "#E4E4E4", 0.05: "#BFBFBF", 0.10: "white"}


def draw(panels: Sequence[FunnelPanel], page: Paper) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(panels, 1):
        page.y += 4.0 if number > 1 else 0.0
        page.line(panel.panel.heading, weight="bold")
        if panel.panel.scenario:
            page.line(panel.panel.scenario, style="italic")
        _draw_panel(panel, page, f"panel-{number}")
        ink.draw_unplaced(page, panel.panel.unplaced)


def _draw_panel(panel: FunnelPanel, page: Paper, name: str) -> None:
    width, top = page.width - LEFT - RIGHT, page.y + 2.0

    def frame(axes: Axes) -> None:
        _draw_axes(axes, panel, width, name)

    page.axes(LEFT, top, width, FIGURE_HEIGHT, frame)
    page.y = top + FIGURE_HEIGHT + 3.6
    y, sides = page.y + ink.LINE / 2, panel.panel.sides
    page.text(LEFT, y, f"← {sides[0]}", size=ink.SMALL)
    page.text(LEFT + width, y, f"{sides[1]} →", size=ink.SMALL, ha="right")
    page.y += ink.LINE + 0.8
    dark = f"Grey: p {LEVELS[1]:.2f} to {LEVELS[0]:.2f} (dark) and {LEVELS[2]:.2f} to {LEVELS[1]:.2f} (light)"
    pooled = "" if panel.pooled is None else " Dashed: pooled effect."
    hollow = " Open: direction not reported." if not all(study.directed for study in panel.studies) else ""
    page.line(f"{dark} {MEANT}.{pooled}{hollow}", size=ink.SMALL, color=ink.GREY)
    page.line(panel.asymmetry, size=ink.SMALL)


def _draw_axes(axes: Axes, panel: FunnelPanel, width: float, name: str) -> None:
    axis, down, centre = funnel_axis(panel), se_axis(panel), panel.panel.no_difference
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(down.high, down.low)
    ink.hide_frame(axes, "left", "bottom")
    ink.draw_ticks(axes, axis, width)
    axes.set_yticks([tick.at for tick in down.ticks], [tick.label for tick in down.ticks], fontsize=ink.SMALL)
    axes.set_ylabel("standard error", fontsize=ink.SIZE, labelpad=2)
    for level, shade in FIGURE_SHADES.items():
        xs, ys = contour_corners(centre, level, down.high)
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


TEXT_HEIGHT, MARGIN = 15, 7
#: Background by the number of contours between it and no difference.
TEXT_SHADES = (" ", "▒", "·", " ")


def alternative(panels: Sequence[FunnelPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[FunnelPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_text_panel(panel, width)]
    return lines


def _text_panel(panel: FunnelPanel, width: int) -> list[str]:
    pool = panel.panel
    lines = paragraph(pool.heading, width)
    lines += paragraph(pool.scenario, width) if pool.scenario else []
    lines += ["", *_text_grid(panel, min(width, 100))]
    legend = f"▒ p 0.05 to 0.10, · p 0.01 to 0.05 {MEANT}." + " ┊ pooled effect." * (panel.pooled is not None)
    legend += " ○ direction not reported." * (not all(study.directed for study in panel.studies))
    lines += [*paragraph(legend, width), *paragraph(panel.asymmetry, width)]
    return [*lines, *unplaced_lines(pool.unplaced, width)]


def _text_grid(panel: FunnelPanel, width: int) -> list[str]:
    axis, down, cells = funnel_axis(panel), se_axis(panel), width - MARGIN
    canvas = Canvas(cells, TEXT_HEIGHT)
    _put_background(canvas, axis, down, panel.panel.no_difference)
    for row in range(TEXT_HEIGHT):
        canvas.put(axis.cell(panel.panel.no_difference, cells), row, "│")
        if panel.pooled is not None:
            canvas.put(axis.cell(panel.pooled, cells), row, "┊")
    for study in panel.studies:
        canvas.put(
            axis.cell(study.estimate, cells), down.cell(study.se, TEXT_HEIGHT), "●" if study.directed else "○"
        )
    heights = {down.cell(tick.at, TEXT_HEIGHT): tick.label for tick in down.ticks}
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


def _put_background(canvas: Canvas, axis: Axis, down: Axis, centre: float) -> None:
    step = (axis.high - axis.low) / canvas.width
    for row in range(TEXT_HEIGHT):
        se = down.high * (row + 0.5) / TEXT_HEIGHT
        for column in range(canvas.width):
            distance = abs(axis.low + (column + 0.5) * step - centre)
            canvas.put(column, row, TEXT_SHADES[contours_between(distance, se)])


PLOT = Plot("Funnel plot", "pools", funnel_panels, alternative, text, draw, 85)
