"""The options that commands share, with what completes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.registry.loader import Registry


def _names(group: str, incomplete: str) -> list[str]:
    """Ids of the registry that begin as typed; none where it cannot be read: completion never complains."""
    try:
        return [name for name in getattr(open_registry(None), group) if name.startswith(incomplete)]
    except Exception:
        return []


def complete_trials(incomplete: str) -> list[str]:
    """Ids of trials."""
    return _names("trials", incomplete)


def complete_outcomes(incomplete: str) -> list[str]:
    """Ids of outcomes."""
    return _names("outcomes", incomplete)


def complete_codes(incomplete: str) -> list[str]:
    """Codes of checks."""
    from msc_evidence.checks.run import rules

    return [rule.code for rule in rules() if rule.code.startswith(incomplete.upper())]


def complete_table_formats(incomplete: str) -> list[str]:
    """Formats of tables."""
    from msc_evidence.render import formats

    return [name for name in formats("table") if name.startswith(incomplete)]


def complete_report_formats(incomplete: str) -> list[str]:
    """Formats of findings."""
    from msc_evidence.render import formats

    return [name for name in formats("report") if name.startswith(incomplete)]


Trials = Annotated[
    list[str] | None,
    typer.Argument(metavar="TRIAL", help="Ids of trials; all without one.", autocompletion=complete_trials),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="ID",
        help="Only this outcome; may be repeated.",
        autocompletion=complete_outcomes,
    ),
]
RegistryPath = Annotated[
    Path | None,
    typer.Option(
        "--registry", "-r", metavar="PATH", envvar="MSC_EVIDENCE_REGISTRY", show_envvar=True,
        help="Registry: a YAML, JSON or JSONL file, or a folder of them. Default: the nearest trials.yaml upwards,"
        " else the one that comes with the program.",
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
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say which registry is read, and show waived findings.")
]
Ascii = Annotated[bool, typer.Option("--ascii", help="Only ASCII characters.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where a fault of this program occurred.")]


def open_registry(path: Path | None, *, verbose: bool = False, aloud: bool = False) -> Registry:
    """The registry that was asked for; `aloud` says so where it is only the one that comes with the program."""
    from msc_evidence.registry.loader import load
    from msc_evidence.registry.shipped import nearest_registry, readable, shipped_registry

    own = path or nearest_registry(Path.cwd())
    chosen = own or shipped_registry()
    said = "no trials.yaml here or above; " if own is None and aloud else ""
    note(f"{said}registry: {readable(chosen)}", quiet=not (verbose or said))
    return load(readable(chosen))


def chosen_trials(registry: Registry, names: list[str] | None) -> list[str]:
    """The trials named, each once, all of the registry without a name; raises UsageError for one it lacks."""
    from msc_evidence.registry.problems import nearest

    for name in names or ():
        if name not in registry.trials:
            raise UsageError(f"unknown trial '{name}'{nearest(name, registry.trials)}")
    chosen = list(dict.fromkeys(names)) if names else list(registry.trials)
    if not chosen:
        raise UsageError(f"{registry.path} has no trials; nothing to do")
    return chosen


def chosen_outcomes(registry: Registry, names: list[str] | None) -> list[str]:
    """The outcomes named, all of the registry without a name; raises UsageError for one it lacks."""
    from msc_evidence.registry.problems import nearest

    for name in names or ():
        if name not in registry.outcomes:
            raise UsageError(f"unknown outcome '{name}'{nearest(name, registry.outcomes)}")
    return names or list(registry.outcomes)
