"""Tests of two groups over categories that need have no order: Pearson's χ² and the likelihood ratio."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msc_evidence.statistics import several_arms

Counts = Sequence[int]


def pearson(first: Counts, second: Counts) -> float:
    """p of Pearson's Σ(O − E)²/E on one degree of freedom fewer than there are categories with anyone in them.

    1 where there is one category or an empty group. Raises ValueError for groups of different length.

    >>> f"{pearson([762, 327, 468], [484, 239, 477]):.3e}"  # Agresti 2007, p. 39: party by gender
    '2.954e-07'
    """
    return several_arms.pearson([first, second])


def likelihood_ratio(first: Counts, second: Counts) -> float:
    """p of G = 2 Σ O ln(O/E), with the degrees of freedom of `pearson` (Wilks 1938). Raises as it does."""
    return several_arms.likelihood_ratio([first, second])


#: Every test of a table of two groups, by the name findings give it.
METHODS: Mapping[str, Callable[[Counts, Counts], float]] = {
    "Pearson over categories": pearson,
    "likelihood ratio over categories": likelihood_ratio,
}
