"""What is added to empty cells of 2×2 tables, and which tables count: `to`, `add` and `drop00` of metafor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
AddedTo = Literal["none", "only", "all"]
DoubleZeros = Literal["keep", "drop"]
ADDED_TO: tuple[AddedTo, ...] = ("none", "only", "all")
DOUBLE_ZEROS: tuple[DoubleZeros, ...] = ("keep", "drop")


@dataclass(frozen=True, slots=True)
class ZeroCells:
    """A convention; raises ValueError for one that there is not."""

    #: The tables to whose four cells `add` is added: none, only those with an empty cell, all.
    to: AddedTo = "only"
    add: float = 0.5
    #: Tables in which no arm, or everyone in both, had the event.
    double: DoubleZeros = "drop"

    def __post_init__(self) -> None:
        if self.to not in ADDED_TO or self.double not in DOUBLE_ZEROS:
            raise ValueError(f"{self.to} and {self.double} are not among {ADDED_TO} and {DOUBLE_ZEROS}")
        if not 0 < self.add < math.inf:
            raise ValueError(f"{self.add:g} is no number above 0 to add to a cell")

    def corrected(self, ai: Array, bi: Array, ci: Array, di: Array) -> tuple[Array, Array, Array, Array]:
        """The cells with what is added, nan in all four of a table that is dropped.

        >>> [float(cell[0]) for cell in ZeroCells().corrected(*np.array([[0.0], [10], [3], [9]]))]
        [0.5, 10.5, 3.5, 9.5]
        """
        if self.to == "none":
            added = np.zeros(ai.shape)
        else:
            added = np.where(empty_cell(ai, bi, ci, di) | (self.to == "all"), self.add, 0.0)
        if self.double == "drop":
            added = np.where(double_zero(ai, bi, ci, di), np.nan, added)
        return ai + added, bi + added, ci + added, di + added


def empty_cell(ai: Array, bi: Array, ci: Array, di: Array) -> NDArray[np.bool_]:
    """Which tables have an empty cell."""
    return np.asarray((ai == 0) | (bi == 0) | (ci == 0) | (di == 0))


def double_zero(ai: Array, bi: Array, ci: Array, di: Array) -> NDArray[np.bool_]:
    """In which tables no arm has an event, or nobody is without one."""
    return np.asarray(((ai == 0) & (ci == 0)) | ((bi == 0) & (di == 0)))


#: Where no other is asked for: a ratio needs something in every cell and learns nothing of a table without events,
#: a difference of risks needs nothing added and is 0 there; Peto's odds ratio is made for empty cells.
USUAL: Mapping[str, ZeroCells] = {
    "OR": ZeroCells(),
    "RR": ZeroCells(),
    "RD": ZeroCells("none", double="keep"),
    "PETO": ZeroCells("none", double="keep"),
}
