"""The table `characteristics`: Cochrane's "Characteristics of included studies"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from msc_evidence.registry.model import Trial
from msc_evidence.tables.characteristics import Fact, facts, paragraph
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.named_references import closing
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import short_name

OPTIONS = ("--outcome",)
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Name"),
    Column("section", "Section"),
    Column("item", "Item"),
    Column("said", "Said"),
    Column("source", "Source"),
)
SHOWN = (
    Column("study", "Trial", grouped=True, whole=True),
    Column("section", "", whole=True),
    Column("said", "Characteristics"),
)
TITLE = "Characteristics of included studies"


def table(chosen: Chosen) -> Table:
    """Each study's methods, participants, interventions, outcomes, notes and funding, as its record gives them."""
    rows = tuple(_row(name, trial, fact) for name, trial in chosen.records for fact in _facts(chosen, trial))
    return Table("characteristics", COLUMNS, rows, TITLE)


def shown(chosen: Chosen) -> Table:
    """A paragraph per section of a study; the publications of all at the end."""
    return Table("characteristics", SHOWN, tuple(_paragraphs(chosen)), TITLE, closing(chosen))


def _facts(chosen: Chosen, trial: Trial) -> tuple[Fact, ...]:
    return facts(trial, {name: chosen.registry.outcomes[name] for name in chosen.outcomes})


def _row(name: str, trial: Trial, fact: Fact) -> Mapping[str, Value]:
    return {
        "trial": name,
        "study": short_name(name, trial),
        "section": fact.section,
        "item": fact.item,
        "said": fact.said,
        "source": fact.source,
    }


def _paragraphs(chosen: Chosen) -> Iterator[Mapping[str, Value]]:
    for name, trial in chosen.records:
        for section, given in groupby(_facts(chosen, trial), key=lambda fact: fact.section):
            yield {
                "study": short_name(name, trial),
                "section": section,
                "said": paragraph(trial, given),
            }
