"""Gets the articles whose tables a record's numbers come from: of a folder of texts, JATS, HTML or DOCX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note, with_progress
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.rewrite import NewCells
from msc_evidence.registry.table_cells import cell_texts, places_by_role

if TYPE_CHECKING:
    from msc_evidence.reading.tables.source import SourceTable

SUFFIXES = (".xml", ".nxml", ".html", ".htm", ".docx")
#: The tables of each article by trial, then by source.
Articles = dict[str, dict[str, "Sequence[SourceTable]"]]


def read_articles(registry: Registry, names: Sequence[str], folder: Path, *, quiet: bool) -> Articles:
    """The tables of every source with a list of cells whose article is in the folder.

    Files are `id.source.xml`, or `id.xml` where that is a whole article; `.html` and `.docx` likewise.
    """
    with_cells = [
        (name, source)
        for name in names
        for source, known in registry.trials[name].sources.items()
        if known.cells
    ]
    found: Articles = {}
    for name, source in with_progress(with_cells, "articles"):
        tables = next(filter(None, map(_tables_in, _files(folder, name, source))), None)
        if tables is None:
            note(f"{folder}: no article for {source} of {name} (looked for {name}.{source}.xml)", quiet=quiet)
        else:
            found.setdefault(name, {})[source] = tables
    return found


def new_cells(trial: Trial, source: str, tables: Sequence[SourceTable], *, quiet: bool) -> NewCells:
    """The cells that the record names as the article prints them now; those that it has no more are said."""
    from msc_evidence.reading.tables.addresses import cells_by_place, tables_sha256

    parts = (
        part for part in (*trial.baseline, *trial.results, *trial.harms) if trial.source_of(part) == source
    )
    named = {place for part in parts for places in places_by_role(part.posted).values() for place in places}
    named |= cell_texts(trial.sources[source].cells).keys()
    printed = cells_by_place(tables)
    if lost := sorted(named - printed.keys()):
        note(f"{source}: the article has no {', '.join(lost)}; they are listed no more", quiet=quiet)
    lines = [f"{place} = {' '.join(text.split())}" for place, text in printed.items() if place in named]
    return NewCells(lines, tables_sha256(tables))


def _files(folder: Path, name: str, source: str) -> Iterator[Path]:
    for stem in (f"{name}.{source}", name):
        yield from (file for suffix in SUFFIXES if (file := folder / f"{stem}{suffix}").is_file())


def _tables_in(file: Path) -> Sequence[SourceTable] | None:
    """The tables of the article in a file; None where the file holds none, or an abstract alone."""
    from msc_evidence.reading.tables.jats import jats_tables
    from msc_evidence.reading.texts.articles import Article, article_of
    from msc_evidence.reading.texts.document import Malformed
    from msc_evidence.reading.texts.documents import inputs, records
    from msc_evidence.reading.texts.xml import UnreadableText

    try:
        found = [one if isinstance(one, Malformed) else article_of(one) for one in records(inputs([file]))]
    except UnreadableText as error:
        raise UsageError(str(error)) from None
    for article in found:
        if isinstance(article, Malformed):
            raise UsageError(f"{article.place}: {article.problem}")
        if isinstance(article, Article):
            return tuple(jats_tables(article.root)) or None
    return None
