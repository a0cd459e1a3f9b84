"""A finding: which rule, where, what was reported and what was found instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

#: A place in the registry: keys and indices from the top, `("trials", "bang-2005", "results", 0, "p")`.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found at one place."""

    code: str
    severity: Severity
    trial: str
    path: Path
    message: str
    reported: str | None = None
    recomputed: str | None = None
    file: str = ""
    line: int = 0
    column: int = 0
    #: Why it is accepted, where a waiver says so.
    waived: str | None = None

    @property
    def place(self) -> str:
        """Where it is, as `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a check's code stands for, as `explain` and SARIF print it."""

    code: str
    name: str
    severity: Severity
    #: The check's own documentation: what it does, why it matters, an example, what it cannot see.
    documentation: str

    @property
    def title(self) -> str:
        """The first line of the documentation, without its full stop."""
        return self.documentation.partition("\n")[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run of `check` has to say."""

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    #: The closing line: "2 trials, 61 numbers: 61 sourced, …".
    summary: str
    version: str
    #: Source lines quoted under findings in the terminal: (file, line) → text.
    lines: dict[tuple[str, int], str]
    #: The trials that were checked.
    trials: tuple[str, ...] = ()
