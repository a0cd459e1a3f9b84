"""Rank-sum tests by their normal approximation: which wins less losses a p allows at a pattern of ties."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.interval import Interval

#: Floating point of a square root and a quantile, on numbers of wins that are whole.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Approximation:
    """z² = 3N(N − `less`)(|D| − `correction`)²/(n₁n₂Q), D wins less losses, Q = N³ − Σt³ (N³ − N without `ties`)."""

    less: int
    correction: int = 0
    ties: bool = True


#: Every test whose p depends on D and Q alone, by the name it is asked for.
APPROXIMATIONS: Mapping[str, Approximation] = {
    "rank-sum normal": Approximation(1),
    "rank-sum normal cc": Approximation(1, correction=1),
    "rank-sum no tie correction": Approximation(1, ties=False),
    "PO score": Approximation(0),
}


@dataclass(frozen=True, slots=True)
class Band:
    """What |D| can be for a p within its printing.

    >>> Band("rank-sum normal", 5, 25, Interval(0.0755, 0.0765)).allowed(30**3 - 594)
    (63, 63)
    """

    test: str
    n1: int
    n2: int
    p: Interval

    def allowed(self, untied: int) -> tuple[int, int]:
        """The least and the greatest whole |D| at this Q; the first above the second where there is none."""
        approximation, total = APPROXIMATIONS[self.test], self.n1 + self.n2
        q = untied if approximation.ties else total**3 - total
        unit = math.sqrt(self.n1 * self.n2 * q / (3 * total * (total - approximation.less)))
        least, greatest = self.limits
        # D = 0 has p = 1 even where all are alike and D has no variance.
        low = max(1.0, least * unit + approximation.correction) if least else 0.0
        high = greatest * unit + approximation.correction if unit else 0.0
        return math.ceil(low - SLACK), math.floor(min(high, self.n1 * self.n2) + SLACK)

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the greatest |z|."""
        return z_from_p(min(1.0, self.p.hi)), z_from_p(max(0.0, self.p.lo))
