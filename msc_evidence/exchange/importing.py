"""What `import` reads: the kind of a file, known by its content, and the draft registry that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.reading.ctgov.study import Study, is_registration, newest_of_each, read_registrations
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.problems import Place, Problem, RegistryError, counted
from msc_evidence.registry.studies import StudyFile, decoded, read_studies

if TYPE_CHECKING:
    from msc_evidence.exchange.formats.robvis import BiasRow
    from msc_evidence.registry.review_rows import Settings

#: What the header of a table of studies has one of.
_STUDIES = ("study", "studlab", "slab", "author,", "author;", "trial,", "trial;", "comparison number")
_EXPECTED = "RIS, BibTeX, CSV, JSON of ClinicalTrials.gov or a Cochrane data package"


@dataclass(frozen=True, slots=True)
class Imported:
    """Draft records as a registry file, what they were read from, and what must be known of them."""

    text: str
    #: `2 lines`, `1 citation`.
    count: str
    remarks: tuple[str, ...] = ()


def imported(file: Path, raw: bytes | None, name: str, *, terms: bool = False) -> Imported:
    """Drafts of what a file holds, or a folder where there are no bytes; raises RegistryError for what is not read."""
    from msc_evidence.exchange.review_manager5 import is_rm5, read_rm5
    from msc_evidence.exchange.review_package import ZIP, beside, package_tables

    stem = "data" if name == "standard input" else file.name.partition(".")[0]
    if raw is not None and raw[:200].find(b"application/vnd.oasis.opendocument") > 0:
        raise RegistryError([Problem(Place(name), "a document of OpenDocument; save it as .xlsx")])
    if raw is not None and is_workbook(raw, file):
        return _of_form(raw, name)
    if raw is None or raw.startswith(ZIP):
        return _of_package(package_tables(file, raw), name, stem)
    if is_rm5(raw):
        review = read_rm5(raw, name)
        return _of_data_rows(review.rows, review.settings, name, stem)
    text = decoded(raw, name, _EXPECTED)
    if found := _of_references(text, name):
        return found
    if is_registration(text):
        return imported_registrations(read_registrations(text, name), terms=terms)
    _require_table(text, name)
    return _of_table(read_studies(text, name), beside(file) if name != "standard input" else None, stem)


def is_workbook(raw: bytes, file: Path) -> bool:
    """Whether a file is a workbook: by its name, or a zip that begins as one does."""
    named = file.suffix.lower() in (".xlsx", ".xlsm")
    return named or (raw.startswith(b"PK") and b"xl/workbook.xml" in raw)


def _of_form(raw: bytes, name: str) -> Imported:
    from msc_evidence.exchange.form_reading import read_form
    from msc_evidence.registry.canonical import registry_yaml
    from msc_evidence.registry.loader import registry_of_documents

    form = read_form(raw, name)
    registry = registry_of_documents(Path(name), [form])
    text = registry_yaml(form.data, form.notes)
    return Imported(text, counted(len(registry.trials), "trial"), tuple(form.remarks))


def imported_registrations(found: Sequence[Study], *, terms: bool) -> Imported:
    """Drafts of studies, of each the latest version; with `terms` each serious event has a row of its own."""
    from msc_evidence.exchange.registration_drafts import registry_of_registrations

    studies = list(newest_of_each(found))
    return Imported(registry_of_registrations(studies, terms=terms), counted(len(studies), "registration"))


def _of_references(text: str, name: str) -> Imported | None:
    from msc_evidence.exchange.drafts import registry_of_references
    from msc_evidence.exchange.formats.bibtex import is_bibtex, read_bibtex
    from msc_evidence.exchange.formats.ris import is_ris, read_ris

    if not (is_ris(text) or is_bibtex(text)):
        return None
    references = (read_ris if is_ris(text) else read_bibtex)(text, name)
    if not references:
        raise RegistryError([Problem(Place(name), "no citation")])
    return Imported(registry_of_references(references), counted(len(references), "citation"))


def _require_table(text: str, name: str) -> None:
    """Raises RegistryError where the first line is no header that any of the tables has."""
    from msc_evidence.exchange.review_manager5 import OF_REVMAN_4, REVMAN_4

    lines = text.lstrip("\ufeff").splitlines()
    header = next((line for line in lines if line.strip() and not line.casefold().startswith("sep=")), "")
    if text.startswith(REVMAN_4):
        message = OF_REVMAN_4
    elif header and not any(word in header.casefold() for word in _STUDIES):
        message = (
            "neither RIS (TY  - JOUR), BibTeX (@article{), a study of ClinicalTrials.gov (JSON) nor a table with a"
            " column `study` (metafor's columns) or `Study` (RevMan's data rows, robvis)"
        )
    else:
        return
    raise RegistryError([Problem(Place(name, 1, 1), message)])


def _of_table(table: StudyFile, settings: Path | None, stem: str) -> Imported:
    from msc_evidence.analysis.pool.own_columns import recognised
    from msc_evidence.exchange.drafts import registry_of_judgements, registry_of_rows
    from msc_evidence.exchange.formats.metafor import read_metafor
    from msc_evidence.exchange.formats.robvis import is_robvis, read_robvis
    from msc_evidence.exchange.review_bias import is_review_bias, read_review_bias
    from msc_evidence.exchange.review_manager5 import is_revman5_table, read_revman5_table
    from msc_evidence.registry.review_rows import has_data_rows, read_settings

    name = table.file
    if is_robvis(table) or is_review_bias(table):
        judged = (read_robvis if is_robvis(table) else read_review_bias)(table)
        noun = "judgement" if is_robvis(table) else "line"
        return Imported(registry_of_judgements(judged, name, stem), counted(len(judged), noun))
    if is_revman5_table(table):
        review = read_revman5_table(table)
        return _of_data_rows(review.rows, review.settings, name, stem)
    if has_data_rows(table):
        if settings is None:
            return _of_data_rows(table, {}, name, stem)
        known = read_settings(
            read_studies(decoded(file_bytes(settings), str(settings), "CSV"), str(settings))
        )
        source = (f"the types of the analyses are those of {settings.name}",)
        return _of_data_rows(table, known, name, stem, remarks=source)
    rows = read_metafor(recognised(table))
    return Imported(registry_of_rows(rows, name, stem), counted(len(rows), "line"))


def _of_package(tables: Mapping[str, tuple[str, bytes]], name: str, stem: str) -> Imported:
    """The data rows of a package with what it judges of their studies; its judgements alone where it has no rows."""
    from msc_evidence.exchange.review_bias import is_review_bias, read_review_bias
    from msc_evidence.exchange.review_package import BIAS, DATA_ROWS, SETTINGS
    from msc_evidence.registry.review_rows import read_settings

    found = {
        end: read_studies(decoded(raw, place, "CSV"), place)
        for end, (place, raw) in tables.items()
        if len(raw.splitlines()) > 1
    }
    if DATA_ROWS not in found:
        if BIAS in found:
            return _of_table(found[BIAS], None, stem)
        raise RegistryError([Problem(Place(name), "the package has no data of any study")])
    settings = read_settings(found[SETTINGS]) if SETTINGS in found else {}
    bias = found.get(BIAS)
    judged = read_review_bias(bias) if bias and is_review_bias(bias) else []
    return _of_data_rows(
        found[DATA_ROWS], settings, name, stem, bias=[row for row in judged if row.words or row.judged]
    )


def _of_data_rows(
    table: StudyFile,
    settings: Settings,
    name: str,
    stem: str,
    *,
    bias: list[BiasRow] | None = None,
    remarks: tuple[str, ...] = (),
) -> Imported:
    from msc_evidence.exchange.drafts import registry_of_rows
    from msc_evidence.exchange.formats.revman import read_revman

    rows = read_revman(table, settings)
    without = () if settings else (_WITHOUT_SETTINGS,)
    text = registry_of_rows(rows, table.file, stem, bias or ())
    return Imported(text, counted(len(rows), "line"), (*remarks, *without))


_WITHOUT_SETTINGS = (
    "no settings of the analyses (overall-estimates-and-settings.csv); cells that are 0 throughout an analysis are"
    " taken as unused"
)
