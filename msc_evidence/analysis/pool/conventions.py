"""The convention for empty cells that was asked for, from as much of it as was said."""

from __future__ import annotations

from dataclasses import replace
from math import inf
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
    _known("--zero-cells", to, ADDED_TO)
    _known("--double-zero", double, DOUBLE_ZEROS)
    found = USUAL[measure]
    found = replace(
        found, to=cast("AddedTo", to or found.to), double=cast("DoubleZeros", double or found.double)
    )
    if add is not None and not 0 < add < inf:
        raise Refused(
            f"--cc {add:g}: what is added to a cell is a number above 0; --zero-cells none adds nothing"
        )
    if add is not None and found.to == "none":
        raise Refused(
            f"--cc {add:g}: nothing is added to the cells of {measure}; say --zero-cells only or all too"
        )
    return found if add is None else replace(found, add=add)


def _known(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise Refused(f"{option} '{value}' is not one of {', '.join(known)}")
