"""Why a study has no place in a pool: what its numbers lack, or what nothing can be made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.pooling.zero_cells import ZeroCells, double_zero, empty_cell

Array = NDArray[np.float64]
#: Where the effect is known and has no error.
WITHOUT_VARIANCE = "its variance is 0"
MISSING = "a number that it needs is missing"


def reasons(
    measure: str, zeros: ZeroCells | None, effects: tuple[Array, Array], columns: Mapping[str, Array]
) -> list[str]:
    """What keeps each of these studies, which cannot be weighed, out of a pool."""
    rows = [{key: float(values[at]) for key, values in columns.items()} for at in range(len(effects[0]))]
    pairs = zip(*(array.tolist() for array in effects), rows, strict=True)
    return [_why_not_weighed(measure, zeros, yi, vi, row) for yi, vi, row in pairs]


def by_reason(left_out: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of those left out, each once, by their reason.

    >>> by_reason([("Lee 2010", "no p"), ("Jin 2017", "one-sided p"), ("Law 2021", "no p"), ("Lee 2010", "no p")])
    {'no p': ['Lee 2010', 'Law 2021'], 'one-sided p': ['Jin 2017']}
    """
    names_by_reason: dict[str, list[str]] = {}
    for name, reason in left_out:
        names = names_by_reason.setdefault(reason, [])
        names += [name] * (name not in names)
    return names_by_reason


def _why_not_weighed(
    measure: str, zeros: ZeroCells | None, yi: float, vi: float, row: Mapping[str, float]
) -> str:
    cells = _table_cells(row)
    if math.isfinite(yi) and vi == 0:
        more = "; --zero-cells only adds to its empty cells" if measure == "RD" and zeros and cells else ""
        return WITHOUT_VARIANCE + more
    if zeros is not None and cells is not None:
        return _why_no_effect_of_counts(cells)
    if math.isfinite(yi) and vi > 0:
        return (
            "its counts are not known"
            if math.isfinite(vi)
            else "its variance is beyond what can be computed with"
        )
    if _all_known(row, ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")):
        return _why_no_effect_of_means(measure, row)
    if measure == "PS" and _all_known(row, ("pi", "n1i", "n2i", "direction")):
        return "no rank-sum test of so few participants gives so small a p"
    return why_p_gives_no_error(row) or MISSING


def why_p_gives_no_error(row: Mapping[str, float]) -> str:
    """Why nothing follows from the p beside an effect, which is 0 where it is a bound; "" where there is no such."""
    p, estimate = row.get("pi", math.nan), row.get("estimate", math.nan)
    beside = not math.isnan(estimate) or _all_known(row, ("direction",)) or _all_known(row, ("m1i", "m2i"))
    if p == 0 and beside:
        return "a p that is a bound or 0 gives no SE"
    if p == 1 and not math.isnan(estimate):
        return "p 1 gives no SE"
    return ""


def _why_no_effect_of_counts(cells: Sequence[float]) -> str:
    ai, _, ci, _ = cells
    table = [np.array([cell]) for cell in cells]
    if double_zero(*table)[0]:
        return "no events in either arm" if ai + ci == 0 else "events in everyone of both arms"
    if empty_cell(*table)[0]:
        return "an empty cell, to which nothing is added"
    return MISSING


def _why_no_effect_of_means(measure: str, row: Mapping[str, float]) -> str:
    if measure == "ROM":
        return "its means do not have one sign"
    if measure == "SMD" and row["n1i"] + row["n2i"] < 4:
        return "fewer than four participants"
    return "an SD of 0 in both arms"


def _table_cells(row: Mapping[str, float]) -> list[float] | None:
    if _all_known(row, ("ai", "bi", "ci", "di")):
        return [row[key] for key in ("ai", "bi", "ci", "di")]
    if _all_known(row, ("ai", "n1i", "ci", "n2i")):
        return [row["ai"], row["n1i"] - row["ai"], row["ci"], row["n2i"] - row["ci"]]
    return None


def _all_known(row: Mapping[str, float], keys: Sequence[str]) -> bool:
    return all(math.isfinite(row.get(key, math.nan)) for key in keys)
