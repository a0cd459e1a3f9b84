"""The p-values beside characteristics at entry, recomputed as those of results are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.recompute.bases import Basis, case_of, category_tests
from msc_evidence.analysis.recompute.recomputation import recomputation_from_basis, recomputations
from msc_evidence.analysis.recompute.several import recomputations_among
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, Analysis, chosen_results
from msc_evidence.registry.design import Arm
from msc_evidence.registry.fields import NOT_REPORTED, NotReported
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.registry.values import Baseline, Values

_FITS = (Verdict.REPRODUCED, Verdict.CONSISTENT)


def analyse_baseline(trial_id: str, trial: Trial) -> tuple[AnalysedResult, ...]:
    """The rows with a p-value as results of the two arms that they give values of, in the order of the record."""
    tested = (index for index, row in enumerate(trial.baseline) if row.p is not None)
    return tuple(_analysed_row(trial_id, trial, index) for index in tested)


def _analysed_row(trial_id: str, trial: Trial, index: int) -> AnalysedResult:
    row = trial.baseline[index]
    arms = [name for name in trial.arms if name in (row.arms or {})]
    arms.sort(key=lambda name: trial.arms[name].role == "control")
    result = Result.model_construct(
        outcome=row.variable, at=NOT_REPORTED, source=row.source, test=row.test, p=row.p, arms=row.arms
    )
    outcome = Outcome.model_construct(name=row.variable, type=_outcome_type(row.arms or {}))
    source = trial.source_of(row)
    plain = AnalysedResult(
        trial_id, trial, index, result, outcome, source, None, None, place="baseline", recomputed=()
    )
    if len(arms) > 2:
        among = result.model_copy(update={"among": arms})
        return replace(plain, recomputed=recomputations_among(trial, among, outcome, at_entry=True))
    if len(arms) != 2:
        return plain
    first, second = arms
    contrasts = [Contrast(first, second, n1, n2) for n1, n2 in _group_sizes(trial, row, arms)]
    comparisons = [_with_recomputations(trial, plain, contrast) for contrast in contrasts]
    return next((comparison for comparison in comparisons if comparison.verdict in _FITS), comparisons[0])


def _with_recomputations(trial: Trial, plain: AnalysedResult, contrast: Contrast) -> AnalysedResult:
    case = case_of(trial, plain.result, contrast, plain.outcome, at_entry=True)
    row_recomputations = recomputations(case)
    table = _category_table(trial, plain.index, contrast)
    if (
        table is not None
        and plain.p is not None
        and not any(item.verdict in _FITS for item in row_recomputations)
    ):
        row_recomputations = (recomputation_from_basis(case, plain.p, table),)
    return replace(plain, contrast=contrast, recomputed=row_recomputations)


def _outcome_type(arms: Mapping[str, Values]) -> str:
    if any(values.events is not None or values.percent is not None for values in arms.values()):
        return "binary"
    return "ordinal" if any(values.distribution for values in arms.values()) else "continuous"


def _group_sizes(trial: Trial, row: Baseline, arms: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """The group sizes: as the row says; else of those randomised, and of those analysed."""
    first, second = (_possible_sizes(trial, row, name) for name in arms)
    # Randomised of the one arm and analysed of the other are nobody's table.
    return list(dict.fromkeys(zip(first, second, strict=True)))


def _possible_sizes(trial: Trial, row: Baseline, name: str) -> tuple[int | None, int | None]:
    values = (row.arms or {})[name]
    if values.n is not None:
        return values.n.count, values.n.count
    if values.distribution:
        total = sum(share.count or 0 for share in values.distribution)
        return total, total
    arm = _arm_in_source(trial, trial.source_of(row), name)
    randomised, analysed = _reported_count(arm.randomised), _reported_count(arm.n)
    return (
        analysed if randomised is None else randomised,
        randomised if analysed is None else analysed,
    )


def _arm_in_source(trial: Trial, source: str, name: str) -> Arm:
    """The arm as the row's source gives its size, else as the trial does."""
    given = (also.arms[name] for also in trial.also if also.source == source and name in also.arms)
    sized = (arm for arm in given if _reported_count(arm.n) is not None or arm.randomised is not None)
    return next(sized, trial.arms[name])


def _reported_count(number: Reported | NotReported | None) -> int | None:
    return number.count if isinstance(number, Reported) else None


def _category_table(trial: Trial, index: int, contrast: Contrast) -> Basis | None:
    """The table of this row and those after it without a p of their own, where together they are both groups.

    A characteristic of several categories has a row for each, and its p stands at the first.
    """
    row, sizes = trial.baseline[index], contrast.sizes
    following = takewhile(lambda other: other.p is None, trial.baseline[index + 1 :])
    rows = [row, *(other for other in following if other.source == row.source)]
    if sizes is None:
        return None
    columns: tuple[list[int], list[int]] = ([], [])
    for other in rows:
        pair = [_event_count(other, name) for name in (contrast.arm, contrast.against)]
        if pair[0] is None or pair[1] is None:
            return None
        columns[0].append(pair[0])
        columns[1].append(pair[1])
        if (sum(columns[0]), sum(columns[1])) == sizes and len(columns[0]) > 2:
            inputs = f"{columns[0]} v {columns[1]} over {len(columns[0])} rows"
            return Basis("categories", inputs, tuple(category_tests(*columns)))
    return None


def _event_count(row: Baseline, name: str) -> int | None:
    values = (row.arms or {}).get(name)
    return _reported_count(values.events) if values is not None else None


def with_baseline(
    analysis: Analysis,
    trials: Iterable[str],
    outcomes: Iterable[str] | None = None,
    *,
    at: Time | None = None,
) -> list[AnalysedResult]:
    """The results of these trials, outcomes and time; all of them, without outcomes, after the p-values at baseline."""
    results: list[AnalysedResult] = []
    for name in trials:
        results += analyse_baseline(name, analysis.registry.trials[name]) if outcomes is None else ()
        results += chosen_results(analysis, [name], outcomes, at=at)[0]
    return results
