"""The screen of `pool`: the studies, the pooled results side by side, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msc_evidence.analysis.pool.combined_p import Combined
from msc_evidence.analysis.pool.pool import Pool, Settings
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.tables.pool.derived import derived_words
from msc_evidence.tables.pool.notes import EMPTY_THROUGHOUT, TWO_STUDIES, convention_words, notes, warnings
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

if TYPE_CHECKING:
    from msc_evidence.statistics.pooling.moderators import GroupDifference

NAMES = {
    "common": "common effect",
    "MH": "Mantel–Haenszel",
    "peto": "Peto",
    "bayes": "Bayes, τ ~",
}
#: Stands in place of a model in the row of a test between groups.
DIFFERENCE = "difference between subgroups"
#: The model of a pool of one, in which nothing is common and nothing random.
ONE_STUDY = "one study"


def pool_blocks(
    title: str,
    pool: Pool,
    bases: Sequence[str] = (),
    times: Sequence[str] = (),
    groups: tuple[str, Sequence[str]] = ("", ()),
    *,
    every_model: bool = False,
) -> Iterator[Block]:
    """One pool: its studies with weights, what each is from and when it was measured, and the models side by side.

    `groups` are the title of what studies are grouped by, and the group of each. Of one study no model is shown, of two
    those that matter, unless every one is asked for.
    """
    group_title, group_values = groups
    yield Heading(title)
    rows = []
    for at, study in enumerate(pool.studies):
        rows.append(
            {
                "study": study.label,
                "group": group_values[at] if group_values else None,
                "at": times[at] if times else None,
                "basis": bases[at] if bases else None,
                "effect": effect_words(pool, study.yi, *pool.limits(study)),
                "weight": None if math.isnan(study.weight) else f"{study.weight:.1f}%",
            }
        )
    level = level_words(pool.settings.level)
    known_columns = {"group": group_values, "at": times, "basis": bases}
    columns = tuple(
        column for column in _study_columns(level, group_title) if known_columns.get(column.key, True)
    )
    yield Table("studies", columns, tuple(rows))
    models = (pool, *pool.alternatives) if every_model else pool.few_models
    said = notes(pool, every_model=every_model)
    if models:
        yield Table("pooled", _pooled_columns(level), tuple(map(_result_row, models)), notes=said)
    elif said:
        yield Sentences(tuple(f"{note[0].upper()}{note[1:]}." for note in said))


def _study_columns(level: str, group_title: str) -> tuple[Column, ...]:
    return (
        Column("study", "Study", whole=True),
        Column("group", group_title),
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
    pooled = pool.pooled
    if pool.on_one_df:
        silent = {"new": None, "p": None, "heterogeneity": TWO_STUDIES}
        return {"model": model_name(pool), "effect": pooled_words(pool), **silent}
    return {
        "model": model_name(pool),
        "effect": pooled_words(pool),
        "p": None if math.isnan(pooled.p) else precise_p(pooled.p),
        "new": effect_words(pool, None, pooled.pi_lb, pooled.pi_ub) if predicted(pool) else None,
        "heterogeneity": _heterogeneity_words(pool),
    }


def model_name(pool: Pool) -> str:
    """`random effects, REML, Hartung–Knapp`, `Bayes, τ ~ half-normal(0.5)`; `one study` where nothing is pooled."""
    pooled = pool.pooled
    if pooled.k == 1 and pooled.model in INVERSE_VARIANCE:
        return ONE_STUDY
    name = NAMES.get(pooled.model, f"random effects, {pooled.model}")
    if pooled.model == "bayes":
        return f"{name} {pooled.ci_method}"
    how = {"hk": ", Hartung–Knapp", "hk-adhoc": ", Hartung–Knapp (not narrower than z)", "t": ", t"}
    return name + how.get(pooled.ci_method, "")


def effect_words(pool: Pool, estimate: float | None, lower: float, upper: float) -> str:
    """`0.62 (0.41 to 0.94)`, as a ratio for ratio measures."""
    back = pool.settings.scale.back
    return interval_words(estimate if estimate is None else back(estimate), back(lower), back(upper))


def pooled_words(pool: Pool) -> str:
    """The pooled effect with its interval; without one that two studies cannot give."""
    pooled = pool.pooled
    limits = (math.nan, math.nan) if pool.on_one_df else (pooled.ci_lb, pooled.ci_ub)
    return effect_words(pool, pooled.estimate, *limits)


def predicted(pool: Pool) -> bool:
    """Whether there is an interval for a new study."""
    return pool.pooled.pi_lb < pool.pooled.pi_ub


def _heterogeneity_words(pool: Pool) -> str | None:
    pooled = pool.pooled
    if pooled.k < 2:
        return None
    if pooled.model == "bayes":
        return f"τ {interval_words(*map(math.sqrt, (pooled.tau2, pooled.tau2_ci_lb, pooled.tau2_ci_ub)))}"
    if math.isnan(pooled.q) or pooled.q_df < 1:
        return None
    q = f"Q {fixed(pooled.q)}, df {pooled.q_df}, p {precise_p(pooled.q_p)}"
    return (
        q
        if pooled.model in ("common", "MH", "peto")
        else f"τ² {significant_digits(pooled.tau2)}, I² {pooled.i2:.0f}%; {q}"
    )


def combined_blocks(scenario: str, combined: Sequence[Combined]) -> Iterator[Block]:
    """The combined one-sided p-values of one scenario."""
    if not combined:
        return
    columns = (Column("method", "Method"), Column("p", "one-sided p [rounding]", whole=True))
    rows = tuple({"method": item.method, "p": with_rounding(item.p, item.interval)} for item in combined)
    title = "p-values combined, in favour of treatment" + (f", {scenario}" if scenario else "")
    yield Table("combined", columns, rows, title)


def sentence(participants: int | None, scenarios: Sequence[tuple[str, Pool]], *, whole: bool = True) -> Block:
    """What the pool says, in PRISMA's form: trials, participants, effect with its interval and level, direction.

    The participants are not the `whole` where a study prints an effect without the sizes of its groups.
    """
    first = scenarios[0][1]
    people = f", {'' if whole else 'at least '}{participants:,} participants" if participants else ""
    start = f"{counted(first.pooled.k, 'trial')}{people}: {first.settings.title}"
    return Sentences((f"{start} {'; '.join(_scenario_words(name, pool) for name, pool in scenarios)}.",))


def _scenario_words(name: str, pool: Pool) -> str:
    """One scenario: `0.49 (95% CI 0.34 to 0.70) (random effects, REML; the interval excludes no difference)`."""
    pooled = pool.pooled
    back = pool.settings.scale.back
    limits = (math.nan, math.nan) if pool.on_one_df else (pooled.ci_lb, pooled.ci_ub)
    words = interval_words(*map(back, (pooled.estimate, *limits)), level=pooled.level)
    how = ", ".join(part for part in (model_name(pool), name) if part)
    return f"{words} ({'; '.join(part for part in (how, _direction_words(pool)) if part)})"


def _direction_words(pool: Pool) -> str:
    pooled = pool.pooled
    if math.isnan(pooled.estimate):
        return EMPTY_THROUGHOUT
    if pool.on_one_df:
        return TWO_STUDIES
    if math.isnan(pooled.ci_lb):
        return ""
    if pooled.ci_lb <= 0 <= pooled.ci_ub:
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


def pooled_table(pools: Iterable[tuple[str, Pool]], differences: Sequence[Mapping[str, Value]] = ()) -> Table:
    """One row per pool and, where studies are few, one per alternative; `set` says which studies.

    Rows of tests between groups of studies end it.
    """
    rows = [pool_row(name, row) for name, pool in pools for row in (pool, *pool.alternatives)]
    return Table("pooled", COLUMNS, (*rows, *differences))


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
    names, quantities = batch
    columns = {key: list(quantities[key]) for key in KEYS if key != "level"}
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
    pooled = pool.pooled
    row: dict[str, Value] = {
        "set": name or None,
        "measure": pool.settings.measure,
        "model": ONE_STUDY if pooled.k == 1 and pooled.model in INVERSE_VARIANCE else pooled.model,
        "ci_method": pooled.ci_method,
        **{key: finite(getattr(pooled, key)) for key in KEYS},
        "level": 100 * pooled.level,
        "zero_cells": None if pooled.model in ("MH", "peto") else convention_words(pool.settings.zero_cells),
        "derived": derived_words((study.label, study.derived) for study in pool.studies),
        "left_out": "; ".join(f"{name}: {reason}" for name, reason in pool.lacking) or None,
        "remarks": "; ".join(warnings(pool)) or None,
    }
    return {**row, **natural(row, pool.settings)}


def difference_row(
    name: str, by: str, settings: Settings, test: GroupDifference, silent: str
) -> dict[str, Value]:
    """The test of difference between groups as a row beside their pools: Q between them under `q`."""
    row: dict[str, Value] = {
        "set": ", ".join(filter(None, (name, f"by {by}"))),
        "measure": settings.measure,
        "model": DIFFERENCE,
        "level": 100 * settings.level,
        "q": finite(test.q),
        "q_df": test.q_df,
        "q_p": finite(test.q_p),
        "remarks": silent or None,
    }
    return row


def natural(row: Mapping[str, Value], settings: Settings) -> dict[str, Value]:
    """Estimate and limits as people read them, of a measure that is not analysed as it is read."""
    columns = RATIO_KEYS if settings.ratio else PS_KEYS if settings.measure == "PS" else ()
    values = [row.get(key) for key in ANALYSED[: len(columns)]]
    back = settings.scale.back
    return {
        name: finite(back(value)) if isinstance(value, float) else None
        for name, value in zip(columns, values, strict=True)
    }
