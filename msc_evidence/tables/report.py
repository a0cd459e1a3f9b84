"""What a report shows of a registry: the summary, every named table with the origin of its rows, the references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.results import chosen_results
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.answer import answer_sentence, question_sentence
from msc_evidence.tables.headline import subject_words, treated_in_query
from msc_evidence.tables.review import NamedTable, table_named, table_names, trust
from msc_evidence.tables.review.references import ListedTrial, numbered_references, reference_lines
from msc_evidence.tables.review.rob import HOW, unused_tables
from msc_evidence.tables.review.sof import evidence_rows
from msc_evidence.tables.sof.question import answering, header
from msc_evidence.tables.summarize import summary_screen
from msc_evidence.tables.table import Column, Heading, Sentences, Table, Value
from msc_evidence.tables.trusted import compared_table
from msc_evidence.tables.words import by_outcome_and_time, without_commands

#: A registry may state no question.
UNTITLED = "Evidence tables"
#: The columns that say which trial a row is of.
TRIAL_KEYS = ("study", "trial")
SOURCE = Column("source", "Source")
#: The report ends with them, each with its links.
REFERENCES = "references"
SUMMARY = "sof"
#: The tables that stand open, in this order; the others, which a reader looks up, are folded below them.
OPEN = (SUMMARY, "trials", "rob", "rob1", "robins", "robins2", "trust", "results")
_NUMBER = re.compile(r"[±<>≤≥=~ ]*([−-]?(?:\d+(?:\.\d+)?|\.\d+))")
#: Marks of footnotes behind what a cell says.
_MARKS = " ¹²³"
_SILENT = ("", "–", "not reported", "not recorded")


@dataclass(frozen=True, slots=True)
class Origin:
    """The trial that a row is of, and the source its numbers come from where the row has one."""

    trial: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of the report, what it shows in a line, and the origin of each row."""

    name: str
    title: str
    about: str
    table: Table
    origins: tuple[Origin | None, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is read without being looked up."""
        return self.name in OPEN

    @property
    def untitled(self) -> Table:
        """The table alone, where a heading has its title."""
        return replace(self.table, title="")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a report shows of a registry, findings and figures aside."""

    title: str
    #: What was asked, in a sentence, where it has one.
    question: str | None
    #: What the Summary of Findings says to it, in a sentence.
    answer: str
    headline: str
    sentences: tuple[str, ...]
    parts: tuple[ReportTable, ...]
    references: tuple[ListedTrial, ...]
    #: Which tables cannot be made, and why.
    missing: tuple[str, ...] = ()


def report_evidence(query: Query, *, both_trusted: bool = False) -> Evidence:
    """The summary and tables of what was asked for; `both_trusted`: a Summary of Findings with and without concerns."""
    registry = query.registry
    results = chosen_results(query.analysis, query.trials, query.outcomes, at=query.at)[0]
    blocks = summary_screen(query, results, wide=True).blocks
    tables = {block.name: block for block in blocks if isinstance(block, Table)}
    headline = next(block.text for block in blocks if isinstance(block, Heading))
    said = next((block.items for block in blocks if isinstance(block, Sentences)), ())
    sentences = tuple(filter(None, map(without_commands, said)))
    overview = _table_part(
        "trials", "Trials", "Who was treated with what, and when.", tables["trials"], registry
    )
    origins = tuple(Origin(result.trial_id, result.source) for result in by_outcome_and_time(results))
    parts, missing = [overview], []
    for name in table_names():
        if name == REFERENCES or name in unused_tables(query):
            continue
        named_table = table_named(name)
        try:
            if name == "results":  # a page has room for the columns that name each number's source
                wide = tables["results"]
                parts.append(ReportTable(name, wide.title or "Results", named_table.help, wide, origins))
            else:
                parts.append(_review_table_part(named_table, query, both_trusted=both_trusted))
        except Refused as error:
            missing.append(without_commands(f"The table {name} is left out: {error}."))
    title = subject_words(registry, query.trials, query.criteria) or UNTITLED
    cited = numbered_references(registry, query.trials)
    answered, _ = answering(query)
    answer = answer_sentence(evidence_rows(answered)[0], treated_in_query(query))
    ordered = sorted(parts, key=lambda part: OPEN.index(part.name) if part.is_open else len(OPEN))
    return Evidence(
        title,
        question_sentence(header(answered)),
        answer,
        headline,
        sentences,
        tuple(ordered),
        cited,
        tuple(missing),
    )


def _review_table_part(named_table: NamedTable, query: Query, *, both_trusted: bool) -> ReportTable:
    registry = query.registry
    make = named_table.page_table
    table = compared_table(make, query) if both_trusted and named_table.name == SUMMARY else make(query)
    listed = reference_lines(query)
    notes = (without_commands(note) for note in table.notes if note not in (*listed, HOW, trust.HOW))
    table = replace(table, notes=tuple(filter(None, notes)))
    return _table_part(
        named_table.name, table.title or named_table.name.capitalize(), named_table.help, table, registry
    )


def _table_part(name: str, title: str, about: str, table: Table, registry: Registry) -> ReportTable:
    """The table with its source as the last column where rows have one that is not shown."""
    if SOURCE.key not in table.keys and any(row.get(SOURCE.key) for row in table.rows):
        table = replace(table, columns=(*table.columns, SOURCE))
    return ReportTable(name, title, about, table, _row_origins(table, registry))


def _row_origins(table: Table, registry: Registry) -> tuple[Origin | None, ...]:
    ids = _trial_ids_by_name(registry)
    return tuple(_row_origin(row, ids, registry) for row in table.rows)


def _row_origin(row: Mapping[str, Value], ids: Mapping[str, str], registry: Registry) -> Origin | None:
    """The trial that a row names, by its id first, which no two share, and the source where only one fits."""
    names = (str(row.get(key)) for key in reversed(TRIAL_KEYS))
    trial = next((ids[name] for name in names if name in ids), None)
    return Origin(trial, _row_source_id(registry.trials[trial], row.get(SOURCE.key))) if trial else None


def _trial_ids_by_name(registry: Registry) -> dict[str, str]:
    """Ids by id and by short name; a name that two trials share is no one's."""
    shorts = [trial.shown_name(name) for name, trial in registry.trials.items()]
    unique = {
        short: name for short, name in zip(shorts, registry.trials, strict=True) if shorts.count(short) == 1
    }
    return unique | {name: name for name in registry.trials}


def _row_source_id(trial: Trial, kind_or_id: Value) -> str | None:
    """The only source of this kind, or the one of this id."""
    of_kind = [key for key, source in trial.sources.items() if kind_or_id in (key, source.kind)]
    return of_kind[0] if len(of_kind) == 1 else None


def sort_keys(column: Column, cells: Sequence[Value]) -> tuple[float | None, ...] | None:
    """What cells are sorted by: times by length, texts that all begin with a number by it; None by the alphabet.

    >>> sort_keys(Column("timepoint", "At"), ["1 y", "3 mo"]), sort_keys(Column("p", "p"), ["<0.001", ".02 ¹", None])
    ((12.0, 3.0), (0.001, 0.02, None))
    >>> sort_keys(Column("p", "p"), ["0.732 ¹", "not reported ¹"])
    (0.732, None)
    """
    if column.key == "timepoint":
        return tuple(map(_time_in_months, cells))
    keys = tuple(map(_leading_number, cells))
    silent = [cell is None or str(cell).rstrip(_MARKS) in _SILENT for cell in cells]
    numeric = all(key is not None or quiet for key, quiet in zip(keys, silent, strict=True))
    return keys if numeric and not all(silent) else None


def _time_in_months(cell: Value) -> float | None:
    try:
        return float(Time.read(cell).months)
    except ValueError:
        return None


def _leading_number(cell: Value) -> float | None:
    if isinstance(cell, str):
        number = _NUMBER.match(cell)
        return float(number[1].replace("−", "-")) if number else None
    return None if cell is None else float(cell)
