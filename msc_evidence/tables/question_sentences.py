"""What the results of each question say in a sentence, with its basis; in GRADE's words where someone judged it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.recompute.arms import in_percentage_points
from msc_evidence.analysis.recompute.combined_arms import combined_arms, combined_effect, combined_sizes
from msc_evidence.analysis.results import AnalysedResult, sorted_by_time
from msc_evidence.analysis.significance import ALPHA, below_alpha
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.headline import treated_in_query
from msc_evidence.tables.words import (
    estimate_words,
    favoured_arm,
    fixed,
    lone_estimate,
    shown_effect,
    shown_values,
    true_minus,
)

#: No more questions are answered on one screen, where the registry does not say which are asked.
MOST_QUESTIONS = 3
#: What the treated side and the other are called.
Sides = tuple[str, str]
#: More estimates than this are given by their range.
MOST_ESTIMATES = 3


@dataclass(frozen=True, slots=True)
class _Estimate:
    """A printed or computed effect of a result."""

    result: AnalysedResult
    measure: str
    value: float
    #: Its limits, None where no interval is printed.
    limits: tuple[float, float] | None

    @property
    def sign(self) -> int | None:
        """+1 where it favours treatment, −1 control, None where nothing says or it favours neither."""
        outcome, moved = self.result.outcome, self.value - no_difference(self.measure)
        if self.result.sign is not None:
            return self.result.sign
        unclear = self.result.result.definition or (self.measure == "HR" and outcome.better == "higher")
        if outcome.better is None or unclear or not moved:
            return None
        return 1 if (moved > 0) == (outcome.better == "higher") else -1

    @property
    def excludes_no_difference(self) -> bool:
        """Whether its interval lies on one side of no difference."""
        none = no_difference(self.measure)
        return self.limits is not None and not self.limits[0] <= none <= self.limits[1]


def outcome_rank(query: Query) -> Callable[[AnalysedResult], tuple[bool, int]]:
    """A key that sorts results: those that the registry's summary asks for first, in its order, then the others."""
    summary = query.registry.summary
    asked = [(row.outcome, row.definition) for row in summary.outcomes] if summary else []
    order = list(dict.fromkeys([*(outcome for outcome, _ in asked), *query.registry.outcomes]))

    def rank(result: AnalysedResult) -> tuple[bool, int]:
        measured = result.result.outcome, result.result.definition
        return measured not in asked, order.index(result.result.outcome)

    return rank


def question_sentences(query: Query, results: Sequence[AnalysedResult]) -> list[str]:
    """A sentence for each question of the registry's summary and each primary outcome, else for the first outcomes.

    Those that somebody judged are in GRADE's words; nothing is said of how certain the others are.
    """
    judged = dict(_judged_sentences(query))
    rank = outcome_rank(query)
    groups = sorted(_results_by_measure(results).values(), key=lambda group: rank(group[0]))
    asked = [
        group for group in groups if not rank(group[0])[0] or any(result.result.primary for result in group)
    ]
    plain = [group for group in asked or groups[:MOST_QUESTIONS] if group[0].result.outcome not in judged]
    sides = treated_in_query(query), query.registry.terms.control or "control"
    sentences = [*judged.values(), *(_sentence(group, sides) for group in plain)]
    if plain:
        which = "of these" if not judged else "of the others"
        sentences[-1] += f" Nobody has judged the certainty {which} (GRADE)."
    return sentences


def _results_by_measure(results: Sequence[AnalysedResult]) -> dict[str, list[AnalysedResult]]:
    """The results by what they are of; an adjusted analysis beside the unadjusted one is no second result."""
    groups: dict[str, list[AnalysedResult]] = {}
    for result in results:
        if not result.repeats and not result.result.within:
            groups.setdefault(_measure_name(result), []).append(result)
    return groups


def _judged_sentences(query: Query) -> Iterator[tuple[str, str]]:
    """The outcomes whose certainty was judged, each with its sentence and what it rests on."""
    if not query.registry.certainty:
        return
    from msc_evidence.analysis.pool.pool import Refused
    from msc_evidence.tables.review.sof import table

    try:
        rows = table(query).rows
    except Refused:
        return
    for row in rows:
        if row.get("in_words"):
            size = f"{row['participants']:,} participants" if row.get("participants") else None
            effect = row.get("effect")
            basis = [f"{row['certainty']} certainty", counted(int(str(row["trials"])), "trial"), size, effect]
            rests_on = ", ".join(str(part) for part in basis if part)
            yield str(row["outcome"]), f"{str(row['in_words']).rstrip('.')} ({rests_on})."


def _measure_name(result: AnalysedResult) -> str:
    """`mRS`, `MI leg change`, `mRS (mRS 0-2)`."""
    change = " change" * result.result.change
    defined = f" ({result.result.definition})" if result.result.definition else ""
    return f"{result.outcome.short or result.outcome.name}{change}{defined}"


def _sentence(results: Sequence[AnalysedResult], sides: Sides) -> str:
    """`death at 5 y (1 trial, 52 participants): 4/16 v 21/36, RR 0.43 (0.18 to 1.05), in favour of MSC; …`."""
    estimates = [estimate for result in results if (estimate := _estimate_of(result))]
    with_estimate = {id(estimate.result) for estimate in estimates}
    rest = [result for result in results if id(result) not in with_estimate]
    only_p = [result for result in rest if result.p is not None and not result.result.arms]
    valued = [result for result in rest if result.result.arms]
    parts = [_estimates_words(estimates, sides)] if estimates else []
    parts += [_p_words(only_p, also=bool(estimates))] if only_p else []
    parts += [_values_words(valued)] if valued else []
    name = f"{_measure_name(results[0])}{_times_words(results)}"
    return f"{name} ({_basis_words(results)}): {'; '.join(parts)}."


def _estimate_of(result: AnalysedResult) -> _Estimate | None:
    printed, computed = result.result.effect, result.arm_effect
    computed = computed or combined_effect(result.trial, result.result)
    if printed is not None and printed.estimate is None:
        return None
    if printed is not None and printed.estimate is not None:
        unit = 100 if in_percentage_points(printed) else 1
        limits = (float(printed.ci.low) / unit, float(printed.ci.high) / unit) if printed.ci else None
        return _Estimate(result, printed.measure, float(printed.estimate) / unit, limits)
    if computed is None:
        return None
    return _Estimate(result, computed.measure, computed.estimate, (computed.ci_lb, computed.ci_ub))


def _times_words(results: Sequence[AnalysedResult]) -> str:
    """` at 3 mo`, ` at 3–12 mo`; nothing where no time is reported."""
    times = [result.result.at for result in sorted_by_time(results) if isinstance(result.result.at, Time)]
    if not times:
        return ""
    first, last = times[0], times[-1]
    if first == last:
        return f" at {first}"
    return f" at {first.amount.text if first.unit == last.unit else f'{first} '}–{last}".replace(" –", " to ")


def _basis_words(results: Sequence[AnalysedResult]) -> str:
    """`2 trials, 84 participants`; `at least` where not every trial says how many."""
    sizes: dict[str, int] = {}
    for result in results:
        contrast = result.contrast
        known = contrast.sizes if contrast else combined_sizes(result.trial, result.result)
        sizes[result.trial_id] = max(sizes.get(result.trial_id, 0), sum(known) if known else 0)
    total = sum(sizes.values())
    least = "" if all(sizes.values()) else "at least "
    return counted(len(sizes), "trial") + (f", {least}{total:,} participants" if total else "")


def _estimates_words(estimates: Sequence[_Estimate], sides: Sides) -> str:
    if len(estimates) == 1:
        (one,) = estimates
        values, effect = shown_values(one.result), shown_effect(one.result) or _combined_words(one)
        words = ", ".join(part for part in (values, effect) if part)
        return f"{words}, {_favour_words(estimates, sides)}"
    return f"{_several_words(estimates)}, {_favour_words(estimates, sides)}"


def _combined_words(estimate: _Estimate) -> str | None:
    """`MD −7.50 (−14.58 to −0.42), low and high combined`, of several arms against one control."""
    result = estimate.result
    arms = combined_arms(result.trial, result.result)
    if arms is None or estimate.limits is None:
        return None
    labels = listed([result.trial.arms[arm].label or arm for arm in arms[0]])
    return f"{estimate.measure} {estimate_words(estimate.measure, estimate.value, estimate.limits)}, {labels} combined"


def _several_words(estimates: Sequence[_Estimate]) -> str:
    """`RR 0.57 and 0.72`, `RD 0.5% and 3.4%`; the range of many; without numbers where their measures differ."""
    measures = {estimate.measure for estimate in estimates}
    if len(measures) > 1:
        return f"{len(estimates)} effects ({listed(sorted(measures))})"
    (measure,) = measures
    values = sorted(estimate.value for estimate in estimates)
    shown = _percentage_points if measure == "RD" else lone_estimate
    texts = list(dict.fromkeys(map(shown, values)))
    among = listed(texts) if len(texts) <= MOST_ESTIMATES else f"{texts[0]} to {texts[-1]}"
    return f"{measure} {true_minus(among)} ({len(estimates)} estimates)"


def _percentage_points(difference: float) -> str:
    return f"{fixed(100 * difference, 1)}%"


def _favour_words(estimates: Sequence[_Estimate], sides: Sides) -> str:
    """`in favour of MSC; the interval includes no difference`, `2 of 3 in favour of MSC; all 3 intervals include …`."""
    signs = [estimate.sign for estimate in estimates]
    ways = zip((signs.count(1), signs.count(-1)), sides, strict=True)
    favours = [f"{_share_words(count, len(estimates))}in favour of {side}" for count, side in ways if count]
    intervals = [estimate for estimate in estimates if estimate.limits]
    apart = sum(estimate.excludes_no_difference for estimate in intervals)
    if not intervals:
        ends = "no interval is printed"
    elif len(intervals) == 1:
        ends = f"the interval {'excludes' if apart else 'includes'} no difference"
    elif not apart:
        ends = f"{'both' if len(intervals) == 2 else f'all {len(intervals)}'} intervals include no difference"
    else:
        ends = (
            f"{apart} of {len(intervals)} intervals {'excludes' if apart == 1 else 'exclude'} no difference"
        )
    return "; ".join([*([listed(favours)] if favours else []), ends])


def _share_words(count: int, total: int) -> str:
    if total == 1:
        return ""
    return f"{count} " if count < total else "both " if total == 2 else f"all {total} "


def _p_words(results: Sequence[AnalysedResult], *, also: bool) -> str:
    """`only p printed, 1 of 4 below 0.05, favouring MSC (1 without a direction)`."""
    below = sum(below_alpha(result.p) is True for result in results if result.p)
    further = "of further results " * also
    if len(results) == 1:
        lead = f"{further}only p {results[0].p} printed"
    else:
        lead = f"{further}only p printed, {below or 'none'} of {len(results)} below {ALPHA}"
    sides = listed(sorted({favoured_arm(result) for result in results if result.sign is not None}))
    silent = sum(result.sign is None for result in results)
    if silent == len(results):
        return f"{lead}, no direction"
    return f"{lead}, favouring {sides}{f' ({silent} without a direction)' if silent else ''}"


def _values_words(results: Sequence[AnalysedResult]) -> str:
    """`0.72 v 0.34 without an effect, p .058`; of several results that values are printed."""
    if len(results) > 1:
        ps = [f"p {result.p}" for result in results if result.p]
        return f"values without an effect are printed{f', {listed(ps)}' if ps else ''}"
    (result,) = results
    return f"{shown_values(result)} without an effect{f', p {result.p}' if result.p else ''}"
