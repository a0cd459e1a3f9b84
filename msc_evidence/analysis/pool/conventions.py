"""The convention for empty cells that was asked for, from as much of it as was said."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.pooling.two_by_two import MANTEL_HAENSZEL
from msc_evidence.statistics.pooling.zero_cells import (
    ADDED_TO,
    DOUBLE_ZEROS,
    USUAL,
    AddedTo,
    DoubleZeros,
    ZeroCells,
)

#: What is added is a small part of a participant, or a few.
SMALLEST_ADDED, LARGEST_ADDED = 1e-9, 100.0


def convention(
    measure: str, to: str | None = None, add: float | None = None, double: str | None = None
) -> ZeroCells | None:
    """What is usual of the measure, changed as was said; None where nothing was.

    Raises Refused for what does not exist, for measures of other data, and for a number that nothing is added of.

    >>> convention("RD", to="only"), convention("RD")
    (ZeroCells(to='only', add=0.5, double='keep'), None)
    """
    named = {"--zero-cells": to, "--cc": add, "--double-zero": double}
    given = [option for option, value in named.items() if value is not None]
    if not given:
        return None
    if measure not in MANTEL_HAENSZEL:
        known = ", ".join(MANTEL_HAENSZEL)
        raise Refused(f"{listed(given)}: conventions for empty cells are for {known}, not {measure}")
    _require_known("--zero-cells", to, ADDED_TO)
    _require_known("--double-zero", double, DOUBLE_ZEROS)
    zero_cells = USUAL[measure]
    zero_cells = replace(
        zero_cells,
        to=cast("AddedTo", to or zero_cells.to),
        double=cast("DoubleZeros", double or zero_cells.double),
    )
    if add is not None and not SMALLEST_ADDED <= add <= LARGEST_ADDED:
        raise Refused(
            f"--cc {add:g}: what is added to a cell is a number above 0, {SMALLEST_ADDED:g} to {LARGEST_ADDED:g};"
            " --zero-cells none adds nothing"
        )
    if add is not None and zero_cells.to == "none":
        raise Refused(
            f"--cc {add:g}: nothing is added to the cells of {measure}; say --zero-cells only or all too"
        )
    return zero_cells if add is None else replace(zero_cells, add=add)


def _require_known(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise Refused(f"{option} '{value}' is not one of {', '.join(known)}")
