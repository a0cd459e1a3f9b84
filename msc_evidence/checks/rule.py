"""A check is a documented function from a trial to hits; its docstring is what `explain` prints."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Literal

from msc_evidence.checks.finding import Example, Path, Rule, Severity
from msc_evidence.registry.contents import Contents, contents
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.numbers import Recorded, RecordedNumber, recorded
from msc_evidence.registry.pooled import PooledResult
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reviews import PublishedReview

if TYPE_CHECKING:
    from msc_evidence.analysis.published.review import ReviewedRows
    from msc_evidence.analysis.results import AnalysedResult, Analysis
    from msc_evidence.checks.groups import Group, Size
    from msc_evidence.checks.randomised_pair import PairedRow
    from msc_evidence.checks.registration.tables import PostedTables
    from msc_evidence.checks.ties import SourceTies
    from msc_evidence.reading.retractions import RetractionList
    from msc_evidence.reading.tables.source import SourceTable
    from msc_evidence.reading.texts.pubmed import PubmedRecord


@dataclass(frozen=True)
class Subject:
    """What a check looks at: one trial of a registry and, where given, the texts of its sources."""

    id: str
    analysis: Analysis
    #: Text of each source that was supplied or fetched, by source id.
    texts: Mapping[str, str] = field(default_factory=dict)
    #: PubMed's record of each source that was fetched, by source id.
    records: Mapping[str, PubmedRecord] = field(default_factory=dict)
    #: DOI in lower case → ids of the trials of the registry that carry it.
    dois: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The versions of its registration that were supplied, the latest last.
    registrations: Sequence[PostedTables] = ()
    #: A list of retractions that was supplied.
    retractions: RetractionList | None = None
    #: The day that searches are held against.
    as_of: date | None = None
    #: Whether every source of numbers must have a fingerprint.
    fingerprints_required: bool = False
    #: The tables of each article that was supplied, by source id.
    articles: Mapping[str, Sequence[SourceTable]] = field(default_factory=dict)

    @cached_property
    def trial(self) -> Trial:
        """The trial's record."""
        return self.analysis.registry.trials[self.id]

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The outcomes it refers to, by id."""
        return self.analysis.registry.outcomes

    @cached_property
    def results(self) -> tuple[AnalysedResult, ...]:
        """The trial's results with their contrasts, implied effects and recomputations."""
        return self.analysis.results(self.id)

    @cached_property
    def baseline(self) -> tuple[AnalysedResult, ...]:
        """The characteristics at entry that have a p-value, with its recomputations."""
        from msc_evidence.analysis.baseline import analyse_baseline

        return analyse_baseline(self.id, self.trial)

    @cached_property
    def with_p(self) -> tuple[AnalysedResult, ...]:
        """Every characteristic at entry, and every result, that has a p-value."""
        rows = self.baseline if any(row.p is not None for row in self.trial.baseline) else ()
        tested = any(record.p is not None for record in self.trial.results)
        return (*rows, *(result for result in self.results if result.p is not None)) if tested else rows

    @cached_property
    def recorded(self) -> Recorded:
        """Everything of the trial's record that comes from sources."""
        return recorded(self.trial, self.outcomes)

    @cached_property
    def contents(self) -> Contents:
        """The fields that the trial's record gives, and whether any of it waits to be done."""
        return contents(self.trial)

    @property
    def numbers(self) -> tuple[RecordedNumber, ...]:
        """Every number of the trial's record."""
        return self.recorded.numbers

    @cached_property
    def ties(self) -> tuple[SourceTies, ...]:
        """The numbers of every source whose figures are listed, or whose text is at hand, beside these figures."""
        from msc_evidence.checks.ties import source_ties

        return source_ties(self.trial, self.recorded, self.texts)

    @cached_property
    def size_of(self) -> Callable[[str, str], Size]:
        """The size of an arm in a source, asked for by many checks and worked out once."""
        from msc_evidence.checks.groups import arm_size

        return cache(partial(arm_size, self.trial))

    @cached_property
    def rows_of_pair(self) -> tuple[PairedRow, ...]:
        """The characteristics at entry that both arms of a randomised trial have."""
        from msc_evidence.checks.randomised_pair import entry_rows

        return tuple(entry_rows(self))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every group that values are reported of, at baseline and in results."""
        from msc_evidence.checks.groups import value_groups

        return tuple(value_groups(self))

    @cached_property
    def _keys_of_groups(self) -> tuple[frozenset[str], ...]:
        """The keys that the values of each group have."""
        given = (vars(group.values) for group in self.groups)
        return tuple(frozenset(key for key, value in values.items() if value is not None) for values in given)

    @cached_property
    def _keys_of_any_group(self) -> frozenset[str]:
        return frozenset().union(*self._keys_of_groups)

    def groups_with(self, *keys: str) -> Sequence[Group]:
        """The groups whose values have any of these keys, in the order of the record."""
        if self._keys_of_any_group.isdisjoint(keys):
            return ()
        pairs = zip(self._keys_of_groups, self.groups, strict=True)
        return [group for given, group in pairs if not given.isdisjoint(keys)]

    @property
    def first_source(self) -> Source:
        """The source that gives the trial's numbers where they name none."""
        return self.trial.sources[self.trial.first_source]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check found: where in the trial, in words, and from which numbers."""

    path: Path
    message: str
    reported: str | None = None
    recomputed: str | None = None
    #: Where one rule has two strengths: this hit's own.
    severity: Severity | None = None
    #: The outcome it is about, for waivers.
    outcome: str | None = None


CheckFunction = Callable[[Subject], Iterator[Hit]]
#: What a check cannot do without besides the record: the texts of sources, PubMed's records of them, the files of
#: its registrations, a list of retractions, today's date, or that somebody asked for it.
Need = Literal["texts", "records", "registrations", "retractions", "date", "trust-tests"]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its rule, its function, and what it needs besides the record."""

    rule: Rule
    run: CheckFunction
    needs: Need | None
    #: Fields of a record without which it finds nothing: one at least of each set.
    fields: tuple[frozenset[str], ...]

    def hits(self, subject: Subject) -> Iterable[Hit]:
        """What it finds; it is not run where the record lacks what it looks at."""
        if self.fields:
            given = subject.contents.fields
            for alternatives in self.fields:
                if given.isdisjoint(alternatives):
                    return ()
        return self.run(subject)


@dataclass(frozen=True, slots=True)
class PooledSubject:
    """What a check of a pooled result looks at: the result, and the trials of the registry."""

    id: str
    pooled: PooledResult
    analysis: Analysis

    @property
    def trials(self) -> Mapping[str, Trial]:
        """The trials by their ids."""
        return self.analysis.registry.trials


@dataclass(frozen=True, slots=True)
class PooledCheck:
    """A check of pooled results: its rule and its function."""

    rule: Rule
    run: Callable[[PooledSubject], Iterator[Hit]]


@dataclass(frozen=True)
class ReviewSubject:
    """What a check of a published meta-analysis looks at: what it prints, and the trials of the registry."""

    id: str
    review: PublishedReview
    analysis: Analysis

    @cached_property
    def judged(self) -> tuple[ReviewedRows | None, ...]:
        """The rows of each of its analyses beside their trials; None where it prints none."""
        from msc_evidence.analysis.published.recorded import judged_rows

        return judged_rows(self.analysis.registry, self.id)


@dataclass(frozen=True, slots=True)
class ReviewCheck:
    """A check of published meta-analyses: its rule and its function."""

    rule: Rule
    run: Callable[[ReviewSubject], Iterator[Hit]]


def review_check(
    code: str, severity: Severity
) -> Callable[[Callable[[ReviewSubject], Iterator[Hit]]], ReviewCheck]:
    """Makes a check of published meta-analyses of a function, as `check` does for trials."""

    def made(function: Callable[[ReviewSubject], Iterator[Hit]]) -> ReviewCheck:
        return ReviewCheck(_rule_of_function(function, code, severity), function)

    return made


def pooled_check(
    code: str, severity: Severity
) -> Callable[[Callable[[PooledSubject], Iterator[Hit]]], PooledCheck]:
    """Makes a check of pooled results of a function, as `check` does for trials."""

    def made(function: Callable[[PooledSubject], Iterator[Hit]]) -> PooledCheck:
        return PooledCheck(_rule_of_function(function, code, severity), function)

    return made


def check(
    code: str, severity: Severity, needs: Need | None = None, fields: Sequence[str] = ()
) -> Callable[[CheckFunction], Check]:
    """Makes a check of a function; its name and docstring document the rule.

    `fields` are those of a record without which it finds nothing, such as `sd`; of `sd|se` either will do.
    """
    looked_at = tuple(frozenset(field.split("|")) for field in fields)

    def made(function: CheckFunction) -> Check:
        return Check(_rule_of_function(function, code, severity), function, needs, looked_at)

    return made


def _rule_of_function(function: Callable[..., object], code: str, severity: Severity) -> Rule:
    prose, *examples = re.split(r"^(Flagged|Silent):\n", inspect.getdoc(function) or "", flags=re.MULTILINE)
    records = tuple(
        Example(word == "Flagged", textwrap.dedent(record).strip())
        for word, record in zip(examples[::2], examples[1::2], strict=True)
    )
    return Rule(code, function.__name__.replace("_", "-"), severity, prose.strip(), records)
