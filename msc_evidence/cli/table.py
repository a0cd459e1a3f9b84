"""`msc-evidence table NAME`: the tables that a review prints."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import By, FilterOptions, TrialNames, filtered, known_attribute, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import PIPELINES, chosen_format, document_format, note, show
from msc_evidence.cli.whole_files import replace_file
from msc_evidence.render import document_renderer
from msc_evidence.tables.review import table_named, table_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from msc_evidence.analysis.filters import Query
    from msc_evidence.tables.review import NamedTable
    from msc_evidence.tables.table import Screen, Table

    MakeTable = Callable[[Query], Table]


def complete_names(incomplete: str) -> list[str]:
    """Names of tables."""
    return [name for name in table_names() if name.startswith(incomplete)]


Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help=f"{', '.join(table_names())}; without one, what each shows.",
        autocompletion=complete_names,
    ),
]  # fmt: skip
Every = Annotated[
    bool, typer.Option("--all", help="Also what the table omits by default: results of secondary sources, …")
]

Nnt = Annotated[bool, typer.Option("--nnt", help="Also the number needed to treat, with its interval (sof).")]


@guarded
@filtered
def command(
    filters: FilterOptions,
    name: Name = None,
    trials: TrialNames = None,
    every: Every = False,
    nnt: Nnt = False,
    by: By = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Show a table as a review prints it.

    Page formats (table, md, html, latex, and docx into a file) have the columns a reader wants, csv, tsv and json every
    one at full precision. Without a name: a list of the tables.
    """
    from msc_evidence.tables.table import Screen

    if name is None:
        show(_table_list, lambda: Screen((_table_list(),)), format, output, ascii_only=ascii)
        return
    named_table = _known_table(name)
    for option, typed in (
        ("--outcome", filters.outcome),
        ("--at", filters.at),
        ("--all", every),
        ("--nnt", nnt),
    ):
        if typed and option not in named_table.options:
            raise UsageError(f"table {name} does not look at {option}")
    document = document_format(format, output)
    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    filters, both_trusted = filters.both_trusted()
    if both_trusted and (name != "sof" or by is not None):
        raise UsageError(
            "--trust both sets pools beside each other: table sof, without --by; here exclude or only"
        )
    query = replace(read_query(opened, filters, trials, quiet=quiet), every=every, nnt=nnt)
    query = _with_findings(query) if named_table.needs_findings else query
    for_pipelines = document is None and chosen_format("table", format, output, "table") in PIPELINES
    make, screen = named_table.table if for_pipelines else named_table.page_table, named_table.screen
    if both_trusted or by is not None:
        make = _set_together(make, None if by is None else known_attribute(by, "--by"))
        screen = _screen_of(make)
    if document is not None and output is not None:
        replace_file(output, document_renderer(document)(make(query)))
        return
    show(lambda: make(query), lambda: screen(query), format, output, ascii_only=ascii)
    if both_trusted and for_pipelines:  # pages say it below the table
        from msc_evidence.tables.trusted import trust_remark

        note(trust_remark(query), quiet=quiet)


def _set_together(make: MakeTable, by: str | None) -> MakeTable:
    """The table for each group of an attribute, or else for each set of trials by their trustworthiness."""
    from msc_evidence.tables.groups import grouped_table
    from msc_evidence.tables.trusted import compared_table

    return partial(compared_table, make) if by is None else partial(grouped_table, make, by=by)


def _screen_of(make: MakeTable) -> Callable[[Query], Screen]:
    from msc_evidence.tables.table import Screen

    return lambda query: Screen((make(query),))


def _with_findings(query: Query) -> Query:
    """The query with what the checks find."""
    from msc_evidence.checks.trust_evidence import with_trust_findings

    return with_trust_findings(query)


def _known_table(name: str) -> NamedTable:
    from msc_evidence.registry.problems import nearest_hint

    if name not in table_names():
        raise UsageError(f"unknown table '{name}'{nearest_hint(name, table_names())}")
    return table_named(name)


def _table_list() -> Table:
    from msc_evidence.tables.table import Column, Table

    rows = tuple({"table": name, "shows": table_named(name).help} for name in table_names())
    return Table("tables", (Column("table", "Table"), Column("shows", "Shows")), rows)
