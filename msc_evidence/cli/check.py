"""`msc-evidence check`: the numbers against each other, against the claims and against their sources."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import Exit, UsageError, guarded
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Output,
    Quiet,
    RegistryPath,
    Trials,
    Verbose,
    chosen_trials,
    complete_codes,
    complete_report_formats,
    open_registry,
)
from msc_evidence.cli.output import show_report
from msc_evidence.cli.streams import note, replace_file

if TYPE_CHECKING:
    from msc_evidence.checks.finding import Report
    from msc_evidence.registry.loader import Registry

Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODE",
        help="Only these codes, or their beginnings.",
        autocompletion=complete_codes,
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODE", help="Not these codes.", autocompletion=complete_codes),
]


@guarded
def command(
    trials: Trials = None,
    select: Codes = None,
    ignore: Ignored = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts", metavar="DIR", help="Read the sources again: files named by trial id, .txt or .xml."
        ),
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Fetch the sources from PubMed and read them again.")
    ] = False,
    update_fingerprints: Annotated[
        bool,
        typer.Option("--update-fingerprints", help="With --texts: rewrite the fingerprints of the registry."),
    ] = False,
    registry: RegistryPath = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=complete_report_formats,
            help="text, json, github, sarif, junit, md or csv.",
        ),
    ] = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Check every number of the registry.

    Against the others, against the claims, and against its source.

    Exit code 0: no errors; 1: errors found (with --strict, warnings too); 2: the check could not be carried out.
    """
    opened = open_registry(registry, verbose=verbose, aloud=not quiet)
    names = chosen_trials(opened, trials)
    if update_fingerprints:
        _update(opened, names, texts, quiet=quiet)
        return
    report = _report(opened, names, _codes(select), _codes(ignore), texts, online=online)
    chosen = format or ("github" if os.environ.get("GITHUB_ACTIONS") and output is None else None)
    show_report(report, chosen, output, ascii_only=ascii, verbose=verbose)
    note(report.summary, quiet=quiet)
    counted = {found.severity for found in report.findings if not found.waived}
    if "error" in counted or (strict and "warning" in counted):
        raise SystemExit(int(Exit.FOUND))


def _codes(codes: list[str] | None) -> list[str]:
    """The codes as asked for; raises UsageError for one that no check has."""
    from msc_evidence.checks.run import rules
    from msc_evidence.registry.problems import nearest

    asked = [part.strip().upper() for code in codes or () for part in code.split(",") if part.strip()]
    known = [rule.code for rule in rules()]
    for code in asked:
        if not any(rule.startswith(code) for rule in known):
            raise UsageError(f"unknown code '{code}'{nearest(code, known)}")
    return asked


def _report(
    registry: Registry,
    names: list[str],
    select: list[str],
    ignore: list[str],
    texts: Path | None,
    *,
    online: bool,
) -> Report:
    from msc_evidence.checks.run import chosen_checks, run

    if not chosen_checks(select, ignore):
        raise UsageError("--select and --ignore leave no check to run")
    if texts is None and not online:
        return run(registry, names, select=select, ignore=ignore)
    from msc_evidence.cli.sources import fetched_records, read_texts

    abstracts, records = read_texts(registry, names, texts) if texts else ({}, {})
    for name, fetched in fetched_records(registry, names).items() if online else ():
        records.setdefault(name, {}).update(fetched)
        abstracts.setdefault(name, {}).update({source: record.abstract for source, record in fetched.items()})
    return run(registry, names, select=select, ignore=ignore, texts=abstracts, records=records)


def _update(registry: Registry, names: list[str], texts: Path | None, *, quiet: bool) -> None:
    from msc_evidence.cli.sources import new_fingerprints
    from msc_evidence.registry.rewrite import with_fingerprints

    if texts is None:
        raise UsageError("--update-fingerprints needs --texts DIR, the folder of the sources' texts")
    for document, found in new_fingerprints(registry, names, texts):
        changed = with_fingerprints(document, found)
        if changed == document.text:
            note(f"{document.name}: fingerprints are current", quiet=quiet)
            continue
        replace_file(Path(document.name), changed)
        read = ", ".join(f"{trial} ({source})" for trial, source in found)
        note(f"{document.name}: fingerprints rewritten from the texts of {read}", quiet=quiet)
