"""Stacked bars of an ordinal outcome on a page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msc_evidence.plots import page as ink
from msc_evidence.plots.page import Page, shortened, text_width
from msc_evidence.tables.shift_picture import Bar, ShiftPanel, ShiftPicture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Millimetres of the frame of two bars, and of the widest label.
HEIGHT, WIDEST = 25.0, 40.0
#: From blue to vermillion through pale tints, told apart by lightness as well (after Okabe & Ito 2008).
COLOURS = ("#0072B2", "#4C9CCB", "#A6CEE3", "#F2F2F2", "#F7C9A6", "#E88A4A", "#A84300")
#: Tops and bottoms of both bars; treatment is above.
BARS = ((0.0, 0.38), (0.62, 1.0))


def draw(picture: ShiftPicture, page: Page) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(picture.panels):
        page.y += 4.0 if number else 0.0
        page.line(f"{panel.title}: {panel.scale}", weight="bold")
        _panel(panel, page, f"panel-{number + 1}")
    ink.unplaced(page, picture.unplaced)


def _panel(panel: ShiftPanel, page: Page, name: str) -> None:
    labels = [bar.label for bar in panel.bars]
    label = min(WIDEST, page.width / 3, max(text_width(each) for each in (*labels, "n 0000")) + 3.0)
    top, width = page.y + 1.0, page.width - label - 8.0
    for (start, end), bar in zip(BARS, panel.bars, strict=True):
        middle = top + HEIGHT * (start + end) / 2
        page.text(2.0, middle - 1.7, shortened(bar.label, label - 1.0))
        page.text(2.0, middle + 1.9, f"n {bar.n}", size=ink.SMALL, color=ink.GREY)

    def frame(axes: Axes) -> None:
        _axes(axes, panel, width, name)

    page.axes(2.0 + label, top, width, HEIGHT, frame)
    page.y = top + HEIGHT + 4.4
    page.text(2.0 + label + width / 2, page.y + ink.LINE / 2, "participants (%)", size=ink.SMALL, ha="center")
    page.y += ink.LINE + 0.6
    _key(panel, page)
    if panel.effect:
        page.line(panel.effect[0].upper() + panel.effect[1:] + ".", size=ink.SMALL)


def _key(panel: ShiftPanel, page: Page) -> None:
    """Which end of the scale is the better one; the grades stand in the bars."""
    better = {"lower": panel.grades[0], "higher": panel.grades[-1]}.get(panel.better or "")
    best = f"; {better} is best" if better else ""
    page.line(f"In each segment: the category and how many participants are in it{best}.", size=ink.SMALL,
              color=ink.GREY)  # fmt: skip


def colours(panel: ShiftPanel) -> list[str]:
    """A colour for each category, blue at the better end."""
    count = len(panel.grades)
    last = len(COLOURS) - 1
    found = [COLOURS[round(at * last / max(1, count - 1))] for at in range(count)]
    return found[::-1] if panel.better == "higher" else found


def _axes(axes: Axes, panel: ShiftPanel, width: float, name: str) -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(1, 0)
    ink.bare(axes, "bottom")
    axes.set_xticks([0, 20, 40, 60, 80, 100])
    axes.tick_params(labelsize=ink.SMALL)
    fills = colours(panel)
    for number, (place, bar) in enumerate(zip(BARS, panel.bars, strict=True), 1):
        _bar(axes, panel, bar, place, fills, width, f"{name}-bar-{number}")
    pairs = zip(panel.bars[0].boundaries[1:-1], panel.bars[1].boundaries[1:-1], strict=True)
    for number, (above, below) in enumerate(pairs, 1):
        (line,) = axes.plot([above, below], [BARS[0][1], BARS[1][0]], color=ink.BLACK, linewidth=0.6)
        line.set_gid(f"{name}-join-{number}")


def _bar(
    axes: Axes,
    panel: ShiftPanel,
    bar: Bar,
    place: tuple[float, float],
    fills: list[str],
    width: float,
    name: str,
) -> None:
    middle, ends = sum(place) / 2, bar.boundaries
    for at, (start, end) in enumerate(pairwise(ends)):
        (segment,) = axes.barh(
            middle, end - start, place[1] - place[0], left=start, color=fills[at], edgecolor=ink.BLACK,
            linewidth=0.5,
        )  # fmt: skip
        segment.set_gid(f"{name}-grade-{at}")
        dark = fills[at] in (COLOURS[0], COLOURS[-1])
        room = width * (end - start) / 100
        style: dict[str, Any] = {"ha": "center", "va": "center", "color": "white" if dark else ink.BLACK}
        grade, count = panel.grades[at], str(bar.counts[at])
        if room > text_width(grade, ink.SIZE, "bold") + 0.8:
            axes.text((start + end) / 2, middle - 0.075, grade, fontsize=ink.SIZE, weight="bold", **style)
        if room > text_width(count, ink.SMALL) + 0.8:
            axes.text((start + end) / 2, middle + 0.085, count, fontsize=ink.SMALL, **style)
