"""The bounds of a pool of PS in which studies print only a p-value: over all data sets that have these p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.analysis.feasible import leading_superiority
from msc_evidence.analysis.pool.entry import Entry, pooled_entries
from msc_evidence.analysis.pool.pool import Pool
from msc_evidence.statistics.feasible.pooled import Member, PooledBound, pooled_bound, win_odds_members


@dataclass(frozen=True, slots=True)
class FeasiblePool:
    """The bound on the log win odds, and the studies that are free in it."""

    bound: PooledBound
    studies: tuple[str, ...]
    #: How many studies are pooled, those that stand as they are included.
    k: int
    #: The level of the confidence intervals.
    level: float


def feasible_pool(entries: Sequence[Entry], pool: Pool) -> FeasiblePool | None:
    """The pool of these entries with every study of a lone p free in its feasible set.

    None of other measures than PS, and without such a study. A study without a direction is free in both; the others
    stand as they are.
    """
    measure, level = pool.settings.measure, pool.settings.level
    entries = pooled_entries(entries, pool)
    if measure != "PS" or all(entry.basis != "p" for entry in entries):
        return None
    members: list[list[Member]] = []
    for entry in entries:
        possible = _free_members(entry) if entry.basis == "p" else [entry.effect(measure)]
        if not possible:
            return None
        members.append(possible)
    free = tuple(dict.fromkeys(entry.label for entry in entries if entry.basis == "p"))
    return FeasiblePool(pooled_bound(members, level), free, len(entries), level)


def _free_members(entry: Entry) -> list[Member]:
    """What a study with nothing but a rank-sum p can be; nothing where p bounds no distributions."""
    bound = leading_superiority(entry.analysed) if entry.analysed is not None else None
    contrast = entry.analysed.contrast if entry.analysed is not None else None
    sizes = contrast.sizes if contrast is not None else None
    if bound is None or sizes is None or sizes != (entry.n1, entry.n2):
        return []
    n1, n2 = sizes
    low, high = (round((ps - 0.5) * 2 * n1 * n2) for ps in (bound.low.value, bound.high.value))
    wins = [d for d in range(low, high + 1) if low > 0 or high < 0 or abs(d) >= _least(entry)]
    try:
        return win_odds_members(wins, n1, n2)
    except ValueError:  # one arm may lie wholly above the other
        return []


def _least(entry: Entry) -> int:
    """The least |wins − losses| of a study without a direction."""
    assert entry.analysed is not None
    bound = leading_superiority(entry.analysed, direction=1)
    assert bound is not None
    return round((bound.low.value - 0.5) * 2 * entry.n1 * entry.n2)
