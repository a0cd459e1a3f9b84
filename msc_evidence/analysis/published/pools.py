"""The pool of a review's rows as published, with each correction alone, and with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.analysis.comparison.pools import PooledNumbers
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, pool_set
from msc_evidence.analysis.published.review import ReviewedRows, RowFinding
from msc_evidence.analysis.published.rows import SIDES, ReviewRow
from msc_evidence.statistics.pooling.measures import InvalidValueError

#: Rows that are pooled for the corrections one by one, counted each time: some seconds.
MOST_POOLED_ALONE = 100_000
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
    """The pool of rows with its normal interval; None where they cannot be pooled so.

    A row with a group of nobody gives no effect and is left out; one with more events than participants leaves none.
    """
    rows = [row for row in rows if all(row.value(side, "n") for side in SIDES)]
    if not rows:
        return None
    columns = {column: [row.value(*cell) for row in rows] for cell, column in _COLUMNS[rows[0].kind].items()}
    try:
        studies = StudySet.of("", [row.study for row in rows], columns, measure)
        return PooledNumbers.of(pool_set(studies, Settings.usual(measure, model), beside=False))
    except (Refused, InvalidValueError):
        return None


def corrected_rows(rows: Sequence[ReviewRow], findings: Sequence[RowFinding]) -> list[ReviewRow]:
    """The rows with the corrections of some findings carried out."""
    without = {at for found in findings for at in found.without}
    cells = {at: own for found in findings for at, own in found.cells.items()}
    return [row.corrected(cells.get(at, {})) for at, row in enumerate(rows) if at not in without]


def is_corrected_alone(reviewed: ReviewedRows) -> bool:
    """Whether the rows are few enough to be pooled with each correction alone."""
    return len(reviewed.rows) * len(reviewed.findings) <= MOST_POOLED_ALONE


def corrected_alone(reviewed: ReviewedRows) -> list[PooledNumbers | None]:
    """The pool with the correction of each finding alone; None for each where there are too many."""
    if not is_corrected_alone(reviewed):
        return [None] * len(reviewed.findings)
    return [corrected_pool(reviewed, (found,)) for found in reviewed.findings]


def corrected_pool(reviewed: ReviewedRows, findings: Sequence[RowFinding]) -> PooledNumbers | None:
    """The pool of a review with the corrections of some findings."""
    return pooled_rows(corrected_rows(reviewed.rows, findings), reviewed.measure, reviewed.model)
