"""`msc-evidence read --tables`: the tables of articles as they were understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import chosen_format, emit, note
from msc_evidence.render.device import Device

if TYPE_CHECKING:
    from msc_evidence.reading.tables.rows import ReadTable
    from msc_evidence.reading.texts.articles import Article
    from msc_evidence.reading.texts.document import Malformed, Record

_TEXT, _LINES = "text", "jsonl"


def write_tables(
    records: Iterable[Record | Malformed],
    format: str | None,
    output: Path | None,
    *,
    ascii_only: bool,
    quiet: bool,
) -> None:
    """Writes the tables of every article; raises UsageError where no record holds an article."""
    device = Device.now(to_file=output is not None, ascii_only=ascii_only)
    name = _format_name(format, output, device)
    articles = list(_articles_with_tables(records, quiet=quiet))
    if not articles:
        raise UsageError(
            "no article (JATS, HTML, DOCX), so no tables; of other formats only the abstract is read"
        )
    emit(_written(articles, name, device), output)
    tables = [table for _, found in articles for table in found]
    read = sum(not table.reason for table in tables)
    note(f"{read} of {len(tables)} tables read; the others say why not", quiet=quiet)


def _format_name(format: str | None, output: Path | None, device: Device) -> str:
    if format in (_TEXT, _LINES):
        return format
    if format is None and output is not None and output.suffix == ".jsonl":
        return _LINES
    return chosen_format("table", format, output, _TEXT if device.terminal else "csv")


def _articles_with_tables(
    records: Iterable[Record | Malformed], *, quiet: bool
) -> Iterator[tuple[Article, tuple[ReadTable, ...]]]:
    """The articles with their tables; what cannot be read is said and skipped."""
    from msc_evidence.reading.tables.article import article_tables
    from msc_evidence.reading.texts.articles import Article, article_of
    from msc_evidence.reading.texts.document import Malformed

    for record in records:
        article = record if isinstance(record, Malformed) else article_of(record)
        if isinstance(article, Malformed):
            note(f"{article.place}: {article.problem}; skipped", quiet=quiet)
        elif isinstance(article, Article) and article.unverified:
            note(f"{article.place}: a PDF, which has no cells; its tables are not read", quiet=quiet)
        elif article is None:
            note(f"{record.place}: no article with a body; skipped", quiet=quiet)
        else:
            yield article, article_tables(article.root)


def _written(articles: list[tuple[Article, tuple[ReadTable, ...]]], name: str, device: Device) -> str:
    from msc_evidence.render import renderer
    from msc_evidence.render.ascii import to_ascii
    from msc_evidence.render.read_tables import cells_table, table_line, tables_text

    if name == _TEXT:
        return "\n".join(tables_text(article.id, tables, device) for article, tables in articles)
    if name == _LINES:
        from msc_evidence.checks.audit.tables import contradicted_rows

        return "".join(
            table_line(article.pmcid or article.id, table, contradicted_rows(table))
            for article, tables in articles
            for table in tables
        )
    written = renderer("table", name)(cells_table((article.id, tables) for article, tables in articles))
    return to_ascii(written) if device.ascii else written
