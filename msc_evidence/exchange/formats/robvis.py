"""Risk of bias in the columns of robvis, both ways: Study, D1 to D5 and Overall, as RoB 2 judges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.study_rows import RowCells, each_row
from msc_evidence.registry.judgements import DOMAINS, RISKS
from msc_evidence.registry.problems import Place, Problem, RegistryError, counted, quoted_value
from msc_evidence.registry.studies import StudyFile
from msc_evidence.tables.review.rob import table
from msc_evidence.tables.table import Table, Value

#: robvis's columns by the keys of a judgement.
COLUMNS: Mapping[str, str] = {
    **{name: f"D{at}" for at, name in enumerate(DOMAINS, 1)},
    "overall": "Overall",
}
#: robvis reads the first letter of a judgement; the signs are those that its plots draw.
_RISKS: Mapping[str, str] = {
    **{word[0]: word for word in RISKS},
    **dict(zip("+-x", RISKS, strict=True)),
    **dict.fromkeys("n?", "no information"),
}


@dataclass(frozen=True, slots=True)
class BiasRow:
    """What one line judges of a study, or of one of its results."""

    line: int
    study: str
    #: The result, where the label names it behind a colon; "" where it does not.
    outcome: str
    #: Risk and support by the keys of a judgement.
    judged: Mapping[str, tuple[str, str]]
    by: str = ""
    day: str = ""
    #: What was judged by another tool, domain by domain.
    words: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """Why no record can hold the judgement as it stands; "" where it can."""
        if not self.judged:
            return "a record holds judgements by RoB 2"
        silent = [COLUMNS[key] for key, (risk, _) in self.judged.items() if risk not in RISKS]
        if silent:
            return f"{', '.join(silent)}: RoB 2 judges low, some concerns or high"
        ranks = {key: [*RISKS].index(risk) for key, (risk, _) in self.judged.items() if risk in RISKS}
        worst = max(ranks, key=ranks.__getitem__)
        if ranks[worst] > ranks["overall"]:
            return (
                f"Overall is {RISKS[ranks['overall']]}, better than {COLUMNS[worst]}, {RISKS[ranks[worst]]}"
            )
        return ""


def is_robvis(studies: StudyFile) -> bool:
    """Whether these are judgements by RoB 2."""
    return {"Study", *COLUMNS.values()} <= set(studies.header)


def read_robvis(studies: StudyFile) -> list[BiasRow]:
    """The lines that judge anything; raises RegistryError for a word that is no judgement, and for a study twice."""
    rows = [row for row in each_row(studies, _bias_row) if row.judged]
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for row in rows:
        first = seen.setdefault((row.study, row.outcome), row.line)
        if first != row.line:
            message = f"{row.study} is already judged on line {first}; name the result behind a colon: 'Study: outcome'"
            problems.append(Problem(Place(studies.file, row.line, 1), message))
    if problems:
        raise RegistryError(problems)
    return rows


def _bias_row(cells: RowCells) -> BiasRow:
    label = cells.text("Study")
    if not label:
        raise cells.error("Study", "Study is empty; every line needs its study")
    study, _, outcome = label.partition(": ")
    given = {key: column for key, column in COLUMNS.items() if cells.has(column)}
    if given and len(given) < len(COLUMNS):
        column = next(column for key, column in COLUMNS.items() if key not in given)
        raise cells.error(column, f"{column} is empty; every domain and Overall need a judgement")
    judged = {
        key: (risk_named(cells, column), cells.text(f"{column}_support")) for key, column in given.items()
    }
    return BiasRow(
        cells.studies.lines[cells.row], study, outcome, judged, cells.text("by"), _judgement_day(cells)
    )


def _judgement_day(cells: RowCells) -> str:
    text = cells.text("date")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise cells.error(
            "date", f"date: {quoted_value(text)} is no day; expected such as 2024-05-31"
        ) from None


def risk_named(cells: RowCells, column: str) -> str:
    """The risk that a cell means; raises RegistryError where it means none."""
    text = cells.text(column)
    risk = _RISKS.get(text[:1].casefold().replace("−", "-").replace("×", "x"))
    if risk is None:
        message = f"{column}: {quoted_value(text)} is no judgement; expected Low, Some concerns, High or No information"
        raise cells.error(column, message)
    return risk


OPTIONS = ("--outcome", "--at")
#: robvis reads its columns by their place (McGuinness & Higgins 2021, 10.1002/jrsm.1411).
_READ = ("Study", "D1", "D2", "D3", "D4", "D5", "Overall", "Weight")


def export(request: ExportRequest) -> Exported:
    """Risk of bias by RoB 2 in robvis's columns: results that were judged, weighted by their participants.

    Raises Refused where no result was judged.
    """
    whole = table(replace(request.query, every=True))
    judged = tuple(row for row in whole.rows if row.get("Overall") is not None)
    if not judged:
        raise Refused("no result has its risk of bias judged (risk-of-bias of a trial)")
    unweighted = [row for row in judged if row.get("Weight") is None]
    read = _READ[:-1] if unweighted else _READ
    columns = tuple(column for column in whole.columns if column.key in read)
    remarks = [*_left_out_remarks(whole.rows)]
    if unweighted:
        studies = "; ".join(str(row["Study"]) for row in unweighted)
        remarks.append(
            f"no Weight in the file, plot it with weighted = FALSE: the arms' sizes are not known of {studies}"
        )
    return Exported((Table("robvis", columns, judged),), tuple(remarks))


def _left_out_remarks(rows: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    left: dict[Value, int] = {}
    for row in rows:
        if row.get("Overall") is None:
            left[row["trial"]] = left.get(row["trial"], 0) + 1
    for trial, count in left.items():
        yield f"{trial}: {counted(count, 'result')} not in the file: risk of bias is not judged"
