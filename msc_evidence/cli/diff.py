"""`msc-evidence diff`: two versions of a registry, what changed, and what follows from it."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import one_of
from msc_evidence.cli.exits import Exit, UsageError, guarded
from msc_evidence.cli.options import Ascii, Debug, Output, RegistryPath
from msc_evidence.cli.streams import emit, show

if TYPE_CHECKING:
    from msc_evidence.cli.revisions import Version
    from msc_evidence.registry.loader import Registry
    from msc_evidence.tables.diff import Changes, Fact

FAILING = ("conclusions", "findings", "numbers")


@guarded
def command(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="The earlier version: a file or folder, a revision (HEAD~1), REVISION:PATH, or A..B.",
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(metavar="NEW", help="The later version likewise; default: the registry as it is."),
    ] = None,
    registry: RegistryPath = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="WHAT",
            autocompletion=one_of(*FAILING),
            help="End with exit code 1 where these moved: conclusions, findings or numbers. Repeatable.",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=one_of("text", "md", "json", "csv"),
            help="text, md (a comment on a pull request), json, csv.",
        ),
    ] = None,
    output: Output = None,
    ascii: Ascii = False,
    debug: Debug = False,
) -> None:
    """Compare two versions of a registry.

    Numbers that changed, and what follows: pooled results, rows of the Summary of Findings, verdicts on p-values,
    findings of the checks. Computed values are compared, so order, comments and ids move nothing.
    """
    from msc_evidence.analysis.comparison.differences import compare_registries
    from msc_evidence.cli.revisions import opened_version
    from msc_evidence.tables.diff import changes, diff_markdown, diff_screen, diff_table

    unknown = [each for each in fail_on or () if each not in FAILING]
    if unknown:
        raise UsageError(f"--fail-on {unknown[0]}: expected {', '.join(FAILING[:-1])} or {FAILING[-1]}")
    names = _versions(old, new)
    path = registry or _nearest()
    with ExitStack() as opened:
        versions = [opened.enter_context(opened_version(name or str(path), path)) for name in names]
        earlier, later = (version.registry for version in versions)
        facts = (_facts(versions[0]), _facts(versions[1]))
        found = changes(compare_registries(earlier, later), facts, _sources(earlier, later))
        found = _with_places(found, versions)
    compared = " → ".join(version.name for version in versions)
    if format == "md" or (format is None and output is not None and output.suffix == ".md"):
        emit(diff_markdown(found, compared), output)
    else:
        shown = "table" if format == "text" else format
        show(lambda: diff_table(found), lambda: diff_screen(found, compared), shown, output, ascii_only=ascii)
    if any(_moved(found, each) for each in fail_on or ()):
        raise SystemExit(int(Exit.FOUND))


def _versions(old: str, new: str | None) -> tuple[str, str | None]:
    """Both versions as typed; a later one that is not is the registry as it is."""
    if new is None and ".." in old and not Path(old).exists():
        first, _, second = old.partition("..")
        return first or "HEAD", second or "HEAD"
    return old, new


def _nearest() -> Path | None:
    from msc_evidence.registry.loader import nearest_registry, path_for_messages

    nearest = nearest_registry(Path.cwd())
    return path_for_messages(nearest) if nearest else None


def _facts(version: Version) -> dict[Hashable, Fact]:
    """What follows from a version, with the findings of the checks by what they are about."""
    from msc_evidence.analysis.comparison.fields import place_of
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.checks.run import run_checks
    from msc_evidence.tables.diff import Fact, registry_facts

    analysis = Analysis(version.registry)
    facts = registry_facts(analysis)
    for each in run_checks(analysis).findings:
        if each.waived:
            continue
        data = (
            version.registry.document(str(each.path[0]), str(each.path[1])).data if len(each.path) > 1 else {}
        )
        place = place_of(data, each.path)
        key = ("finding", each.code, place_of(data, each.path, one_unit=True))
        short = place.removeprefix("trials/").removeprefix(f"{each.trial}/")
        facts[key] = Fact(
            "finding", f"{each.code} {each.severity} {short}", each.message, (each.reported, each.recomputed),
            trial=each.trial, where=each.place,
        )  # fmt: skip
    return facts


def _sources(earlier: Registry, later: Registry) -> dict[str, str]:
    """The source that the numbers of each trial come from where nothing else is said."""
    every = {**later.trials, **earlier.trials}
    return {name: later.trials.get(name, trial).first_source for name, trial in every.items()}


def _with_places(found: Changes, versions: list[Version]) -> Changes:
    def named(where: str | None) -> str | None:
        for version in versions:
            where = version.place(where) if where else where
        return where

    moves = tuple(replace(move, where=named(move.where)) for move in found.moves)
    return replace(found, moves=moves)


def _moved(found: Changes, what: str) -> bool:
    from msc_evidence.tables.diff import CONCLUSIONS

    parts = {"conclusions": CONCLUSIONS, "findings": ("finding",), "numbers": ("trial", "number")}[what]
    return any(move.part in parts for move in found.moves)
