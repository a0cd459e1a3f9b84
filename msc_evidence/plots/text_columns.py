"""The columns of a forest in a terminal: study, sizes of the arms, picture, effect, weight, risk of bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.plots.canvas import column_width, fitted

#: The picture of a panel is at least so many columns wide.
NARROWEST = 16
#: A study's name has at least so many.
NAME = 8
#: An effect with its interval takes at most so many.
EFFECT = 36


@dataclass(frozen=True, slots=True)
class TextRow:
    """The words of one row beside the picture."""

    label: str
    arms: tuple[str, str] = ("", "")
    effect: str = ""
    weight: str = ""
    bias: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it names a group, over the room of the columns that it leaves empty."""
        return not (any(self.arms) or self.effect)


@dataclass(frozen=True, slots=True)
class TextColumns:
    """How many columns of the terminal each part takes."""

    label: int
    arms: tuple[int, ...]
    cells: int
    effect: int
    weight: int
    bias: int = 0

    @classmethod
    def fitting(cls, rows: Sequence[TextRow], width: int) -> TextColumns:
        """Columns as wide as their words; the picture takes the rest."""
        arms = tuple(column_width([row.arms[at] for row in rows], 13) for at in (0, 1))
        effect = column_width([row.effect for row in rows], EFFECT)
        weight = column_width([row.weight for row in rows[1:]], 5)
        bias = column_width([row.bias for row in rows], width)
        beside = effect + 2 + (weight + 1 if weight else 0) + (bias + 1 if bias else 0)
        if width - beside - sum(arm + 1 for arm in arms if arm) < NARROWEST + NAME:
            arms = (0, 0)  # a narrow terminal shows effects, not sizes
        used = beside + sum(arm + 1 for arm in arms if arm)
        label = column_width([row.label for row in rows], max(NAME, min(24, width - used - NARROWEST)))
        return cls(label, arms, max(NARROWEST, width - used - label), effect, weight, bias)

    @property
    def picture_start(self) -> int:
        """What stands left of the picture."""
        return self.label + sum(arm + 1 for arm in self.arms if arm) + 1

    def line(self, row: TextRow, drawn: str) -> str:
        """One row with its part of the picture."""
        if row.is_heading:
            return f"{fitted(row.label, self.picture_start - 1)} {drawn}".rstrip()
        sizes = zip(row.arms, self.arms, strict=True)
        counts = [fitted(text, wide, right=True) for text, wide in sizes if wide]
        weight = [fitted(row.weight, self.weight, right=True)] if self.weight else []
        parts = [fitted(row.label, self.label), *counts, fitted(drawn, self.cells)]
        return " ".join([*parts, fitted(row.effect, self.effect), *weight, row.bias]).rstrip()
