"""The options that commands share, with what completes them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.registry.loader import Registry


#: A message names no more registries than this.
NAMED = 3


def _completed_ids(group: str, incomplete: str) -> list[str]:
    """Ids of the registry that begin as typed; none where it cannot be read: completion never complains."""
    try:
        registry = open_registry(None, quiet=True)
        return [name for name in getattr(registry, group) if name.startswith(incomplete)]
    except Exception:
        return []


def complete_trials(incomplete: str) -> list[str]:
    """Ids of trials."""
    return _completed_ids("trials", incomplete)


def complete_outcomes(incomplete: str) -> list[str]:
    """Ids of outcomes."""
    return _completed_ids("outcomes", incomplete)


def complete_codes(incomplete: str) -> list[str]:
    """Codes of checks."""
    from msc_evidence.checks.run import all_rules

    return [rule.code for rule in all_rules() if rule.code.startswith(incomplete.upper())]


def complete_table_formats(incomplete: str) -> list[str]:
    """Formats of tables."""
    from msc_evidence.render import format_names

    return [name for name in format_names("table") if name.startswith(incomplete)]


def complete_report_formats(incomplete: str) -> list[str]:
    """Formats of findings."""
    from msc_evidence.render import format_names

    return [name for name in format_names("findings") if name.startswith(incomplete)]


Trials = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TRIAL", help="Trials by id, name, PMID, DOI or registration. Default: all.",
        autocompletion=complete_trials,
    ),
]  # fmt: skip
RegistryPath = Annotated[
    Path | None,
    typer.Option(
        "--registry", "-r", metavar="PATH", envvar="MSC_EVIDENCE_REGISTRY", show_envvar=True,
        help="Registry: a YAML, JSON or JSONL file, or a folder of them. Default: the nearest trials.yaml upwards,"
        " for what only shows else the one that comes with the program.",
    ),
]  # fmt: skip
Format = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT", autocompletion=complete_table_formats,
        help="table, csv, tsv, json, md, html or latex. Default: by the output's suffix, else table.",
    ),
]  # fmt: skip
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of standard output."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No remarks on standard error.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say which registry is read.")]
Ascii = Annotated[bool, typer.Option("--ascii", help="Only ASCII characters.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where a fault of this program occurred.")]


def open_registry(path: Path | None, *, verbose: bool = False, quiet: bool) -> Registry:
    """The registry of a command that shows: the one named, else the nearest, else the one shipped, and says so."""
    from msc_evidence.registry.loader import (
        load,
        nearest_registry,
        other_registry_files,
        path_for_messages,
        shipped_registry,
    )

    registry_path = path or nearest_registry(Path.cwd())
    if registry_path is None:
        shipped = path_for_messages(shipped_registry())
        note(
            f"no trials.yaml here or above; shown is the registry that comes with the program: {shipped}",
            quiet=quiet,
        )
        return load(shipped)
    others = other_registry_files(registry_path) if path is None else []
    if others:
        note(_unread_beside(registry_path, others), quiet=quiet)
    _note_registry(registry_path, named=path is not None, verbose=verbose, quiet=quiet)
    return load(path_for_messages(registry_path))


def own_registry(path: Path | None, command: str, *, verbose: bool = False, quiet: bool) -> Registry:
    """The registry of a command that judges or writes: the one named, else the nearest.

    Raises UsageError where there is none, or where the nearest file is one of several: a registry that nobody meant
    must not pass for the user's own.
    """
    from msc_evidence.registry.loader import (
        load,
        nearest_registry,
        other_registry_files,
        path_for_messages,
        unread_registry_files,
    )

    registry_path = path or nearest_registry(Path.cwd())
    if registry_path is None:
        raise UsageError(_no_registry_words(command))
    others = other_registry_files(registry_path) if path is None else []
    if others:
        folder, file = path_for_messages(registry_path.parent), path_for_messages(registry_path)
        both = f"-r {folder} for all of them, -r {file} for this one"
        raise UsageError(f"{_unread_beside(registry_path, others)}; type: msc-evidence {command} {both}")
    unread = unread_registry_files(registry_path) if registry_path.is_dir() else []
    if unread:
        names = _first_names(unread)
        raise UsageError(
            f"{path_for_messages(registry_path)} is read without the folders below it,"
            f" where registry files stand: {names}"
        )
    _note_registry(registry_path, named=path is not None, verbose=verbose, quiet=quiet)
    below = unread_registry_files(registry_path.parent) if path is None else []
    if below:
        elsewhere = f"{path_for_messages(below[0])}{' and others' if below[1:] else ''}"
        note(
            f"{path_for_messages(registry_path)} alone is read; {elsewhere} below it: -r names another registry",
            quiet=quiet,
        )
    return load(path_for_messages(registry_path))


def check_call(registry: Registry, trials: list[str]) -> str:
    """How to check what is shown: `check` takes no registry by itself but the nearest."""
    from msc_evidence.registry.loader import nearest_registry

    nearest = nearest_registry(Path.cwd())
    own = nearest is not None and registry.path.resolve() == nearest.resolve()
    return shlex.join(["msc-evidence", "check", *trials, *([] if own else ["-r", str(registry.path)])])


def _first_names(files: Sequence[Path]) -> str:
    """The first files by their paths, with `…` for the others."""
    from msc_evidence.registry.loader import path_for_messages

    return ", ".join(
        [*(str(path_for_messages(file)) for file in files[:NAMED]), *(["…"] if len(files) > NAMED else [])]
    )


def _note_registry(registry_path: Path, *, named: bool, verbose: bool, quiet: bool) -> None:
    """Names the registry where asked to or found in a folder above, and the files of a folder that are passed over."""
    from msc_evidence.registry.loader import SUFFIXES, overlooked_files, path_for_messages

    overlooked = overlooked_files(registry_path) if registry_path.is_dir() else []
    if overlooked:
        *most, last = SUFFIXES
        note(
            f"not read, as no name ends with {', '.join(most)} or {last}: {_first_names(overlooked)}",
            quiet=quiet,
        )

    above = not named and registry_path.parent != Path.cwd()
    if verbose or (above and not quiet):
        note(f"registry: {path_for_messages(registry_path)}")


def _unread_beside(registry_path: Path, others: list[Path]) -> str:
    from msc_evidence.registry.loader import path_for_messages

    names = ", ".join(file.name for file in others)
    return (
        f"beside {path_for_messages(registry_path)}, files of a registry that are not read with it: {names}"
    )


def _no_registry_words(command: str) -> str:
    from msc_evidence.registry.loader import path_for_messages, registries_below

    below = [path_for_messages(file) for file in registries_below(Path.cwd())]
    missing = f"no trials.yaml here or above; {command.split()[0]} takes no registry but your own"
    if not below:
        return f"{missing}; type: msc-evidence {command} -r FILE-OR-FOLDER (msc-evidence init writes one to start from)"
    listed = ", ".join([*map(str, below[:NAMED]), *(["…"] if len(below) > NAMED else [])])
    return f"{missing}; found: {listed}; type: msc-evidence {command} -r {below[0]}"


def chosen_trials(registry: Registry, names: list[str] | None) -> list[str]:
    """The ids of the trials named, each once, all of the registry without a name; raises UsageError for no trial."""
    from msc_evidence.registry.lookup import UnknownNameError, find_trial

    try:
        ids = list(dict.fromkeys(find_trial(registry, name) for name in names or ()))
    except UnknownNameError as error:
        raise UsageError(str(error)) from None
    if not registry.trials:
        raise UsageError(f"{registry.path} has no trials; nothing to do")
    return ids or list(registry.trials)


def chosen_outcomes(registry: Registry, names: list[str] | None) -> list[str]:
    """The ids of the outcomes named, all of the registry without a name; raises UsageError for one it lacks."""
    from msc_evidence.registry.lookup import UnknownNameError, find_outcome

    try:
        ids = list(dict.fromkeys(find_outcome(registry, name) for name in names or ()))
    except UnknownNameError as error:
        raise UsageError(str(error)) from None
    return ids or list(registry.outcomes)
