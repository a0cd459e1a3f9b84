"""The reference list of a report: each trial's citation and every source its numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.tables.words import short_name

_ADDRESSES = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
}
_REGISTERED = re.compile(r"NCT\d{8}")
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


def references(registry: Registry) -> tuple[Reference, ...]:
    """The trials in the registry's order, numbered from 1."""
    return tuple(
        _reference(at, name, trial) for at, (name, trial) in enumerate(registry.trials.items(), start=1)
    )


def _reference(number: int, name: str, trial: Trial) -> Reference:
    cited = trial.citation
    sources = tuple(
        SourceEntry(key, ": ".join(filter(None, (source.kind, source.citation))), tuple(_links(source)))
        for key, source in trial.sources.items()
    )
    links = (*_links(cited), *_registrations(trial))
    return Reference(name, number, short_name(name, trial), _citation(trial), links, sources)


def _citation(trial: Trial) -> str:
    """`Bang OY, Lee JS. Title. Annals of Neurology 2005;57(6):874-882`, as far as it is recorded."""
    cited = trial.citation
    issue = f"({cited.issue})" if cited.issue else ""
    place = f"{cited.volume or ''}{issue}"
    place += f":{cited.pages}" if cited.pages else ""
    where = " ".join(filter(None, (cited.journal, str(cited.year)))) + (f";{place}" if place else "")
    said = (", ".join(cited.authors or ()), (cited.title or "").rstrip("."), where)
    return ". ".join(part for part in said if part)


def _links(cited: object) -> Iterator[Link]:
    for key, address in _ADDRESSES.items():
        value = getattr(cited, key, None)
        if value:
            yield Link(f"{key.upper()} {value}", address.format(quote(value, safe="/()")))
    url = getattr(cited, "url", None)
    if url:
        yield Link(url, url if _WEB.fullmatch(url) else None)


def _registrations(trial: Trial) -> Iterator[Link]:
    for number in trial.registration if isinstance(trial.registration, list) else ():
        known = _REGISTERED.fullmatch(number)
        yield Link(number, f"https://clinicaltrials.gov/study/{number}" if known else None)
