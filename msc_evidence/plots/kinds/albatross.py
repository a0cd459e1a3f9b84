"""The albatross plot: p against participants by direction, with contours of effects (Harrison 2017)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.selection import NO_RESULT
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.axis import Axis, Tick
from msc_evidence.plots.canvas import Canvas, fitted, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.paper import Paper
from msc_evidence.plots.scope import Scope, Unplaced, unplaced_reasons
from msc_evidence.statistics.pooling.combining import balanced_size, contour_p, contour_size
from msc_evidence.statistics.two_arms.implied import implied_g
from msc_evidence.tables.words import at_time, implied_effect_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: Small, medium, large and very large standardised mean differences (Cohen 1988; Sawilowsky 2009).
CONTOURS = (0.2, 0.5, 0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Point:
    """One result: its printed two-sided p, its participants as if in equal arms, and who did better."""

    label: str
    p: float
    printed: str
    n: float
    arms: str
    #: +1 favours treatment, −1 favours control, None where no source says.
    sign: int | None
    effect: str


@dataclass(frozen=True, slots=True)
class AlbatrossPanel:
    """The results of one outcome, and those without a place among them."""

    title: str
    points: tuple[Point, ...]
    contours: tuple[float, ...]
    unplaced: tuple[Unplaced, ...]
    #: What the control and the treated side are called.
    sides: tuple[str, str]

    @property
    def alternative(self) -> str:
        """The panel in words."""
        control, treated = self.sides
        side = {1: f"favours {treated}", -1: f"favours {control}", None: "direction not reported"}
        marks = [
            f"{point.label}, {point.arms}: p {point.printed}, {side[point.sign]}" for point in self.points
        ]
        marks += [f"not placed: {reason}" for reason in unplaced_reasons(self.unplaced)]
        return f"{self.title}: {'; '.join(marks)}."


def albatross_panels(scope: Scope) -> tuple[AlbatrossPanel, ...]:
    """A panel for each outcome with results; raises Refused where none has a place."""
    panels = [_outcome_panel(scope, outcome) for outcome in scope.outcome_ids()]
    placed = [panel for panel in panels if panel.points or scope.outcome]
    if not any(panel.points for panel in panels):
        why_unplaced = unplaced_reasons([trial for panel in panels for trial in panel.unplaced])
        raise Refused(f"no result can be placed: {'; '.join(why_unplaced) or 'there is none'}")
    return tuple(placed)


def _outcome_panel(scope: Scope, outcome: str) -> AlbatrossPanel:
    names, points, unplaced = scope.names(), [], []
    seen: set[tuple[object, ...]] = set()
    for analysed in scope.results(outcome):
        result = analysed.result
        same = (analysed.trial_id, result.at, result.arm, result.against, result.change, result.p)
        if same in seen:  # a secondary source repeats what the first one reports
            continue
        seen.add(same)
        label = _result_label(names[analysed.trial_id], analysed)
        reason = _no_place(analysed)
        if reason:
            unplaced.append((label, reason))
        else:
            points.append(_placed_point(label, analysed))
    silent = [name for key, name in names.items() if not any(k == key for k, *_ in seen)]
    unplaced += [(name, NO_RESULT) for name in silent if scope.outcome]
    title = scope.outcomes[outcome].name + (f" ({scope.definition})" if scope.definition else "")
    return AlbatrossPanel(title, tuple(points), CONTOURS, tuple(unplaced), scope.sides)


def _result_label(name: str, result: AnalysedResult) -> str:
    when = at_time(result) or " at a time not reported"
    return f"{name}{when}{' (change)' if result.result.change else ''}"


def _no_place(result: AnalysedResult) -> str | None:
    if result.p is None:
        return "no p reported"
    if result.p.comparator != "=" or float(result.p) <= 0:
        return f"p printed as {result.p}, no single value"
    if result.result.within:
        return "a comparison within one arm"
    if result.result.sides != "two":
        return "one-sided p"
    if result.result.adjusted:
        return "adjusted analysis"
    if result.testable is not None:
        return None
    sizes = result.contrast.sizes if result.contrast else None
    return "no comparison of a scale itself" if sizes else "group sizes are not reported"


def _placed_point(label: str, result: AnalysedResult) -> Point:
    if result.testable is None:
        raise ValueError(f"{label} has no place")
    p, n1, n2 = result.testable
    words = implied_effect_words(implied_g(p, n1, n2), result.sign)
    return Point(label, p, str(result.p), balanced_size(n1, n2), f"{n1} v {n2}", result.sign, words)


KEYS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: p-values with a tick of their own, as far as the axis goes.
TICKS = (0.05, 0.01, 0.001, 1e-4, 1e-6, 1e-8, 1e-12)
#: Steps in which a contour is drawn on one side.
STEPS = 120


@dataclass(frozen=True, slots=True)
class ResultMark:
    """One result's key and place; a result without a direction has two."""

    key: str
    point: Point
    x: float
    y: float


def p_axis(panel: AlbatrossPanel) -> Axis:
    """Signed −log₁₀ p: 0 where p is 1, favouring treatment to the right."""
    end = max(2.3, *(-math.log10(point.p) for point in panel.points)) + 0.35
    labelled = [p for p in TICKS if -math.log10(p) <= end]
    right = [Tick(-math.log10(p), f"{p:g}") for p in labelled]
    left = [Tick(-tick.at, tick.label) for tick in reversed(right)]
    return Axis(-end, end, (*left, Tick(0.0, "1"), *right))


def size_axis(panel: AlbatrossPanel) -> Axis:
    """log₁₀ of the participants."""
    sizes = [point.n for point in panel.points]
    low, high = math.log10(min(sizes) / 1.8), math.log10(max(sizes) * 1.8)
    round_sizes = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    ticks = (Tick(math.log10(n), f"{n:,}") for n in round_sizes if low <= math.log10(n) <= high)
    return Axis(low, high, tuple(ticks))


def result_marks(panel: AlbatrossPanel) -> list[ResultMark]:
    """Every place of every result, keyed in the panel's order."""
    marks = []
    for key, point in zip(KEYS, panel.points, strict=False):
        x, y = -math.log10(point.p), math.log10(point.n)
        marks += [ResultMark(key, point, sign * x, y) for sign in ((point.sign,) if point.sign else (1, -1))]
    return marks


def contour_places(effect: float, across: Axis, up: Axis) -> list[tuple[float, float]]:
    """Where a standardised mean difference lies on the right side, from the bottom upwards."""
    heights = [up.low + (up.high - up.low) * step / STEPS for step in range(STEPS + 1)]
    curve = [(contour_p(effect, 10**y), y) for y in heights]
    places = [(-math.log10(p), y) for p, y in curve if p > 10**-across.high]
    leaves = math.log10(contour_size(effect, 10**-across.high))
    return [*places, (across.high, leaves)] if up.holds(leaves) else places


def key_words(panel: AlbatrossPanel) -> list[str]:
    """What each key stands for."""
    silent = " (direction not reported: on both sides)"
    return [
        f"{key} {point.label}: p {point.printed}, {point.arms}, g {point.effect}{silent if point.sign is None else ''}"
        for key, point in zip(KEYS, panel.points, strict=False)
    ]


#: Millimetres of a panel's frame, what stands left of it, and how near two keys may be.
FIGURE_HEIGHT, LEFT, RIGHT, NEAR = 62.0, 12.0, 7.0, 2.1
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


def draw(panels: Sequence[AlbatrossPanel], page: Paper) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(panels):
        page.y += 4.0 if number else 0.0
        page.line(panel.title, weight="bold")
        if panel.points:
            _draw_panel(panel, page, f"panel-{number + 1}")
        else:
            page.line("no result can be placed")
        ink.draw_unplaced(page, panel.unplaced)


def _draw_panel(panel: AlbatrossPanel, page: Paper, name: str) -> None:
    width, top = page.width - LEFT - RIGHT, page.y + 5.0

    def frame(axes: Axes) -> None:
        _draw_axes(axes, panel, width, name)

    page.axes(LEFT, top, width, FIGURE_HEIGHT, frame)
    page.y = top + FIGURE_HEIGHT + 3.6
    middle, y = LEFT + width / 2, page.y + ink.LINE / 2
    page.text(middle, y, "two-sided p", ha="center")
    page.text(LEFT, y, f"← favours {panel.sides[0]}", size=ink.SMALL)
    page.text(LEFT + width, y, f"favours {panel.sides[1]} →", size=ink.SMALL, ha="right")
    page.y += ink.LINE + 1.0
    sizes = ", ".join(f"{effect:g}" for effect in panel.contours)
    page.line(
        f"Contours: standardised mean differences of {sizes} in equal arms.", size=ink.SMALL, color=ink.GREY
    )
    for words in key_words(panel):
        page.line(words, size=ink.SMALL)


def _draw_axes(axes: Axes, panel: AlbatrossPanel, width: float, name: str) -> None:
    across, up = p_axis(panel), size_axis(panel)
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(up.low, up.high)
    ink.hide_frame(axes, "left", "bottom")
    ink.draw_ticks(axes, across, width)
    axes.set_yticks([tick.at for tick in up.ticks], [tick.label for tick in up.ticks], fontsize=ink.SMALL)
    axes.set_ylabel("participants, as if in equal arms", fontsize=ink.SIZE, labelpad=2)
    axes.axvline(0.0, color=ink.BLACK, linewidth=0.6)
    for size in panel.contours:
        _draw_contour(axes, size, across, up, name)
    for sign in (-1, 1):
        at = -sign * math.log10(0.05)
        axes.axvline(at, color=ink.GREY, linewidth=0.5, linestyle=(0, (1, 2)))
    _draw_marks(
        axes,
        result_marks(panel),
        (width / (across.high - across.low), FIGURE_HEIGHT / (up.high - up.low)),
        name,
    )


def _draw_contour(axes: Axes, effect: float, across: Axis, up: Axis, name: str) -> None:
    places = contour_places(effect, across, up)
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


def _draw_marks(axes: Axes, marks: Sequence[ResultMark], scale: tuple[float, float], name: str) -> None:
    """The marks, and each one's key where it touches no other mark or key."""
    taken = [(mark.x * scale[0], mark.y * scale[1]) for mark in marks]
    for number, mark in enumerate(marks, 1):
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


TEXT_HEIGHT, MARGIN = 17, 6


def alternative(panels: Sequence[AlbatrossPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[AlbatrossPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_text_panel(panel, width)]
    return lines


def _text_panel(panel: AlbatrossPanel, width: int) -> list[str]:
    lines = paragraph(f"{panel.title}: two-sided p against participants", width)
    if panel.points:
        lines += _text_grid(panel, min(width, 100))
        lines += [line for words in key_words(panel) for line in paragraph(words, width, "  ")]
    else:
        lines.append("no result can be placed")
    return [*lines, *unplaced_lines(panel.unplaced, width)]


def _text_grid(panel: AlbatrossPanel, width: int) -> list[str]:
    across, up, cells = p_axis(panel), size_axis(panel), width - MARGIN
    canvas = Canvas(cells, TEXT_HEIGHT)
    for size in panel.contours:
        _text_contour(canvas, size, across, up)
    for row in range(TEXT_HEIGHT):
        canvas.put(across.cell(0.0, cells), row, "│")
    for mark in result_marks(panel):
        column, row = across.cell(mark.x, cells), TEXT_HEIGHT - 1 - up.cell(mark.y, TEXT_HEIGHT)
        free = (at for at in (column, column + 1, column - 1, column + 2) if canvas.is_empty(at, row))
        canvas.put(next(free, column), row, mark.key)
    heights = {TEXT_HEIGHT - 1 - up.cell(tick.at, TEXT_HEIGHT): tick.label for tick in up.ticks}
    lines = ["    N"]
    for row, line in enumerate(canvas.lines()):
        lines.append(
            f"{fitted(heights.get(row, ''), MARGIN - 1, right=True)}{'┤' if row in heights else '│'}{line}"
        )
    axis, labels = tick_lines(across, cells)
    gap = " " * (MARGIN - 1)
    middle = MARGIN + across.cell(0.0, cells)
    left, right = f"◄ favours {panel.sides[0]}", f"favours {panel.sides[1]} ►"
    sides = left.rjust(middle - 2).ljust(middle + 2) + right
    return [*lines, f"{gap}└{axis}", f"{gap}p{labels}".rstrip(), sides, *_text_legend(panel, width)]


def _text_contour(canvas: Canvas, effect: float, across: Axis, up: Axis) -> None:
    """Dots along an effect, and its size at the top of it on both sides."""
    label, last = f"{effect:g}", None
    for x, y in contour_places(effect, across, up):
        row = TEXT_HEIGHT - 1 - up.cell(y, TEXT_HEIGHT)
        last = x, row
        for side in (x, -x):
            canvas.put(across.cell(side, canvas.width), row, "·")
    if last:
        right, row = across.cell(last[0], canvas.width), last[1]
        left = across.cell(-last[0], canvas.width)
        canvas.put(min(right - len(label) // 2, canvas.width - len(label)), row, label)
        canvas.put(max(0, left - len(label) // 2), row, label)


def _text_legend(panel: AlbatrossPanel, width: int) -> list[str]:
    sizes = ", ".join(f"{effect:g}" for effect in panel.contours)
    legend = f"N as if in equal arms, 4n₁n₂/(n₁ + n₂). Dotted: standardised mean differences of {sizes}."
    return paragraph(legend, width)


PLOT = Plot("Albatross plot", "registry", albatross_panels, alternative, text, draw, 85)
