"""`msc-evidence registry`: what a registry holds, its canonical order, and several as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from msc_evidence.cli.exits import Exit, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Output,
    Quiet,
    RegistryPath,
    Verbose,
    open_registry,
    own_registry,
)
from msc_evidence.cli.sections import SectionedCommand
from msc_evidence.cli.streams import emit, note, show
from msc_evidence.cli.whole_files import change_files, document_change

app = typer.Typer(
    help="What a registry holds, its canonical order, several as one.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def group() -> None:
    """Count what a registry holds, put its keys in order, make one of several."""


@app.command(cls=SectionedCommand)
@guarded
@filtered
def stats(
    filters: FilterOptions,
    trials: TrialNames = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Count trials, participants, results, numbers and p-values.

    With the sources of numbers, and the p-values by verdict. Participants are counted where a source states them;
    trials that state none are counted apart.
    """
    from msc_evidence.tables.stats import query_stats
    from msc_evidence.tables.table import Screen

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    counts = query_stats(read_query(opened, filters, trials, quiet=quiet))
    show(lambda: counts, lambda: Screen((counts,)), format, output, ascii_only=ascii)


@app.command("format", cls=SectionedCommand)
@guarded
def format_files(
    registry: RegistryPath = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where a file is not in order.")
    ] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Put the keys of records in their canonical order.

    Each moves with its remarks, and nothing else of the files changes: values, layout, and the order of trials,
    outcomes and rows stay as they were written. Two people's files then differ only where they say different things.
    """
    from msc_evidence.registry.document import Document
    from msc_evidence.registry.loader import validated_files
    from msc_evidence.registry.ordering import in_canonical_order

    opened = own_registry(registry, "registry format", quiet=quiet)
    documents = [document for document, _ in validated_files([opened.path])]
    written = {each: getattr(each, "as_yaml", each) for each in documents}
    texts = {each: in_canonical_order(yaml) for each, yaml in written.items() if isinstance(yaml, Document)}
    changed = {document: text for document, text in texts.items() if text != document.text}
    if not check:
        change_files([document_change(document, text) for document, text in changed.items()])
    done = "not in the canonical order" if check else "keys put in the canonical order"
    for document in documents:
        other = "in the canonical order" if document in texts else "JSON lines are left as they are"
        note(f"{document.name}: {done if document in changed else other}", quiet=quiet)
    if check and changed:
        raise SystemExit(int(Exit.FOUND))


@app.command(cls=SectionedCommand)
@guarded
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="PATH", help="Registries: files or folders.")],
    output: Output = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make one registry of several files or folders.

    Remarks stay with what they are about. What stands alike in several files is kept once; what two of them say
    differently, and a trial that has two ids, is refused with both places: `reconcile` is for two extractions of the
    same trials.
    """
    from msc_evidence.registry.loader import path_for_messages, validated_files
    from msc_evidence.registry.merging import merged_text

    read = validated_files([path_for_messages(path) for path in files])
    text = merged_text([document for document, _ in read])
    emit(text, output)
    if output is not None and str(output) != "-":
        trials = len({trial for _, file in read for trial in file.trials})
        note(f"wrote {output}: {trials} trial{'s' * (trials != 1)} of {len(read)} files", quiet=quiet)
