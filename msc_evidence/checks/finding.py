"""A finding: which rule, where, what was reported and what was found instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def weaker(first: Severity, second: Severity) -> Severity:
    """The one of two severities that accuses less.

    >>> weaker("error", "warning")
    'warning'
    """
    return max(first, second, key=SEVERITIES.index)


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
class Example:
    """A piece of a record that a check flags, or stays silent about."""

    flagged: bool
    #: Keys of a trial, or `trials:` and `pooled:` or `reviews:`, in YAML.
    record: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a check's code stands for, as `explain` and SARIF print it."""

    code: str
    name: str
    severity: Severity
    #: The check's own documentation: what it does, why it matters, an example, what it cannot see.
    documentation: str
    #: The records under `Flagged:` and `Silent:` at the end of it.
    examples: tuple[Example, ...] = ()

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
    #: How many numbers were looked at.
    numbers: int = 0
    #: How many findings were not looked up in their file, by severity: they are below the least that was asked for.
    below: Mapping[Severity, int] = field(default_factory=dict)
    #: What makes the run fail: errors, with `--strict` warnings too.
    failing: tuple[Severity, ...] = ("error",)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        return finding.waived is None and finding.severity in self.failing

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make the run fail."""
        return tuple(finding for finding in self.findings if self.fails(finding))

    def open(self, severity: Severity) -> int:
        """How many findings of a severity no waiver accepts."""
        found = sum(finding.severity == severity and finding.waived is None for finding in self.findings)
        return found + self.below.get(severity, 0)

    def with_severity(self, least: Severity) -> Report:
        """The report with the findings of this severity and above; the closing line says what that leaves out."""
        kinds = SEVERITIES[: SEVERITIES.index(least) + 1]
        counts = ((self.open(kind), kind) for kind in SEVERITIES if kind not in kinds)
        hidden_words = " and ".join(f"{count} {kind}{'s' * (count != 1)}" for count, kind in counts if count)
        left_out = f"; not shown: {hidden_words} (--min-severity note)" if hidden_words else ""
        strict = (
            "; warnings fail (--strict)"
            if any(failure.severity == "warning" for failure in self.failures)
            else ""
        )
        return replace(
            self,
            findings=tuple(finding for finding in self.findings if finding.severity in kinds),
            summary=f"{self.summary}{left_out}{strict}",
        )
