"""Reads the study data of RevMan's data rows: counts, means, or generic inverse variance."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.studies import StudyFile
from msc_evidence.registry.study_rows import Cells, Group, StudyRow, each_row

_NEEDED = ("Study", "Analysis name")
_COUNTS = ("cases", "N")
_MEANS = ("mean", "SD", "N")
#: Columns that say what no record holds without more words.
_OTHER = (("GIV Mean", "GIV SE"), ("O-E", "Variance"))


def is_revman(studies: StudyFile) -> bool:
    """Whether these are data rows."""
    return set(_NEEDED) <= set(studies.header)


def read_revman(studies: StudyFile) -> list[StudyRow]:
    """What each line reports; raises RegistryError for a line without data, and for a study twice in an analysis."""
    numbers: dict[str, set[str]] = {}
    for at in range(len(studies.rows)):
        numbers.setdefault(studies.rows[at]["Analysis name"], set()).add(_number(Cells(studies, at)))
    rows = each_row(studies, lambda cells: _row(cells, numbers))
    seen: dict[tuple[str, str, str], int] = {}
    for at, row in enumerate(rows):
        first = seen.setdefault((row.outcome, row.subset, row.study), row.line)
        if first != row.line:
            said = f"{row.study} is already in this analysis on line {first}"
            raise RegistryError([Problem(Place(studies.file, studies.lines[at], 1), said)])
    return rows


def _number(cells: Cells) -> str:
    """The number of the analysis, `1.2`."""
    return ".".join(filter(None, (cells.text("Analysis group"), cells.text("Analysis number"))))


def _row(cells: Cells, numbers: Mapping[str, set[str]]) -> StudyRow:
    for column in _NEEDED:
        if not cells.text(column):
            raise cells.error(column, f"{column} is empty; every line needs it")
    counted, measured = _filled(cells, _COUNTS), _filled(cells, _MEANS)
    study, name = cells.text("Study"), cells.text("Analysis name")
    note = next(
        (f"{one} {cells.number(one)}, {other} {cells.spread(other)}" for one, other in _OTHER if cells.has(one, other)),
        "",
    )  # fmt: skip
    if not (counted or measured or note):
        raise cells.error("Study", f"{study} has neither counts nor means of both arms")
    groups = (_counts if counted else _means)(cells) if counted or measured else None
    return StudyRow(
        cells.studies.lines[cells.row],
        study,
        cells.year("Study year", study),
        name if len(numbers[name]) == 1 else f"{name} (analysis {_number(cells)})",
        cells.text("Subgroup"),
        sizes=(groups[0]["n"], groups[1]["n"]) if groups else None,
        groups=groups,
        note="" if groups else note,
    )


def _filled(cells: Cells, names: tuple[str, ...]) -> bool:
    return cells.has(*(f"{arm} {name}" for arm in ("Experimental", "Control") for name in names))


def _counts(cells: Cells) -> tuple[Group, Group]:
    first, second = (
        {"n": size, "events": cells.events(f"{arm} cases", size)}
        for arm in ("Experimental", "Control")
        for size in (cells.count(f"{arm} N"),)
    )
    return first, second


def _means(cells: Cells) -> tuple[Group, Group]:
    first, second = (
        {
            "n": cells.count(f"{arm} N"),
            "mean": cells.number(f"{arm} mean"),
            "sd": cells.spread(f"{arm} SD"),
        }
        for arm in ("Experimental", "Control")
    )
    return first, second
