"""The screen and the table of `compare`: arms side by side, and what their sizes could have shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.contrast import Capacity, allocation_test, trial_capacity, zero_events
from msc_evidence.analysis.feasible import implies_g, leading_superiority
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.harms import harm_counts
from msc_evidence.analysis.recompute.ordinal import ordinal_effects
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.design import Arm
from msc_evidence.registry.exposure import Cells
from msc_evidence.registry.model import Also, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.registry.terms import Terms
from msc_evidence.statistics.two_arms import implied
from msc_evidence.tables.harm_words import harm_effect_words, short_count_words
from msc_evidence.tables.result_rows import COLUMNS as RESULT_COLUMNS
from msc_evidence.tables.result_rows import results_table
from msc_evidence.tables.table import Block, Column, Heading, Screen, Sentences, Table, Value
from msc_evidence.tables.trial_words import design_words, dose_words, entry_words, treatment_words
from msc_evidence.tables.words import (
    bh_p,
    by_outcome_and_time,
    effect_words,
    estimate_words,
    favoured_arm,
    fixed,
    holm_p,
    implied_effect_words,
    on_scale,
    outcome_words,
    precise_p,
    range_words,
    shown_values,
    sign_note,
    values_words,
    with_rounding,
)

#: The sizes of an arm that a record may hold, and the labels of their rows.
_SIZE_WORDS = {"n": "participants", "planned": "planned", "randomised": "randomised", "lost": "lost"}


def arms_table(trial: Trial) -> Table:
    """The arms of a trial as columns, what is known of them as rows."""
    whole = [Column("all", "all participants")] if any(row.all for row in trial.baseline) else []
    arms = [Column(f"arm {name}", arm.label or name) for name, arm in trial.arms.items()]
    return Table("arms", (Column("what", ""), *arms, *whole), tuple(_arm_rows(trial)))


def _arm_size_words(arm: Arm) -> str:
    """`39`, else `41 randomised`; `not reported` only where the record says so."""
    if arm.n is not None:
        return str(arm.n)
    if arm.randomised is not None:
        return f"{arm.randomised} randomised"
    return "not reported" if "n" in arm.model_fields_set else "not recorded"


def _arm_rows(trial: Trial) -> Iterator[Mapping[str, Value]]:
    arms = trial.arms.items()
    yield _labelled_row("participants", {name: _arm_size_words(arm) for name, arm in arms})
    yield _labelled_row("treatment", {name: treatment_words(arm) for name, arm in arms})
    doses = {name: dose for name, arm in arms if arm.given and (dose := dose_words(arm.given))}
    if doses:
        yield _labelled_row("dose", {name: dose.removeprefix("dose ") for name, dose in doses.items()})
    routes = {name: arm.given.route for name, arm in arms if arm.given and arm.given.route}
    if routes:
        yield _labelled_row("route", routes)
    for row in trial.baseline:
        label = row.variable + (f", {row.unit}" if row.unit else "") + _source_mark(trial, row.source)
        label += f", p {row.p}" if row.p is not None else ""
        of_arms = {name: values_words(values) for name, values in (row.arms or {}).items()}
        yield _labelled_row(label, of_arms) | ({"all": values_words(row.all)} if row.all else {})
    for counts in harm_counts("", trial, {}):
        harm, effect = counts.harm, harm_effect_words(counts)
        until, beside = f", {harm.at}" if harm.at else "", f", {effect}" if effect else ""
        label = f"{harm.event}{until}{beside}{_source_mark(trial, harm.source)}"
        yield _labelled_row(label, {arm.arm: short_count_words(arm) for arm in counts.arms})
    for other in trial.also:
        yield from _also_rows(trial, other)


def _source_mark(trial: Trial, source: str | None) -> str:
    """` [secondary report]` for what does not come from the trial's first source."""
    return "" if source in (None, trial.first_source) else f" [{trial.sources[str(source)].kind}]"


def _also_rows(trial: Trial, other: Also) -> Iterator[Mapping[str, Value]]:
    """What another source gives of the arms: sizes, doses and routes."""
    origin = _source_mark(trial, other.source)
    for key, word in _SIZE_WORDS.items():
        counts = {
            name: str(size) for name, arm in other.arms.items() if (size := getattr(arm, key)) is not None
        }
        if counts:
            yield _labelled_row(f"{word}{origin}", counts)
    with_dose = {name: arm.given for name, arm in other.arms.items() if arm.given and dose_words(arm.given)}
    routes = {name: arm.given.route for name, arm in other.arms.items() if arm.given and arm.given.route}
    if routes:
        yield _labelled_row(f"route{origin}", routes)
    if with_dose:
        times = {
            name: f" × {given.times}" if isinstance(given, Cells) and given.times is not None else ""
            for name, given in with_dose.items()
        }
        yield _labelled_row(
            f"dose{origin}", {name: f"{dose_words(given)}{times[name]}" for name, given in with_dose.items()}
        )


def _labelled_row(label: str, by_arm: Mapping[str, str]) -> dict[str, Value]:
    return {"what": label, **{f"arm {name}": cell for name, cell in by_arm.items()}}


CONTRAST_COLUMNS = (
    *RESULT_COLUMNS,
    Column("treatment_values", "Treatment values"),
    Column("control_values", "Control values"),
    Column("effect", "Effect reported"),
    Column("arm_measure", "Effect from the arms"),
    Column("arm_estimate", "Estimate", "number"),
    Column("arm_ci_lb", "CI from", "number"),
    Column("arm_ci_ub", "CI to", "number"),
    Column("recomputed_p", "p recomputed", "p"),
    Column("recomputed_by", "Recomputed by"),
    Column("implied_or", "Implied common OR", "number"),
    Column("implied_or_ci_lb", "CI from", "number"),
    Column("implied_or_ci_ub", "CI to", "number"),
    Column("smallest_significant_d", "Smallest significant d", "number"),
    Column("detectable_d", "Detectable d", "number"),
    Column("smallest_rank_sum_p", "Smallest rank-sum p", "p"),
    Column("allocation_ratio", "Ratio tested"),
    Column("allocation_p", "Allocation p", "p"),
)
_OUTCOME = (Column("outcome", "Outcome", grouped=True), Column("timepoint", "At", grouped=True))
REPORTED_COLUMNS = (
    *_OUTCOME,
    Column("p", "p reported", whole=True),
    Column("source", "Source"),
    Column("values", "Per arm"),
    Column("effect", "Effect (95% CI)"),
    Column("recomputed", "p recomputed"),
    Column("verdict", "Verdict"),
)
IMPLIED_COLUMNS = (
    *_OUTCOME,
    Column("p", "p reported", whole=True),
    Column("favours", "Favours"),
    Column("ps", "PS if rank-sum", whole=True),
    Column("g", "g if t test (95% CI)", whole=True),
    Column("holm", "p, Holm", whole=True),
    Column("bh", "p, BH", whole=True),
)

RANGE_NOTE = (
    "PS, the chance that one treated fares better than a control, over all data sets with this rank-sum p."
)
DISTRIBUTION_COLUMNS = (
    Column("measure", "Measure"),
    Column("effect", "Estimate (95% CI)", whole=True),
    Column("p", "p", whole=True),
    Column("method", "Method"),
)


def comparison_table(analysed: Iterable[AnalysedResult]) -> Table:
    """One row per result with everything that `compare` shows, at full precision."""
    results = list(analysed)
    printed = results_table(results)
    rows = [{**row, **_comparison_cells(result)} for row, result in zip(printed.rows, results, strict=True)]
    return Table("contrasts", CONTRAST_COLUMNS, tuple(rows), notes=printed.notes)


def _comparison_cells(result: AnalysedResult) -> Mapping[str, Value]:
    best, trial = _nearest_recomputation(result), result.trial
    limits, split, common = trial_capacity(trial), allocation_test(trial), uniform_or(result)
    return {
        "treatment_values": _arm_values(result, 0),
        "control_values": _arm_values(result, 1),
        "effect": _reported_effect_words(result),
        "arm_measure": result.arm_effect.measure if result.arm_effect else None,
        "arm_estimate": result.arm_effect.estimate if result.arm_effect else None,
        "arm_ci_lb": result.arm_effect.ci_lb if result.arm_effect else None,
        "arm_ci_ub": result.arm_effect.ci_ub if result.arm_effect else None,
        "recomputed_p": best[1] if best else None,
        "recomputed_by": best[0] if best else None,
        "implied_or": common.estimate if common else None,
        "implied_or_ci_lb": common.ci_lb if common else None,
        "implied_or_ci_ub": common.ci_ub if common else None,
        "smallest_significant_d": limits.smallest_significant_d if limits else None,
        "detectable_d": limits.detectable_d if limits else None,
        "smallest_rank_sum_p": limits.smallest_rank_sum_p if limits else None,
        "allocation_ratio": split.ratio if split else None,
        "allocation_p": split.p if split else None,
    }


def uniform_or(result: AnalysedResult) -> implied.ImpliedEffect | None:
    """The common odds ratio an ordinal score test would have, its categories assumed equally filled."""
    span, step = result.outcome.range, result.outcome.step
    if result.testable is None or result.outcome.type != "ordinal" or span is None or step is None:
        return None
    categories = round((float(span.high) - float(span.low)) / float(step)) + 1
    common = implied.implied_common_or(*result.testable, [1 / categories] * categories)
    return common.flipped() if result.sign == -1 else common


def _nearest_recomputation(result: AnalysedResult) -> tuple[str, float] | None:
    """The recomputation nearest to the printed p."""
    ways = [way for item in result.recomputations if item.statistic == "p" for way in item.methods]
    if not ways or result.p is None:
        return None
    printed = float(result.p)
    best = min(ways, key=lambda way: abs(way.value - printed))
    return best.method, best.value


def _arm_values(result: AnalysedResult, side: int) -> str | None:
    arms, contrast = result.result.arms or {}, result.contrast
    values = arms.get((contrast.arm, contrast.against)[side]) if contrast else None
    return values_words(values) if values else None


def _reported_effect_words(result: AnalysedResult) -> str | None:
    reported = result.result.effect
    if reported is None:
        return None
    return effect_words(reported)


def comparison_screen(query: Query, analysed: Sequence[AnalysedResult]) -> Screen:
    """Each trial: its arms, its results, and what sizes, allocation and zeros imply."""
    blocks: list[Block] = []
    for name, trial in query.records.items():
        results = [result for result in analysed if result.trial_id == name]
        rows = tuple(map(_comparison_row, by_outcome_and_time(results)))
        blocks += [
            Heading(_trial_heading(name, trial, query.registry.terms)),
            arms_table(trial),
            *_result_blocks(trial, rows),
            *_distribution_tables(results),
            Sentences(tuple(_limit_sentences(trial, results))),
        ]
    return Screen(tuple(blocks))


def _trial_heading(name: str, trial: Trial, terms: Terms) -> str:
    """`Bang 2005 · randomised, masking not reported · since stroke: not reported`."""
    heading, entry = terms.window_heading, entry_words(trial, terms)
    since = [f"{heading[0].lower()}{heading[1:]}: {entry}"] if entry else []
    return " · ".join([trial.shown_name(name), design_words(trial), *since])


def _result_blocks(trial: Trial, rows: Sequence[Mapping[str, Value]]) -> Iterator[Block]:
    """What was reported and what it implies; a sentence where nothing was."""
    if not rows:
        unseen = "results" in trial.not_seen
        yield Sentences(("The results were not seen." if unseen else "No result is recorded.",))
        return
    yield Table("reported", REPORTED_COLUMNS, tuple(rows), "Reported and recomputed")
    family = "Implied by p and the group sizes; Holm and BH over the p-values between arms of one source"
    ranges = (RANGE_NOTE,) * any(row["ps"] for row in rows)
    yield Table("implied", IMPLIED_COLUMNS, tuple(rows), family, (*ranges, *sign_note(tuple(rows))))


def _distribution_tables(results: Sequence[AnalysedResult]) -> Iterator[Table]:
    """A table for each result with full distributions: what they say beyond their p-value."""
    for result in results:
        rows = [
            {
                "measure": row.measure,
                "effect": estimate_words(row.measure, row.estimate, (row.ci_lb, row.ci_ub)),
                "p": precise_p(row.p) if row.p is not None else None,
                "method": row.method,
            }
            for row in (ordinal_effects(result.case) if result.case else ())
        ]
        if rows:
            title = f"{result.label} at {result.timepoint}: both distributions, above no difference favours treatment"
            yield Table("distributions", DISTRIBUTION_COLUMNS, tuple(rows), title)


def _both_arms_words(result: AnalysedResult) -> str | None:
    """What was printed of each arm; of events that alone of how many."""
    arms = (result.result.arms or {}).values()
    if arms and all(arm.events is not None for arm in arms):
        return shown_values(result)
    sides = [_arm_values(result, 0), _arm_values(result, 1)]
    return " v ".join(side or "–" for side in sides) if any(sides) else None


def _comparison_row(result: AnalysedResult) -> Mapping[str, Value]:
    g, ps = result.implied_g if implies_g(result) else None, leading_superiority(result)
    return {
        "outcome": outcome_words(result.outcome, result),
        "timepoint": result.timepoint,
        "source": result.trial.sources[result.source].kind,
        "values": _both_arms_words(result),
        "effect": _reported_effect_words(result) or _arm_effect_words(result),
        "p": f"{result.p}" if result.p else "not reported",
        "recomputed": _nearest_p_words(result),
        "favours": favoured_arm(result),
        "g": implied_effect_words(g, result.sign) if g else None,
        "ps": range_words(ps) if ps else None,
        "holm": holm_p(result),
        "bh": bh_p(result),
        "verdict": str(result.verdict) if result.verdict else None,
    }


def _arm_effect_words(result: AnalysedResult) -> str | None:
    """`MD 12.20 (2.02 to 22.38)`, from the arms' values."""
    effect = result.arm_effect
    if effect is None:
        return None
    return f"{effect.measure} {estimate_words(effect.measure, effect.estimate, (effect.ci_lb, effect.ci_ub))}"


def _nearest_p_words(result: AnalysedResult) -> str | None:
    """Of each recomputation of p the method that comes nearest to what was printed."""
    words = []
    for recomputation in result.recomputations:
        if recomputation.statistic == "p" and recomputation.methods:
            printed = float(recomputation.reported)
            nearest = min(recomputation.methods, key=lambda way: abs(way.value - printed))
            words.append(f"{nearest.method} {with_rounding(nearest.value, nearest.interval)}")
    return "; ".join(words) or None


def _limit_sentences(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    limits, split = trial_capacity(trial), allocation_test(trial)
    if limits:
        yield from _size_sentences(limits, [on_scale(result) for result in results], bool(trial.harms))
    if split:
        basis = f"the stated {split.basis}" if split.stated else split.basis
        yield f"Allocation {split.n1} of {split.n1 + split.n2} against {basis}: exact binomial p {precise_p(split.p)}."
    for zero in zero_events(trial):
        yield (
            f"No {zero.event} among {zero.n} ({trial.arms[zero.arm].label or zero.arm}): compatible with up to"
            f" {zero.bound:.1%} (one-sided 95%), {zero.clopper_pearson:.1%} (Clopper–Pearson)."
        )
    for result in results:
        common = uniform_or(result)
        if common and result.result.primary:
            ways = [common] if result.sign is not None else [common, common.flipped()]
            odds_ratios = [estimate_words("OR", way.estimate, (way.ci_lb, way.ci_ub)) for way in ways]
            yield (
                f"{result.outcome.name} at {result.timepoint}: had p come from an ordinal score test, and were all"
                f" categories equally filled (nothing says so), common OR {' or '.join(odds_ratios)}."
            )


def _size_sentences(limits: Capacity, on_scales: Sequence[bool], with_harms: bool) -> Iterator[str]:
    """What tests of groups of these sizes could show: of scales where the trial has any, of events likewise."""
    if any(on_scales) or not on_scales:
        yield (
            f"Sizes {limits.n1} v {limits.n2}: smallest significant d {fixed(limits.smallest_significant_d, 4)};"
            f" 80% power would need d ≥ {fixed(limits.detectable_d, 3)}."
        )
        yield f"Smallest p that a rank-sum test can give: {precise_p(limits.smallest_rank_sum_p)}."
    if not all(on_scales) or not on_scales or with_harms:
        by_events = [f"{precise_p(p)} with {n}" for n, p in enumerate(limits.smallest_fisher_p, 1)]
        yield f"Smallest p that Fisher's test can give, by the number of events in all: {listed(by_events)}."
