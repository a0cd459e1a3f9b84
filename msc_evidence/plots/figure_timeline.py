"""The timeline of the trials on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msc_evidence.plots import page as ink
from msc_evidence.plots.page import Page, shortened, text_width
from msc_evidence.plots.timeline_axis import place, time_axis
from msc_evidence.tables.timeline_picture import Course

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 4.6


def draw(picture: Sequence[Course], page: Page) -> None:
    """One row per trial."""
    label = min(40.0, max(text_width(course.label) for course in picture) + 2.0)
    arms = max(text_width(each) for each in (*(course.arms for course in picture), "n")) + 2.0
    left = 2.0 + label + arms
    page.text(2.0, page.y + ink.LINE / 2, "Trial", weight="bold")
    page.text(left - 2.0, page.y + ink.LINE / 2, "n", weight="bold", ha="right")
    page.y += ink.LINE + 0.6
    top = page.y
    for course in picture:
        middle = page.y + ROW / 2
        page.text(2.0, middle, shortened(course.label, label - 0.5))
        page.text(left - 2.0, middle, course.arms, ha="right")
        page.y += ROW
    width, height = page.width - left - 4.0, page.y - top

    def frame(axes: Axes) -> None:
        _axes(axes, picture, width)

    page.axes(left, top, width, height, frame)
    page.y += 4.6
    page.text(left + width / 2, page.y + ink.LINE / 2, "months from treatment (square root)", ha="center")
    page.y += ink.LINE + 0.8
    page.line(
        "Orange: window from onset to entry (hatched: not reported). Triangle: treatment. Dots: assessment of a"
        " result. Bar: end of follow-up; none where not reported.",
        size=ink.SMALL,
        color=ink.GREY,
    )


def _axes(axes: Axes, picture: Sequence[Course], width: float) -> None:
    axis = time_axis(picture)
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(len(picture), 0)
    ink.bare(axes, "bottom")
    ink.ticks(axes, axis, width)
    axes.axvline(0.0, color=ink.GREY, linewidth=0.5, zorder=1)
    for row, course in enumerate(picture):
        _course(axes, row + 0.5, course, f"trial-{row + 1}")


def _course(axes: Axes, y: float, course: Course, name: str) -> None:
    known = course.window is not None
    start = -place(course.window) if course.window is not None else -0.4
    end = -place(course.window_from)
    style: dict[str, Any] = (
        {"color": ink.ORANGE} if known else {"facecolor": "white", "hatch": "/////", "edgecolor": ink.GREY}
    )
    (window,) = axes.barh(y, end - start, 0.5, left=start, linewidth=0.0, zorder=2, **style)
    window.set_gid(f"{name}-window")
    axes.plot([0, place(course.end)], [y, y], color=ink.BLUE, linewidth=1.6, zorder=2, solid_capstyle="butt")
    if course.follow_up is not None:
        axes.plot(
            [place(course.follow_up)], [y], "|", color=ink.BLUE, markersize=7, markeredgewidth=1.6, zorder=3
        )
    times = [place(at) for at in course.assessments]
    (dots,) = axes.plot(
        times,
        [y] * len(times),
        "o",
        markersize=4,
        markerfacecolor="white",
        markeredgecolor=ink.BLUE,
        zorder=4,
    )
    dots.set_gid(f"{name}-assessments")
    (treated,) = axes.plot([0], [y], "^", markersize=4.5, color=ink.BLACK, zorder=5)
    treated.set_gid(f"{name}-treatment")
