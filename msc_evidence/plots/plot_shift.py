"""Stacked bars of an ordinal outcome in both arms, joined: what is called a Grotta bar where it shows the mRS."""

from __future__ import annotations

from itertools import pairwise

from msc_evidence.plots.canvas import column_width, fitted, paragraph, unplaced_lines
from msc_evidence.plots.figure_shift import draw
from msc_evidence.plots.plot import Plot
from msc_evidence.tables.registry_picture import reasons
from msc_evidence.tables.shift_picture import Bar, ShiftPanel, ShiftPicture, shift_picture

#: A sign for each category, lowest first.
SIGNS = "0123456789abcdefghij"


def alternative(picture: ShiftPicture) -> str:
    """Every panel in words."""
    said = [f"Not placed: {reason}." for reason in reasons(picture.unplaced)]
    return " ".join([*(panel.alternative for panel in picture.panels), *said])


def text(picture: ShiftPicture, width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in picture.panels:
        lines += [*([""] if lines else []), *_panel(panel, min(width, 100))]
    return [*lines, *unplaced_lines(picture.unplaced, width)]


def _panel(panel: ShiftPanel, width: int) -> list[str]:
    labels = [f"{bar.label} (n {bar.n})" for bar in panel.bars]
    label = column_width(labels, 24)
    cells = width - label - 1
    ends = [_ends(bar, cells) for bar in panel.bars]
    bars = [f"{fitted(name, label)} {_bar(each)}" for name, each in zip(labels, ends, strict=True)]
    joins = f"{' ' * label} {_joins(ends[0], ends[1], cells)}".rstrip()
    scale = f"{' ' * label} {'0%'.ljust(cells - 4)}100%"
    counts = _counts(panel, labels, label)
    heading = paragraph(f"{panel.title}: {panel.scale}", width)
    effect = paragraph(panel.effect, width) if panel.effect else []
    return [*heading, "", bars[0], joins, bars[1], scale, "", *counts, *effect]


def _ends(bar: Bar, cells: int) -> list[int]:
    return [round(share / 100 * cells) for share in bar.boundaries]


def _bar(ends: list[int]) -> str:
    """Each category as its sign, as long as its share."""
    sizes = [end - start for start, end in pairwise(ends)]
    return "".join(sign * size for sign, size in zip(SIGNS, sizes, strict=False))


def _joins(above: list[int], below: list[int], cells: int) -> str:
    """How each boundary moves from one bar to the other."""
    line = [" "] * (cells + 1)
    for top, bottom in zip(above[1:-1], below[1:-1], strict=True):
        line[(top + bottom) // 2] = "│" if top == bottom else "╲" if bottom > top else "╱"
    return "".join(line)


def _counts(panel: ShiftPanel, labels: list[str], label: int) -> list[str]:
    """Participants in each category; the sign of the bar is the category's where that has one digit."""
    wide = 1 + max(len(name) for name in (*panel.grades, *(str(n) for bar in panel.bars for n in bar.counts)))
    named = [("category", panel.grades)]
    if any(len(grade) > 1 for grade in panel.grades):
        named.insert(0, ("sign", tuple(SIGNS[: len(panel.grades)])))
    named += [(name, tuple(map(str, bar.counts))) for name, bar in zip(labels, panel.bars, strict=True)]
    return [fitted(name, label) + "".join(each.rjust(wide) for each in row) for name, row in named]


PLOT = Plot("Stacked distributions", "registry", shift_picture, alternative, text, draw)
