"""Every row of a published meta-analysis: right, explained by a slip, or not to be reproduced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msc_evidence.analysis.published.candidates import Candidate, candidates, combined
from msc_evidence.analysis.published.explanations import explanation, fits, misses, nearest
from msc_evidence.analysis.published.rows import (
    SIDES,
    Cell,
    PrintedAnalysis,
    PrintedEffect,
    ReviewRow,
    prints_effect,
    review_measure,
    row_effect,
    usual_measure,
)
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time

#: The check that finds each type, for a review of the registry.
CODES = {
    **dict.fromkeys(
        ("arms-swapped", "values-swapped", "wrong-sign", "unit", "typo", "decimal-shift", "complement",
         "percent-as-events"), "MSC711",
    ),
    **dict.fromkeys(("se-as-sd", "median-as-mean", "mixed"), "MSC712"),
    **dict.fromkeys(("wrong-time", "wrong-outcome", "change-for-final", "wrong-n", "zero-assumed"), "MSC713"),
    **dict.fromkeys(("control-twice", "trial-twice"), "MSC714"),
    "effect-not-of-row": "MSC715",
    "not-reproduced": "MSC716",
}  # fmt: skip
#: Types that may be meant: a row by intention to treat, a study that nothing reproduces, an event assumed absent.
WARNINGS = ("wrong-n", "zero-assumed", "not-reproduced")


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """What the rows are said to be of."""

    outcome: str
    at: Time | None
    definition: str | None


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What was found about one row or several, and how the pool would be without it."""

    type: str
    trial: str | None
    rows: tuple[int, ...]
    message: str
    #: Cells as they should be, by the row's place in the review.
    cells: Mapping[int, Mapping[Cell, str]] = field(default_factory=dict)
    #: Rows that would not be there.
    without: frozenset[int] = frozenset()
    #: Why it is accepted, where a waiver of the review says so.
    waived: str | None = None

    @property
    def code(self) -> str:
        """The check that finds it in a review of the registry."""
        return CODES[self.type]

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether it is an error or may be meant."""
        return "warning" if self.type in WARNINGS else "error"


@dataclass(frozen=True, slots=True)
class ReviewedRows:
    """The findings of a review, the trial of each row, and notes about rows that are right by a convention."""

    rows: tuple[ReviewRow, ...]
    trials: tuple[str | None, ...]
    findings: tuple[RowFinding, ...]
    notes: tuple[str, ...]
    measure: str
    model: str
    #: The pooled effect as the review prints it.
    pooled: PrintedEffect | None


def review_rows(analysis: PrintedAnalysis, registry: Registry, question: ReviewQuestion) -> ReviewedRows:
    """The findings about the rows of one analysis, in their order; without a measure that of most rows."""
    rows = analysis.rows
    trials = tuple(matched_trial(row, registry) for row in rows)
    measure = analysis.measure or review_measure(rows)
    findings: list[RowFinding] = []
    notes: list[str] = []
    for name in dict.fromkeys(filter(None, trials)):
        own = {at: row for at, row in enumerate(rows) if trials[at] == name}
        study = _Study(name, registry.trials[name], question, own)
        findings += study.findings()
        notes += study.notes()
    findings += _subsets(trials, registry)
    if measure:
        findings += _printed_effects(rows, trials, measure)
    findings.sort(key=lambda found: found.rows)
    pooled_by = measure or usual_measure(rows[0].kind)
    return ReviewedRows(
        tuple(rows), trials, tuple(findings), tuple(notes), pooled_by, analysis.model, analysis.pooled
    )


class _Study:
    """The rows of one trial, and what it reports of what they are said to be of."""

    def __init__(self, name: str, trial: Trial, question: ReviewQuestion, rows: Mapping[int, ReviewRow]):
        self.name, self.trial, self.question, self.rows = name, trial, question, rows
        every = candidates(trial)
        self.targets = [each for each in every if _answers(each, question)]
        self.others = [each for each in every if each not in self.targets]

    def findings(self) -> Iterator[RowFinding]:
        """What is found about these rows together, then about each by itself."""
        repeated = dict(self._repeated())
        for later, first in repeated.items():
            words = f"{self.rows[first].study} and {self.rows[later].study} are one trial with the same cells"
            yield RowFinding("trial-twice", self.name, (first, later), words, without=frozenset({later}))
        left = {at: row for at, row in self.rows.items() if at not in repeated}
        if self._split(left):
            return
        twice = self._control_twice(left)
        if twice:
            yield twice
            return
        for at, row in left.items():
            found = self._finding(at, row)
            if found:
                yield found

    def notes(self) -> Iterator[str]:
        """Rows that are right by a conversion."""
        for row in self.rows.values():
            for target in self._targets(row):
                how = target.sides[0].derived
                if how.startswith("(q1") and fits(row, target.cells):
                    yield f"line {row.line}, {row.study}: mean and SD estimated from median and quartiles, {how}"

    def _repeated(self) -> Iterator[tuple[int, int]]:
        seen: dict[tuple[tuple[Cell, object], ...], int] = {}
        for at, row in self.rows.items():
            key = tuple(sorted((cell, number.key) for cell, number in row.cells.items()))
            if key in seen:
                yield at, seen[key]
            seen.setdefault(key, at)

    def _targets(self, row: ReviewRow) -> list[Candidate]:
        """What a row should be: of the arm that its label names, else both arms together, then each."""
        named = [each for each in self.targets if _names_arm(row.study, each.sides[0].arm, self.trial)]
        if named:
            return named
        together = combined(self.targets) if len(self.targets) > 1 else None
        return [*([together] if together else []), *self.targets]

    def _finding(self, at: int, row: ReviewRow) -> RowFinding | None:
        targets = self._targets(row)
        if any(fits(row, target.cells) for target in targets):
            return None
        if not targets:
            return self._unreported(at, row)
        found = explanation(row, targets, self.others)
        if found:
            return RowFinding(found.type, self.name, (at,), found.message, {at: found.cells})
        words = "; ".join(nearest(row, targets))
        return RowFinding("not-reproduced", self.name, (at,), f"{row.words}: nothing gives this; {words}")

    def _unreported(self, at: int, row: ReviewRow) -> RowFinding:
        no_events = row.kind == "counts" and not any(row.value(side, "events") for side in SIDES)
        if no_events:
            words = f"{row.words}: no event entered where the trial does not report {self.question.outcome}"
            return RowFinding("zero-assumed", self.name, (at,), words, without=frozenset({at}))
        for other in self.others:
            if fits(row, other.cells):
                kind = "wrong-time" if other.result.outcome == self.question.outcome else "wrong-outcome"
                return RowFinding(
                    kind, self.name, (at,), f"{row.words}: these are the values of {other.what}"
                )
        return RowFinding(
            "not-reproduced",
            self.name,
            (at,),
            f"{row.words}: no arms of {self.question.outcome} are recorded",
        )

    def _by_arm(
        self, rows: Mapping[int, ReviewRow], ignored: tuple[Cell, ...] = ()
    ) -> dict[int, Candidate] | None:
        """The comparison that each row is of, every one of another arm; None where that is not so."""
        found: dict[int, Candidate] = {}
        for at, row in rows.items():
            for target in self.targets:
                missing = misses(row, target.cells)
                free = target.sides[0].arm not in {each.sides[0].arm for each in found.values()}
                if free and missing is not None and set(missing) <= {*ignored}:
                    found[at] = target
                    break
        return found if len(found) == len(rows) else None

    def _split(self, rows: Mapping[int, ReviewRow]) -> bool:
        """Whether the rows share one control group, each of its participants once."""
        if len(rows) < 2:
            return False
        by_arm = self._by_arm(rows, (("control", "n"), ("control", "events")))
        if by_arm is None:
            return False
        whole = next(iter(by_arm.values())).sides[1].cells
        for name in ("n", "events"):
            if ("control", name) in next(iter(rows.values())).cells and not whole[name].meets(
                (total := sum(row.value("control", name) for row in rows.values()), total)
            ):
                return False
        return True

    def _control_twice(self, rows: Mapping[int, ReviewRow]) -> RowFinding | None:
        if len(rows) < 2:
            return None
        by_arm = self._by_arm(rows)
        if by_arm is None or len({each.sides[1].arm for each in by_arm.values()}) > 1:
            return None
        first, *others = rows
        whole = combined([*by_arm.values()])
        right = (
            {cell: box.text for cell, box in whole.cells.items() if cell in rows[first].cells}
            if whole
            else {}
        )
        size = rows[first].cells["control", "n"]
        words = (
            f"{len(rows)} rows with the {size} of one control group each; combined or split it counts once"
        )
        return RowFinding(
            "control-twice", self.name, (first, *others), words, {first: right}, frozenset(others)
        )


def _answers(candidate: Candidate, question: ReviewQuestion) -> bool:
    result = candidate.result
    return (
        result.outcome == question.outcome
        and (question.at is None or result.at == question.at)
        and result.definition == question.definition
        and not result.change
    )


def _subsets(trials: Sequence[str | None], registry: Registry) -> Iterator[RowFinding]:
    for at, name in enumerate(trials):
        whole = registry.trials[name].part_of if name else None
        if whole and whole in trials:
            words = f"{name} is a subset of {whole}, which has a row of its own"
            yield RowFinding("trial-twice", name, (trials.index(whole), at), words, without=frozenset({at}))


def _printed_effects(
    rows: Sequence[ReviewRow], trials: Sequence[str | None], measure: str
) -> Iterator[RowFinding]:
    for at, row in enumerate(rows):
        if prints_effect(row, measure) is False and row.effect and (own := row_effect(row, measure)):
            given = f"{own[0]:.4g} ({own[1]:.4g} to {own[2]:.4g})"
            words = f"{measure} {row.effect.words} is printed; {row.words} gives {given}"
            yield RowFinding("effect-not-of-row", trials[at], (at,), words)


_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_SUFFIX = re.compile(r"(?<=\d)[a-z]$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def matched_trial(row: ReviewRow, registry: Registry) -> str | None:
    """The trial named for a row, else by its label: id, name, author and year give or take one; None where unsure."""
    return row.trial or trial_of_label(row.study, row.year, registry)


def trial_of_label(study: str, year: str, registry: Registry) -> str | None:
    """The one trial that a review's name of a study is of; None where none is, or several are."""
    label = _plain(_BRACKETS.sub(" ", study))
    for text in dict.fromkeys((label, _SUFFIX.sub("", label))):
        found = [name for name, trial in registry.trials.items() if text in _labels(name, trial)]
        if len(found) == 1:
            return found[0]
    years = _YEAR.findall(label) or _YEAR.findall(year)
    author = _YEAR.sub("", _SUFFIX.sub("", label)).split()
    if not years or not author:
        return None
    near = [
        name
        for name, trial in registry.trials.items()
        if author[0] in _author(trial) and abs((trial.citation.year or 0) - int(years[0])) <= 1
    ]
    return near[0] if len(near) == 1 else None


def _plain(text: str) -> str:
    """A label without case, accents, punctuation and `et al.`"""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.sub(r"\bet al\b|[^a-z0-9]+", " ", letters).split())


def _labels(name: str, trial: Trial) -> set[str]:
    numbers = trial.registration if isinstance(trial.registration, list) else []
    return {_plain(each) for each in (name, trial.shown_name(name), *numbers)}


def _author(trial: Trial) -> set[str]:
    authors = trial.citation.authors or []
    return set(_plain(authors[0]).split()[:1]) if authors else set()


def _names_arm(label: str, arm: str, trial: Trial) -> bool:
    """Whether a label names an arm in brackets."""
    named = [_plain(each.strip("()[]")) for each in _BRACKETS.findall(label)]
    known = {_plain(arm), _plain(trial.arms[arm].label or arm)}
    return any(each in known for each in named)
