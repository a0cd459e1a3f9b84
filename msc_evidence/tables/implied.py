"""What lone p-values leave open or imply, by outcome and trial, for the first screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.feasible import implies_g, leading_superiority
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.tables.table import Line
from msc_evidence.tables.trial_words import SILENT
from msc_evidence.tables.words import (
    by_outcome_and_time,
    implied_effect_words,
    outcome_words,
    range_words,
    shown_effect,
)

#: What the range is.
PS_RANGE = "PS, the chance that one with {treated} fares better than a control, whatever the ties"


def implied_lines(results: Sequence[AnalysedResult], treated: str) -> Iterator[Line]:
    """What lone p-values leave open, by outcome and trial, under the test that stands above them."""
    lone = [result for result in results if shown_effect(result) is None]
    ranges = {
        id(result): range_words(bound)
        for result in lone
        if (bound := leading_superiority(result)) is not None
    }
    if ranges:
        yield Line(f"{PS_RANGE.format(treated=treated)}, for a rank-sum p")
        yield from _lines_by_outcome(results, ranges)
    implied = {
        id(result): implied_effect_words(result.implied_g, result.sign)
        for result in lone
        if result.implied_g and implies_g(result)
    }
    if implied:
        sign = "; ± direction unknown" * any("±" in words for words in implied.values())
        yield Line(f"Implied by p: Hedges' g (95% CI) had it come from a t test; > 0 favours {treated}{sign}")
        yield from _lines_by_outcome(results, implied)


def _lines_by_outcome(results: Sequence[AnalysedResult], words: Mapping[int, str]) -> Iterator[Line]:
    lines: dict[str, dict[str, list[str]]] = {}
    for result in by_outcome_and_time([result for result in results if id(result) in words]):
        outcome = (
            outcome_words(result.outcome, result, result.outcome.short).replace(" ↑", "").replace(" ↓", "")
        )
        by_trial = lines.setdefault(outcome, {})
        time = "" if result.timepoint == SILENT else f"{result.timepoint} "
        by_trial.setdefault(result.trial.shown_name(result.trial_id), []).append(f"{time}{words[id(result)]}")
    for outcome, by_trial in lines.items():
        trials = "; ".join(f"{name} {', '.join(parts)}" for name, parts in by_trial.items())
        yield Line(f"  {outcome}: {trials}")
