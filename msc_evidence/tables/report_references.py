"""The reference list: each trial's publication, its registrations and every source its numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from msc_evidence.registry.identifiers import registration_address
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.tables.words import short_name

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
class Reference:
    """A trial in the list: its number there, where it was published, and its sources."""

    trial: str
    number: int
    name: str
    citation: str
    links: tuple[Link, ...]
    sources: tuple[SourceEntry, ...]


def references(registry: Registry, chosen: Iterable[str] | None = None) -> tuple[Reference, ...]:
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


def _reference(number: int, name: str, registry: Registry) -> Reference:
    trial = registry.trials[name]
    sources = tuple(
        SourceEntry(key, ": ".join(filter(None, (source.kind, source.citation))), tuple(_links(source)))
        for key, source in trial.sources.items()
    )
    links = (*_links(trial.citation), *registrations(trial))
    return Reference(name, number, _named(name, registry), _citation(trial), links, sources)


def _named(name: str, registry: Registry) -> str:
    """`Bang 2005`, `Lee 2022 (part of Chung 2021)`."""
    trial = registry.trials[name]
    whole = registry.trials.get(trial.part_of or "")
    part = f" (part of {short_name(trial.part_of or '', whole)})" if whole else ""
    return short_name(name, trial) + part


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
