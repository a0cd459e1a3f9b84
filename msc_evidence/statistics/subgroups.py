"""Pooled effects of groups of studies, and whether they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from msc_evidence.statistics.distributions import chi2_sf
from msc_evidence.statistics.pooling import Pooled, pool, studies
from msc_evidence.statistics.summary import Confidence


@dataclass(frozen=True, slots=True)
class Subgroups:
    """The pooled effect of each group, in order of first appearance, and the test of their difference."""

    groups: Mapping[str, Pooled]
    q_between: float
    q_between_df: int
    q_between_p: float


def subgroups(
    yi: ArrayLike,
    vi: ArrayLike,
    group: Sequence[str],
    model: str = "REML",
    ci: Confidence = "z",
    *,
    level: float = 0.95,
) -> Subgroups:
    """The pooled effect of each group of studies with its own τ², and Q between the groups.

    Q = Σ(θ_g − θ̄)²/SE_g² with θ̄ weighted by 1/SE_g², χ² on G − 1 df for G groups (Borenstein & Higgins 2013;
    Cochrane Handbook 10.11.3.1). SE_g is that of the chosen interval, so Q is nan where Hartung–Knapp's is 0
    for a group whose effects agree exactly. Raises ValueError for a single group, for a study without a group
    and as `pool` does.

    >>> found = subgroups([0.1, 0.3, 0.8, 1.0], [0.04] * 4, ["sham", "sham", "open", "open"])
    >>> round(found.groups["open"].estimate, 12), round(found.q_between, 12), found.q_between_df
    (0.9, 12.25, 1)
    """
    y, v = studies(yi, vi)
    labels = np.asarray(group, dtype=object)
    if labels.shape != y.shape:
        raise ValueError(f"{len(labels)} groups are named for {len(y)} studies")
    unnamed = [label is None or label != label or not str(label).strip() for label in labels]
    if any(unnamed):
        raise ValueError(f"study {unnamed.index(True) + 1} has no group")
    names = tuple(dict.fromkeys(str(label) for label in labels))
    if len(names) < 2:
        raise ValueError(f"a difference between groups needs two of them: every study is {names[0]!r}")
    rows = {name: np.array([str(label) == name for label in labels]) for name in names}
    pooled = {name: pool(y[row], v[row], model, ci, level=level) for name, row in rows.items()}
    q, df = _between(list(pooled.values())), len(names) - 1
    return Subgroups(pooled, q, df, math.nan if math.isnan(q) else chi2_sf(q, df))


def _between(pooled: Sequence[Pooled]) -> float:
    if any(group.se == 0 for group in pooled):
        return math.nan
    return pool([group.estimate for group in pooled], [group.se**2 for group in pooled], "common").q
