"""What an audit comes to: the findings asked for, what was malformed, and the closing line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msc_evidence.cli.exits import MOST_SHOWN, Exit, UsageError
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.checks.audit.corpus import Part
    from msc_evidence.checks.audit.texts import TextFinding


class Tally:
    """Counts part after part, and says at once what is malformed and where."""

    def __init__(self, select: Sequence[str] | None, ignore: Sequence[str] | None, *, quiet: bool):
        """Raises UsageError for codes that no check of texts has."""
        self._select, self._ignore = _codes(select, ignore)
        self._quiet = quiet
        self._said = 0
        self._counts: Counter[str] = Counter()

    @property
    def texts(self) -> int:
        """The texts that were checked."""
        return self._counts["texts"]

    @property
    def faults(self) -> int:
        """The texts that a fault of this program kept from being checked."""
        return self._counts["faults"]

    def add(self, part: Part) -> list[TextFinding]:
        """The findings of a part that are asked for."""
        for found in part.malformed:
            self._report(f"{found.place}: {found.problem}; skipped")
        wanted = [
            found
            for found in part.findings
            if found.code.startswith(self._select) and not found.code.startswith(self._ignore)
        ]
        self._counts.update(part.counts)
        self._counts["malformed"] += len(part.malformed) - part.counts["faults"]
        self._counts.update(found.severity for found in wanted)
        return wanted

    def _report(self, message: str) -> None:
        self._said += 1
        if self._said <= MOST_SHOWN:
            note(message, quiet=self._quiet)
        elif self._said == MOST_SHOWN + 1:
            note("… and more, which are counted only", quiet=self._quiet)

    @property
    def checked_nothing(self) -> bool:
        """Whether no figures of any text could be set against each other, nor anything was found."""
        counts = self._counts
        return not (counts["checked"] or counts["error"] or counts["warning"] or counts["note"])

    @property
    def summary(self) -> str:
        """The closing line: texts, figures, groups, those checked, findings."""
        counts = self._counts
        aside = [
            f"{counts['malformed']:,} malformed, skipped" if counts["malformed"] else "",
            f"{counts['empty']:,} without an abstract" if counts["empty"] else "",
            f"{_counted(counts['faults'], 'fault')} of this program" if counts["faults"] else "",
        ]
        said = "; ".join(part for part in aside if part)
        found = ", ".join(_counted(counts[kind], kind) for kind in ("error", "warning", "note"))
        return (
            f"{_counted(counts['texts'], 'text')}{f' ({said})' if said else ''},"
            f" {_counted(counts['figures'], 'figure')}, {_counted(counts['groups'], 'group')}:"
            f" {counts['checked']:,} checked; {found}"
        )

    def exit(self, *, strict: bool) -> int:
        """The exit code that the findings mean; a fault of this program outweighs them."""
        if self._counts["faults"]:
            return int(Exit.BUG)
        found = self._counts["error"] or (strict and self._counts["warning"])
        return int(Exit.FOUND if found else Exit.OK)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _codes(
    select: Sequence[str] | None, ignore: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The beginnings of codes that are asked for, and of those that are not."""
    from msc_evidence.checks.audit.texts import CODES
    from msc_evidence.checks.run import NothingToCheckError, asked_codes

    try:
        selected = asked_codes(select or (), CODES, " of texts") or ("",)
        ignored = asked_codes(ignore or (), CODES, " of texts")
    except NothingToCheckError as error:
        raise UsageError(str(error)) from None
    if not any(code.startswith(selected) and not code.startswith(ignored) for code in CODES):
        raise UsageError("--select and --ignore leave no check to run")
    return selected, ignored
