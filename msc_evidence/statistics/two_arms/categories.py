"""Tests of two groups over categories that need have no order: Pearson's χ² and the likelihood ratio."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from msc_evidence.statistics.distributions import chi2_sf

Counts = Sequence[int]


def pearson(first: Counts, second: Counts) -> float:
    """p of Pearson's Σ(O − E)²/E on one degree of freedom fewer than there are categories with anyone in them.

    1 where there is one category or an empty group. Raises ValueError for groups of different length.

    >>> f"{pearson([762, 327, 468], [484, 239, 477]):.3e}"  # Agresti 2007, p. 39: party by gender
    '2.954e-07'
    """
    cells, df = _cells(first, second)
    return chi2_sf(math.fsum((o - e) ** 2 / e for o, e in cells), df) if df else 1.0


def likelihood_ratio(first: Counts, second: Counts) -> float:
    """p of G = 2 Σ O ln(O/E), with the degrees of freedom of `pearson` (Wilks 1938). Raises as it does."""
    cells, df = _cells(first, second)
    return chi2_sf(max(0.0, 2 * math.fsum(o * math.log(o / e) for o, e in cells if o)), df) if df else 1.0


def _cells(first: Counts, second: Counts) -> tuple[list[tuple[int, float]], int]:
    """Observed and expected count of every cell, empty categories left out, and the degrees of freedom."""
    rows = [(a, b) for a, b in zip(first, second, strict=True) if a + b]
    n1, n2 = sum(first), sum(second)
    if not n1 or not n2:
        return [], 0
    cells = [(o, (a + b) * n / (n1 + n2)) for a, b in rows for o, n in ((a, n1), (b, n2))]
    return cells, len(rows) - 1


#: Every test of a table of two groups, by the name findings give it.
METHODS: Mapping[str, Callable[[Counts, Counts], float]] = {
    "Pearson over categories": pearson,
    "likelihood ratio over categories": likelihood_ratio,
}
