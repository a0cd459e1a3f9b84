"""The table `consort`: CONSORT for Abstracts."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.registry.model import Trial
from msc_evidence.tables.consort import Judged, judged
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.screen import Block, Heading, Line, Screen
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import short_name

KEY = ("trial", "number")
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Trial", grouped=True, whole=True),
    Column("number", "No.", "number"),
    Column("item", "Item"),
    Column("answer", "Answer", whole=True),
    Column("field", "Field"),
    Column("because", "Because"),
)
NOTES = (
    'Items of Hopewell 2008 (Lancet 371:281). Answers rest on what was recorded of the abstract: "no" where it was read'
    ' for it and is silent, "not recorded" where the record does not show whether it was.',
)
TITLE = "CONSORT for Abstracts"


def table(chosen: Chosen) -> Table:
    """The items of CONSORT for Abstracts: yes, partial, no or not applicable, and the field that decides it."""
    rows = tuple(_row(name, trial, item) for name, trial in chosen.records for item in judged(trial))
    return Table("consort", COLUMNS, rows, TITLE, NOTES)


def shown(chosen: Chosen) -> Table:
    """The same without the ids of the trials."""
    full = table(chosen)
    return Table(full.name, full.columns[1:], tuple(map(_worded, full.rows)), full.title, full.notes)


def screen(chosen: Chosen) -> Screen:
    """A list for each study, without the reasons."""
    blocks: list[Block] = []
    for name, trial in chosen.records:
        rows = tuple(_worded(_row(name, trial, item)) for item in judged(trial))
        blocks += [Heading(f"{TITLE}: {short_name(name, trial)}"), Table("consort", COLUMNS[2:6], rows)]
    return Screen((*blocks, *map(Line, NOTES)))


def _worded(row: Mapping[str, Value]) -> Mapping[str, Value]:
    """The row with a word for an answer that the record does not give."""
    return {**row, "answer": row["answer"] or "not recorded"}


def _row(name: str, trial: Trial, item: Judged) -> Mapping[str, Value]:
    return {
        "trial": name,
        "study": short_name(name, trial),
        "number": item.number,
        "item": item.item,
        "answer": item.answer,
        "field": item.field,
        "because": item.because,
    }
