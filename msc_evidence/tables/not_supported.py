"""What the published numbers of a registry do not support: a table per trial of the findings that carry weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.model import Trial
from msc_evidence.registry.publication import Source
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import at_time

COLUMNS = (
    Column("what", "Of"),
    Column("reported", "Reported"),
    Column("recomputed", "Recomputed"),
    Column("method", "Method"),
    Column("source", "Source"),
    Column("kept", "Kept because"),
)
#: Texts that are the trial's publication itself: what identifies it identifies them.
_OWN_TEXT = ("abstract", "full text")


class FindingShape(Protocol):
    """What a check found, as far as this page is concerned."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def trial(self) -> str: ...
    @property
    def path(self) -> tuple[str | int, ...]: ...
    @property
    def message(self) -> str: ...
    @property
    def reported(self) -> str | None: ...
    @property
    def recomputed(self) -> str | None: ...
    @property
    def waived(self) -> str | None: ...


class RuleShape(Protocol):
    """The rule of a check: its code, how much weight it has, and its title."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def title(self) -> str: ...


def not_supported(
    analysis: Analysis, findings: Sequence[FindingShape], rules: Sequence[RuleShape]
) -> tuple[Table, ...]:
    """A table per trial, in the order of the registry, waived findings with their reason among them.

    A finding carries weight where its rule is an error or a warning, whatever a waiver or doubt makes of the finding,
    and where it sets something computed beside something printed; the others are of the record and not of its numbers.
    One that doubt makes a note is marked.
    """
    titles = {rule.code: rule.title for rule in rules if rule.severity != "note"}
    weighty = [
        finding for finding in findings if finding.code in titles and finding.reported and finding.recomputed
    ]
    return tuple(
        Table("not supported", COLUMNS, tuple(rows), trial.shown_name(name))
        for name, trial in analysis.registry.trials.items()
        if (rows := list(_finding_rows(analysis, name, weighty, titles)))
    )


def _finding_rows(
    analysis: Analysis, name: str, findings: Sequence[FindingShape], titles: dict[str, str]
) -> Iterator[dict[str, Value]]:
    trial = analysis.registry.trials[name]
    for finding in findings:
        if finding.trial == name and finding.path[0] == "trials":
            yield {
                "what": _part_words(analysis, name, finding.path[2:]),
                "reported": finding.reported,
                "recomputed": finding.message,
                "method": f"{finding.code}: {titles[finding.code]}{'; a note here' * (finding.severity == 'note')}",
                "source": _source_words(trial, _finding_source(trial, finding.path[2:])),
                "kept": finding.waived,
            }


def _part_words(analysis: Analysis, name: str, path: tuple[str | int, ...]) -> str:
    """What a finding is of: `Motricity Index leg change`, `age`, `claim: benefit, modified Rankin Scale`."""
    registry, trial = analysis.registry, analysis.registry.trials[name]
    group, rest = path[0], path[1:]
    at = rest[0] if rest and isinstance(rest[0], int) else None
    if group == "results" and at is not None:
        result = analysis.results(name)[at]
        return f"{result.label}{at_time(result)}"
    if group == "baseline" and at is not None:
        arm = trial.arms.get(str(rest[2])) if rest[1:2] == ("arms",) else None
        return f"{trial.baseline[at].variable} at baseline{f', {arm.label}' if arm else ''}"
    if group == "claims" and at is not None:
        claim = trial.claims[at]
        of = registry.outcomes[claim.outcome].name if claim.outcome else ""
        return ", ".join(part for part in (f"claim: {claim.says}", of) if part)
    return (
        "participants per arm"
        if group == "arms"
        else " ".join(str(step) for step in path if isinstance(step, str) and step != "also")
    )


def _finding_source(trial: Trial, path: tuple[str | int, ...]) -> Source:
    """The source of the part that a finding is of, else the trial's first."""
    part = getattr(trial, str(path[0]), None)
    item = part[path[1]] if isinstance(part, list) and isinstance(path[1], int) else part
    return trial.sources[getattr(item, "source", None) or trial.first_source]


def _source_words(trial: Trial, source: Source) -> str:
    """`secondary report: BioMed Eng OnLine 2020;19:74, table 1`, `abstract: https://doi.org/…`."""
    own = trial.citation.doi if source.kind in _OWN_TEXT else None
    doi = source.doi or own
    address = f"https://doi.org/{doi}" if doi else source.url
    if address is None and source.pmid:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}"
    citation = None if source.kind in _OWN_TEXT and address else source.citation
    return f"{source.kind}: {', '.join(part for part in (citation, address) if part)}"
