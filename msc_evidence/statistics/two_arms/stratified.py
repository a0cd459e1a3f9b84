"""The Cochran–Mantel–Haenszel test of two arms over strata, of unordered categories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import ChiSquare

#: Rounding leaves eigenvalues of 0 at some 1e-15 of the largest, more where counts are large; a category of one
#: participant among millions still has 1e-7 of it.
SINGULAR = 1e-11
#: One stratum: the participants of each arm per category.
Stratum = tuple[Sequence[float], Sequence[float]]


def general_association(strata: Sequence[Stratum]) -> ChiSquare:
    """Test of any difference over 2×J tables: d'V⁻¹d on J − 1 degrees of freedom (Landis 1978; mantelhaen.test).

    Categories that hold no one do not count. Raises ValueError where no table varies.
    """
    deviation, covariance = _deviation(_cube(strata))
    inverse = np.linalg.pinv(covariance, rcond=SINGULAR, hermitian=True)
    df = int(np.linalg.matrix_rank(covariance, tol=SINGULAR * float(np.trace(covariance)), hermitian=True))
    if df == 0:
        raise ValueError("no stratum has two arms and two categories in use")
    statistic = float(deviation @ inverse @ deviation)
    return ChiSquare.of(statistic, df)


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
