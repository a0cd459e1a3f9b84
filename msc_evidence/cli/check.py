"""`msc-evidence check`: the numbers against each other, against the claims and against their sources."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import complete_severities
from msc_evidence.cli.exits import Exit, UsageError, guarded
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Output,
    Quiet,
    RegistryPath,
    chosen_trials,
    complete_codes,
    complete_report_formats,
    complete_trials,
    own_registry,
)
from msc_evidence.cli.streams import counting_bar, note, show_report, show_statistics
from msc_evidence.cli.trust import TrustNeeds, trust_needs, trust_remarks
from msc_evidence.cli.whole_files import change_files, document_change

if TYPE_CHECKING:
    from msc_evidence.checks.finding import Report, Severity
    from msc_evidence.checks.registration.tables import PostedTables
    from msc_evidence.cli.articles import Articles
    from msc_evidence.cli.sources import Records, Texts
    from msc_evidence.registry.loader import Registry

#: The headings of the help's groups of options.
_FINDINGS, _SOURCES, _BESIDE = "Which findings, and what fails", "Sources", "Registrations and notices"

Checked = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TRIAL|PATH",
        help="Ids of trials, all without one; or a file (.yaml, .yml, .json, .jsonl) or folder/ of the registry, which"
        " is then checked whole.",
        autocompletion=complete_trials,
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODE",
        help="Only these codes, or their beginnings.",
        autocompletion=complete_codes,
        rich_help_panel=_FINDINGS,
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="CODE",
        help="Not these codes.",
        autocompletion=complete_codes,
        rich_help_panel=_FINDINGS,
    ),
]


@guarded
def command(
    checked: Checked = None,
    select: Codes = None,
    ignore: Ignored = None,
    min_severity: Annotated[
        str | None,
        typer.Option(
            "--min-severity",
            metavar="SEVERITY",
            autocompletion=complete_severities,
            help="Show findings of at least this severity: note, warning or error. Default: warning; with --select and"
            " --statistics note. The closing line counts all.",
            rich_help_panel=_FINDINGS,
        ),
    ] = None,
    statistics: Annotated[
        bool,
        typer.Option(
            "--statistics",
            help="Count the findings by code instead of showing them.",
            rich_help_panel=_FINDINGS,
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 on warnings too.", rich_help_panel=_FINDINGS)
    ] = False,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts",
            metavar="DIR",
            help="Read the sources again: files named by trial id, .txt or .xml.",
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Fetch the sources from PubMed and read them again.", rich_help_panel=_SOURCES
        ),
    ] = False,
    registrations: Annotated[
        Path | None,
        typer.Option(
            "--registrations",
            metavar="DIR",
            help="Set records beside the files of their registrations: JSON of ClinicalTrials.gov, known by the number"
            " inside; several versions of one study are told apart by their dates.",
            rich_help_panel=_BESIDE,
        ),
    ] = None,
    retractions: Annotated[
        Path | None,
        typer.Option(
            "--retractions",
            metavar="FILE",
            help="Look papers and authors up in a list of retractions: Retraction Watch's CSV or Crossref's JSON.",
            rich_help_panel=_BESIDE,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Hold searches for notices against this day: 2026-11-30; default: today.",
            rich_help_panel=_BESIDE,
        ),
    ] = None,
    trust_tests: Annotated[
        bool,
        typer.Option(
            "--trust-tests",
            help="Also terminal digits and balance at entry, which INSPECT-SR advises against in routine.",
            rich_help_panel=_BESIDE,
        ),
    ] = False,
    update_fingerprints: Annotated[
        bool,
        typer.Option(
            "--update-fingerprints",
            help="With --texts: rewrite the fingerprints of the registry.",
            rich_help_panel=_SOURCES,
        ),
    ] = False,
    require_fingerprints: Annotated[
        bool,
        typer.Option(
            "--require-fingerprints",
            help="A source that gives numbers and has no fingerprint is an error.",
            rich_help_panel=_SOURCES,
        ),
    ] = False,
    registry: RegistryPath = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            min=1,
            help="Processes that share the trials, on Linux: each takes memory for a copy of a large registry.",
        ),
    ] = 1,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=complete_report_formats,
            help="text, json, github, sarif, junit, md or csv. Default: by the output's suffix, else github under"
            " GitHub Actions and text elsewhere.",
        ),
    ] = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say which registry is read, and show waived findings.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Check every number of the registry.

    Against the others, against the claims, and against its source. The registry is your own: the one that comes with
    the program is checked only where -r names it.
    """
    named, place = _trials_and_registry(checked, registry)
    least = _least_severity(min_severity, every=bool(select or statistics), strict=strict)
    opened = own_registry(place, "check", verbose=verbose, quiet=quiet)
    names = chosen_trials(opened, named)
    if update_fingerprints:
        _refuse_ignored({"-f": format, "-o": output, "--select": select, "--ignore": ignore, "--online": online,
                   "--registrations": registrations, "--retractions": retractions, "--as-of": as_of,
                   "--trust-tests": trust_tests,
                   "--strict": strict, "--statistics": statistics, "--min-severity": min_severity, "--jobs": jobs > 1,
                   "--require-fingerprints": require_fingerprints})  # fmt: skip
        _update_fingerprints(opened, names, texts, quiet=quiet)
        return
    needs = trust_needs(retractions, as_of, tests=trust_tests)
    report = _checked_report(
        opened, names, select or [], ignore or [], texts, registrations, needs, least,
        online=online, strict=strict, require_fingerprints=require_fingerprints, jobs=jobs, quiet=quiet,
    )  # fmt: skip
    if not report.numbers and not report.findings and not report.below:
        raise UsageError(f"{opened.path} records no number; nothing was checked")
    shown_report = report.with_severity(least)
    if statistics:
        show_statistics(shown_report, format, output, ascii_only=ascii)
    else:
        report_format = format or ("github" if os.environ.get("GITHUB_ACTIONS") and output is None else None)
        show_report(shown_report, report_format, output, ascii_only=ascii, verbose=verbose)
    note(shown_report.summary, quiet=quiet)
    for words in (*trust_remarks(needs, opened, names), *_unmet_ranges(opened)):
        note(words, quiet=quiet)
    if report.failures:
        raise SystemExit(int(Exit.FOUND))


def _unmet_ranges(registry: Registry) -> Iterator[str]:
    """What the registry calls plausible of variables that no record has, so that nothing was compared."""
    from msc_evidence.checks.msc3_plausible import ranges_without_values

    for name in ranges_without_values(registry):
        yield f"plausible: no outcome or characteristic is called '{name}'; nothing was compared with its range"


def _trials_and_registry(checked: list[str] | None, registry: Path | None) -> tuple[list[str], Path | None]:
    """The trials named, and the registry that the paths among them belong to; raises UsageError for two."""
    from msc_evidence.registry.loader import SUFFIXES, registry_of_file

    ends = (*SUFFIXES, "/", os.sep)
    paths = [name for name in checked or () if name.lower().endswith(ends) or name in (".", "..")]
    homes = list(dict.fromkeys(registry_of_file(Path(name)) for name in paths))
    if registry is not None and any(home.resolve() != registry.resolve() for home in homes):
        raise UsageError(
            f"{paths[0]} belongs to {homes[0]}, and -r (or MSC_EVIDENCE_REGISTRY) names {registry}; give one"
        )
    if len(homes) > 1:
        raise UsageError(f"{homes[0]} and {homes[1]} are two registries; check one at a time")
    return [name for name in checked or () if name not in paths], homes[0] if homes else registry


def _least_severity(typed: str | None, *, every: bool, strict: bool) -> Severity:
    """The least severity that is shown."""
    from msc_evidence.checks.finding import SEVERITIES
    from msc_evidence.registry.problems import nearest_hint

    severity = typed or ("note" if every else "warning")
    if severity not in SEVERITIES:
        raise UsageError(f"unknown severity '{severity}'{nearest_hint(severity, SEVERITIES)}")
    if strict and severity == "error":
        raise UsageError(
            "--strict fails on warnings, which --min-severity error does not show; leave one out"
        )
    return severity


def _refuse_ignored(ignored: dict[str, object]) -> None:
    """Raises UsageError for options that writing fingerprints would ignore."""
    for option, value in ignored.items():
        if value:
            raise UsageError(
                f"--update-fingerprints writes the registry and checks nothing; leave out {option}"
            )


def _checked_report(
    registry: Registry,
    names: list[str],
    select: list[str],
    ignore: list[str],
    texts: Path | None,
    registrations: Path | None,
    trust: TrustNeeds,
    least: Severity,
    *,
    online: bool,
    strict: bool,
    require_fingerprints: bool,
    jobs: int,
    quiet: bool,
) -> Report:
    from dataclasses import replace

    from msc_evidence.analysis.results import Analysis
    from msc_evidence.checks.run import NothingToCheckError, chosen_checks, run_checks

    try:
        checks = chosen_checks(select, ignore)  # before anything is fetched
        if require_fingerprints and not any(item.rule.code == "MSC608" for item in checks):
            raise UsageError("--require-fingerprints is MSC608, which --select and --ignore leave out")
        sources = _source_texts(registry, names, texts, online=online, quiet=quiet)
        studies = _registered_studies(registry, names, registrations, online=online, quiet=quiet)
        with counting_bar(len(names) or len(registry.trials), quiet=quiet) as seen:
            report = run_checks(
                Analysis(registry), names, select=select, ignore=ignore, texts=sources[0], records=sources[1],
                articles=sources[2], registrations=studies, retractions=trust.retractions, as_of=trust.as_of,
                trust_tests=trust.tests, require_fingerprints=require_fingerprints, least=least, jobs=jobs, seen=seen,
            )  # fmt: skip
    except (NothingToCheckError, ChildProcessError) as error:
        raise UsageError(str(error)) from None
    return replace(report, failing=("error", "warning")) if strict else report


def _registered_studies(
    registry: Registry, names: list[str], folder: Path | None, *, online: bool, quiet: bool
) -> dict[str, list[PostedTables]] | None:
    """The saved versions of each trial's registration, and the current one of those whose numbers are used."""
    if folder is None and not online:
        return None
    from msc_evidence.cli.registrations import posting_studies, registered_studies

    studies = registered_studies(registry, names, folder, quiet=quiet) if folder else {}
    for name, current in posting_studies(registry, names, quiet=quiet).items() if online else ():
        studies.setdefault(name, []).extend(current)
    return studies or None


def _source_texts(
    registry: Registry, names: list[str], texts: Path | None, *, online: bool, quiet: bool
) -> tuple[Texts | None, Records | None, Articles | None]:
    """The texts, PubMed's records and tables of articles asked for, by trial, then by source; None where none were."""
    if texts is None and not online:
        return None, None, None
    from msc_evidence.cli.articles import read_articles
    from msc_evidence.cli.sources import fetched_records, read_texts, say_unlisted

    articles: Articles = {}
    abstracts: Texts = {}
    records: Records = {}
    if texts:
        if not texts.is_dir():
            raise UsageError(f"--texts {texts}: no such folder")
        articles = read_articles(registry, names, texts, quiet=quiet)
        abstracts, records = read_texts(registry, names, texts, quiet=quiet, with_articles=articles)
    for name, fetched in fetched_records(registry, names, quiet=quiet).items() if online else ():
        records.setdefault(name, {}).update(fetched)
        abstracts.setdefault(name, {}).update({source: record.abstract for source, record in fetched.items()})
    say_unlisted(registry, abstracts, quiet=quiet)
    return abstracts, records or None, articles or None


def _update_fingerprints(registry: Registry, names: list[str], texts: Path | None, *, quiet: bool) -> None:
    from msc_evidence.cli.sources import new_fingerprints
    from msc_evidence.registry.rewrite import with_fingerprints

    if texts is None:
        raise UsageError("--update-fingerprints needs --texts DIR, the folder of the sources' texts")
    changes, said = [], []
    for document, fingerprints in new_fingerprints(registry, names, texts, quiet=quiet):
        changed = with_fingerprints(document, fingerprints)
        if changed == document.text:
            said.append(f"{document.name}: fingerprints are current")
            continue
        changes.append(document_change(document, changed))
        read = ", ".join(f"{trial} ({source})" for trial, source in fingerprints)
        said.append(f"{document.name}: fingerprints rewritten from the texts of {read}")
    change_files(changes)
    for message in said:
        note(message, quiet=quiet)
