"""Reads risk of bias in the columns of robvis: Study, D1 to D5 and Overall, as RoB 2 judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from msc_evidence.registry.judgements import DOMAINS, RISKS
from msc_evidence.registry.problems import Place, Problem, RegistryError, shown
from msc_evidence.registry.studies import StudyFile
from msc_evidence.registry.study_rows import Cells, each_row

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

    @property
    def problem(self) -> str:
        """Why no record can hold the judgement as it stands; "" where it can."""
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
    rows = [row for row in each_row(studies, _row) if row.judged]
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for row in rows:
        first = seen.setdefault((row.study, row.outcome), row.line)
        if first != row.line:
            said = f"{row.study} is already judged on line {first}; name the result behind a colon: 'Study: outcome'"
            problems.append(Problem(Place(studies.file, row.line, 1), said))
    if problems:
        raise RegistryError(problems)
    return rows


def _row(cells: Cells) -> BiasRow:
    label = cells.text("Study")
    if not label:
        raise cells.error("Study", "Study is empty; every line needs its study")
    study, _, outcome = label.partition(": ")
    given = {key: column for key, column in COLUMNS.items() if cells.has(column)}
    if given and len(given) < len(COLUMNS):
        column = next(column for key, column in COLUMNS.items() if key not in given)
        raise cells.error(column, f"{column} is empty; every domain and Overall need a judgement")
    judged = {key: (_risk(cells, column), cells.text(f"{column}_support")) for key, column in given.items()}
    return BiasRow(cells.studies.lines[cells.row], study, outcome, judged, cells.text("by"), _day(cells))


def _day(cells: Cells) -> str:
    text = cells.text("date")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise cells.error("date", f"date: {shown(text)} is no day; expected such as 2024-05-31") from None


def _risk(cells: Cells, column: str) -> str:
    text = cells.text(column)
    found = _RISKS.get(text[:1].casefold().replace("−", "-").replace("×", "x"))
    if found is None:
        said = f"{column}: {shown(text)} is no judgement; expected Low, Some concerns, High or No information"
        raise cells.error(column, said)
    return found
