"""The albatross plot on a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msc_evidence.plots import page as ink
from msc_evidence.plots.albatross_axes import Mark, contour, key_words, marks, p_axis, size_axis
from msc_evidence.plots.axis import Axis
from msc_evidence.plots.page import Page
from msc_evidence.tables.albatross_picture import AlbatrossPanel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Millimetres of a panel's frame, what stands left of it, and how near two keys may be.
HEIGHT, LEFT, RIGHT, NEAR = 62.0, 12.0, 7.0, 2.1
#: Where a key may stand beside its mark, in millimetres, best first.
BESIDE = (
    (0.0, 2.2),
    (0.0, -2.2),
    (2.1, 0.6),
    (-2.1, 0.6),
    (1.7, 1.9),
    (-1.7, 1.9),
    (1.7, -1.9),
    (-1.7, -1.9),
)


def draw(panels: Sequence[AlbatrossPanel], page: Page) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(panels):
        page.y += 4.0 if number else 0.0
        page.line(panel.title, weight="bold")
        if panel.points:
            _panel(panel, page, f"panel-{number + 1}")
        else:
            page.line("no result can be placed")
        ink.unplaced(page, panel.unplaced)


def _panel(panel: AlbatrossPanel, page: Page, name: str) -> None:
    width, top = page.width - LEFT - RIGHT, page.y + 5.0

    def frame(axes: Axes) -> None:
        _axes(axes, panel, width, name)

    page.axes(LEFT, top, width, HEIGHT, frame)
    page.y = top + HEIGHT + 3.6
    middle, y = LEFT + width / 2, page.y + ink.LINE / 2
    page.text(middle, y, "two-sided p", ha="center")
    page.text(LEFT, y, "← favours control", size=ink.SMALL)
    page.text(LEFT + width, y, "favours treatment →", size=ink.SMALL, ha="right")
    page.y += ink.LINE + 1.0
    sizes = ", ".join(f"{each:g}" for each in panel.contours)
    page.line(
        f"Contours: standardised mean differences of {sizes} in equal arms.", size=ink.SMALL, color=ink.GREY
    )
    for words in key_words(panel):
        page.line(words, size=ink.SMALL)


def _axes(axes: Axes, panel: AlbatrossPanel, width: float, name: str) -> None:
    across, up = p_axis(panel), size_axis(panel)
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(up.low, up.high)
    ink.bare(axes, "left", "bottom")
    ink.ticks(axes, across, width)
    axes.set_yticks([tick.at for tick in up.ticks], [tick.label for tick in up.ticks], fontsize=ink.SMALL)
    axes.set_ylabel("participants, as if in equal arms", fontsize=ink.SIZE, labelpad=2)
    axes.axvline(0.0, color=ink.BLACK, linewidth=0.6)
    for size in panel.contours:
        _contour(axes, size, across, up, name)
    for sign in (-1, 1):
        at = -sign * math.log10(0.05)
        axes.axvline(at, color=ink.GREY, linewidth=0.5, linestyle=(0, (1, 2)))
    _marks(axes, marks(panel), (width / (across.high - across.low), HEIGHT / (up.high - up.low)), name)


def _contour(axes: Axes, effect: float, across: Axis, up: Axis, name: str) -> None:
    places = contour(effect, across, up)
    if not places:
        return
    for sign in (1, -1):
        xs, ys = [sign * x for x, _ in places], [y for _, y in places]
        (line,) = axes.plot(xs, ys, color=ink.SKY, linewidth=0.9, zorder=1)
        line.set_gid(f"{name}-contour-{effect:g}-{'right' if sign > 0 else 'left'}")
        beside = places[-1][0] > 0.985 * across.high
        align = ("left" if sign > 0 else "right", "center") if beside else ("center", "bottom")
        offset = (sign * 2, 0) if beside else (0, 2)
        axes.annotate(
            f"{effect:g}", (xs[-1], ys[-1]), offset, textcoords="offset points", ha=align[0], va=align[1],
            fontsize=ink.SMALL, color=ink.BLUE, annotation_clip=False,
        )  # fmt: skip


def _marks(axes: Axes, found: Sequence[Mark], scale: tuple[float, float], name: str) -> None:
    """The marks, and each one's key where it touches no other mark or key."""
    taken = [(mark.x * scale[0], mark.y * scale[1]) for mark in found]
    for number, mark in enumerate(found, 1):
        face = ink.VERMILLION if mark.point.sign else "white"
        (dot,) = axes.plot(
            [mark.x], [mark.y], "o", markersize=4, markerfacecolor=face, markeredgecolor=ink.VERMILLION,
            markeredgewidth=0.9, zorder=3,
        )  # fmt: skip
        dot.set_gid(f"{name}-mark-{number}")
        x, y = mark.x * scale[0], mark.y * scale[1]
        places = [(x + dx, y + dy) for dx, dy in BESIDE]
        free = (place for place in places if min(math.dist(place, other) for other in taken) >= NEAR)
        place = next(free, places[0])
        taken.append(place)
        axes.text(
            place[0] / scale[0], place[1] / scale[1], mark.key, fontsize=ink.SMALL, ha="center", va="center",
            zorder=4,
        )  # fmt: skip
