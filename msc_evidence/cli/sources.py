"""Gets the texts of sources: from a folder of files, or from PubMed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.checks.registration.sealed import posting_source
from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note, with_progress
from msc_evidence.reading.fingerprint import fingerprint
from msc_evidence.reading.texts.abstract import find_abstract
from msc_evidence.reading.texts.table_text import sentences_of_table
from msc_evidence.reading.texts.xml import UnreadableText, is_xml
from msc_evidence.registry.document import Document
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.json_document import JsonDocument
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import nearest_hint
from msc_evidence.registry.publication import Source
from msc_evidence.registry.rewrite import NewCells, NewFingerprint

if TYPE_CHECKING:
    from msc_evidence.reading.texts.pubmed import PubmedRecord

SUFFIXES = (".txt", ".xml", ".tsv")
#: A file that holds one source is no larger.
LARGEST_TEXT = 20_000_000
#: The root of an article in JATS, and how far behind declarations it may begin.
_ARTICLE, _HEAD = re.compile(r"\A\s*<(?:[?!][^>]*>\s*<)*article[\s>]"), 2_000
Texts = dict[str, dict[str, str]]
Records = dict[str, dict[str, "PubmedRecord"]]


def text_files(trial_id: str, trial: Trial, folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a trial: `id.txt` for its first source, `id.source.txt` for another; `.xml` and `.tsv` likewise.

    Sources with a list of cells are articles, which `articles.py` reads.
    """
    for source in (name for name, known in trial.sources.items() if not known.cells):
        stems = [f"{trial_id}.{source}"] + [trial_id] * (source == trial.first_source)
        for stem in stems:
            for suffix in SUFFIXES:
                file = folder / f"{stem}{suffix}"
                if file.is_file():
                    yield source, file


def read_texts(
    registry: Registry, names: list[str], folder: Path, *, quiet: bool, with_articles: Collection[str]
) -> tuple[Texts, Records]:
    """The abstracts found for the trials named; and PubMed's records where the files are PubMed XML.

    Said unless `quiet`: which trials have no text, which files belong to none, which of two files of a source is read;
    of trials `with_articles` the folder has a whole article.
    """
    if not folder.is_dir():
        raise UsageError(f"--texts {folder}: no such folder")
    texts: Texts = {}
    records: Records = {}
    for name in with_progress(names, "texts"):
        for source, file in _first_files(name, text_files(name, registry.trials[name], folder), quiet=quiet):
            abstract, record = _read_source(file)
            texts.setdefault(name, {})[source] = abstract
            if record is not None:
                records.setdefault(name, {})[source] = record
        if name not in texts and name not in with_articles:
            note(f"{folder}: no text for {name} (looked for {name}.txt and {name}.xml)", quiet=quiet)
    if not texts and not with_articles:
        raise UsageError(f"--texts {folder}: no file there is named by a trial id, such as {names[0]}.txt")
    for remark in _unread_files(registry, folder):
        note(remark, quiet=quiet)
    return texts, records


def _first_files(name: str, files: Iterable[tuple[str, Path]], *, quiet: bool) -> Iterator[tuple[str, Path]]:
    """The first file of each source of a trial; the others are said not to be read."""
    read: set[str] = set()
    for source, file in files:
        if source in read:
            note(f"{file}: not read; another file is the text of {source} of {name}", quiet=quiet)
        else:
            read.add(source)
            yield source, file


def _unread_files(registry: Registry, folder: Path) -> Iterator[str]:
    """Remarks on the files of a folder that belong to no trial or to no source of one."""
    alone = []
    for file in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in SUFFIXES):
        name, _, source = file.stem.partition(".")
        trial = registry.trials.get(name)
        if trial is None:
            alone.append(file.name)
        elif source and source not in trial.sources:
            yield f"{file}: not read; {name} has no source '{source}'{nearest_hint(source, trial.sources)}"
    if alone:
        belong = "belongs" if len(alone) == 1 else "belong"
        yield f"{folder}: {', '.join(alone)} {belong} to no trial of the registry; not read"


def say_unlisted(registry: Registry, texts: Texts, *, quiet: bool) -> None:
    """Says which texts at hand are of sources without a fingerprint, and what becomes of them."""
    unlisted = [
        f"{name} ({source})"
        for name, sources in texts.items()
        for source in sources
        if registry.trials[name].sources[source].figures is None
    ]
    if unlisted:
        note(
            f"no fingerprint recorded: {', '.join(unlisted)}; the numbers are compared with the figures of the text"
            " at hand, which --update-fingerprints --texts DIR records",
            quiet=quiet,
        )


def _read_source(file: Path) -> tuple[str, PubmedRecord | None]:
    """The abstract within a file, and PubMed's record where the file is one."""
    try:
        text = file_bytes(file, LARGEST_TEXT).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        if file.suffix == ".tsv":
            return find_abstract(sentences_of_table(text)), None
        return _abstract_of_article(file, text) or find_abstract(text), _pubmed_record(text)
    except UnicodeDecodeError:
        raise UsageError(f"{file}: not a text in UTF-8") from None
    except UnreadableText as error:
        raise UsageError(f"{file}: {error}") from None


def _abstract_of_article(file: Path, text: str) -> str:
    """The abstract of a whole article in JATS; "" of any other text."""
    if not _ARTICLE.search(text[:_HEAD]):
        return ""
    from msc_evidence.reading.texts.documents import TextDocument, inputs, read, records

    found = [read(record) for record in records(inputs([file]))]
    return found[0].text if len(found) == 1 and isinstance(found[0], TextDocument) else ""


def _pubmed_record(text: str) -> PubmedRecord | None:
    if not is_xml(text):
        return None
    from msc_evidence.reading.texts.pubmed import record_in

    return record_in(text)


def new_fingerprints(
    registry: Registry, names: list[str], folder: Path, *, quiet: bool
) -> Iterator[tuple[Document, dict[tuple[str, str], NewFingerprint | NewCells]]]:
    """For each file of the registry, the fingerprints of the texts and the cells of the articles in the folder."""
    from msc_evidence.cli.articles import new_cells, read_articles

    articles = read_articles(registry, names, folder, quiet=quiet)
    texts, _ = read_texts(registry, names, folder, quiet=quiet, with_articles=articles)
    found: dict[str, dict[str, NewFingerprint | NewCells]] = {}
    for name, sources in texts.items():
        for source, text in sources.items():
            read = fingerprint(text)
            found.setdefault(name, {})[source] = NewFingerprint(read.sha256, list(read.figures))
    for name, tables in articles.items():
        for source, of_article in tables.items():
            found.setdefault(name, {})[source] = new_cells(
                registry.trials[name], source, of_article, quiet=quiet
            )
    by_document: dict[int, tuple[Document, dict[tuple[str, str], NewFingerprint | NewCells]]] = {}
    for name, fingerprints in found.items():
        document: object = registry.documents[name]
        if isinstance(document, JsonDocument):
            document = document.as_yaml
        if not isinstance(document, Document):
            raise UsageError(
                f"{registry.documents[name].name}: fingerprints are rewritten in YAML registries only"
            )
        of_document = by_document.setdefault(id(document), (document, {}))[1]
        of_document |= {(name, source): new for source, new in fingerprints.items()}
    yield from by_document.values()


def fetched_records(registry: Registry, names: list[str], *, quiet: bool) -> Records:
    """PubMed's record of every first source with a PMID or DOI."""
    records: Records = {}
    for name in with_progress(names, "PubMed"):
        trial = registry.trials[name]
        first = trial.first_source
        record = _fetched_record(trial.sources[first], trial)
        if record is None:
            note(f"{name}: neither PMID nor DOI recorded; not looked up", quiet=quiet)
        else:
            records[name] = {first: record}
    posting = any(posting_source(registry.trials[name]) for name in names)
    if not records and not posting:
        raise UsageError("--online: no trial has a PMID or DOI; nothing to look up")
    return records


def _fetched_record(source: Source, trial: Trial) -> PubmedRecord | None:
    from msc_evidence.reading.texts import pubmed

    pmid, doi = source.pmid or trial.citation.pmid, source.doi or trial.citation.doi
    if not pmid and not doi:
        return None
    server = os.environ.get("MSC_EVIDENCE_EUTILS", pubmed.BASE_URL)
    try:
        return pubmed.fetch(pmid, doi, base_url=server, api_key=os.environ.get("NCBI_API_KEY"))
    except pubmed.PubmedError as error:
        raise UsageError(f"--online: {error}; --texts DIR checks against saved texts") from None
