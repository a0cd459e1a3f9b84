"""Cochran–Mantel–Haenszel tests of two arms over strata: of two, of unordered and of ordered categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import chi2_sf

#: One stratum: the participants of each arm per category.
Stratum = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class StratifiedTest:
    """A χ² statistic over strata, its degrees of freedom and its p."""

    statistic: float
    df: int
    p: float


def cochran_mantel_haenszel(strata: Sequence[Stratum], *, continuity: bool = True) -> StratifiedTest:
    """Test of an odds ratio of 1 over 2×2 tables: (|Σ(a − E a)| − ½)²/Σ Var a (Cochran 1954; Mantel & Haenszel 1959).

    Without `continuity`, and where |Σ(a − E a)| is below ½, nothing is subtracted, as in R's mantelhaen.test. Raises
    ValueError for other than two categories, or where no table varies.

    >>> rabbits = [([0, 6], [0, 5]), ([3, 3], [0, 6]), ([6, 0], [2, 4]), ([5, 1], [6, 0]), ([2, 0], [5, 0])]
    >>> test = cochran_mantel_haenszel(rabbits)
    >>> round(test.statistic, 4), round(test.p, 5)
    (3.9286, 0.04747)
    """
    if any(len(counts) != 2 for stratum in strata for counts in stratum):
        raise ValueError("this test takes tables of two categories")
    deviation, covariance = _deviation(_cube(strata))
    distance, variance = abs(float(deviation[0])), float(covariance[0, 0])
    correction = 0.5 if continuity and distance >= 0.5 else 0.0
    return _test((distance - correction) ** 2, variance)


def general_association(strata: Sequence[Stratum]) -> StratifiedTest:
    """Test of any difference over 2×J tables: d'V⁻¹d on J − 1 degrees of freedom (Landis 1978; mantelhaen.test).

    Categories that hold no one do not count. Raises ValueError where no table varies.
    """
    deviation, covariance = _deviation(_cube(strata))
    inverse = np.linalg.pinv(covariance, hermitian=True)
    df = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if df == 0:
        raise ValueError("no stratum has two arms and two categories in use")
    statistic = float(deviation @ inverse @ deviation)
    return StratifiedTest(statistic, df, chi2_sf(statistic, df))


def linear_association(strata: Sequence[Stratum], scores: Sequence[float] | None = None) -> StratifiedTest:
    """Test of a shift over ordered 2×J tables: (Σ s'(a − E a))²/Σ Var, on 1 degree of freedom (Mantel 1963).

    Row mean scores and linear-by-linear association, one test for two arms; `scores` are the categories' places 1 to J
    unless given. With one stratum coin's lbl_test. Raises ValueError where scores do not match the categories or no
    table varies.

    >>> treasure = ([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> test = linear_association([treasure])
    >>> round(test.statistic, 6), round(test.p, 6)
    (0.884149, 0.347068)
    """
    cube = _cube(strata)
    used = np.arange(1.0, cube.shape[2] + 1) if scores is None else np.asarray(scores, dtype=np.float64)
    if len(used) != cube.shape[2]:
        raise ValueError(f"{cube.shape[2]} categories need as many scores, not {len(used)}")
    deviation, covariance = _deviation(cube)
    # The centre changes nothing but the digits lost.
    centred = used - used.mean()
    return _test(float(centred @ deviation) ** 2, float(centred @ covariance @ centred))


def _cube(strata: Sequence[Stratum]) -> NDArray[np.float64]:
    """Strata × arms × categories, without strata that hold fewer than two."""
    sizes = {len(counts) for stratum in strata for counts in stratum}
    if len(sizes) != 1 or any(len(stratum) != 2 for stratum in strata):
        raise ValueError("strata need two arms of the same categories")
    cube = np.array(strata, dtype=np.float64)
    if cube.min(initial=0.0) < 0:
        raise ValueError("strata need counts of 0 or more")
    informative: NDArray[np.float64] = cube[cube.sum(axis=(1, 2)) > 1]
    return informative


def _deviation(cube: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Observed less expected counts of arm 1 over all strata, and their covariance given the margins."""
    totals, columns = cube.sum(axis=(1, 2)), cube.sum(axis=1)
    arms = cube.sum(axis=2)
    share = arms[:, 0] / totals
    deviation = (cube[:, 0] - share[:, None] * columns).sum(axis=0)
    factor = share * arms[:, 1] / (totals - 1)
    spread = np.einsum("k,kj->j", factor, columns)
    outer = np.einsum("k,ki,kj->ij", factor / totals, columns, columns)
    return deviation, np.diag(spread) - outer


def _test(square: float, variance: float) -> StratifiedTest:
    if variance <= 0:
        raise ValueError("no stratum has two arms and two categories in use")
    statistic = square / variance
    return StratifiedTest(statistic, 1, chi2_sf(statistic, 1))
