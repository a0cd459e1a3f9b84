"""The screen and the table of `compare`: arms side by side, and what their sizes could have shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.capacity import allocation, capacity, zero_events
from msc_evidence.analysis.recomputation import Recomputation
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.registry.model import Trial, Values
from msc_evidence.statistics import implied
from msc_evidence.tables.results import COLUMNS as RESULT_COLUMNS
from msc_evidence.tables.results import results
from msc_evidence.tables.screen import Block, Heading, Screen, Sentences
from msc_evidence.tables.summary import cells, design, since_stroke
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import (
    cell_dose,
    effect,
    favoured,
    fixed,
    in_order,
    listed,
    measure,
    p_value,
    precise_p,
    short_name,
    with_rounding,
)

CONTRAST_COLUMNS = (
    *RESULT_COLUMNS,
    Column("treatment_values", "Treatment values"),
    Column("control_values", "Control values"),
    Column("effect", "Effect reported"),
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
    Column("values", "Per arm"),
    Column("recomputed", "p recomputed"),
    Column("verdict", "Verdict"),
)
IMPLIED_COLUMNS = (
    *_OUTCOME,
    Column("p", "p reported", whole=True),
    Column("favours", "Favours"),
    Column("g", "Implied g (95 % CI)", whole=True),
    Column("ps", "Implied PS", whole=True),
    Column("holm", "p, Holm", whole=True),
    Column("bh", "p, BH", whole=True),
)

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


def comparison(analysed: Iterable[tuple[str, Trial, AnalysedResult]]) -> Table:
    """One row per result with everything that `compare` shows, at full precision."""
    items = list(analysed)
    plain = results(items)
    rows = [{**row, **_further(*item)} for row, item in zip(plain.rows, items, strict=True)]
    return Table("contrasts", CONTRAST_COLUMNS, tuple(rows), notes=plain.notes)


def _further(_name: str, trial: Trial, found: AnalysedResult) -> Mapping[str, Value]:
    best = _closest(found)
    limits, split, common = capacity(trial), allocation(trial), uniform_or(found)
    return {
        "treatment_values": _arm_values(found, 0),
        "control_values": _arm_values(found, 1),
        "effect": _reported_effect(found),
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


def uniform_or(found: AnalysedResult) -> implied.ImpliedEffect | None:
    """The common odds ratio an ordinal score test would have, its categories assumed equally filled."""
    span, step = found.outcome.range, found.outcome.step
    if found.testable is None or found.outcome.type != "ordinal" or span is None or step is None:
        return None
    categories = round((float(span.high) - float(span.low)) / float(step)) + 1
    common = implied.implied_common_or(*found.testable, [1 / categories] * categories)
    return common.flipped() if found.sign == -1 else common


def _closest(found: AnalysedResult) -> tuple[str, float] | None:
    """The recomputation nearest to the printed p."""
    ways = [way for item in found.recomputations if item.statistic == "p" for way in item.methods]
    if not ways or found.p is None:
        return None
    printed = float(found.p)
    best = min(ways, key=lambda way: abs(way.value - printed))
    return best.method, best.value


def _arm_values(found: AnalysedResult, side: int) -> str | None:
    arms, contrast = found.result.arms or {}, found.contrast
    values = arms.get((contrast.arm, contrast.against)[side]) if contrast else None
    return values_words(values) if values else None


def values_words(values: Values) -> str:
    """`14.8 ± 23.8`, `13/39`, `33.3%`, `median 3 (IQR 2–4)`."""
    parts = []
    if values.mean is not None:
        spread = (
            f" ± {values.sd}"
            if values.sd is not None
            else f" (SE {values.se})"
            if values.se is not None
            else ""
        )
        parts.append(f"{values.mean}{spread}")
    if values.median is not None:
        inner = f" (IQR {values.iqr})" if values.iqr else ""
        parts.append(f"median {values.median}{inner}")
    if values.events is not None:
        parts.append(f"{values.events}/{values.n}" if values.n is not None else str(values.events))
    if values.percent is not None:
        parts.append(f"{values.percent}%")
    if values.distribution:
        parts.append("–".join(str(share) for share in values.distribution))
    if values.range is not None:
        parts.append(f"range {values.range}")
    return ", ".join(parts)


def _reported_effect(found: AnalysedResult) -> str | None:
    reported = found.result.effect
    if reported is None:
        return None
    interval = f" ({reported.ci})" if reported.ci else ""
    return f"{reported.measure} {reported.estimate}{interval}"


def comparison_screen(trials: Mapping[str, Trial], analysed: Analysed) -> Screen:
    """Each trial: its arms, its results, and what sizes, allocation and zeros imply."""
    blocks: list[Block] = []
    for name, trial in trials.items():
        own = [found for at, _, found in analysed if at == name]
        rows = tuple(_shown_row(trial, found) for found in in_order(own))
        blocks += [
            Heading(f"{short_name(name, trial)} · {design(trial)} · since stroke: {since_stroke(trial)}"),
            arms_table(trial),
            Table("reported", REPORTED_COLUMNS, rows, "Reported and recomputed"),
            Table(
                "implied",
                IMPLIED_COLUMNS,
                rows,
                "Implied by p and the group sizes, adjusted within each source",
            ),
            Sentences(tuple(_limits(trial, own))),
        ]
    return Screen(tuple(blocks))


def arms_table(trial: Trial) -> Table:
    """The arms of a trial as columns, what is known of them as rows."""
    whole = [Column("all", "all participants")] if any(row.all for row in trial.baseline) else []
    arms = [Column(f"arm {name}", arm.label or name) for name, arm in trial.arms.items()]
    return Table("arms", (Column("what", ""), *arms, *whole), tuple(_arm_rows(trial)))


def _arm_rows(trial: Trial) -> Iterator[Mapping[str, Value]]:
    arms = trial.arms.items()
    yield _row("participants", {name: str(arm.n or "not reported") for name, arm in arms})
    yield _row("treatment", {name: cells(arm) for name, arm in arms})
    doses = {name: arm.cells.dose for name, arm in arms if arm.cells and arm.cells.dose is not None}
    yield _row("dose", {name: cell_dose(dose).removeprefix("dose ") for name, dose in doses.items()})
    yield _row("route", {name: arm.cells.route for name, arm in arms if arm.cells and arm.cells.route})
    for row in trial.baseline:
        label = row.variable + (f", {row.unit}" if row.unit else "")
        of_arms = {name: values_words(values) for name, values in (row.arms or {}).items()}
        yield _row(label, of_arms) | ({"all": values_words(row.all)} if row.all else {})
    for harm in trial.harms:
        yield _row(harm.event, {name: str(count) for name, count in harm.arms.items()})


def _row(what: str, by_arm: Mapping[str, str]) -> dict[str, Value]:
    return {"what": what, **{f"arm {name}": said for name, said in by_arm.items()}}


def _shown_row(trial: Trial, found: AnalysedResult) -> Mapping[str, Value]:
    sides = [_arm_values(found, 0), _arm_values(found, 1)]
    g, ps = found.implied_g, found.implied_ps
    return {
        "outcome": measure(found.outcome, found),
        "timepoint": found.timepoint,
        "values": " v ".join(side or "?" for side in sides) if any(sides) else _reported_effect(found),
        "p": f"{found.p}" if found.p else "not reported",
        "recomputed": "; ".join(_ways(item) for item in found.recomputations if item.methods) or None,
        "favours": favoured(found, trial),
        "g": effect(g, found.sign) if g else None,
        "ps": _superiority(ps, found.sign),
        "holm": p_value(found.holm_p) if found.holm_p is not None else None,
        "bh": p_value(found.bh_p) if found.bh_p is not None else None,
        "verdict": str(found.verdict) if found.verdict else None,
    }


def _superiority(ps: float | None, sign: int | None) -> str | None:
    if ps is None:
        return None
    if sign is None:
        return f"{ps:.2f} or {1 - ps:.2f}"
    return f"{ps if sign > 0 else 1 - ps:.2f}"


def _ways(item: Recomputation) -> str:
    best = min(item.methods, key=lambda way: abs(way.value - float(item.reported)))
    return f"{best.method} {with_rounding(best.value, best.interval)}"


def _limits(trial: Trial, results_: Sequence[AnalysedResult]) -> Iterator[str]:
    limits, split = capacity(trial), allocation(trial)
    if limits:
        yield (
            f"Sizes {limits.n1} v {limits.n2}: smallest significant d {fixed(limits.smallest_significant_d, 4)},"
            f" detectable with 80 % power {fixed(limits.detectable_d, 3)}; smallest attainable p"
            f" {limits.smallest_rank_sum_p:.4g} (rank-sum), {listed([f'{p:.4g}' for p in limits.smallest_fisher_p])}"
            " (Fisher with 1, 2 and 3 events in all)."
        )
        if min(limits.n1, limits.n2) < implied.PS_RELIABLE_FROM:
            yield f"PS from a rank-sum p is unreliable below {implied.PS_RELIABLE_FROM} participants per arm."
    if split:
        basis = f"the stated {split.ratio}" if split.stated else f"{split.ratio} (no ratio stated)"
        yield f"Allocation {split.n1} of {split.n1 + split.n2} against {basis}: exact binomial p {precise_p(split.p)}."
    for zero in zero_events(trial):
        yield (
            f"No {zero.event} among {zero.n} ({trial.arms[zero.arm].label or zero.arm}): compatible with up to"
            f" {zero.bound:.1%} (one-sided 95 %), {zero.clopper_pearson:.1%} (Clopper–Pearson)."
        )
    for found in results_:
        common = uniform_or(found)
        if common and found.result.primary:
            inverse = f" or {common.flipped().estimate:.2f}" if found.sign is None else ""
            yield (
                f"{found.outcome.name} at {found.timepoint}: as if an ordinal score test with equally filled"
                f" categories, common OR {common.estimate:.2f}{inverse} ({common.ci_lb:.2f} to {common.ci_ub:.2f})."
            )
