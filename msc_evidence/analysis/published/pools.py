"""The pool of a review's rows as published, with each correction alone, and with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.analysis.comparison.pools import PooledNumbers
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, pool_set
from msc_evidence.analysis.published.review import ReviewedRows, RowFinding
from msc_evidence.analysis.published.rows import SIDES, ReviewRow

#: metafor's names of the cells of both sides.
_COLUMNS = {
    "counts": {
        ("treated", "events"): "ai",
        ("treated", "n"): "n1i",
        ("control", "events"): "ci",
        ("control", "n"): "n2i",
    },
    "means": {
        (side, name): f"{column}{number}i"
        for number, side in enumerate(SIDES, 1)
        for name, column in (("mean", "m"), ("sd", "sd"), ("n", "n"))
    },
}


def pooled_rows(rows: Sequence[ReviewRow], measure: str, model: str) -> PooledNumbers | None:
    """The pool of rows with its normal interval; None where they cannot be pooled so."""
    if not rows:
        return None
    columns = {column: [row.value(*cell) for row in rows] for cell, column in _COLUMNS[rows[0].kind].items()}
    try:
        studies = StudySet.of("", [row.study for row in rows], columns, measure)
        return PooledNumbers.of(pool_set(studies, Settings.usual(measure, model), beside=False))
    except Refused:
        return None


def corrected_rows(rows: Sequence[ReviewRow], findings: Sequence[RowFinding]) -> list[ReviewRow]:
    """The rows with the corrections of some findings carried out."""
    without = {at for found in findings for at in found.without}
    cells = {at: own for found in findings for at, own in found.cells.items()}
    return [row.corrected(cells.get(at, {})) for at, row in enumerate(rows) if at not in without]


def corrected_pool(reviewed: ReviewedRows, findings: Sequence[RowFinding]) -> PooledNumbers | None:
    """The pool of a review with the corrections of some findings."""
    return pooled_rows(corrected_rows(reviewed.rows, findings), reviewed.measure, reviewed.model)
