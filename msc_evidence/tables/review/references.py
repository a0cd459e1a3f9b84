"""The table `references`: the studies by name, all reports of a study together, and those left out with the reason.

References are in the style of the US National Library of Medicine (Patrias 2007), with the journal as the record
abbreviates it and both pages in full; what no source that was seen gives is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from msc_evidence.analysis.filters import Query, eligible_trials
from msc_evidence.registry.identifiers import registration_address
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Table, Value

_ADDRESSES = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
}
_PAGES = re.compile(r"([a-zA-Z]?)(\d+)[-–][a-zA-Z]?(\d+)")
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


def numbered_references(registry: Registry, trials: Iterable[str] | None = None) -> tuple[ListedTrial, ...]:
    """The trials chosen (all without a choice) by name, numbered from 1, each followed by its subsets."""
    chosen = registry.trials if trials is None else trials
    names = sorted(chosen, key=lambda name: registry.trials[name].shown_name(name).casefold())
    return tuple(
        _listed_trial(at, name, registry)
        for at, name in enumerate(_subsets_after_trials(registry, names), start=1)
    )


def _subsets_after_trials(registry: Registry, names: list[str]) -> Iterator[str]:
    """The names in their order, reports of a subset after the trial it is of; each name once."""
    whole = {name: registry.trials[name].part_of for name in names}
    for name in names:
        if whole[name] not in names:
            yield name
            yield from (part for part in names if whole[part] == name)
    # The subset of a subset follows neither; nor do two that claim to be part of each other.
    placed = {name for name in names if whole[name] not in names}
    yield from (name for name in names if name not in placed and whole[name] not in placed)


def _listed_trial(number: int, name: str, registry: Registry) -> ListedTrial:
    trial = registry.trials[name]
    sources = tuple(
        SourceEntry(
            key, ": ".join(filter(None, (source.kind, source.citation))), tuple(_citation_links(source))
        )
        for key, source in trial.sources.items()
    )
    links = (*_citation_links(trial.citation), *registration_links(trial))
    return ListedTrial(name, number, _trial_name(name, registry), _citation_words(trial), links, sources)


def _trial_name(name: str, registry: Registry) -> str:
    """`Bang 2005`, `Lee 2022 (part of Chung 2021)`."""
    trial = registry.trials[name]
    whole = registry.trials.get(trial.part_of or "")
    part = f" (part of {whole.shown_name(trial.part_of or '')})" if whole else ""
    return trial.shown_name(name) + part


def _citation_words(trial: Trial) -> str:
    """`Bang OY, Lee JS. Title. Ann Neurol. 2005;57(6):874-882`, as far as it is recorded."""
    cited = trial.citation
    year = str(cited.year) if cited.year else ""
    if not (cited.authors or cited.title or cited.journal):
        return ", ".join(filter(None, (year, "no publication recorded")))
    issue = f"({cited.issue})" if cited.issue else ""
    place = f"{cited.volume or ''}{issue}"
    place += f":{full_pages(cited.pages)}" if cited.pages else ""
    journal = f"{cited.journal.rstrip('.')}." if cited.journal else None
    where = " ".join(filter(None, (journal, year))).rstrip(".") + (f";{place}" if place else "")
    parts = (", ".join(cited.authors or ()).rstrip("."), (cited.title or "").rstrip("."), where)
    missing = _missing_items(cited)
    unseen = f". Not seen: {', '.join(missing)}" if missing else ""
    return ". ".join(part for part in parts if part) + unseen


def full_pages(pages: str) -> str:
    """Both pages of a range in full.

    >>> full_pages("874-82"), full_pages("e1012-23"), full_pages("1003-1008"), full_pages("228")
    ('874-882', 'e1012-e1023', '1003-1008', '228')
    """
    if not (match := _PAGES.fullmatch(pages)):
        return pages
    letter, first, last = match.groups()
    return f"{letter}{first}-{letter}{first[: max(0, len(first) - len(last))]}{last}"


def _missing_items(cited: Citation) -> list[str]:
    """What a complete reference has and the record lacks."""
    authors = cited.authors or []
    whole = bool(authors) and not authors[-1].lower().startswith("et al")
    items = {
        "authors" if not authors else "further authors": whole,
        "title": cited.title,
        "journal": cited.journal,
        "year": cited.year,
        "volume": cited.volume,
        "pages": cited.pages,
        "DOI": cited.doi,
    }
    return [item for item, value in items.items() if not value]


def _citation_links(cited: object) -> Iterator[Link]:
    for key, address in _ADDRESSES.items():
        value = getattr(cited, key, None)
        if value:
            yield Link(f"{key.upper()} {value}", address.format(quote(value, safe="/()")))
    url = getattr(cited, "url", None)
    if url:
        yield Link(url, url if _WEB.fullmatch(url) else None)


def registration_links(trial: Trial) -> Iterator[Link]:
    """The registration numbers of a trial, each with its page in the register."""
    for number in trial.registration if isinstance(trial.registration, list) else ():
        yield Link(number, registration_address(number))


KEY = ("trial", "report")
COLUMNS = (
    Column("number", "No.", "number"),
    Column("list", "List"),
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
    Column("list", "List", grouped=True),
    Column("cited", "No.", grouped=True, whole=True),
    Column("study", "Trial", grouped=True),
    Column("kind", "Report", whole=True),
    Column("reference", "Reference"),
)
TITLE = "References to studies included"
#: The lists that studies stand in, in their order, each by name.
INCLUDED, DESIGN_ONLY, UNPUBLISHED, EXCLUDED = (
    "included",
    "included, design only",
    "ongoing or unpublished",
    "excluded, with the reason",
)
_PUBLICATION = "publication"
_REGISTRATION = "trial registration"
#: What a row's words do not say of the document.
_IDENTIFIERS = ("doi", "pmid", "pmcid", "registration", "url")


def table(query: Query) -> Table:
    """References to the studies by name: publication, registrations and sources of each, numbered.

    A page also lists the trials that the question leaves out, with the reason.
    """
    return Table("references", COLUMNS, tuple(_document_rows(query)), TITLE)


def page_table(query: Query) -> Table:
    """One document in a row; a source that is the publication itself and was read there is not repeated."""
    rows = tuple(
        {
            "list": row["list"],
            "cited": f"{row['number']}.",
            "study": f"{row['study']}: {row['reason']}" if row.get("reason") else row["study"],
            "kind": row["kind"],
            "reference": reference,
        }
        for row in _document_rows(query, _excluded_reasons(query))
        if (reference := _reference_words(row, query)) and not _repeats_registration(row, query)
    )
    return Table("references", SHOWN, rows, TITLE)


def screen(query: Query) -> Screen:
    """A list: each study's publication by its number, its other reports below; one below another list after another."""
    blocks: list[Block] = [Heading(TITLE)]
    rows = page_table(query).rows
    for row, before in zip(rows, (None, *rows[:-1]), strict=True):
        if row["list"] != (before["list"] if before else INCLUDED):
            blocks.append(Line(f"{str(row['list']).capitalize()}:"))
        blocks.append(_reference_line(row))
    return Screen(tuple(blocks))


def _reference_line(row: Mapping[str, Value]) -> Line:
    if row["kind"] == _PUBLICATION:
        return Line(f"{row['cited']!s:>4}  {row['study']}. {row['reference']}")
    return Line(f"{'·':>6}  {row['kind']}: {row['reference']}")


def _repeats_registration(row: Mapping[str, Value], query: Query) -> bool:
    """Whether it is the registration that stands above already, with the trial that these participants are of."""
    whole = row["part_of"]
    if whole not in query.trials or row["kind"] != _REGISTRATION:
        return False
    above = registration_links(query.registry.trials[str(whole)])
    return row["reference"] in {link.words for link in above}


def _document_rows(
    query: Query, excluded: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Mapping[str, Value]]:
    """The documents of the studies of each list, numbered through; the excluded by id with the reason."""
    lists = {name: _list_of(query.registry.trials[name]) for name in query.trials}
    lists |= dict.fromkeys(excluded, EXCLUDED)
    listed = numbered_references(query.registry, [*query.trials, *excluded])
    order = (INCLUDED, DESIGN_ONLY, UNPUBLISHED, EXCLUDED)
    ranked = sorted(listed, key=lambda each: order.index(lists[each.trial]))
    for number, reference in enumerate(ranked, start=1):
        trial = query.registry.trials[reference.trial]
        for at, row in enumerate(_trial_documents(reference, trial), start=1):
            yield {
                "number": number,
                "list": lists[reference.trial],
                "trial": reference.trial,
                "study": reference.name,
                **({"reason": excluded[reference.trial]} if reference.trial in excluded else {}),
                "part_of": trial.part_of,
                "report": at,
                **row,
            }


def _list_of(trial: Trial) -> str:
    """Where a trial of the question stands: with results or harms, with its design alone, or unpublished."""
    if trial.results or trial.harms:
        return INCLUDED
    cited = trial.citation
    return DESIGN_ONLY if cited.title or cited.journal else UNPUBLISHED


def _excluded_reasons(query: Query) -> dict[str, str]:
    """The trials that the question leaves out, with the reason; none where trials were named by id."""
    if query.filter is None:
        return {}
    eligible = eligible_trials(query.registry, query.registry.trials, query.filter)
    if set(eligible.names) != set(query.trials):
        return {}
    return {
        name: f"does not say {why.unrecorded}" if why.unrecorded else why.reason
        for name, why in eligible.excluded.items()
    }


def _trial_documents(reference: ListedTrial, trial: Trial) -> Iterator[dict[str, Value]]:
    """The publication, the registrations with the source that each is, the other sources."""
    cited, sources = trial.citation, dict(trial.sources)
    yield {
        "kind": _PUBLICATION, "source": None, "reference": reference.citation,
        "doi": cited.doi, "pmid": cited.pmid, "pmcid": cited.pmcid,
    }  # fmt: skip
    for number in registration_links(trial):
        read = next((key for key, source in sources.items() if source.citation == number.words), None)
        if read is not None:
            del sources[read]
        yield _registration_row(number, read)
    for entry in reference.sources:
        if entry.id in sources:
            yield _source_row(entry.id, sources[entry.id])


def _registration_row(number: Link, source: str | None) -> dict[str, Value]:
    return {
        "kind": _REGISTRATION, "source": source, "reference": number.words,
        "registration": number.words, "url": number.address,
    }  # fmt: skip


def _source_row(name: str, source: Source) -> dict[str, Value]:
    """A source; one without a citation of its own is the trial's publication."""
    return {
        "kind": source.kind, "source": name, "reference": source.citation,
        "doi": source.doi, "pmid": source.pmid, "url": source.url,
    }  # fmt: skip


def _reference_words(row: Mapping[str, Value], query: Query) -> str:
    """The words of a document with its identifiers; "" for the publication again with nothing new."""
    words = str(row["reference"] or "")
    cited = query.registry.trials[str(row["trial"])].citation
    known = {words} if row["kind"] == _PUBLICATION else {words, cited.doi, cited.pmid}
    prefix = {"doi": "doi: ", "pmid": "PMID: ", "pmcid": "PMCID: "}
    identifiers = [
        f"{prefix.get(key, '')}{row[key]}" for key in _IDENTIFIERS if row.get(key) and row[key] not in known
    ]
    return ". ".join(part for part in (words.rstrip("."), "; ".join(identifiers)) if part)


def reference_lines(query: Query) -> tuple[str, ...]:
    """The publications of the trials as numbered lines, for the end of another table."""
    publications = (row for row in _document_rows(query) if row["kind"] == _PUBLICATION)
    return (
        f"{TITLE}:",
        *(f"{row['number']}. {row['study']}. {_reference_words(row, query)}" for row in publications),
    )
