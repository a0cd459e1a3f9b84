"""The table `references`: the numbered list of studies included, all reports of a study together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.identifiers import registration_address
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Source, Trial
from msc_evidence.tables.table import Column, Heading, Line, Screen, Table, Value

_ADDRESSES = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
}
#: A link of any other kind could run a script; it is shown as the text it is.
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads, None where that is no address of the web."""

    words: str
    address: str | None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source of a trial: what it is, in words, and where it can be read."""

    id: str
    words: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ListedTrial:
    """A trial in the list: its number there, where it was published, and its sources."""

    trial: str
    number: int
    name: str
    citation: str
    links: tuple[Link, ...]
    sources: tuple[SourceEntry, ...]


def references(registry: Registry, chosen: Iterable[str] | None = None) -> tuple[ListedTrial, ...]:
    """The trials chosen (all without a choice), numbered from 1, each followed by the subsets of its participants."""
    names = list(registry.trials if chosen is None else chosen)
    return tuple(_reference(at, name, registry) for at, name in enumerate(_grouped(registry, names), start=1))


def _grouped(registry: Registry, names: list[str]) -> Iterator[str]:
    """The names in their order, reports of a subset after the trial it is of; each name once."""
    whole = {name: registry.trials[name].part_of for name in names}
    for name in names:
        if whole[name] not in names:
            yield name
            yield from (part for part in names if whole[part] == name)
    # The subset of a subset follows neither; nor do two that claim to be part of each other.
    placed = {name for name in names if whole[name] not in names}
    yield from (name for name in names if name not in placed and whole[name] not in placed)


def _reference(number: int, name: str, registry: Registry) -> ListedTrial:
    trial = registry.trials[name]
    sources = tuple(
        SourceEntry(key, ": ".join(filter(None, (source.kind, source.citation))), tuple(_links(source)))
        for key, source in trial.sources.items()
    )
    links = (*_links(trial.citation), *registrations(trial))
    return ListedTrial(name, number, _named(name, registry), _citation(trial), links, sources)


def _named(name: str, registry: Registry) -> str:
    """`Bang 2005`, `Lee 2022 (part of Chung 2021)`."""
    trial = registry.trials[name]
    whole = registry.trials.get(trial.part_of or "")
    part = f" (part of {whole.shown_name(trial.part_of or '')})" if whole else ""
    return trial.shown_name(name) + part


def _citation(trial: Trial) -> str:
    """`Bang OY, Lee JS. Title. Annals of Neurology 2005;57(6):874-882`, as far as it is recorded."""
    cited = trial.citation
    if not (cited.authors or cited.title or cited.journal):
        return f"{cited.year}, no publication recorded"
    issue = f"({cited.issue})" if cited.issue else ""
    place = f"{cited.volume or ''}{issue}"
    place += f":{cited.pages}" if cited.pages else ""
    where = " ".join(filter(None, (cited.journal, str(cited.year)))) + (f";{place}" if place else "")
    said = (", ".join(cited.authors or ()).rstrip("."), (cited.title or "").rstrip("."), where)
    return ". ".join(part for part in said if part)


def _links(cited: object) -> Iterator[Link]:
    for key, address in _ADDRESSES.items():
        value = getattr(cited, key, None)
        if value:
            yield Link(f"{key.upper()} {value}", address.format(quote(value, safe="/()")))
    url = getattr(cited, "url", None)
    if url:
        yield Link(url, url if _WEB.fullmatch(url) else None)


def registrations(trial: Trial) -> Iterator[Link]:
    """The registration numbers of a trial, each with its page in the register."""
    for number in trial.registration if isinstance(trial.registration, list) else ():
        yield Link(number, registration_address(number))


KEY = ("trial", "report")
COLUMNS = (
    Column("number", "No.", "number"),
    Column("trial", "Trial"),
    Column("study", "Name"),
    Column("part_of", "Part of"),
    Column("report", "Report", "number"),
    Column("kind", "Kind"),
    Column("source", "Source"),
    Column("reference", "Reference"),
    Column("doi", "DOI"),
    Column("pmid", "PMID"),
    Column("pmcid", "PMCID"),
    Column("registration", "Registration"),
    Column("url", "Address"),
)
SHOWN = (
    Column("cited", "No.", grouped=True, whole=True),
    Column("study", "Trial", grouped=True),
    Column("kind", "Report", whole=True),
    Column("reference", "Reference"),
)
TITLE = "References to studies included"
_PUBLICATION = "publication"
_REGISTRATION = "trial registration"
#: What a row's words do not say of the document.
_IDENTIFIERS = ("doi", "pmid", "pmcid", "registration", "url")


def table(chosen: Query) -> Table:
    """References to studies included: publication, registrations and sources of each, numbered."""
    return Table("references", COLUMNS, tuple(_rows(chosen)), TITLE)


def shown(chosen: Query) -> Table:
    """One document in a row; a source that is the publication itself and was read there is not repeated."""
    rows = tuple(
        {"cited": f"{row['number']}.", "study": row["study"], "kind": row["kind"], "reference": reference}
        for row in _rows(chosen)
        if (reference := _sentence(row, chosen)) and not _of_the_whole(row, chosen)
    )
    return Table("references", SHOWN, rows, TITLE)


def screen(chosen: Query) -> Screen:
    """A list: each study's publication by its number, its other reports below."""
    return Screen((Heading(TITLE), *map(_line, shown(chosen).rows)))


def _line(row: Mapping[str, Value]) -> Line:
    if row["kind"] == _PUBLICATION:
        return Line(f"{row['cited']!s:>4}  {row['study']}. {row['reference']}")
    return Line(f"{'·':>6}  {row['kind']}: {row['reference']}")


def _of_the_whole(row: Mapping[str, Value], chosen: Query) -> bool:
    """Whether it is the registration that stands above already, with the trial that these participants are of."""
    whole = row["part_of"]
    if whole not in chosen.trials or row["kind"] != _REGISTRATION:
        return False
    above = registrations(chosen.registry.trials[str(whole)])
    return row["reference"] in {link.words for link in above}


def _rows(chosen: Query) -> Iterator[Mapping[str, Value]]:
    for reference in references(chosen.registry, chosen.trials):
        trial = chosen.registry.trials[reference.trial]
        for at, row in enumerate(_documents(reference, trial), start=1):
            yield {
                "number": reference.number,
                "trial": reference.trial,
                "study": reference.name,
                "part_of": trial.part_of,
                "report": at,
                **row,
            }


def _documents(reference: ListedTrial, trial: Trial) -> Iterator[dict[str, Value]]:
    """The publication, the registrations with the source that each is, the other sources."""
    cited, sources = trial.citation, dict(trial.sources)
    yield {
        "kind": _PUBLICATION, "source": None, "reference": reference.citation,
        "doi": cited.doi, "pmid": cited.pmid, "pmcid": cited.pmcid,
    }  # fmt: skip
    for number in registrations(trial):
        read = next((key for key, source in sources.items() if source.citation == number.words), None)
        if read is not None:
            del sources[read]
        yield _registered(number, read)
    for entry in reference.sources:
        if entry.id in sources:
            yield _source(entry.id, sources[entry.id])


def _registered(number: Link, source: str | None) -> dict[str, Value]:
    return {
        "kind": _REGISTRATION, "source": source, "reference": number.words,
        "registration": number.words, "url": number.address,
    }  # fmt: skip


def _source(name: str, source: Source) -> dict[str, Value]:
    """A source; one without a citation of its own is the trial's publication."""
    return {
        "kind": source.kind, "source": name, "reference": source.citation,
        "doi": source.doi, "pmid": source.pmid, "url": source.url,
    }  # fmt: skip


def _sentence(row: Mapping[str, Value], chosen: Query) -> str:
    """The words of a document with its identifiers; "" for the publication again with nothing new."""
    words = str(row["reference"] or "")
    cited = chosen.registry.trials[str(row["trial"])].citation
    known = {words} if row["kind"] == _PUBLICATION else {words, cited.doi, cited.pmid}
    prefix = {"doi": "doi:", "pmid": "PMID "}
    said = [
        f"{prefix.get(key, '')}{row[key]}" for key in _IDENTIFIERS if row.get(key) and row[key] not in known
    ]
    return ". ".join(part for part in (words.rstrip("."), ", ".join(said)) if part)


def closing(chosen: Query) -> tuple[str, ...]:
    """The publications of the trials as numbered lines, for the end of another table."""
    publications = (row for row in _rows(chosen) if row["kind"] == _PUBLICATION)
    return (
        f"{TITLE}:",
        *(f"{row['number']}. {row['study']}. {_sentence(row, chosen)}" for row in publications),
    )
