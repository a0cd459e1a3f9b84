"""Each trial along time: the window before treatment, treatment at 0, assessments and the end of follow-up."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.plots.axis import Axis
from msc_evidence.plots.canvas import Canvas, column_width, fitted, paragraph, tick_lines
from msc_evidence.plots.figure_timeline import draw
from msc_evidence.plots.plot import Plot
from msc_evidence.plots.timeline_axis import LEGEND, place, time_axis
from msc_evidence.tables.timeline_picture import Course, courses


def alternative(picture: Sequence[Course]) -> str:
    """Every trial in words."""
    return " ".join(course.alternative for course in picture)


def text(picture: Sequence[Course], width: int) -> list[str]:
    """One row per trial."""
    axis = time_axis(picture)
    label = column_width([course.label for course in picture], 18)
    arms = column_width([course.arms for course in picture], 12)
    cells = width - label - arms - 2
    canvas = Canvas(cells, len(picture))
    zero = axis.cell(0.0, cells)
    for row, course in enumerate(picture):
        _course(canvas, row, axis, course, zero)
    lines = [
        f"{fitted(course.label, label)} {fitted(course.arms, arms, right=True)} {line}".rstrip()
        for course, line in zip(picture, canvas.lines(), strict=True)
    ]
    gap = " " * (label + arms + 2)
    ticks = [f"{gap}{line}".rstrip() for line in tick_lines(axis, cells)]
    heading = "Months from treatment; before it the window from onset to entry"
    return [*paragraph(heading, width), "", *lines, *ticks, *paragraph(LEGEND, width)]


def _course(canvas: Canvas, row: int, axis: Axis, course: Course, zero: int) -> None:
    def cell(months: float) -> int:
        return axis.cell(place(months), canvas.width)

    if course.window is None:
        canvas.put(zero - 1, row, "?")
    else:
        start = min(cell(-course.window), zero - 1)
        end = max(start + 1, min(zero, cell(-course.window_from)))
        canvas.put(start, row, "▒" * (end - start))
    canvas.put(zero, row, "─" * (cell(course.end) - zero + 1))
    if course.follow_up is not None:
        canvas.put(cell(course.follow_up), row, "┤")
    elif not course.assessments:
        canvas.put(zero + 1, row, "?")
    for at in course.assessments:
        canvas.put(cell(at), row, "●")
    canvas.put(zero, row, "▲")


PLOT = Plot("Timeline of the trials", "registry", courses, alternative, text, draw, chosen_by=("OUTCOME",))
