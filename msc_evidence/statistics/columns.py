"""Columns of study data as arrays, refused where a value cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class InvalidValueError(ValueError):
    """A value that its column cannot hold; `row` counts studies from 0."""

    def __init__(self, column: str, row: int, value: float, expected: str) -> None:
        super().__init__(f"{column} of {value:g} in study {row + 1}: {expected}")
        self.column, self.row, self.value, self.expected = column, row, value, expected


def validated(data: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The columns as arrays of numbers, missing values as nan.

    Raises InvalidValueError for the first value outside its column's range and for events above the number of
    participants, ValueError for columns of different lengths.

    >>> validated({"ai": [3, 12], "n1i": [10, 10]})
    Traceback (most recent call last):
    msc_evidence.statistics.columns.InvalidValueError: ai of 12 in study 2: more events than participants
    """
    columns = {name: np.atleast_1d(np.asarray(values, dtype=np.float64)) for name, values in data.items()}
    if len({column.shape for column in columns.values()}) > 1 or any(c.ndim > 1 for c in columns.values()):
        raise ValueError("columns must have one value per study: " + _lengths(columns))
    for name, column in columns.items():
        impossible, expected = _RANGES.get(name, _ANY)
        _refuse(name, column, impossible(column), expected)
    for events, size in (("ai", "n1i"), ("ci", "n2i")):
        if events in columns and size in columns:
            above = columns[events] > columns[size]
            _refuse(events, columns[events], above, "more events than participants")
    return columns


def _refuse(name: str, column: Array, refused: Any, expected: str) -> None:
    if np.any(refused):
        row = int(np.argmax(refused))
        raise InvalidValueError(name, row, float(column[row]), expected)


def _lengths(columns: Mapping[str, Array]) -> str:
    return ", ".join(f"{name} has {column.shape[0]}" for name, column in columns.items())


_Range = tuple[Callable[[Array], Any], str]
_ANY: _Range = (np.isinf, "must be finite")
_COUNT: _Range = (lambda x: (x < 0) | np.isinf(x), "a count cannot be negative")
_SIZE: _Range = (lambda x: (x < 1) | np.isinf(x), "a group has 1 participant or more")
_SPREAD: _Range = (lambda x: (x < 0) | np.isinf(x), "a standard deviation cannot be negative")
_POSITIVE: _Range = (lambda x: (x <= 0) | np.isinf(x), "must be above 0")
_RANGES: Mapping[str, _Range] = {
    **dict.fromkeys(("ai", "bi", "ci", "di"), _COUNT),
    **dict.fromkeys(("n1i", "n2i"), _SIZE),
    **dict.fromkeys(("sd1i", "sd2i"), _SPREAD),
    **dict.fromkeys(("vi", "sei"), _POSITIVE),
    "pi": (lambda x: (x <= 0) | (x > 1), "must be above 0 and at most 1"),
    "direction": (lambda x: np.isfinite(x) & (np.abs(x) != 1) | np.isinf(x), "must be 1 or -1"),
}
