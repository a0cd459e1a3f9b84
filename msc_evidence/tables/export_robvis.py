"""The export `robvis`: risk of bias for robvis's plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.problems import counted
from msc_evidence.tables.export import Asked, Exported
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.named_rob import table
from msc_evidence.tables.table import Table, Value

WRITTEN = ("table", "csv")
OPTIONS = ("--outcome", "--at")
#: robvis reads its columns by their place (McGuinness & Higgins 2021, 10.1002/jrsm.1411).
_READ = ("Study", "D1", "D2", "D3", "D4", "D5", "Overall", "Weight")


def export(asked: Asked) -> Exported:
    """Risk of bias by RoB 2 in robvis's columns: results that were judged, weighted by their participants.

    Raises Refused where no result was judged.
    """
    whole = table(Chosen(asked.registry, asked.trials, asked.outcomes, every=True, at=asked.at))
    judged = tuple(row for row in whole.rows if row.get("Overall") is not None)
    if not judged:
        raise Refused("no result has its risk of bias judged (risk-of-bias of a trial)")
    unweighted = [row for row in judged if row.get("Weight") is None]
    read = _READ[:-1] if unweighted else _READ
    columns = tuple(column for column in whole.columns if column.key in read)
    remarks = (*_remarks(whole.rows), *_without_weight(unweighted))
    return Exported((Table("robvis", columns, judged),), remarks)


def _without_weight(rows: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    """robvis takes no weight that is missing."""
    if rows:
        studies = "; ".join(str(row["Study"]) for row in rows)
        yield f"no Weight in the file, plot it with weighted = FALSE: the arms' sizes are not known of {studies}"


def _remarks(rows: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    left: dict[Value, int] = {}
    for row in rows:
        if row.get("Overall") is None:
            left[row["trial"]] = left.get(row["trial"], 0) + 1
    for trial, count in left.items():
        yield f"{trial}: {counted(count, 'result')} not in the file: risk of bias is not judged"
