"""Stacked bars of an ordinal outcome in both arms, joined: what is called a Grotta bar where it shows the mRS."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.recompute.bases import category_counts
from msc_evidence.analysis.recompute.ordinal import ordinal_effects
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.canvas import column_width, fitted, paragraph, unplaced_lines
from msc_evidence.plots.paper import Paper, shortened, text_width
from msc_evidence.plots.scope import Scope, Unplaced, unplaced_reasons
from msc_evidence.registry.model import Outcome
from msc_evidence.tables.words import estimate_words, p_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: More categories than this are no legible bar.
MOST_CATEGORIES = 11


@dataclass(frozen=True, slots=True)
class Bar:
    """One arm: participants in each category, lowest first."""

    label: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Participants of the arm."""
        return sum(self.counts)

    @property
    def boundaries(self) -> tuple[float, ...]:
        """Cumulative shares in per cent, from 0 to 100."""
        return tuple(100 * sum(self.counts[:at]) / self.n for at in range(len(self.counts) + 1))


@dataclass(frozen=True, slots=True)
class ShiftPanel:
    """One result with both arms' distributions, treatment first, and what they say together."""

    title: str
    scale: str
    grades: tuple[str, ...]
    better: str | None
    bars: tuple[Bar, Bar]
    effect: str | None

    @property
    def alternative(self) -> str:
        """The panel in words."""
        arms = [
            f"{bar.label} (n {bar.n}): "
            + ", ".join(f"{name} {count}" for name, count in zip(self.grades, bar.counts, strict=True))
            for bar in self.bars
        ]
        return f"{self.title}, {self.scale}: {'; '.join(arms)}{'; ' + self.effect if self.effect else ''}."


@dataclass(frozen=True, slots=True)
class ShiftPicture:
    """The bars of every result that has them, and the trials that have none."""

    panels: tuple[ShiftPanel, ...]
    unplaced: tuple[Unplaced, ...]


def shift_picture(scope: Scope) -> ShiftPicture:
    """The distributions of the outcome asked for, else of every outcome; raises Refused where none is reported."""
    names, panels, placed = scope.names(), [], set()
    for outcome in scope.outcome_ids():
        for result in scope.results(outcome):
            panel = _result_panel(names[result.trial_id], result)
            if panel:
                panels.append(panel)
                placed.add(result.trial_id)
    reason = "reports no distribution of both arms over the categories"
    unplaced = tuple((name, reason) for key, name in names.items() if key not in placed)
    if not panels:
        raise Refused(f"nothing to draw: {', '.join(name for name, _ in unplaced)}: {reason}")
    return ShiftPicture(tuple(panels), unplaced)


def _result_panel(name: str, result: AnalysedResult) -> ShiftPanel | None:
    case = result.case
    pair = category_counts(case) if case else None
    if case is None or pair is None or len(pair[0]) > MOST_CATEGORIES:
        return None
    labels = (result.trial.arms[arm].label or arm for arm in (case.contrast.arm, case.contrast.against))
    first, second = (Bar(label, tuple(counts)) for label, counts in zip(labels, pair, strict=True))
    at = "time not reported" if result.timepoint == "not reported" else f"at {result.timepoint}"
    effects = {row.measure: row for row in ordinal_effects(case)}
    row = effects.get("common OR")
    odds = None
    if row is not None and row.p is not None:
        words = estimate_words(row.measure, row.estimate, (row.ci_lb, row.ci_ub))
        odds = f"common odds ratio {words} of a better outcome, p {p_value(row.p)}"
    grades = _category_grades(result.outcome, len(pair[0]))
    return ShiftPanel(f"{name} {at}", result.label, grades, result.outcome.better, (first, second), odds)


def _category_grades(outcome: Outcome, count: int) -> tuple[str, ...]:
    """The value of each category where range and step give as many, else their number from 0."""
    low, step = 0.0, 1.0
    if outcome.range is not None and outcome.step is not None:
        ends, width = (float(outcome.range.low), float(outcome.range.high)), float(outcome.step)
        if round((ends[1] - ends[0]) / width) + 1 == count:
            low, step = ends[0], width
    return tuple(f"{low + step * at:g}" for at in range(count))


#: Millimetres of the frame of two bars, and of the widest label.
HEIGHT, WIDEST = 25.0, 40.0
#: From blue to vermillion through pale tints, told apart by lightness as well (after Okabe & Ito 2008).
COLOURS = ("#0072B2", "#4C9CCB", "#A6CEE3", "#F2F2F2", "#F7C9A6", "#E88A4A", "#A84300")
#: Tops and bottoms of both bars; treatment is above.
BARS = ((0.0, 0.38), (0.62, 1.0))


def draw(picture: ShiftPicture, page: Paper) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(picture.panels):
        page.y += 4.0 if number else 0.0
        page.line(f"{panel.title}: {panel.scale}", weight="bold")
        _draw_panel(panel, page, f"panel-{number + 1}")
    ink.draw_unplaced(page, picture.unplaced)


def _draw_panel(panel: ShiftPanel, page: Paper, name: str) -> None:
    labels = [bar.label for bar in panel.bars]
    label = min(WIDEST, page.width / 3, max(text_width(words) for words in (*labels, "n 0000")) + 3.0)
    top, width = page.y + 1.0, page.width - label - 8.0
    for (start, end), bar in zip(BARS, panel.bars, strict=True):
        middle = top + HEIGHT * (start + end) / 2
        page.text(2.0, middle - 1.7, shortened(bar.label, label - 1.0))
        page.text(2.0, middle + 1.9, f"n {bar.n}", size=ink.SMALL, color=ink.GREY)

    def frame(axes: Axes) -> None:
        _draw_axes(axes, panel, width, name)

    page.axes(2.0 + label, top, width, HEIGHT, frame)
    page.y = top + HEIGHT + 4.4
    page.text(2.0 + label + width / 2, page.y + ink.LINE / 2, "participants (%)", size=ink.SMALL, ha="center")
    page.y += ink.LINE + 0.6
    _draw_key(panel, page)
    if panel.effect:
        page.line(panel.effect[0].upper() + panel.effect[1:] + ".", size=ink.SMALL)


def _draw_key(panel: ShiftPanel, page: Paper) -> None:
    """Which end of the scale is the better one; the grades stand in the bars."""
    better = {"lower": panel.grades[0], "higher": panel.grades[-1]}.get(panel.better or "")
    best = f"; {better} is best" if better else ""
    page.line(f"In each segment: the category and how many participants are in it{best}.", size=ink.SMALL,
              color=ink.GREY)  # fmt: skip


def category_colours(panel: ShiftPanel) -> list[str]:
    """A colour for each category, blue at the better end."""
    count = len(panel.grades)
    last = len(COLOURS) - 1
    by_category = [COLOURS[round(at * last / max(1, count - 1))] for at in range(count)]
    return by_category[::-1] if panel.better == "higher" else by_category


def _draw_axes(axes: Axes, panel: ShiftPanel, width: float, name: str) -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(1, 0)
    ink.hide_frame(axes, "bottom")
    axes.set_xticks([0, 20, 40, 60, 80, 100])
    axes.tick_params(labelsize=ink.SMALL)
    fills = category_colours(panel)
    for number, (place, bar) in enumerate(zip(BARS, panel.bars, strict=True), 1):
        _draw_bar(axes, panel, bar, place, fills, width, f"{name}-bar-{number}")
    pairs = zip(panel.bars[0].boundaries[1:-1], panel.bars[1].boundaries[1:-1], strict=True)
    for number, (above, below) in enumerate(pairs, 1):
        (line,) = axes.plot([above, below], [BARS[0][1], BARS[1][0]], color=ink.BLACK, linewidth=0.6)
        line.set_gid(f"{name}-join-{number}")


def _draw_bar(
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


#: A sign for each category, lowest first.
SIGNS = "0123456789abcdefghij"


def alternative(picture: ShiftPicture) -> str:
    """Every panel in words."""
    left_out = [f"Not placed: {reason}." for reason in unplaced_reasons(picture.unplaced)]
    return " ".join([*(panel.alternative for panel in picture.panels), *left_out])


def text(picture: ShiftPicture, width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in picture.panels:
        lines += [*([""] if lines else []), *_text_panel(panel, min(width, 100))]
    return [*lines, *unplaced_lines(picture.unplaced, width)]


def _text_panel(panel: ShiftPanel, width: int) -> list[str]:
    labels = [f"{bar.label} (n {bar.n})" for bar in panel.bars]
    label = column_width(labels, 24)
    cells = width - label - 1
    ends = [[round(share / 100 * cells) for share in bar.boundaries] for bar in panel.bars]
    bars = [
        f"{fitted(name, label)} {_text_bar(boundaries)}"
        for name, boundaries in zip(labels, ends, strict=True)
    ]
    joins = f"{' ' * label} {_joining_line(ends[0], ends[1], cells)}".rstrip()
    scale = f"{' ' * label} {'0%'.ljust(cells - 4)}100%"
    counts = _count_lines(panel, labels, label)
    heading = paragraph(f"{panel.title}: {panel.scale}", width)
    effect = paragraph(panel.effect, width) if panel.effect else []
    return [*heading, "", bars[0], joins, bars[1], scale, "", *counts, *effect]


def _text_bar(ends: list[int]) -> str:
    """Each category as its sign, as long as its share."""
    sizes = [end - start for start, end in pairwise(ends)]
    return "".join(sign * size for sign, size in zip(SIGNS, sizes, strict=False))


def _joining_line(above: list[int], below: list[int], cells: int) -> str:
    """How each boundary moves from one bar to the other; behind a last category that is empty in both none is drawn."""
    line = [" "] * cells
    for top, bottom in zip(above[1:-1], below[1:-1], strict=True):
        if top + bottom < 2 * cells:
            line[(top + bottom) // 2] = "│" if top == bottom else "╲" if bottom > top else "╱"
    return "".join(line)


def _count_lines(panel: ShiftPanel, labels: list[str], label: int) -> list[str]:
    """Participants in each category; the sign of the bar is the category's where that has one digit."""
    wide = 1 + max(len(name) for name in (*panel.grades, *(str(n) for bar in panel.bars for n in bar.counts)))
    named = [("category", panel.grades)]
    if any(len(grade) > 1 for grade in panel.grades):
        named.insert(0, ("sign", tuple(SIGNS[: len(panel.grades)])))
    named += [(name, tuple(map(str, bar.counts))) for name, bar in zip(labels, panel.bars, strict=True)]
    return [fitted(name, label) + "".join(cell.rjust(wide) for cell in row) for name, row in named]


PLOT = Plot("Stacked distributions", "registry", shift_picture, alternative, text, draw)
