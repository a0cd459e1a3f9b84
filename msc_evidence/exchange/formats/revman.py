"""The study data of RevMan's data rows, both ways: counts, means, or generic inverse variance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.study_rows import Group, RowCells, StudyRow, each_row
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.reported import Time
from msc_evidence.registry.review_rows import (
    NEEDED,
    AnalysisKey,
    AnalysisSettings,
    RowKind,
    Settings,
    analysis_of,
    kinds,
)
from msc_evidence.registry.studies import StudyFile
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--arms")
#: Measures with the data of theirs that RevMan's columns hold, and effects for its generic inverse variance.
_GROUPED = (("OR", ("counts",)), ("MD", ("means", "distribution")))
_PRINTED_RATIOS = tuple((measure, ("effect",)) for measure in ("RR", "OR", "HR"))
#: The columns of `data-rows.csv` in RevMan's data package, in its order; True for numbers.
COLUMNS = {
    "Analysis group": True, "Analysis number": True, "Analysis name": False, "Subgroup": False,
    "Applicability": False, "Study": False, "Study year": True, "GIV Mean": True, "GIV SE": True,
    "Experimental mean": True, "Experimental SD": True, "Experimental cases": True, "Experimental N": True,
    "Control mean": True, "Control SD": True, "Control cases": True, "Control N": True, "O-E": True,
    "Variance": True, "Weight": True, "Mean": True, "CI start": True, "CI end": True, "Footnotes": False,
}  # fmt: skip
#: metafor's name → RevMan's.
_NAMES = {
    "m1i": "Experimental mean",
    "sd1i": "Experimental SD",
    "ai": "Experimental cases",
    "n1i": "Experimental N",
    "m2i": "Control mean",
    "sd2i": "Control SD",
    "ci": "Control cases",
    "n2i": "Control N",
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one analysis compares: an outcome, so defined, at one time."""

    outcome: str
    definition: str | None
    change: bool
    #: As the registry prints it: equal times are one analysis.
    at: object

    @classmethod
    def of(cls, result: Result) -> Analysis:
        """The analysis that a result belongs to."""
        return cls(result.outcome, result.definition, result.change, result.at)

    def name(self, title: str) -> str:
        """The outcome's name with what sets this analysis apart."""
        change = ", change from baseline" * self.change
        definition = f" ({self.definition})" if self.definition else ""
        return f"{title}{definition}{change}" + (f" at {self.at}" if isinstance(self.at, Time) else "")


def export(request: ExportRequest) -> Exported:
    """Data rows as RevMan's data package has them: counts, or means and SD, of each outcome at each time.

    Effects that are printed with their intervals and no more are its generic inverse variance. Estimates and weights
    are left to RevMan. Raises Refused where no result has the data of both arms.
    """
    rows: list[dict[str, Value]] = []
    remarks: dict[str, list[str]] = {}
    number = 0
    for analysis in _requested_analyses(request):
        name = analysis.name(request.query.registry.outcomes[analysis.outcome].name)
        selection = _best_selection(request, analysis)
        number += bool(selection.entries)
        head: dict[str, Value] = {
            "Analysis group": 1,
            "Analysis number": number,
            "Analysis name": name,
        }
        rows += [
            head | _exported_row(request.query.records[entry.study], entry) for entry in selection.entries
        ]
        for trial, reason in selection.left_out:
            remarks.setdefault(f"{trial} is not in {{}}: {reason}", []).append(f"'{name}'")
        for entry in selection.entries:
            if entry.marks:
                remarks.setdefault(f"{entry.label} in {{}}: {', '.join(entry.marks)}", []).append(f"'{name}'")
    sentences = tuple(words.replace("{}", ", ".join(names)) for words, names in remarks.items())
    if not rows:
        raise Refused(f"no result has counts, or means and SD, of both arms: {'; '.join(sentences)}")
    columns = tuple(Column(key, key, "number" if number else "text") for key, number in COLUMNS.items())
    return Exported((Table("data-rows", columns, tuple(rows)),), sentences)


def _requested_analyses(request: ExportRequest) -> Iterator[Analysis]:
    """The analyses in the order of the outcomes, then of their first result."""
    trial_results = (result for trial in request.query.records.values() for result in trial.results)
    results = [result for result in trial_results if request.query.at in (None, result.at)]
    for outcome in request.query.outcomes:
        yield from dict.fromkeys(Analysis.of(result) for result in results if result.outcome == outcome)


def _best_selection(request: ExportRequest, analysis: Analysis) -> Selection:
    """The trials that report the analysis with counts or with means, whichever more do, else with a printed ratio."""
    reporting = {name: results for name, results in _results_by_trial(request, analysis).items() if results}
    for tried in (_GROUPED, _PRINTED_RATIOS):
        selections = [_selection_of_basis(request, analysis, reporting, *basis) for basis in tried]
        best = max(selections, key=lambda selection: len(selection.entries))
        if best.entries:
            return best
    reason = "neither counts nor means and SD of both arms are reported"
    return Selection((), tuple((name, reason) for name in reporting))


def _selection_of_basis(
    request: ExportRequest,
    analysis: Analysis,
    reporting: Mapping[str, Sequence[AnalysedResult]],
    measure: str,
    bases: Sequence[str],
) -> Selection:
    """The selection of a measure without the studies that have it from other data, which no row of RevMan's holds."""
    question = Question(analysis.outcome, measure, definition=analysis.definition, arms=request.arms)
    selection = select(question, reporting, request.query.registry.trials)
    kept = tuple(entry for entry in selection.entries if entry.basis in bases)
    other = [(entry.study, f"its data are {entry.words}") for entry in selection.entries if entry not in kept]
    if "effect" in bases:
        kept = tuple(replace(entry, marks=(*entry.marks, f"ln {measure}")) for entry in kept)
    return Selection(kept, (*selection.left_out, *other))


def _results_by_trial(request: ExportRequest, analysis: Analysis) -> dict[str, list[AnalysedResult]]:
    """The results of an analysis by the id of their trial, nothing for a trial without one."""
    return {
        name: [result for result in results if Analysis.of(result.result) == analysis]
        for name, results in request.query.results.items()
    }


def _exported_row(trial: Trial, entry: Entry) -> dict[str, Value]:
    label: dict[str, Value] = {
        "Study": (trial.name or entry.study) + (f", {entry.part}" if entry.part else ""),
        "Study year": trial.citation.year,
    }
    if entry.basis == "effect":
        effect = {"GIV Mean": entry.data["yi"], "GIV SE": math.sqrt(entry.data["vi"])}
        return {**label, **effect, "Footnotes": entry.marks[-1]}
    return {**label, **{_NAMES[key]: value for key, value in entry.data.items() if key in _NAMES}}


#: The cells that each kind of data has of each arm.
_CELLS = {"counts": ("cases", "N"), "means": ("mean", "SD", "N")}
_PRINTED = ("Mean", "CI start", "CI end")
#: Columns that say what no record holds without more words.
_OTHER = (("GIV Mean", "GIV SE"), ("O-E", "Variance"))


def read_revman(studies: StudyFile, settings: Settings | None) -> list[StudyRow]:
    """What each line reports; raises RegistryError for a line without data, and for a study twice in an analysis.

    The `settings` of the analyses tell which cells hold data, without them the cells that are not 0 do: packages
    made by conversion fill what an analysis does not use with 0.
    """
    numbers: dict[str, set[str]] = {}
    for at in range(len(studies.rows)):
        numbers.setdefault(studies.rows[at]["Analysis name"], set()).add(
            _analysis_number(RowCells(studies, at))
        )
    known = kinds(studies, settings or {})
    rows = each_row(studies, lambda cells: _imported_row(cells, numbers, known, settings or {}))
    seen: dict[tuple[str, str, str], int] = {}
    for at, row in enumerate(rows):
        first = seen.setdefault((row.outcome, row.subset, row.study), row.line)
        if first != row.line:
            message = f"{row.study} is already in this analysis on line {first}"
            raise RegistryError([Problem(Place(studies.file, studies.lines[at], 1), message)])
    return rows


def _analysis_number(cells: RowCells) -> str:
    """The number of the analysis, `1.2`."""
    return ".".join(filter(None, (cells.text("Analysis group"), cells.text("Analysis number"))))


def _imported_row(
    cells: RowCells,
    numbers: Mapping[str, set[str]],
    known: Mapping[AnalysisKey, RowKind],
    settings: Settings,
) -> StudyRow:
    for column in NEEDED:
        if not cells.text(column):
            raise cells.error(column, f"{column} is empty; every line needs it")
    study, name, key = (
        cells.text("Study"),
        cells.text("Analysis name"),
        analysis_of(cells.studies.rows[cells.row]),
    )
    groups = _imported_groups(cells, known.get(key))
    effect = None if groups else _printed_effect(cells, settings.get(key, AnalysisSettings()))
    note = "; ".join(_row_notes(cells, groups))
    if not (groups or effect or note):
        raise cells.error("Study", f"{study} has neither counts nor means of both arms")
    return StudyRow(
        cells.studies.lines[cells.row],
        study,
        cells.year("Study year", study),
        name if len(numbers[name]) == 1 else f"{name} (analysis {_analysis_number(cells)})",
        cells.text("Subgroup"),
        sizes=_arm_sizes(cells),
        groups=groups,
        effect=effect,
        note=note,
    )


def _imported_groups(cells: RowCells, kind: RowKind | None) -> tuple[Group, Group] | None:
    """What the line reports of both arms; None where its analysis is of effects, or nobody was in it."""
    tried = {"counts": ("counts",), "means": ("means",), None: ("counts", "means")}.get(kind, ())
    filled = next(
        (kind_of_data for kind_of_data in tried if _both_arms_filled(cells, _CELLS[kind_of_data])), None
    )
    if filled is None or _arm_sizes(cells) is None:
        return None
    return (_count_groups if filled == "counts" else _mean_groups)(cells)


def _arm_sizes(cells: RowCells) -> tuple[str, str] | None:
    """The participants of both arms, where there are any."""
    if not _both_arms_filled(cells, ("N",)):
        return None
    sizes = cells.count("Experimental N"), cells.count("Control N")
    return None if "0" in sizes else sizes


def _printed_effect(cells: RowCells, analysis: AnalysisSettings) -> Mapping[str, str] | None:
    """The effect as the review prints it; all zeros are an effect that was never computed."""
    if not analysis.measure or not cells.has(*_PRINTED):
        return None
    estimate, low, high = (cells.number(column) for column in _PRINTED)
    if not any(map(float, (estimate, low, high))):
        return None
    level = {} if analysis.level == "95" else {"level": analysis.level}
    return {"measure": analysis.measure, "estimate": estimate, "ci": f"{low} to {high}", **level}


def _row_notes(cells: RowCells, groups: object) -> Iterator[str]:
    for one, other in _OTHER:
        if cells.has(one, other) and float(cells.spread(other)):
            yield f"{one} {cells.number(one)}, {other} {cells.spread(other)}"
    if not groups and _both_arms_filled(cells, ("N",)) and _arm_sizes(cells) is None:
        yield "the review has no participants in an arm"
    if cells.has("Footnotes"):
        yield cells.text("Footnotes")


def _both_arms_filled(cells: RowCells, names: tuple[str, ...]) -> bool:
    return cells.has(*(f"{arm} {name}" for arm in ("Experimental", "Control") for name in names))


def _count_groups(cells: RowCells) -> tuple[Group, Group]:
    first, second = (
        {"n": size, "events": cells.events(f"{arm} cases", size)}
        for arm in ("Experimental", "Control")
        for size in (cells.count(f"{arm} N"),)
    )
    return first, second


def _mean_groups(cells: RowCells) -> tuple[Group, Group]:
    first, second = (
        {
            "n": cells.count(f"{arm} N"),
            "mean": cells.number(f"{arm} mean"),
            "sd": cells.spread(f"{arm} SD"),
        }
        for arm in ("Experimental", "Control")
    )
    return first, second
