"""The rows of a published meta-analysis, from whatever file a review comes in."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msc_evidence.analysis.pool.own_limits import UNCOMPUTABLE, is_computable
from msc_evidence.analysis.published.rows import (
    POOLED_MEASURES,
    UNNAMED,
    PrintedAnalysis,
    PrintedEffect,
    ReviewRow,
)
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.problems import Place, Problem, RegistryError, nearest_hint, quoted_value
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.review_rows import (
    AnalysisKey,
    AnalysisSettings,
    Settings,
    analysis_of,
    has_data_rows,
    kinds,
    read_settings,
)
from msc_evidence.registry.studies import StudyFile, decoded, read_studies
from msc_evidence.registry.study_numbers import is_missing

_SIDES = {"treated": "Experimental", "control": "Control"}
_CELLS = {"counts": {"n": "N", "events": "cases"}, "means": {"n": "N", "mean": "mean", "sd": "SD"}}
#: metafor's columns by those of RevMan.
_METAFOR = {
    "n1i": "Experimental N", "n2i": "Control N", "ai": "Experimental cases", "ci": "Control cases",
    "m1i": "Experimental mean", "m2i": "Control mean", "sd1i": "Experimental SD", "sd2i": "Control SD",
    "estimate": "Mean", "ci_lb": "CI start", "ci_ub": "CI end", "study": "Study", "year": "Study year",
}  # fmt: skip


def read_review(path: Path) -> dict[str, PrintedAnalysis]:
    """The analyses of a review that have data of both arms, by name; raises RegistryError for a file without any."""
    table, settings = _data_rows(path)
    known = kinds(table, settings)
    analyses: dict[str, list[ReviewRow]] = {}
    keys: dict[str, AnalysisKey] = {}
    for at, row in enumerate(table.rows):
        kind = known.get(analysis_of(row))
        if kind not in _CELLS:
            continue
        read = _row(table, at, kind)
        if read:
            name = row.get("Analysis name", "") or "the review"
            analyses.setdefault(name, []).append(read)
            keys.setdefault(name, analysis_of(row))
    if not analyses:
        raise RegistryError(
            [Problem(Place(table.file, 1, 1), "no row has counts, or means and SDs, of both arms")]
        )
    return {name: _analysis(rows, settings.get(keys[name])) for name, rows in analyses.items()}


def _analysis(rows: list[ReviewRow], settings: AnalysisSettings | None) -> PrintedAnalysis:
    """The rows with the measure, the model and the pooled effect that the review states."""
    if settings is None:
        return PrintedAnalysis(rows)
    peto = settings.model == "peto"
    measure = "PETO" if peto else settings.measure
    known = peto or measure in POOLED_MEASURES[rows[0].kind]
    model = settings.model or UNNAMED
    return PrintedAnalysis(rows, measure if known else None, model, _printed_pool(settings))


def _printed_pool(settings: AnalysisSettings) -> PrintedEffect | None:
    """The pooled effect that a review prints; none where it was not computed, which packages fill with 0."""
    if any(is_missing(text) for text in settings.pooled) or not settings.pooled:
        return None
    try:
        estimate, low, high = (Reported.read(text) for text in settings.pooled)
    except ValueError:
        return None
    return PrintedEffect(estimate, low, high) if estimate.value or low.value or high.value else None


def read_trial_names(path: Path, studies: Collection[str], trials: Collection[str]) -> dict[str, str]:
    """The trial of each study by a table of both; raises RegistryError with every name that nothing has."""
    table = read_studies(decoded(file_bytes(path), str(path), "CSV"), str(path))
    if not {"study", "trial"} <= {*table.header}:
        raise RegistryError([Problem(table.top, "expected the columns study and trial")])
    problems = []
    for line, row in zip(table.lines, table.rows, strict=True):
        for kind, known in (("study", studies), ("trial", trials)):
            if row[kind] not in known:
                hint = nearest_hint(row[kind], known)
                message = f"unknown {kind} {quoted_value(row[kind])}{hint}"
                problems.append(Problem(Place(table.file, line, 1), message))
    if problems:
        raise RegistryError(problems)
    return {row["study"]: row["trial"] for row in table.rows}


def _data_rows(path: Path) -> tuple[StudyFile, Settings]:
    from msc_evidence.exchange.review_manager5 import (
        OF_REVMAN_4,
        REVMAN_4,
        is_revman5_table,
        is_rm5,
        read_revman5_table,
        read_rm5,
    )
    from msc_evidence.exchange.review_package import DATA_ROWS, SETTINGS, ZIP, package_tables

    name = str(path)
    raw = None if path.is_dir() else file_bytes(path)
    if raw is None or raw.startswith(ZIP):
        tables = {
            end: read_studies(decoded(own, place, "CSV"), place)
            for end, (place, own) in package_tables(path, raw).items()
        }
        if DATA_ROWS not in tables:
            raise RegistryError([Problem(Place(name), "the package has no data of any study")])
        return tables[DATA_ROWS], read_settings(tables[SETTINGS]) if SETTINGS in tables else {}
    if is_rm5(raw):
        review = read_rm5(raw, name)
        return review.rows, review.settings
    text = decoded(raw, name, "CSV, .rm5 or a Cochrane data package")
    if text.startswith(REVMAN_4):
        raise RegistryError([Problem(Place(name, 1, 1), OF_REVMAN_4)])
    table = read_studies(text, name)
    if is_revman5_table(table):
        review = read_revman5_table(table)
        return review.rows, review.settings
    return (table, {}) if has_data_rows(table) else (_of_metafor(table), {})


def _of_metafor(table: StudyFile) -> StudyFile:
    """A table with metafor's columns as data rows; raises RegistryError where it has not even a study."""
    from msc_evidence.analysis.pool.own_columns import recognised

    own = recognised(table).studies
    if "study" not in own.header:
        raise RegistryError(
            [Problem(table.top, "no column `study`; expected RevMan's data rows or metafor's columns")]
        )
    rows = tuple({_METAFOR.get(key, key): value for key, value in row.items()} for row in own.rows)
    return StudyFile(own.file, tuple(_METAFOR.get(key, key) for key in own.header), rows, own.lines)


def _row(table: StudyFile, at: int, kind: str) -> ReviewRow | None:
    row = table.rows[at]
    columns = {
        (side, name): f"{arm} {column}"
        for side, arm in _SIDES.items()
        for name, column in _CELLS[kind].items()
    }
    if any(is_missing(row.get(column, "")) for column in columns.values()):
        return None
    read = {cell: _number(table, at, column) for cell, column in columns.items()}
    return ReviewRow(
        table.lines[at], row.get("Study", ""), row.get("Study year", ""), kind, read, _effect(table, at)
    )


def _effect(table: StudyFile, at: int) -> PrintedEffect | None:
    columns = ("Mean", "CI start", "CI end")
    if any(is_missing(table.rows[at].get(column, "")) for column in columns):
        return None
    estimate, low, high = (_number(table, at, column) for column in columns)
    unfilled = not (estimate.value or low.value or high.value)
    return None if unfilled else PrintedEffect(estimate, low, high)


def _number(table: StudyFile, at: int, column: str) -> Reported:
    try:
        number = Reported.read(text := table.rows[at][column])
        if not is_computable(float(number)):
            raise ValueError(f"{text} is {UNCOMPUTABLE}")
    except ValueError as error:
        raise RegistryError([Problem(table.place(at, column), str(error))]) from None
    return number
