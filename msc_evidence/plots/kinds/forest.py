"""The forest plot: each study's effect by its weight, the pooled effect, and the studies that cannot be placed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.axis import Axis, cut_off, panel_axis
from msc_evidence.plots.bias_signs import LIGHT_CELL, BiasColumns, draw_lights
from msc_evidence.plots.canvas import Canvas, paragraph, tick_lines, unplaced_lines
from msc_evidence.plots.panels import NOT_DRAWN, PooledMark, PoolPanel, StudyMark
from msc_evidence.plots.paper import Paper, hide_frame, shortened, text_width
from msc_evidence.plots.text_columns import TextColumns, TextRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: Height of a row, and the largest and smallest side of a square in points.
ROW, LARGEST, SMALLEST = 4.4, 7.5, 2.6
#: Height of a row that names events of both arms below the study.
TWO_LINES = 7.4
#: Pages narrower than this name the arms' sizes beside the study, and their events below it.
WIDE = 120


def draw(panels: Sequence[PoolPanel], page: Paper) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(panels):
        page.y += 3.0 if number else 0.0
        page.line(panel.heading, weight="bold")
        if panel.scenario:
            page.line(panel.scenario, style="italic")
        if panel.studies and panel.pooled:
            _draw_panel(panel, panel.pooled, page, f"panel-{number + 1}")
        elif panel.title != NOT_DRAWN:
            page.line("no trial can be placed")
        ink.draw_unplaced(page, panel.unplaced)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the forest: what stands beside the picture, and what is drawn in it."""

    label: str
    mark: StudyMark | PooledMark | None = None
    effect: str = ""
    bold: bool = False


def _lines(panel: PoolPanel, pooled: PooledMark, labels: Sequence[str]) -> list[_Line]:
    """The lines of a panel: each group's name, studies and subtotal, or the studies; then the pool of all."""
    studies = [_Line(label, study, study.effect) for label, study in zip(labels, panel.studies, strict=True)]
    lines: list[_Line] = []
    for group in panel.groups:
        own, studies = studies[: group.count], studies[group.count :]
        subtotal = _Line(SUBTOTAL, group.pooled, group.pooled.effect, bold=True)
        lines += [_Line(group.name, bold=True), *own, subtotal]
    lines += studies
    if len(panel.studies) > 1:
        lines.append(_Line(POOLED, pooled, pooled.effect, bold=True))
    if pooled.prediction:
        lines.append(_Line(NEW_STUDY, None, pooled.prediction_words or ""))
    return lines


class _FigureColumns:
    """Where the columns of a panel stand, in millimetres."""

    def __init__(self, panel: PoolPanel, pooled: PooledMark, width: float) -> None:
        wide = width >= WIDE
        self.size = ink.SIZE if wide else ink.SMALL
        self.arms = [0.0, 0.0]
        if wide and panel.counted:
            self.arms = [
                max(
                    text_width(text, self.size)
                    for text in (head, panel.counted, *(study.arms[at] for study in panel.studies))
                )
                + 3.5
                for at, head in enumerate(panel.arm_titles)
            ]
        words = [line.effect for line in _lines(panel, pooled, [study.label for study in panel.studies])]
        self.effect = max(text_width(text, self.size, "bold") for text in (*words, panel.effect_title)) + 2.5
        self.bias = replace(panel.bias, whole=wide)
        self.lights = LIGHT_CELL * len(self.bias.heads) + (2.0 if self.bias.heads else 0.0)
        with_weights = wide and any(study.weight is not None for study in panel.studies)
        self.weight = 13.0 if with_weights else 0.0
        self.names = [study.label for study in panel.studies]
        if not wide and panel.counted == "n":
            self.names = [f"{study.label} ({' v '.join(study.arms)})" for study in panel.studies]
        self.below = not wide and panel.counted == "events/n"
        self.row = TWO_LINES if self.below else ROW
        beside = sum(self.arms) + self.effect + self.weight + self.lights
        room = width - 4.0 - beside - (36.0 if wide else 22.0)
        longest = max(text_width(name, self.size) for name in (*self.names, NEW_STUDY)) + 2.0
        if self.below:
            events = max(text_width(" v ".join(study.arms), self.size) for study in panel.studies)
            longest = max(longest, events + 2.0)
        self.label = min(room, longest)
        self.plot = 2.0 + self.label + sum(self.arms) + 2.0
        self.right = width - 2.0 - self.lights
        self.inner = self.right - self.weight - self.effect - self.plot


def _draw_panel(panel: PoolPanel, pooled: PooledMark, page: Paper, name: str) -> None:
    columns = _FigureColumns(panel, pooled, page.width)
    _draw_header(panel, columns, page)
    top = page.y
    lines = _lines(panel, pooled, columns.names)
    for line in lines:
        study = line.mark if isinstance(line.mark, StudyMark) else None
        arms, share = (study.arms, study.weight) if study else (("", ""), None)
        _draw_row(
            page, columns, line.label, arms, line.effect, share, weight="bold" if line.bold else "normal"
        )
    height = page.y - top

    def draw(axes: Axes) -> None:
        _draw_axes(axes, panel, pooled, lines, name, columns.inner)

    page.axes(columns.plot, top, columns.inner, height, draw)
    if columns.bias.heads:
        judged = (line.mark.bias if isinstance(line.mark, StudyMark) else None for line in lines)
        signs = [columns.bias.signs(bias) for bias in judged]
        draw_lights(page, columns.bias.heads, signs, (columns.right + 2.0, top, height), f"{name}-bias")
    page.y += 4.6
    _draw_below(panel, pooled, columns, page)


def _draw_header(panel: PoolPanel, columns: _FigureColumns, page: Paper) -> None:
    page.y += 0.8
    y, size = page.y + ink.LINE / 2, columns.size
    page.text(2.0, y, "Study", size=size, weight="bold")
    if columns.below:
        arms = " v ".join(
            f"{name[0].lower()}{name[1:]}" if name.istitle() else name for name in panel.arm_titles
        )
        page.text(2.0, y + ink.LINE, f"{arms}, events/n", size=size, color=ink.GREY)
    x = 2.0 + columns.label
    for head, wide in zip(panel.arm_titles, columns.arms, strict=True):
        if wide:
            page.text(x + wide - 1.0, y, head, size=size, weight="bold", ha="right")
            page.text(x + wide - 1.0, y + ink.LINE, panel.counted, size=ink.SMALL, ha="right", color=ink.GREY)
        x += wide
    page.text(columns.right - columns.weight, y, panel.effect_title, size=size, weight="bold", ha="right")
    if columns.weight:
        page.text(columns.right, y, "Weight", size=size, weight="bold", ha="right")
    for at, head in enumerate(columns.bias.heads):
        middle = columns.right + 2.0 + LIGHT_CELL * (at + 0.5)
        page.text(middle, y, head, size=ink.SMALL, weight="bold", ha="center")
    page.y += ink.LINE * (2 if any(columns.arms) or columns.below else 1) + 0.6


def _draw_row(
    page: Paper,
    columns: _FigureColumns,
    label: str,
    arms: tuple[str, str],
    effect: str,
    share: float | None,
    weight: str = "normal",
) -> None:
    y, size = page.y + columns.row / 2, columns.size
    beneath = columns.below and any(arms)
    heading = not (any(arms) or effect)  # the name of a group, over whatever it leaves empty
    room = columns.label + (sum(columns.arms) or columns.inner) if heading else columns.label
    behind = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.6}} if heading else {}
    name = shortened(label, room - 0.5, size)
    page.text(2.0, y - (ink.LINE / 2 if beneath else 0.0), name, size=size, weight=weight, **behind)
    if beneath:
        page.text(2.0, y + ink.LINE / 2, " v ".join(arms), size=size, color=ink.GREY)
    x = 2.0 + columns.label
    for text, wide in zip(arms, columns.arms, strict=True):
        if wide:
            page.text(x + wide - 1.0, y, text, size=size, ha="right")
        x += wide
    page.text(columns.right - columns.weight, y, effect, size=size, weight=weight, ha="right")
    if columns.weight and share is not None:
        page.text(columns.right, y, f"{share:.1f}%", size=size, ha="right")
    page.y += columns.row


def _draw_below(panel: PoolPanel, pooled: PooledMark, columns: _FigureColumns, page: Paper) -> None:
    axis = panel_axis(panel)
    share = (panel.no_difference - axis.low) / (axis.high - axis.low)
    middle = columns.plot + share * columns.inner
    left, right = f"← {panel.sides[0]}", f"{panel.sides[1]} →"
    y = page.y + ink.LINE / 2
    x = max(middle - 1.5, 2.0 + text_width(left, ink.SMALL))
    page.text(x, y, left, size=ink.SMALL, ha="right")
    x = min(middle + 1.5, columns.right - text_width(right, ink.SMALL))
    page.text(x, y, right, size=ink.SMALL)
    page.y += ink.LINE
    for sentence in filter(None, (pooled.heterogeneity, panel.difference)):
        page.line(sentence, size=ink.SMALL)
    remarks = list(filter(None, [pooled.models if len(panel.studies) > 1 else pooled.alone]))
    silent = [study.label for study in panel.studies if not study.directed]
    remarks += [f"Open square: direction not reported ({', '.join(silent)})."] if silent else []
    remarks += ["Arrows: the interval goes on."] if cut_off(panel) else []
    remarks = [" ".join(remarks), *columns.bias.legend]
    for remark in filter(None, remarks):
        page.line(remark, size=ink.SMALL, color=ink.GREY)


def _draw_axes(
    axes: Axes, panel: PoolPanel, pooled: PooledMark, lines: Sequence[_Line], name: str, width: float
) -> None:
    axis = panel_axis(panel)
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(len(lines), 0)
    hide_frame(axes, "bottom")
    ink.draw_ticks(axes, axis, width)
    axes.axvline(panel.no_difference, color=ink.BLACK, linewidth=0.6)
    if math.isfinite(pooled.estimate):
        axes.axvline(pooled.estimate, color=ink.VERMILLION, linewidth=0.6, linestyle=(0, (3, 2)))
    heaviest = max((study.weight or 0.0 for study in panel.studies), default=0.0) or 1.0
    drawn = 0
    for row, line in enumerate(lines):
        if isinstance(line.mark, StudyMark):
            drawn += 1
            _draw_study(
                axes,
                axis,
                row + 0.5,
                line.mark,
                heaviest * (1 if width > 45 else 1.8),
                f"{name}-square-{drawn}",
            )
        elif line.mark is not None and math.isfinite(line.mark.lower):
            part = "" if line.mark is pooled else f"-{line.label.casefold()}-{row}"
            _draw_pooled(axes, axis, row + 0.5, line.mark, f"{name}{part}")


def _draw_study(axes: Axes, axis: Axis, y: float, study: StudyMark, heaviest: float, name: str) -> None:
    if math.isfinite(study.se):
        low, high = _clipped(axis, (study.lower, study.upper))
        axes.plot([low, high], [y, y], color=ink.BLACK, linewidth=0.8, solid_capstyle="butt")
        _draw_arrows(axes, axis, y, (study.lower, study.upper), ink.BLACK)
    if not math.isfinite(study.estimate):
        return
    share = 0.5 if study.weight is None else study.weight / heaviest
    side = max(SMALLEST, LARGEST * math.sqrt(share))
    face = ink.BLUE if study.directed else "white"
    (square,) = axes.plot(
        [study.estimate], [y], "s", markersize=side, markerfacecolor=face, markeredgecolor=ink.BLUE,
        markeredgewidth=0.8,
    )  # fmt: skip
    square.set_gid(name)


def _draw_pooled(axes: Axes, axis: Axis, y: float, pooled: PooledMark, name: str) -> None:
    low, high = _clipped(axis, (pooled.lower, pooled.upper))
    _draw_arrows(axes, axis, y, (pooled.lower, pooled.upper), ink.VERMILLION)
    xs, ys = (low, pooled.estimate, high, pooled.estimate), (y, y - 0.32, y, y + 0.32)
    (diamond,) = axes.fill(xs, ys, facecolor=ink.VERMILLION, edgecolor=ink.BLACK, linewidth=0.5)
    diamond.set_gid(f"{name}-diamond")
    if pooled.prediction:
        low, high = _clipped(axis, pooled.prediction)
        _draw_arrows(axes, axis, y + 1, pooled.prediction, ink.VERMILLION)
        (line,) = axes.plot([low, high], [y + 1, y + 1], color=ink.VERMILLION, linewidth=1.4)
        line.set_gid(f"{name}-prediction")
        kept = [end for end in pooled.prediction if axis.holds(end)]
        axes.plot(kept, [y + 1] * len(kept), "|", color=ink.VERMILLION, markersize=4)


def _clipped(axis: Axis, ends: tuple[float, float]) -> tuple[float, float]:
    return max(ends[0], axis.low), min(ends[1], axis.high)


def _draw_arrows(axes: Axes, axis: Axis, y: float, ends: tuple[float, float], color: str) -> None:
    """An arrow at each end of the axis that the interval goes beyond."""
    for end, edge, sign in ((ends[0], axis.low, "<"), (ends[1], axis.high, ">")):
        if not axis.holds(end):
            axes.plot([edge], [y], sign, color=color, markersize=3, clip_on=False)


POOLED, SUBTOTAL, NEW_STUDY = "Pooled", "Subtotal", "New study"
BEYOND_MEANT = "◄ ►: the interval goes on."


def picture(panels: Sequence[PoolPanel]) -> tuple[PoolPanel, ...]:
    """The panels as they are."""
    return tuple(panels)


def alternative(panels: Sequence[PoolPanel]) -> str:
    """Every panel in words."""
    return " ".join(panel.alternative for panel in panels)


def text(panels: Sequence[PoolPanel], width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in panels:
        lines += [*([""] if lines else []), *_text_panel(panel, width)]
    return lines


def _text_panel(panel: PoolPanel, width: int) -> list[str]:
    lines = paragraph(panel.heading, width)
    lines += paragraph(panel.scenario, width) if panel.scenario else []
    if panel.studies and panel.pooled:
        lines += ["", *_text_rows(panel, panel.pooled, width)]
        for sentence in filter(None, (panel.pooled.heterogeneity, panel.difference)):
            lines += paragraph(sentence, width)
        model = panel.pooled.models if len(panel.studies) > 1 else panel.pooled.alone
        silent = [study.label for study in panel.studies if not study.directed]
        model += f" □ direction not reported ({', '.join(silent)})." if silent else ""
        model += f" {BEYOND_MEANT}" if cut_off(panel) else ""
        lines += paragraph(model.strip(), width) if model else []
        for legend in _fitting_bias(panel, panel.pooled, width).legend:
            lines += paragraph(legend, width)
    elif panel.title != NOT_DRAWN:
        lines.append("no trial can be placed")
    return [*lines, *unplaced_lines(panel.unplaced, width)]


def _table_rows(
    panel: PoolPanel, pooled: PooledMark, bias: BiasColumns
) -> tuple[list[TextRow], list[TextRow]]:
    """The words of the heads, and those of the lines."""
    lines = _lines(panel, pooled, [study.label for study in panel.studies])
    rows = [_text_row(line, bias) for line in lines]
    arms = panel.arm_titles if panel.counted else ("", "")
    heads = [TextRow("Study", arms, panel.effect_title, "%", bias.letters(bias.heads))]
    heads += [TextRow("", ("events/n", "events/n"))] if panel.counted == "events/n" else []
    return heads, rows


def _fitting_bias(panel: PoolPanel, pooled: PooledMark, width: int) -> BiasColumns:
    """All domains where they leave room for the arms' sizes, else the overall judgement."""
    bias = panel.bias
    rows = [row for part in _table_rows(panel, pooled, bias) for row in part]
    crowded = panel.counted and not any(TextColumns.fitting(rows, width).arms)
    return replace(bias, whole=not crowded)


def _text_rows(panel: PoolPanel, pooled: PooledMark, width: int) -> list[str]:
    lines = _lines(panel, pooled, [study.label for study in panel.studies])
    heads, rows = _table_rows(panel, pooled, _fitting_bias(panel, pooled, width))
    columns = TextColumns.fitting([*heads, *rows], width)
    axis, canvas = panel_axis(panel), Canvas(columns.cells, len(rows))
    for at, line in enumerate(lines):
        if isinstance(line.mark, StudyMark):
            _put_study(canvas, at, axis, line.mark)
        elif line.mark is not None:
            _put_pooled(canvas, at, axis, line.mark)
    for row in range(canvas.height):
        canvas.put_upright(axis.cell(panel.no_difference, columns.cells), row)
    drawn = [*("" for _ in heads), *canvas.lines()]
    shown = [columns.line(row, picture) for row, picture in zip([*heads, *rows], drawn, strict=True)]
    return [*shown, *_text_below(panel, axis, columns.picture_start, columns.cells, width)]


def _text_row(line: _Line, bias: BiasColumns) -> TextRow:
    if not isinstance(line.mark, StudyMark):
        return TextRow(line.label, effect=line.effect)
    weight = "" if line.mark.weight is None else f"{line.mark.weight:.1f}"
    signs = bias.letters(bias.signs(line.mark.bias))
    return TextRow(line.label, line.mark.arms, line.effect, weight, signs)


def _text_below(panel: PoolPanel, axis: Axis, before: int, cells: int, width: int) -> list[str]:
    """The axis, and who is favoured left and right of no difference."""
    middle = before + axis.cell(panel.no_difference, cells)
    left, right = f"◄ {panel.sides[0]}", f"{panel.sides[1]} ►"
    at = min(middle + 2, width - len(right))
    both = f"{left:>{min(middle - 1, at - 2)}}".ljust(at) + right
    return [*(" " * before + line.rstrip() for line in tick_lines(axis, cells)), both]


def _put_study(canvas: Canvas, row: int, axis: Axis, study: StudyMark) -> None:
    if math.isfinite(study.se):
        _put_interval(canvas, row, axis, (study.lower, study.upper), "├─┤")
    if math.isfinite(study.estimate):
        canvas.put(axis.cell(study.estimate, canvas.width), row, "■" if study.directed else "□")


def _put_pooled(canvas: Canvas, row: int, axis: Axis, pooled: PooledMark) -> None:
    if not math.isfinite(pooled.estimate):
        return
    if math.isfinite(pooled.lower):
        _put_interval(canvas, row, axis, (pooled.lower, pooled.upper), "<=>")
    canvas.put(axis.cell(pooled.estimate, canvas.width), row, "◆")
    if pooled.prediction:
        _put_interval(canvas, row + 1, axis, pooled.prediction, "├┄┤")


def _put_interval(canvas: Canvas, row: int, axis: Axis, ends: tuple[float, float], signs: str) -> None:
    """A line from end to end, with an arrow where it goes on beyond the axis."""
    low, high = (axis.cell(end, canvas.width) for end in ends)
    canvas.put(low, row, signs[1] * (high - low + 1))
    canvas.put(low, row, signs[0] if axis.holds(ends[0]) else "◄")
    canvas.put(high, row, signs[2] if axis.holds(ends[1]) else "►")


PLOT = Plot("Forest plot", "pools", picture, alternative, text, draw)
