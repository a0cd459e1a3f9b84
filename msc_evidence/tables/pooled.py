"""The table of pooled results: one row per model, on the analysis scale and, for ratios, as ratios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msc_evidence.analysis.pool.pool import Pool, Settings
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import exponential, finite

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
)


def pooled_table(pools: Iterable[tuple[str, Pool]], *, beside: bool = True) -> Table:
    """One row per pool and, where studies are few, one per alternative; `set` says which studies."""
    rows = []
    for name, pool in pools:
        rows += [pool_row(name, each) for each in (pool, *(pool.alternatives if beside else ()))]
    return Table("pooled", COLUMNS, tuple(rows))


def batch_table(batch: tuple[list[str], Mapping[str, list[float]]], settings: Settings) -> Table:
    """One row per group; a group of which no study is left has k = 0 and nothing else."""
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
    }
    return {**row, **(ratios(row) if pool.settings.scale.ratio else {})}


def ratios(row: Mapping[str, Value]) -> dict[str, Value]:
    """Estimate and intervals of a ratio measure, back from the logarithm."""
    pairs = zip(RATIO_KEYS, ("estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"), strict=True)
    return {name: _exp(row[key]) for name, key in pairs}


def _exp(value: Value) -> float | None:
    return finite(exponential(value)) if isinstance(value, float) else None
