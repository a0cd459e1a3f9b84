"""How often a p that was computed from unrounded data is the very p that the rounded summaries give."""

from __future__ import annotations

import math
from dataclasses import dataclass

from msc_evidence.statistics.distributions import t_from_p
from msc_evidence.statistics.two_arms.means import student

#: Cells on either side of the box of the two SDs.
_GRID = 21


@dataclass(frozen=True, slots=True)
class PrintedArm:
    """Mean and SD of an arm as printed, the steps they are printed to, and its size."""

    mean: float
    sd: float
    n: int
    mean_step: float
    sd_step: float


def student_p(first: PrintedArm, second: PrintedArm) -> float:
    """Student's p of the printed numbers."""
    return student(first.mean, first.sd, first.n, second.mean, second.sd, second.n).p


def exact_share(first: PrintedArm, second: PrintedArm, decimals: int) -> float:
    """The share of all unrounded inputs whose Student's p prints as that of the printed ones.

    Inputs uniform over their rounding boxes: the difference of the means is then trapezoidal, and lies within the t
    that print so with a probability in closed form, which is averaged over the midpoints of a grid of both SDs.

    >>> arms = PrintedArm(20, 4, 30, 1, 1), PrintedArm(21, 2, 30, 1, 1)
    >>> round(exact_share(*arms, 2), 3)
    0.02
    """
    step, df = 10.0**-decimals, first.n + second.n - 2
    printed = math.floor(student_p(first, second) / step + 0.5) * step
    smaller, larger = max(0.0, printed - step / 2), min(1.0, printed + step / 2)
    near = t_from_p(larger, df) if larger < 1 else 0.0
    far = t_from_p(smaller, df) if smaller > 0 else math.inf
    shifts = [(at + 0.5) / _GRID - 0.5 for at in range(_GRID)]
    middle, widths = first.mean - second.mean, (first.mean_step, second.mean_step)
    total = 0.0
    for one in shifts:
        for two in shifts:
            sd1, sd2 = max(0.0, first.sd + one * first.sd_step), max(0.0, second.sd + two * second.sd_step)
            variance = ((first.n - 1) * sd1**2 + (second.n - 1) * sd2**2) / df
            error = math.sqrt(variance * (1 / first.n + 1 / second.n))
            total += _within(near * error, far * error, middle, widths)
            total += _within(-far * error, -near * error, middle, widths)
    return total / _GRID**2


def _within(low: float, high: float, middle: float, widths: tuple[float, float]) -> float:
    """P(low < d < high) of a sum of two uniform errors around the middle."""
    return _below(high - middle, *widths) - _below(low - middle, *widths)


def _below(x: float, first: float, second: float) -> float:
    """P(U₁ + U₂ ≤ x) of two uniform errors of these widths around 0."""
    if math.isinf(x):
        return 1.0 if x > 0 else 0.0
    ramps = (
        sign * max(0.0, x + one * first / 2 + two * second / 2) ** 2
        for one, two, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
    )
    return min(1.0, max(0.0, math.fsum(ramps) / (2 * first * second)))
