"""`msc-evidence import FILE`: draft records from citations and from tables of study data."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, Output, Quiet
from msc_evidence.cli.streams import emit, note

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read; - for standard input.")]


@guarded
def command(file: File, output: Output = None, quiet: Quiet = False, debug: Debug = False) -> None:
    """Draft records from RIS, BibTeX, metafor's columns, RevMan's data rows or robvis's judgements.

    What the file says is filled in, what else a record needs is marked `to do`: the form of `read --draft`.
    The format is known by its content.
    """
    name = "standard input" if str(file) == "-" else str(file)
    text = _read_text(file, name)
    drafted, count = _drafts_of(text, name, "data" if str(file) == "-" else file.name.partition(".")[0])
    emit(drafted, output)
    note(f"{count} read; search for 'to do'", quiet=quiet)


def _drafts_of(text: str, name: str, stem: str) -> tuple[str, str]:
    """The drafts, and what they are of."""
    from msc_evidence.exchange.drafts import registry_of_judgements, registry_of_references, registry_of_rows
    from msc_evidence.exchange.formats.bibtex import is_bibtex, read_bibtex
    from msc_evidence.exchange.formats.ris import is_ris, read_ris
    from msc_evidence.registry.problems import counted

    if is_ris(text) or is_bibtex(text):
        references = (read_ris if is_ris(text) else read_bibtex)(text, name)
        if not references:
            raise UsageError(f"{name} has no citation")
        return registry_of_references(references), counted(len(references), "citation")
    from msc_evidence.exchange.formats.metafor import read_metafor
    from msc_evidence.exchange.formats.revman import is_revman, read_revman
    from msc_evidence.exchange.formats.robvis import is_robvis, read_robvis
    from msc_evidence.registry.studies import read_studies

    _require_table(text, name)
    try:
        studies = read_studies(text, name)
    except csv.Error as error:
        raise UsageError(f"{name}: not CSV: {error}") from None
    if is_robvis(studies):
        judged = read_robvis(studies)
        return registry_of_judgements(judged, name, stem), counted(len(judged), "judgement")
    rows = (read_revman if is_revman(studies) else read_metafor)(studies)
    return registry_of_rows(rows, name, stem), counted(len(rows), "line")


def _require_table(text: str, name: str) -> None:
    """Raises RegistryError where the first line is no header that any of the tables has."""
    from msc_evidence.registry.problems import Place, Problem, RegistryError

    header = text.partition("\n")[0]
    if text.strip() and "study" not in header.casefold():
        expected = (
            "neither RIS (TY  - JOUR), BibTeX (@article{) nor a table with a column `study` (metafor's columns) or"
            " `Study` (RevMan's data rows, robvis)"
        )
        raise RegistryError([Problem(Place(name, 1, 1), expected)])


def _read_text(file: Path, name: str) -> str:
    """The file's text; raises RegistryError where it is none."""
    from msc_evidence.registry.problems import Place, Problem, RegistryError

    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    if b"\0" not in raw:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            place = Place(name, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
            raise RegistryError([Problem(place, "not UTF-8; save the file as UTF-8")]) from None
    raise RegistryError([Problem(Place(name), "not a text; expected RIS, BibTeX or CSV")])
