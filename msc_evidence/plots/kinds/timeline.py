"""Each trial along time: the window before treatment, treatment at 0, assessments and the end of follow-up.

Time stands on a square root, so that days and years are both seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.axis import Axis, Tick
from msc_evidence.plots.canvas import Canvas, column_width, fitted, paragraph, tick_lines
from msc_evidence.plots.paper import Paper, shortened, text_width
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.headline import arm_participants
from msc_evidence.tables.trial_words import entry_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Course:
    """One trial in months from treatment, None where a source does not say."""

    label: str
    arms: str
    window: float | None
    #: 0 where entry was open from the beginning.
    window_from: float
    window_words: str | None
    assessments: tuple[float, ...]
    follow_up: float | None
    follow_up_words: str
    #: `window from stroke to entry`, in the registry's words.
    window_label: str

    @property
    def end(self) -> float:
        """The last time known of the trial."""
        return max((*self.assessments, self.follow_up or 0.0))

    @property
    def alternative(self) -> str:
        """The course in words."""
        times = ", ".join(f"{at:.3g}" for at in self.assessments) or "at times not reported"
        entry = f"{self.window_label} {self.window_words}; " if self.window_words else ""
        return f"{self.label} ({self.arms}): {entry}assessed at {times} months; follow-up {self.follow_up_words}."


def trial_courses(scope: Scope) -> tuple[Course, ...]:
    """The trials in the registry's order; raises Refused where no time of any is known."""
    all_courses = tuple(_trial_course(name, scope.trials[key], scope) for key, name in scope.names().items())
    if not any(course.end or course.window for course in all_courses):
        raise Refused("nothing to draw: no trial has a window, an assessment or a follow-up with a time")
    return all_courses


def has_windows(picture: Sequence[Course]) -> bool:
    """Whether any record speaks of a window of entry: without one the picture begins at treatment."""
    return any(course.window_words for course in picture)


def _trial_course(name: str, trial: Trial, scope: Scope) -> Course:
    times = {
        float(result.at.months)
        for result in trial.results
        if isinstance(result.at, Time) and scope.outcome in (None, result.outcome)
    }
    first, window, follow_up = trial.design.window_from, trial.design.window, trial.design.follow_up
    return Course(
        name,
        _arm_sizes_words(trial),
        float(window.months) if isinstance(window, Time) else None,
        float(first.months) if first is not None else 0.0,
        entry_words(trial, scope.registry.terms),
        tuple(sorted(times)),
        float(follow_up.months) if isinstance(follow_up, Time) else None,
        "not recorded" if follow_up is None else str(follow_up),
        scope.registry.terms.before_entry,
    )


def _arm_sizes_words(trial: Trial) -> str:
    """`5 v 25`: participants of the treatment and the control arms, `?` where no source gives them."""
    sides = []
    for role in ("treatment", "control"):
        sizes = [arm_participants(trial, name) for name, arm in trial.arms.items() if arm.role == role]
        sides.append(" + ".join(str(size) for size in sizes if size is not None) or "?")
    return " v ".join(sides)


LEGEND = "▲ treatment; ● assessment of a result; ┤ end of follow-up"
#: Months with a tick, and how they read.
TICKS = ((0, "0"), (1, "1"), (3, "3"), (6, "6"), (12, "12"), (24, "24"), (36, "36"), (60, "60"), (84, "84"))


def time_place(months: float) -> float:
    """A time on the axis: the square root, with the sign of the time."""
    return math.copysign(math.sqrt(abs(months)), months)


def time_axis(picture: Sequence[Course]) -> Axis:
    """The axis that holds every window and every follow-up."""
    low = max((course.window or 0.0 for course in picture), default=0.0)
    high = max((course.end for course in picture), default=0.0)
    ends = -time_place(low) - 0.45, time_place(max(high, 1.0)) + 0.25
    ticks = [Tick(time_place(at), label) for at, label in TICKS if time_place(at) <= ends[1]]
    ticks += [Tick(-time_place(at), f"−{label}") for at, label in TICKS if at and -time_place(at) >= ends[0]]
    return Axis(*ends, tuple(sorted(ticks, key=lambda tick: tick.at)))


ROW = 4.6


def draw(picture: Sequence[Course], page: Paper) -> None:
    """One row per trial."""
    label = min(40.0, max(text_width(course.label) for course in picture) + 2.0)
    arms = max(text_width(words) for words in (*(course.arms for course in picture), "n")) + 2.0
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
        _draw_axes(axes, picture, width)

    page.axes(left, top, width, height, frame)
    page.y += 4.6
    page.text(left + width / 2, page.y + ink.LINE / 2, "months from treatment (√)", ha="center")
    page.y += ink.LINE + 0.8
    window = f"Orange: {picture[0].window_label} (hatched: not reported). " if has_windows(picture) else ""
    page.line(
        f"{window}Triangle: treatment. Dots: assessment of a result. Bar: end of follow-up; none where not reported.",
        size=ink.SMALL,
        color=ink.GREY,
    )


def _draw_axes(axes: Axes, picture: Sequence[Course], width: float) -> None:
    axis = time_axis(picture)
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(len(picture), 0)
    ink.hide_frame(axes, "bottom")
    ink.draw_ticks(axes, axis, width)
    axes.axvline(0.0, color=ink.GREY, linewidth=0.5, zorder=1)
    for row, course in enumerate(picture):
        if has_windows(picture):
            _draw_window(axes, row + 0.5, course, f"trial-{row + 1}")
        _draw_course(axes, row + 0.5, course, f"trial-{row + 1}")


def _draw_window(axes: Axes, y: float, course: Course, name: str) -> None:
    known = course.window is not None
    start = -time_place(course.window) if course.window is not None else -0.4
    end = -time_place(course.window_from)
    style: dict[str, Any] = (
        {"color": ink.ORANGE} if known else {"facecolor": "white", "hatch": "/////", "edgecolor": ink.GREY}
    )
    (window,) = axes.barh(y, end - start, 0.5, left=start, linewidth=0.0, zorder=2, **style)
    window.set_gid(f"{name}-window")


def _draw_course(axes: Axes, y: float, course: Course, name: str) -> None:
    axes.plot(
        [0, time_place(course.end)],
        [y, y],
        color=ink.BLUE,
        linewidth=1.6,
        zorder=2,
        solid_capstyle="butt",
    )
    if course.follow_up is not None:
        axes.plot(
            [time_place(course.follow_up)],
            [y],
            "|",
            color=ink.BLUE,
            markersize=7,
            markeredgewidth=1.6,
            zorder=3,
        )
    times = [time_place(at) for at in course.assessments]
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
    zero, windows = axis.cell(0.0, cells), has_windows(picture)
    for row, course in enumerate(picture):
        if windows:
            _text_window(canvas, row, axis, course, zero)
        _text_course(canvas, row, axis, course, zero)
    lines = [
        f"{fitted(course.label, label)} {fitted(course.arms, arms, right=True)} {line}".rstrip()
        for course, line in zip(picture, canvas.lines(), strict=True)
    ]
    gap = " " * (label + arms + 2)
    ticks = [f"{gap}{line}".rstrip() for line in tick_lines(axis, cells)]
    entry = picture[0].window_label
    heading = f"Months from treatment{f'; before it the {entry}' if windows else ''}"
    legend = f"▒ {entry}; {LEGEND}; ? not reported." if windows else f"{LEGEND}."
    return [*paragraph(heading, width), "", *lines, *ticks, *paragraph(legend, width)]


def _text_window(canvas: Canvas, row: int, axis: Axis, course: Course, zero: int) -> None:
    if course.window is None:
        canvas.put(zero - 1, row, "?")
        return
    start = min(axis.cell(time_place(-course.window), canvas.width), zero - 1)
    end = max(start + 1, min(zero, axis.cell(time_place(-course.window_from), canvas.width)))
    canvas.put(start, row, "▒" * (end - start))


def _text_course(canvas: Canvas, row: int, axis: Axis, course: Course, zero: int) -> None:
    def cell(months: float) -> int:
        return axis.cell(time_place(months), canvas.width)

    canvas.put(zero, row, "─" * (cell(course.end) - zero + 1))
    if course.follow_up is not None:
        canvas.put(cell(course.follow_up), row, "┤")
    elif not course.assessments:
        canvas.put(zero + 1, row, "?")
    for at in course.assessments:
        canvas.put(cell(at), row, "●")
    canvas.put(zero, row, "▲")


PLOT = Plot(
    "Timeline of the trials", "registry", trial_courses, alternative, text, draw, chosen_by=("OUTCOME",)
)
