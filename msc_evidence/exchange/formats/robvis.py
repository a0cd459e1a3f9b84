"""Risk of bias in the columns of robvis, both ways: Study, the domains of an instrument and Overall."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.study_rows import RowCells, each_row
from msc_evidence.registry.problems import Place, Problem, RegistryError, counted, quoted_value
from msc_evidence.registry.risk_of_bias import (
    INSTRUMENTS,
    NO_INFORMATION,
    OVERALL,
    ROB_1,
    ROB_2,
    ROBINS_I,
    Instrument,
)
from msc_evidence.registry.studies import StudyFile
from msc_evidence.tables.review.rob import judgement_table
from msc_evidence.tables.table import Column, Table, Value

#: robvis finds the domains of RoB 1 by the names of its own example, those of the others by their place.
_NAMED = (
    "Random.sequence.generation.",
    "Allocation.concealment.",
    "Blinding.of.participants.and.personnel.",
    "Blinding.of.outcome.assessment",
    "Incomplete.outcome.data",
    "Selective.reporting.",
    "Other.sources.of.bias.",
)
#: The instruments that robvis draws.
DRAWN = (ROB_2, ROBINS_I, ROB_1)
STUDY, WHOLE = "Study", "Overall"
#: What reviewers need not judge by RoB 1.
OPTIONAL = ("other_bias", OVERALL)


def judged_columns(tool: Instrument) -> dict[str, str]:
    """The columns of an instrument by the keys of a judgement."""
    names = _NAMED if tool is ROB_1 else tool.codes
    return {**dict(zip(tool.domains, names, strict=True)), OVERALL: WHOLE}


def _risk_words(tool: Instrument) -> dict[str, str]:
    """robvis reads the first letter of a judgement; the signs are those that its plots draw."""
    letters = {risk[0]: risk for risk in tool.signs}
    signs = {sign: risk for risk, sign in tool.signs.items()}
    silent = dict.fromkeys("n?", NO_INFORMATION)
    return silent | signs | letters


@dataclass(frozen=True, slots=True)
class BiasRow:
    """What one line judges of a study, or of one of its results."""

    line: int
    study: str
    #: The result, where the label names it behind a colon; "" where it does not.
    outcome: str
    #: Risk and support by the keys of a judgement.
    judged: Mapping[str, tuple[str, str]]
    tool: Instrument = ROB_2
    by: str = ""
    day: str = ""
    #: What was judged by another tool, domain by domain.
    words: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """Why no record can hold the judgement as it stands; "" where it can."""
        if not self.judged:
            names = ", ".join(tool.name for tool in INSTRUMENTS)
            return f"a record holds every domain of an instrument: {names}"
        columns = judged_columns(self.tool)
        silent = [columns[key] for key, (risk, _) in self.judged.items() if risk not in self.tool.signs]
        if silent:
            *risks, last = self.tool.signs
            return f"{', '.join(silent)}: {self.tool.name} judges {', '.join(risks)} or {last}"
        ranked = {key: risk for key, (risk, _) in self.judged.items() if risk in self.tool.risks}
        if not self.tool.rule or len(ranked) < len(self.judged):
            return ""
        worst = max(ranked, key=lambda key: self.tool.risks.index(ranked[key]))
        if self.tool.risks.index(ranked[worst]) > self.tool.risks.index(ranked[OVERALL]):
            return f"Overall is {ranked[OVERALL]}, better than {columns[worst]}, {ranked[worst]}"
        return ""


def is_robvis(studies: StudyFile) -> bool:
    """Whether these are judgements by an instrument that robvis draws."""
    return robvis_tool(studies) is not None


def robvis_tool(studies: StudyFile) -> Instrument | None:
    """The instrument whose columns a file has, that with most of them; None where it has those of none."""
    header = set(_with_robvis_names(studies).header)
    fitting = [tool for tool in DRAWN if {STUDY, *judged_columns(tool).values()} - {WHOLE} <= header]
    fitting = [tool for tool in fitting if tool is ROB_1 or WHOLE in header]
    return max(fitting, key=lambda tool: len(tool.domains), default=None)


def _with_robvis_names(studies: StudyFile) -> StudyFile:
    """The file with RoB 1's domains as robvis names them, however spaces and signs stand between their words."""
    letters = {re.sub(r"\W", "", name).casefold(): name for name in _NAMED}
    folded = {name: letters.get(re.sub(r"\W", "", name).casefold()) for name in studies.header}
    return studies.renamed({name: called for name, called in folded.items() if called and called != name})


def read_robvis(studies: StudyFile) -> list[BiasRow]:
    """The lines that judge anything; raises RegistryError for a word that is no judgement, and for a study twice."""
    tool = robvis_tool(studies) or ROB_2
    named = _with_robvis_names(studies)
    rows = [row for row in each_row(named, lambda cells: _bias_row(cells, tool)) if row.judged]
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


def _bias_row(cells: RowCells, tool: Instrument) -> BiasRow:
    label = cells.text("Study")
    if not label:
        raise cells.error("Study", "Study is empty; every line needs its study")
    study, _, outcome = label.partition(": ")
    columns = judged_columns(tool)
    given = {key: column for key, column in columns.items() if cells.has(column)}
    needed = [key for key in columns if not (tool is ROB_1 and key in OPTIONAL)]
    if given and (lacking := [columns[key] for key in needed if key not in given]):
        raise cells.error(lacking[0], f"{lacking[0]} is empty; every domain and Overall need a judgement")
    judged = {
        key: (risk_named(cells, column, tool), cells.text(f"{column}_support"))
        for key, column in given.items()
    }
    line, by = cells.studies.lines[cells.row], cells.text("by")
    return BiasRow(line, study, outcome, judged, tool, by, _judgement_day(cells))


def _judgement_day(cells: RowCells) -> str:
    text = cells.text("date")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise cells.error(
            "date", f"date: {quoted_value(text)} is no day; expected such as 2024-05-31"
        ) from None


def risk_named(cells: RowCells, column: str, tool: Instrument) -> str:
    """The risk that a cell means; raises RegistryError where it means none."""
    text = cells.text(column)
    risk = _risk_words(tool).get(text[:1].casefold().replace("−", "-").replace("×", "x"))
    if risk is None:
        words = [risk.capitalize() for risk in dict.fromkeys((*tool.signs, NO_INFORMATION))]
        expected = f"{', '.join(words[:-1])} or {words[-1]}"
        raise cells.error(column, f"{column}: {quoted_value(text)} is no judgement; expected {expected}")
    return risk


OPTIONS = ("--outcome", "--at")


def export(request: ExportRequest) -> Exported:
    """Risk of bias by RoB 2 in robvis's columns: results that were judged, weighted by their participants.

    Raises Refused where no result was judged.
    """
    return exported_judgements(request, ROB_2)


def exported_judgements(request: ExportRequest, tool: Instrument) -> Exported:
    """The results judged by an instrument in robvis's columns (McGuinness & Higgins 2021, 10.1002/jrsm.1411)."""
    whole = judgement_table(replace(request.query, every=True), tool)
    codes = (*tool.codes, WHOLE)
    judged = [row for row in whole.rows if any(row.get(code) is not None for code in codes)]
    if not judged:
        raise Refused(f"no result has its risk of bias judged by {tool.name} ({tool.key} of a trial)")
    unweighted = [row for row in judged if row.get("Weight") is None]
    named = dict(zip(codes, judged_columns(tool).values(), strict=True))
    columns = [Column(STUDY, STUDY), *(Column(code, name) for code, name in named.items())]
    columns += [] if unweighted else [Column("Weight", "Weight", "number")]
    remarks = [*_left_out_remarks(whole.rows, codes)]
    if unweighted:
        studies = "; ".join(str(row["Study"]) for row in unweighted)
        remarks.append(
            f"no Weight in the file, plot it with weighted = FALSE: the arms' sizes are not known of {studies}"
        )
    return Exported((_with_names_as_keys("robvis", columns, judged),), tuple(remarks))


def _with_names_as_keys(name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Value]]) -> Table:
    """The table with columns keyed by their names, as CSV heads them."""
    kept = tuple({column.title: row.get(column.key) for column in columns} for row in rows)
    return Table(name, tuple(replace(column, key=column.title) for column in columns), kept)


def _left_out_remarks(rows: Sequence[Mapping[str, Value]], codes: Sequence[str]) -> Iterator[str]:
    left: dict[Value, int] = {}
    for row in rows:
        if all(row.get(code) is None for code in codes):
            left[row["trial"]] = left.get(row["trial"], 0) + 1
    for trial, count in left.items():
        yield f"{trial}: {counted(count, 'result')} not in the file: risk of bias is not judged"
