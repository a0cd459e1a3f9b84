"""What a pool can be over all data sets with the p-values of studies that print nothing else: in words, and as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.analysis.pool.feasible import FeasiblePool, feasible_pool
from msc_evidence.analysis.pool.pool import Pool, Settings
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.scale import exponential, from_log_odds
from msc_evidence.tables.pool.screen import ONE_STUDY, natural
from msc_evidence.tables.table import Value
from msc_evidence.tables.words import fixed, level_words

#: What stands in each row of a bound.
REMARK = "bound, if p is from a rank-sum test; the intervals of the ends are never joined"


def feasible_pool_words(possible: FeasiblePool) -> str:
    """The bounds in a sentence, the confidence interval of each end apart.

    Of one study there is no model.
    """
    bound, level = possible.bound, level_words(possible.level)

    def ps(low: float, high: float) -> str:
        return " to ".join(fixed(from_log_odds(value)) for value in (low, high))

    odds = " to ".join(fixed(exponential(end.estimate)) for end in (bound.low, bound.high))
    lower, upper = (ps(end.ci.lo, end.ci.hi) for end in (bound.low, bound.high))
    several = possible.k > 1
    model = "common effect" if several else "PS"
    random = f"; random effects within {ps(bound.random_effects.lo, bound.random_effects.hi)}"
    random += ", whatever the variance between the studies"
    return (
        f"Over all data sets with the p of {listed(possible.studies)}, if from rank-sum tests: {model}"
        f" {ps(bound.low.estimate, bound.high.estimate)} (win odds {odds}), with {level} CI {lower} at the lower end"
        f" and {upper} at the upper{random if several else ''}. Variance as PS determines it (Newcombe)."
    )


def feasible_pool_rows(entries: Sequence[Entry], pool: Pool, when: str) -> Iterator[Mapping[str, Value]]:
    """A row for each end beside the pools: the common effect with its own interval, random effects without one."""
    possible = feasible_pool(entries, pool)
    if possible is None:
        return
    bound, several = possible.bound, possible.k > 1
    studies = f"all data sets with the p of {listed(possible.studies)}"
    shared: dict[str, Value] = {
        "set": f"{when}, {studies}" if when else studies,
        "measure": pool.settings.measure,
        "level": 100 * possible.level,
        "k": possible.k,
        "remarks": REMARK,
    }
    for name, end in (("least", bound.low), ("greatest", bound.high)):
        model = f"{'common' if several else ONE_STUDY}, {name}"
        limits: dict[str, Value] = {"ci_method": "z", "ci_lb": end.ci.lo, "ci_ub": end.ci.hi}
        yield _read({**shared, **limits, "model": model, "estimate": end.estimate}, pool.settings)
    ends = (("least", bound.random_effects.lo), ("greatest", bound.random_effects.hi)) if several else ()
    for name, value in ends:
        yield _read({**shared, "model": f"random effects, {name}", "estimate": value}, pool.settings)


def _read(row: Mapping[str, Value], settings: Settings) -> Mapping[str, Value]:
    return {**row, **natural(row, settings)}
