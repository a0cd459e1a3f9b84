"""What a Cochrane review's table of data rows holds: which cells are data, by the type of each analysis.

Packages made by conversion fill the cells that an analysis does not use with 0; only the type of the analysis tells
such a 0 from a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from msc_evidence.registry.studies import StudyFile
from msc_evidence.registry.study_numbers import is_missing

#: What the rows of an analysis report of each arm, or of both together.
RowKind = Literal["counts", "means", "contrast", "log-rank"]
#: Group and number of an analysis.
AnalysisKey = tuple[str, str]

#: RevMan's types of data by their first letters: of its settings, of RevMan 5's elements and of its exports.
_TYPES: tuple[tuple[str, RowKind], ...] = (
    ("contr", "contrast"), ("con", "means"), ("d", "counts"), ("ipd", "log-rank"), ("o", "log-rank"),
    ("g", "contrast"), ("i", "contrast"),
)  # fmt: skip
_MEASURES = {
    "odds ratio": "OR", "peto odds ratio": "OR", "or": "OR", "peto_or": "OR", "risk ratio": "RR", "rr": "RR",
    "risk difference": "RD", "rd": "RD", "hazard ratio": "HR", "hr": "HR", "mean difference": "MD", "md": "MD",
    "standardized mean difference": "SMD", "standardised mean difference": "SMD", "std. mean difference": "SMD",
    "smd": "SMD", "ratio of means": "ROM",
}  # fmt: skip
_MEANS = tuple(f"{arm} {name}" for arm in ("Experimental", "Control") for name in ("mean", "SD"))
_CASES = ("Experimental cases", "Control cases")
#: What data rows cannot do without.
NEEDED = ("Study", "Analysis name")


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """What a review says of one analysis."""

    #: None where the review does not say.
    kind: RowKind | None = None
    #: The effect measure under the registry's name, "" for none that it has.
    measure: str = ""
    level: str = "95"
    #: How it was pooled, "" where the review does not say: MH, common, peto or DL.
    model: str = ""
    #: The pooled effect and its limits as they are printed; none where they are not.
    pooled: tuple[str, ...] = ()


Settings = Mapping[AnalysisKey, AnalysisSettings]


def has_data_rows(studies: StudyFile) -> bool:
    """Whether these are data rows."""
    return set(NEEDED) <= set(studies.header)


def analysis_of(row: Mapping[str, str]) -> AnalysisKey:
    """The group and number of the analysis that a row is of."""
    return row.get("Analysis group", ""), row.get("Analysis number", "")


def row_kind(words: str) -> RowKind | None:
    """The kind of data that RevMan's word for it means: `Dichotomous`, `CON`, `O-E and variance`.

    >>> row_kind("Contrast level"), row_kind("CON"), row_kind("")
    ('contrast', 'means', None)
    """
    folded = words.casefold()
    return next((kind for start, kind in _TYPES if folded.startswith(start)), None)


def measure_named(words: str) -> str:
    """The registry's name of an effect measure that RevMan spells out; "" for one that it lacks."""
    return _MEASURES.get(words.casefold(), "")


def pool_model(method: str, model: str) -> str:
    """The model of RevMan's words for method and model: `MH` and `Fixed effect`, `IV` and `YES` (of random effects).

    >>> pool_model("MH", "Fixed effect"), pool_model("IV", "NO"), pool_model("IV", "Random effects")
    ('MH', 'common', 'DL')
    """
    by, kind = method.casefold(), model.casefold()
    if "peto" in by:
        return "peto"
    if kind.startswith(("rand", "yes")):
        return "DL"
    if kind.startswith(("fix", "no")):
        return "MH" if by == "mh" else "common"
    return ""


def read_settings(table: StudyFile) -> dict[AnalysisKey, AnalysisSettings]:
    """What the file of settings of a data package says of each analysis."""
    found = {}
    for row in table.rows:
        level = next((row[name] for name in ("Study CI", "CI/PI level") if row.get(name)), "95")
        measure = measure_named(row.get("Effect measure", ""))
        model = pool_model(row.get("Statistical method", ""), row.get("Analysis model", ""))
        printed = tuple(row.get(name, "") for name in ("Mean", "CI start", "CI end"))
        found[analysis_of(row)] = AnalysisSettings(
            row_kind(row.get("Data type", "")), measure, level.rstrip("%"), model, printed
        )
    return found


def kinds(studies: StudyFile, settings: Settings) -> dict[AnalysisKey, RowKind]:
    """The kind of each analysis: as the settings say, else by the cells that are not 0 in any of its rows.

    An analysis whose cells leave it open is not among them.
    """
    rows: dict[AnalysisKey, list[Mapping[str, str]]] = {}
    for row in studies.rows:
        rows.setdefault(analysis_of(row), []).append(row)
    known = {key: settings[key].kind if key in settings else None for key in rows}
    found = {key: known[key] or _by_cells(own) for key, own in rows.items()}
    return {key: kind for key, kind in found.items() if kind}


def _by_cells(rows: Iterable[Mapping[str, str]]) -> RowKind | None:
    """The kind that the cells of an analysis show; None where both counts and means are filled."""
    used = {name for row in rows for name, cell in row.items() if not is_missing(cell) and _above_zero(cell)}
    means, counted = used & set(_MEANS), used & set(_CASES)
    if means and counted:
        return None
    if means:
        return "means"
    if counted:
        return "counts"
    if "GIV SE" in used:
        return "contrast"
    return "log-rank" if "Variance" in used else None


def _above_zero(cell: str) -> bool:
    return any(digit in "123456789" for digit in cell)
