"""`msc-evidence read`: the figures of a text, marked where they stand or as rows, and a draft of its record."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Ascii, Debug, Output, Quiet
from msc_evidence.cli.streams import chosen_format, emit, note, with_progress
from msc_evidence.render.device import Device

if TYPE_CHECKING:
    from msc_evidence.reading.rows import TypedFigure
    from msc_evidence.reading.tables.rows import ReadTable
    from msc_evidence.reading.texts.document import Malformed, Record, TextDocument

#: What holds of every number that comes from a PDF.
UNVERIFIED = "unverified layout; compare numbers with the page, tables are not read from PDF"
#: The text itself with its figures marked, which no table can show.
_TEXT = "text"


def complete_formats(incomplete: str) -> list[str]:
    """Formats of figures."""
    from msc_evidence.render import format_names

    return [name for name in (_TEXT, *format_names("table")) if name.startswith(incomplete)]


@guarded
def command(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A file, or - for standard input: plain text, PubMed XML, JATS XML, MEDLINE, JSON lines,"
            " HTML, DOCX, PDF (extra documents); also .gz.",
        ),
    ] = None,
    pmid: Annotated[
        list[str] | None,
        typer.Option("--pmid", metavar="N", help="Fetch the abstract from PubMed; may be repeated."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Print a draft of the trial's record for trials.yaml.")
    ] = False,
    tables: Annotated[
        bool,
        typer.Option(
            "--tables", help="The tables of an article: arms with their sizes, rows with kind, values and p."
        ),
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=complete_formats,
            help="text, table, csv, tsv, json or md; of --tables also jsonl. Default: by the output's suffix, else"
            " text on a terminal and csv elsewhere.",
        ),
    ] = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read the numbers of a text: what each is and where it stands.

    And which of them report one result. Read are abstracts: those of PubMed, MEDLINE and JATS records and of JSON
    lines; of a plain text what follows a line "Abstract", else the whole. Not read are the body of an article, its
    figures and supplements; a remark on standard error says where there was a body.

    With --tables the tables of articles are read instead (JATS, JSON lines that hold an article as `xml`, HTML, DOCX):
    which columns are arms, of how many participants, what each row prints. A table whose arms or sizes are not
    printed, or that is a picture, is named with the reason; nothing is guessed.

    A draft holds what the text is sure of: arms with label, side and size, words of the design, every result with
    its values, harms; `to do` marks what a person must decide, and the numbers without a place are listed at its
    end. Of an article its tables are drafted too: rows at entry, results and harms, each number with the cell that
    prints it, which `check` watches. Nothing is computed or judged; `check` then says what is left.
    """
    if (file is None) == (not pmid):
        raise UsageError("give a file, - for standard input, or --pmid N; one of them")
    if draft and format is not None:
        raise UsageError("--draft prints YAML; it takes no --format")
    if tables:
        from msc_evidence.cli.read_tables import write_tables

        if file is None or draft:
            raise UsageError("--tables reads the tables of a FILE; leave out --pmid and --draft")
        write_tables(_file_records(file), format, output, ascii_only=ascii, quiet=quiet)
        return
    found = _pubmed_records(pmid) if pmid else _file_records(file or "")
    texts = _readable_texts(found, quiet=quiet)
    if draft:
        _write_drafts(texts, output, ascii_only=ascii, quiet=quiet)
        return
    _say_unread([record for _, record in texts], quiet=quiet)
    device = Device.now(to_file=output is not None, ascii_only=ascii)
    default = _TEXT if device.terminal else "csv"
    name = format if format == _TEXT else chosen_format("table", format, output, default)
    if name == _TEXT:
        written = _marked_texts(texts, device, quiet=quiet)
    else:
        written = _table_text(texts, name, ascii_only=ascii, quiet=quiet)
    emit(written, output)


def _file_records(file: str) -> Iterator[Record | Malformed]:
    from msc_evidence.reading.texts.documents import inputs, records
    from msc_evidence.reading.texts.xml import UnreadableText

    try:
        yield from records(inputs([file]))
    except UnreadableText as error:
        raise UsageError(str(error)) from None


def _pubmed_records(pmids: list[str]) -> Iterator[Record | Malformed]:
    from msc_evidence.reading.texts import pubmed

    server = os.environ.get("MSC_EVIDENCE_EUTILS", pubmed.BASE_URL)
    for pmid in with_progress(list(dict.fromkeys(pmids)), "PubMed"):
        if not (pmid.isascii() and pmid.isdigit()):
            raise UsageError(f"'{pmid}' is no PMID; a PMID has digits only")
        try:
            yield pubmed.fetched(pmid, base_url=server, api_key=os.environ.get("NCBI_API_KEY"))
        except pubmed.PubmedError as error:
            raise UsageError(f"--pmid {pmid}: {error}; a saved record can be read as a file") from None


def _readable_texts(
    records: Iterator[Record | Malformed], *, quiet: bool
) -> list[tuple[TextDocument, Record]]:
    """The texts that can be read, with the records they are of; what cannot is said, and skipped beside others."""
    from msc_evidence.reading.texts.document import Malformed
    from msc_evidence.reading.texts.documents import has_body, read

    texts, problems = [], []
    for record in records:
        document = read(record)
        if isinstance(document, Malformed):
            problems.append(f"{document.place}: {document.problem}")
        elif not document.text:
            record_id = "" if document.id == document.place else f" {document.id}"
            beside = "; its body is not read" if has_body(record) else ""
            problems.append(f"{document.place}: the record{record_id} has no abstract{beside}")
        elif not isinstance(record, Malformed):
            texts.append((document, record))
    _say_skipped(problems, len(texts), quiet=quiet)
    return texts


def _say_skipped(problems: list[str], texts: int, *, quiet: bool) -> None:
    """Says of each text that cannot be read why; raises UsageError where none is left."""
    if not texts:
        raise UsageError("; ".join(problems[:3]) + ("; …" if len(problems) > 3 else "") or "no text to read")
    for problem in problems:
        note(f"{problem}; skipped", quiet=quiet)


def _say_unread(records: list[Record], *, quiet: bool, tables: bool = False) -> None:
    """Says of how many texts there is a body that is not read."""
    from msc_evidence.reading.texts.documents import has_body

    if bodies := sum(map(has_body, records)):
        whose = "the text" if len(records) == 1 else f"{bodies} of {len(records)} texts"
        read = (
            "only the abstract and the tables are read, not the rest of the body"
            if tables
            else ("only the abstract is read, not the body and its tables")
        )
        note(f"of {whose} {read}", quiet=quiet)
    for record in records:
        if record.format == "pdf":
            note(f"{record.place}: {UNVERIFIED}", quiet=quiet)


def _figures_of(document: TextDocument, *, quiet: bool) -> tuple[TypedFigure, ...]:
    """The figures of a text; where it has more than are read, that is said."""
    from msc_evidence.reading.read import CUT, read
    from msc_evidence.reading.rows import typed_figures

    reading = read(document.text)
    if reading.cut:
        note(f"{document.place}: {CUT}", quiet=quiet)
    return typed_figures(reading, document.text)


def _marked_texts(texts: list[tuple[TextDocument, Record]], device: Device, *, quiet: bool) -> str:
    from msc_evidence.render.marked import marked_text

    def one(document: TextDocument) -> str:
        title = document.id if len(texts) > 1 or document.id != document.place else ""
        return marked_text(document.text, _figures_of(document, quiet=quiet), device, title)

    return "\n".join(one(document) for document, _ in texts)


def _table_text(
    texts: list[tuple[TextDocument, Record]], format: str, *, ascii_only: bool, quiet: bool
) -> str:
    from msc_evidence.render import renderer
    from msc_evidence.render.ascii import to_ascii
    from msc_evidence.render.figures import figures_table

    rows = ((document.id, _figures_of(document, quiet=quiet)) for document, _ in texts)
    written = renderer("table", format)(figures_table(rows))
    return to_ascii(written) if ascii_only else written


def _write_drafts(
    texts: list[tuple[TextDocument, Record]], output: Path | None, *, ascii_only: bool, quiet: bool
) -> None:
    from msc_evidence.exchange.drafts_of_texts import registry_of_drafts
    from msc_evidence.reading.draft import draft
    from msc_evidence.reading.read import CUT
    from msc_evidence.reading.texts.citation import citation_of
    from msc_evidence.reading.texts.xml import UnreadableText

    if ascii_only:
        raise UsageError("--ascii would change the numbers of a draft; leave it out")
    drafts, problems = [], []
    for document, record in texts:
        try:
            drafts.append(draft(document, citation_of(record), _tables_of(record)))
        except UnreadableText as error:
            problems.append(f"{document.place}: {error}")
    _say_skipped(problems, len(drafts), quiet=quiet)
    for one in drafts:
        if one.cut:
            note(f"{one.place}: {CUT}", quiet=quiet)
    emit(registry_of_drafts(drafts), output)
    left = sum(len(draft.open) for draft in drafts)
    results = sum(len(draft.results) for draft in drafts)
    note(f"{results} results filled in, {left} numbers still to be placed; search for 'to do'", quiet=quiet)
    tables = [each.tables for each in drafts if each.tables]
    _say_unread([record for _, record in texts], quiet=quiet, tables=bool(tables))
    if tables:
        rows = sum(len(each.entries) for each in tables)
        open_rows = sum(len(each.open) for each in tables)
        note(f"of the tables {rows} rows filled in, {open_rows} rows or tables without a place", quiet=quiet)


def _tables_of(record: Record) -> tuple[ReadTable, ...]:
    """The tables of the article that a record holds."""
    from msc_evidence.reading.tables.article import article_tables
    from msc_evidence.reading.texts.articles import Article, article_of

    article = article_of(record)
    return article_tables(article.root) if isinstance(article, Article) else ()
