"""The table `references`: the numbered list of studies included, all reports of a study together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.registry.model import Source, Trial
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.report_references import Link, Reference, references, registrations
from msc_evidence.tables.screen import Heading, Line, Screen
from msc_evidence.tables.table import Column, Table, Value

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


def table(chosen: Chosen) -> Table:
    """References to studies included: publication, registrations and sources of each, numbered."""
    return Table("references", COLUMNS, tuple(_rows(chosen)), TITLE)


def shown(chosen: Chosen) -> Table:
    """One document in a row; a source that is the publication itself and was read there is not repeated."""
    rows = tuple(
        {"cited": f"{row['number']}.", "study": row["study"], "kind": row["kind"], "reference": reference}
        for row in _rows(chosen)
        if (reference := _sentence(row, chosen)) and not _of_the_whole(row, chosen)
    )
    return Table("references", SHOWN, rows, TITLE)


def screen(chosen: Chosen) -> Screen:
    """A list: each study's publication by its number, its other reports below."""
    return Screen((Heading(TITLE), *map(_line, shown(chosen).rows)))


def _line(row: Mapping[str, Value]) -> Line:
    if row["kind"] == _PUBLICATION:
        return Line(f"{row['cited']!s:>4}  {row['study']}. {row['reference']}")
    return Line(f"{'·':>6}  {row['kind']}: {row['reference']}")


def _of_the_whole(row: Mapping[str, Value], chosen: Chosen) -> bool:
    """Whether it is the registration that stands above already, with the trial that these participants are of."""
    whole = row["part_of"]
    if whole not in chosen.trials or row["kind"] != _REGISTRATION:
        return False
    above = registrations(chosen.registry.trials[str(whole)])
    return row["reference"] in {link.words for link in above}


def _rows(chosen: Chosen) -> Iterator[Mapping[str, Value]]:
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


def _documents(reference: Reference, trial: Trial) -> Iterator[dict[str, Value]]:
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


def _sentence(row: Mapping[str, Value], chosen: Chosen) -> str:
    """The words of a document with its identifiers; "" for the publication again with nothing new."""
    words = str(row["reference"] or "")
    cited = chosen.registry.trials[str(row["trial"])].citation
    known = {words} if row["kind"] == _PUBLICATION else {words, cited.doi, cited.pmid}
    prefix = {"doi": "doi:", "pmid": "PMID "}
    said = [
        f"{prefix.get(key, '')}{row[key]}" for key in _IDENTIFIERS if row.get(key) and row[key] not in known
    ]
    return ". ".join(part for part in (words.rstrip("."), ", ".join(said)) if part)


def closing(chosen: Chosen) -> tuple[str, ...]:
    """The publications of the trials as numbered lines, for the end of another table."""
    publications = (row for row in _rows(chosen) if row["kind"] == _PUBLICATION)
    return (
        f"{TITLE}:",
        *(f"{row['number']}. {row['study']}. {_sentence(row, chosen)}" for row in publications),
    )
