"""The 2×2 tables of a set of studies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.pooling.zero_cells import empty_cell

Array = NDArray[np.float64]


def cells(columns: Mapping[str, Array]) -> tuple[Array, Array, Array, Array]:
    """The four cells of each study's table, from cells or from events and group sizes."""
    if "bi" in columns and "di" in columns:
        return columns["ai"], columns["bi"], columns["ci"], columns["di"]
    first, second = columns["ai"], columns["ci"]
    return first, columns["n1i"] - first, second, columns["n2i"] - second


def with_empty_cell(columns: Mapping[str, Array]) -> list[bool]:
    """Which of the tables have an empty cell."""
    return [bool(empty) for empty in empty_cell(*cells(columns))]


def event_share(columns: Mapping[str, Array]) -> float:
    """The share of all participants who had the event.

    >>> event_share({key: np.array([value]) for key, value in {"ai": 3.0, "bi": 7.0, "ci": 2.0, "di": 8.0}.items()})
    0.25
    """
    ai, bi, ci, di = cells(columns)
    people = float(np.nansum(ai + bi + ci + di))
    return float(np.nansum(ai + ci)) / people if people else 0.0
