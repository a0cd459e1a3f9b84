"""P-values adjusted for the other p-values of their family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """Each p times the size of the family, at most 1 (Dunn 1961). Raises ValueError for a p outside [0, 1].

    >>> bonferroni([0.25, 0.5])
    [0.5, 1.0]
    """
    _require(p_values)
    return [min(1.0, len(p_values) * p) for p in p_values]


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment: running maximum of (m − i + 1)·p₍ᵢ₎, at most 1.

    Holm 1979. Raises as `bonferroni`.

    >>> holm([0.732, 0.023])
    [0.732, 0.046]
    """
    _require(p_values)
    m = len(p_values)
    order = _ascending_order(p_values)
    steps = accumulate((min(1.0, (m - rank) * p_values[i]) for rank, i in enumerate(order)), max)
    return _in_original_order(order, steps)


def hochberg(p_values: Sequence[float]) -> list[float]:
    """Hochberg's step-up adjustment: running minimum from the largest p down of (m − i + 1)·p₍ᵢ₎.

    Hochberg 1988. Raises as `bonferroni`.

    >>> hochberg([0.25, 0.25])
    [0.25, 0.25]
    """
    m = len(p_values)
    return _stepped_up(p_values, lambda rank: m - rank + 1)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """False discovery rate: running minimum from the largest p down of m·p₍ᵢ₎/i.

    Benjamini & Hochberg 1995. Raises as `bonferroni`.

    >>> [round(p, 4) for p in benjamini_hochberg([0.011, 0.017, 0.115, 0.076, 0.171, 0.286])]
    [0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286]
    """
    m = len(p_values)
    return _stepped_up(p_values, lambda rank: m / rank)


def benjamini_yekutieli(p_values: Sequence[float]) -> list[float]:
    """False discovery rate under any dependence: as `benjamini_hochberg`, times Σ 1/j for j = 1 … m.

    Benjamini & Yekutieli 2001. Raises as `bonferroni`.

    >>> benjamini_yekutieli([0.25, 0.5])
    [0.75, 0.75]
    """
    m = len(p_values)
    harmonic = sum(1 / j for j in range(1, m + 1))
    return _stepped_up(p_values, lambda rank: harmonic * m / rank)


METHODS: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "bonferroni": bonferroni,
    "holm": holm,
    "hochberg": hochberg,
    "bh": benjamini_hochberg,
    "by": benjamini_yekutieli,
}


def _stepped_up(p_values: Sequence[float], factor: Callable[[int], float]) -> list[float]:
    """Running minimum, from the largest p down, of p₍ᵢ₎ times its rank's factor, at most 1."""
    _require(p_values)
    order = _ascending_order(p_values)[::-1]
    ranks = range(len(order), 0, -1)
    scaled = (min(1.0, factor(rank) * p_values[i]) for rank, i in zip(ranks, order, strict=True))
    return _in_original_order(order, accumulate(scaled, min))


def _ascending_order(p_values: Sequence[float]) -> list[int]:
    return sorted(range(len(p_values)), key=p_values.__getitem__)


def _in_original_order(order: list[int], adjusted: accumulate[float]) -> list[float]:
    """Values computed in `order`, back in input order."""
    return [p for _, p in sorted(zip(order, adjusted, strict=True))]


def _require(p_values: Sequence[float]) -> None:
    for p in p_values:
        if not 0 <= p <= 1:
            raise ValueError(f"p of {p:g} is not between 0 and 1")
