"""`msc-evidence export WHAT`: data and citations as other programs read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import complete_definitions, complete_measures
from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query, require_arm
from msc_evidence.cli.options import Debug, Quiet, RegistryPath, Verbose, own_registry
from msc_evidence.cli.pool_options import Arms
from msc_evidence.cli.streams import emit, note
from msc_evidence.cli.whole_files import replace_file
from msc_evidence.exchange.export import export_named, export_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msc_evidence.analysis.filters import Query
    from msc_evidence.exchange.export import Export


def complete_names(incomplete: str) -> list[str]:
    """Names of exports."""
    return [name for name in export_names() if name.startswith(incomplete)]


What = Annotated[
    str | None,
    typer.Argument(
        metavar="WHAT",
        help=f"{', '.join(export_names())}; without one, what each is.",
        autocompletion=complete_names,
    ),
]
Definition = Annotated[
    str | None,
    typer.Option(
        "--definition",
        metavar="TEXT",
        autocompletion=complete_definitions,
        help="Only results so defined ('mRS 0-2'), not the scale itself.",
    ),
]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        autocompletion=complete_measures,
        help="Data for this measure: OR RR RD PETO HR IRR MD SMD ROM PS COR. Default: by the outcome's type.",
    ),
]
Target = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to this file instead of standard output; to this folder for several files.",
    ),
]


@guarded
@filtered
def command(
    filters: FilterOptions,
    export_name: What = None,
    trials: TrialNames = None,
    definition: Definition = None,
    measure: MeasureName = None,
    arms: Arms = "combine",
    blank: Annotated[
        bool,
        typer.Option(
            "--blank",
            help="An empty form; of trials that are named, only what another person needs to find them.",
        ),
    ] = False,
    registry: RegistryPath = None,
    output: Target = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Write data and citations as other programs read them.

    What could not be written is listed on standard error, with the reason.
    """
    from msc_evidence.analysis.pool.pool import Refused
    from msc_evidence.exchange.export import ExportRequest

    if export_name is None:
        width = max(map(len, export_names()))
        emit("\n".join(f"{name:<{width}}  {export_named(name).help}" for name in export_names()), output)
        return
    if export_name.lower().endswith(".xlsx") and output is None:
        export_name, output = "form", Path(export_name)
    export = _known_export(export_name)
    given = {
        "--outcome": filters.outcome,
        "--at": filters.at,
        "--definition": definition,
        "--measure": measure,
        "--arms": arms != "combine",
        "--blank": blank,
    }
    _refuse_options(export, given)
    _require_target(export, output)
    if blank and not trials:
        query = _no_trials(registry, quiet=quiet)
        window = None
    else:
        opened = own_registry(registry, f"export {export_name}", verbose=verbose, quiet=quiet)
        filters, window = filters.windowed() if "--arms" in export.options else (filters, None)
        query = read_query(opened, filters, trials, quiet=quiet)
    require_arm(arms, query.records.values())
    try:
        exported = export.make(ExportRequest(query, definition, measure, arms, window, blank))
    except Refused as error:
        raise UsageError(str(error)) from None
    _write_export(export.written(exported, query.registry.title or query.registry.path.name), output)
    for remark in exported.remarks:
        note(remark, quiet=quiet)


def _no_trials(registry: Path | None, *, quiet: bool) -> Query:
    """Nothing but the outcomes of the registry, where there is one: the form of a new trial."""
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.registry.loader import Registry, nearest_registry

    found = registry is not None or nearest_registry(Path.cwd()) is not None
    opened = own_registry(registry, "export form", quiet=quiet) if found else None
    whole = opened or Registry(Path("form.xlsx"), {}, {}, {})
    return Query(Analysis(whole), (), tuple(whole.outcomes))


def _refuse_options(export: Export, given: Mapping[str, object]) -> None:
    for option, typed in given.items():
        if typed and option not in export.options:
            raise UsageError(f"export {export.name} does not look at {option}")


def _require_target(export: Export, output: Path | None) -> None:
    """Raises UsageError where what is written needs a folder, or a file of a certain kind, and there is none."""
    named = output is not None and str(output) != "-"
    if export.folder and not named:
        raise UsageError(f"export {export.name} writes several files; give a folder with -o DIR")
    if export.workbook and not named:
        raise UsageError(f"export {export.name} writes a workbook; give a file with -o {export.name}.xlsx")
    if export.workbook and output is not None and output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output}: a workbook's name ends with .xlsx")


def _known_export(name: str) -> Export:
    from msc_evidence.registry.problems import nearest_hint

    if name not in export_names():
        raise UsageError(f"unknown export '{name}'{nearest_hint(name, export_names())}")
    return export_named(name)


def _write_export(written: str | bytes | Mapping[str, str], output: Path | None) -> None:
    if isinstance(written, str):
        emit(written, output)
        return
    assert output is not None, "a folder or a workbook's file is asked for before anything is made"
    if isinstance(written, bytes):
        replace_file(output, written)
        return
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file; give the name of a folder")
    output.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        replace_file(output / name, text)
