"""The screen of `pool`: the studies, the pooled results side by side, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.pool.combined_p import Combined
from msc_evidence.analysis.pool.pool import FEW, Pool, Settings
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.pool.derived import derived_words
from msc_evidence.tables.table import Block, Column, Heading, Sentences, Table, Value
from msc_evidence.tables.words import (
    NOT_ESTIMABLE,
    exp_or_infinite,
    finite,
    fixed,
    interval_words,
    precise_p,
    significant_digits,
    with_rounding,
)

STUDY_COLUMNS = (
    Column("study", "Study", whole=True),
    Column("at", "At", whole=True),
    Column("basis", "From"),
    Column("effect", "Effect", whole=True),
    Column("weight", "Weight", whole=True),
)
POOLED_COLUMNS = (
    Column("model", "Model"),
    Column("effect", "Pooled (CI)", whole=True),
    Column("p", "p", whole=True),
    Column("new", "New study", whole=True),
    Column("heterogeneity", "Heterogeneity"),
)
#: Why a model on counts has no estimate.
EMPTY_THROUGHOUT = "an arm or an outcome is empty in every study"
NAMES = {
    "common": "common effect",
    "MH": "Mantel–Haenszel",
    "peto": "Peto",
    "bayes": "Bayes, τ ~",
}


def pool_blocks(
    title: str, pool: Pool, bases: Sequence[str] = (), times: Sequence[str] = ()
) -> Iterator[Block]:
    """One pool: its studies with weights, what each is from and when it was measured, and the models side by side."""
    yield Heading(title)
    rows = []
    for at, study in enumerate(pool.studies):
        rows.append(
            {
                "study": study.label,
                "at": times[at] if times else None,
                "basis": bases[at] if bases else None,
                "effect": effect_words(pool, study.yi, *study.interval(pool.settings.level)),
                "weight": None if math.isnan(study.weight) else f"{study.weight:.1f}%",
            }
        )
    told = {"at": times, "basis": bases}
    columns = tuple(column for column in STUDY_COLUMNS if told.get(column.key, True))
    yield Table("studies", columns, tuple(rows))
    results = tuple(_result_row(each) for each in (pool, *pool.alternatives))
    yield Table("pooled", POOLED_COLUMNS, results, notes=tuple(_notes(pool)))


def _notes(pool: Pool) -> Iterator[str]:
    if math.isnan(pool.pooled.estimate):
        yield f"{NOT_ESTIMABLE}: {EMPTY_THROUGHOUT}"
    if pool.without_effect:
        yield f"no effect can be computed of {listed(pool.without_effect)}"
    if pool.alternatives:
        yield f"fewer than {FEW} studies: no single model tells how uncertain the result is; read the rows together"


def _result_row(pool: Pool) -> dict[str, str | None]:
    found = pool.pooled
    return {
        "model": model_name(pool),
        "effect": effect_words(pool, found.estimate, found.ci_lb, found.ci_ub),
        "p": None if math.isnan(found.p) else precise_p(found.p),
        "new": effect_words(pool, None, found.pi_lb, found.pi_ub) if predicted(pool) else None,
        "heterogeneity": _heterogeneity(pool),
    }


def model_name(pool: Pool) -> str:
    """`REML, Hartung–Knapp`, `Bayes, τ ~ half-normal(0.5)`."""
    found = pool.pooled
    name = NAMES.get(found.model, f"random effects, {found.model}")
    if found.model == "bayes":
        return f"{name} {found.ci_method}"
    how = {"hk": ", Hartung–Knapp", "hk-adhoc": ", Hartung–Knapp (not narrower than z)", "t": ", t"}
    return name + how.get(found.ci_method, "")


def effect_words(pool: Pool, estimate: float | None, lower: float, upper: float) -> str:
    """`0.62 (0.41 to 0.94)`, as a ratio for ratio measures."""
    back = exp_or_infinite if pool.settings.scale.ratio else float
    return interval_words(estimate if estimate is None else back(estimate), back(lower), back(upper))


def predicted(pool: Pool) -> bool:
    """Whether there is an interval for a new study."""
    return pool.pooled.pi_lb < pool.pooled.pi_ub


def _heterogeneity(pool: Pool) -> str | None:
    found = pool.pooled
    if found.k < 2:
        return None
    if found.model == "bayes":
        return f"τ {interval_words(*map(math.sqrt, (found.tau2, found.tau2_ci_lb, found.tau2_ci_ub)))}"
    if math.isnan(found.q):
        return None
    q = f"Q {fixed(found.q)}, df {found.q_df}, p {precise_p(found.q_p)}"
    return (
        q
        if found.model in ("common", "MH", "peto")
        else f"τ² {significant_digits(found.tau2)}, I² {found.i2:.0f}%; {q}"
    )


def combined_blocks(scenario: str, combined: Sequence[Combined]) -> Iterator[Block]:
    """The combined one-sided p-values of one scenario."""
    if not combined:
        return
    columns = (Column("method", "Method"), Column("p", "one-sided p [rounding]", whole=True))
    rows = tuple({"method": item.method, "p": with_rounding(item.p, item.interval)} for item in combined)
    title = "p-values combined, in favour of treatment" + (f", {scenario}" if scenario else "")
    yield Table("combined", columns, rows, title)


def sentence(participants: int | None, scenarios: Sequence[tuple[str, Pool]]) -> Block:
    """What the pool says, in PRISMA's form: trials, participants, effect, direction."""
    first = scenarios[0][1]
    people = f", {participants:,} participants" if participants else ""
    start = f"{counted(first.pooled.k, 'trial')}{people}: {first.settings.scale.title}"
    said = [
        f"{effect_words(pool, pool.pooled.estimate, pool.pooled.ci_lb, pool.pooled.ci_ub)}"
        f" ({'; '.join(part for part in (model_name(pool) + (f', {name}' if name else ''), _direction(pool)) if part)})"
        for name, pool in scenarios
    ]
    return Sentences((f"{start} {'; '.join(said)}.",))


def _direction(pool: Pool) -> str:
    found = pool.pooled
    if math.isnan(found.estimate):
        return EMPTY_THROUGHOUT
    if math.isnan(found.ci_lb):
        return ""
    if found.ci_lb <= no_difference(pool.settings.measure, logarithm=True) <= found.ci_ub:
        return "the interval includes no difference"
    return "the interval excludes no difference"


KEYS = (
    *("k", "estimate", "se", "ci_lb", "ci_ub", "p", "q", "q_df", "q_p", "tau2", "tau2_ci_lb", "tau2_ci_ub"),
    *("i2", "i2_q", "h2", "pi_lb", "pi_ub"),
)
RATIO_KEYS = ("ratio", "ratio_ci_lb", "ratio_ci_ub", "ratio_pi_lb", "ratio_pi_ub")
COLUMNS = (
    Column("set", "Set"),
    Column("measure", "Measure"),
    Column("model", "Model"),
    Column("ci_method", "Interval"),
    *(Column(key, key, "p" if key in ("p", "q_p") else "number") for key in (*KEYS, *RATIO_KEYS)),
    Column("derived", "Derived, not reported"),
)


def pooled_table(pools: Iterable[tuple[str, Pool]], *, beside: bool = True) -> Table:
    """One row per pool and, where studies are few, one per alternative; `set` says which studies."""
    rows = []
    for name, pool in pools:
        rows += [pool_row(name, each) for each in (pool, *(pool.alternatives if beside else ()))]
    return Table("pooled", COLUMNS, tuple(rows))


def as_reported(table: Table) -> Table:
    """A table of pools without the column of what was derived."""
    return replace(table, columns=tuple(column for column in table.columns if column.key != "derived"))


def batch_table(
    batch: tuple[list[str], Mapping[str, list[float]]], settings: Settings, derived: Sequence[str | None]
) -> Table:
    """One row per group; a group of which no study is left has k = 0 and nothing else.

    `derived` says for each group what its studies did not report.
    """
    names, found = batch
    columns = {key: list(found[key]) for key in KEYS}
    rows = []
    for at in range(len(columns["k"])):
        row: dict[str, Value] = {key: finite(float(values[at])) for key, values in columns.items()}
        row |= {
            "set": names[at],
            "measure": settings.measure,
            "model": settings.model,
            "ci_method": settings.ci,
            "derived": derived[at],
        }
        rows.append(row | (ratios(row) if settings.scale.ratio else {}))
    return Table("pooled", COLUMNS, tuple(rows))


def pool_row(name: str, pool: Pool) -> Mapping[str, Value]:
    """A pooled result under metafor's names, what does not exist as None."""
    found = pool.pooled
    row: dict[str, Value] = {
        "set": name or None,
        "measure": pool.settings.measure,
        "model": found.model,
        "ci_method": found.ci_method,
        **{key: finite(getattr(found, key)) for key in KEYS},
        "derived": derived_words((study.label, study.derived) for study in pool.studies),
    }
    return {**row, **(ratios(row) if pool.settings.scale.ratio else {})}


def ratios(row: Mapping[str, Value]) -> dict[str, Value]:
    """Estimate and intervals of a ratio measure, back from the logarithm."""
    pairs = zip(RATIO_KEYS, ("estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"), strict=True)
    return {name: _exp(row[key]) for name, key in pairs}


def _exp(value: Value) -> float | None:
    return finite(exp_or_infinite(value)) if isinstance(value, float) else None
