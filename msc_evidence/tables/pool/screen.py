"""The screen of `pool`: the studies, the pooled results side by side, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.pool.combined_p import Combined
from msc_evidence.analysis.pool.pool import Pool, Settings
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.tables.pool.derived import derived_words
from msc_evidence.tables.pool.notes import EMPTY_THROUGHOUT, convention_words, notes, warnings
from msc_evidence.tables.table import Block, Column, Heading, Sentences, Table, Value
from msc_evidence.tables.words import (
    finite,
    fixed,
    interval_words,
    level_words,
    precise_p,
    significant_digits,
    with_rounding,
)

NAMES = {
    "common": "common effect",
    "MH": "Mantel–Haenszel",
    "peto": "Peto",
    "bayes": "Bayes, τ ~",
}
#: The model of a pool of one, in which nothing is common and nothing random.
ONE_STUDY = "one study"


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
                "effect": effect_words(pool, study.yi, *pool.limits(study)),
                "weight": None if math.isnan(study.weight) else f"{study.weight:.1f}%",
            }
        )
    level, told = level_words(pool.settings.level), {"at": times, "basis": bases}
    columns = tuple(column for column in _study_columns(level) if told.get(column.key, True))
    yield Table("studies", columns, tuple(rows))
    results = tuple(_result_row(each) for each in (pool, *pool.alternatives))
    yield Table("pooled", _pooled_columns(level), results, notes=notes(pool))


def _study_columns(level: str) -> tuple[Column, ...]:
    return (
        Column("study", "Study", whole=True),
        Column("at", "At", whole=True),
        Column("basis", "From"),
        Column("effect", f"Effect ({level} CI)", whole=True),
        Column("weight", "Weight", whole=True),
    )


def _pooled_columns(level: str) -> tuple[Column, ...]:
    return (
        Column("model", "Model"),
        Column("effect", f"Pooled ({level} CI)", whole=True),
        Column("p", "p", whole=True),
        Column("new", f"New study ({level})", whole=True),
        Column("heterogeneity", "Heterogeneity"),
    )


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
    """`random effects, REML, Hartung–Knapp`, `Bayes, τ ~ half-normal(0.5)`; `one study` where nothing is pooled."""
    found = pool.pooled
    if found.k == 1 and found.model in INVERSE_VARIANCE:
        return ONE_STUDY
    name = NAMES.get(found.model, f"random effects, {found.model}")
    if found.model == "bayes":
        return f"{name} {found.ci_method}"
    how = {"hk": ", Hartung–Knapp", "hk-adhoc": ", Hartung–Knapp (not narrower than z)", "t": ", t"}
    return name + how.get(found.ci_method, "")


def effect_words(pool: Pool, estimate: float | None, lower: float, upper: float) -> str:
    """`0.62 (0.41 to 0.94)`, as a ratio for ratio measures."""
    back = pool.settings.scale.back
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
    if math.isnan(found.q) or found.q_df < 1:
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
    """What the pool says, in PRISMA's form: trials, participants, effect with its interval and level, direction."""
    first = scenarios[0][1]
    people = f", {participants:,} participants" if participants else ""
    start = f"{counted(first.pooled.k, 'trial')}{people}: {first.settings.title}"
    return Sentences((f"{start} {'; '.join(_said(name, pool) for name, pool in scenarios)}.",))


def _said(name: str, pool: Pool) -> str:
    """One scenario: `0.49 (95% CI 0.34 to 0.70) (random effects, REML; the interval excludes no difference)`."""
    found = pool.pooled
    back = pool.settings.scale.back
    words = interval_words(*map(back, (found.estimate, found.ci_lb, found.ci_ub)), level=found.level)
    how = ", ".join(part for part in (model_name(pool), name) if part)
    return f"{words} ({'; '.join(part for part in (how, _direction(pool)) if part)})"


def _direction(pool: Pool) -> str:
    found = pool.pooled
    if math.isnan(found.estimate):
        return EMPTY_THROUGHOUT
    if math.isnan(found.ci_lb):
        return ""
    if found.ci_lb <= 0 <= found.ci_ub:
        return "the interval includes no difference"
    return "the interval excludes no difference"


KEYS = (
    *(
        "level",
        "k",
        "estimate",
        "se",
        "ci_lb",
        "ci_ub",
        "p",
        "q",
        "q_df",
        "q_p",
        "tau2",
        "tau2_ci_lb",
        "tau2_ci_ub",
    ),
    *("i2", "i2_q", "h2", "pi_lb", "pi_ub"),
)
#: What people read on another scale than the one analysed, and the columns of what they read.
ANALYSED = ("estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
PS_KEYS = ("ps", "ps_ci_lb", "ps_ci_ub", "ps_pi_lb", "ps_pi_ub")
RATIO_KEYS = ("ratio", "ratio_ci_lb", "ratio_ci_ub", "ratio_pi_lb", "ratio_pi_ub")
COLUMNS = (
    Column("set", "Set"),
    Column("measure", "Measure"),
    Column("model", "Model"),
    Column("ci_method", "Interval"),
    *(Column(key, key, "p" if key in ("p", "q_p") else "number") for key in (*KEYS, *RATIO_KEYS, *PS_KEYS)),
    Column("zero_cells", "Empty cells"),
    Column("derived", "Derived, not reported"),
    Column("left_out", "Not in the pool"),
    Column("remarks", "Remarks"),
)
#: What a table of pools beside the one on the screen leaves to files.
OF_FILES = ("level", "zero_cells", "derived", "left_out", "remarks")


def pooled_table(pools: Iterable[tuple[str, Pool]], *, beside: bool = True) -> Table:
    """One row per pool and, where studies are few, one per alternative; `set` says which studies."""
    rows = []
    for name, pool in pools:
        rows += [pool_row(name, each) for each in (pool, *(pool.alternatives if beside else ()))]
    return Table("pooled", COLUMNS, tuple(rows))


def as_reported(table: Table) -> Table:
    """A table of pools without the columns in words and those of other measures."""
    unused = {key for key in (*RATIO_KEYS, *PS_KEYS) if all(row.get(key) is None for row in table.rows)}
    hidden = unused | set(OF_FILES)
    return replace(table, columns=tuple(column for column in table.columns if column.key not in hidden))


def other_pools(pools: Sequence[tuple[str, Pool]]) -> Table:
    """Pools of some of the studies as a person reads them: one row each, without alternatives."""
    level = level_words(pools[0][1].settings.level)
    columns = (Column("set", "Set"), Column("k", "Studies", "number"), *_pooled_columns(level))
    rows = [{"set": name, "k": pool.pooled.k, **_result_row(pool)} for name, pool in pools]
    return Table("pools", columns, tuple(rows))


def batch_table(
    batch: tuple[list[str], Mapping[str, list[float]]], settings: Settings, derived: Sequence[str | None]
) -> Table:
    """One row per group; a group of which no study is left has k = 0 and nothing else.

    `derived` says for each group what its studies did not report.
    """
    names, found = batch
    columns = {key: list(found[key]) for key in KEYS if key != "level"}
    rows = []
    for at in range(len(columns["k"])):
        row: dict[str, Value] = {key: finite(float(values[at])) for key, values in columns.items()}
        one = row["k"] == 1
        row |= {
            "set": names[at],
            "measure": settings.measure,
            "model": ONE_STUDY if one else settings.model,
            "ci_method": "z" if one else settings.ci,
            "level": 100 * settings.level,
            "zero_cells": convention_words(settings.zero_cells),
            "derived": derived[at],
        }
        rows.append(row | natural(row, settings))
    return Table("pooled", COLUMNS, tuple(rows))


def pool_row(name: str, pool: Pool) -> Mapping[str, Value]:
    """A pooled result under metafor's names, what does not exist as None."""
    found = pool.pooled
    row: dict[str, Value] = {
        "set": name or None,
        "measure": pool.settings.measure,
        "model": ONE_STUDY if found.k == 1 and found.model in INVERSE_VARIANCE else found.model,
        "ci_method": found.ci_method,
        **{key: finite(getattr(found, key)) for key in KEYS},
        "level": 100 * found.level,
        "zero_cells": None if found.model in ("MH", "peto") else convention_words(pool.settings.zero_cells),
        "derived": derived_words((study.label, study.derived) for study in pool.studies),
        "left_out": "; ".join(f"{name}: {reason}" for name, reason in pool.lacking) or None,
        "remarks": "; ".join(warnings(pool)) or None,
    }
    return {**row, **natural(row, pool.settings)}


def natural(row: Mapping[str, Value], settings: Settings) -> dict[str, Value]:
    """Estimate and limits as people read them, of a measure that is not analysed as it is read."""
    columns = RATIO_KEYS if settings.ratio else PS_KEYS if settings.measure == "PS" else ()
    values = [row[key] for key in ANALYSED[: len(columns)]]
    back = settings.scale.back
    return {
        name: finite(back(value)) if isinstance(value, float) else None
        for name, value in zip(columns, values, strict=True)
    }
