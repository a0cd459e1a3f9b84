"""Several groups of participants as one, and one as several, for trials with more arms than two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountGroup:
    """Events among the participants of a group; fractions where it is a share of one."""

    events: float
    n: float

    def joined(self, other: CountGroup) -> CountGroup:
        """Both groups as one."""
        return CountGroup(self.events + other.events, self.n + other.n)

    def shared(self, ways: float) -> CountGroup:
        """One of so many equal parts (Cochrane Handbook 23.3.4)."""
        return CountGroup(self.events / ways, self.n / ways)


@dataclass(frozen=True, slots=True)
class MeanGroup:
    """Mean and SD of a group."""

    mean: float
    sd: float
    n: float

    def joined(self, other: MeanGroup) -> MeanGroup:
        """Both groups as one: the mean and SD that all participants together have (Cochrane Handbook 6.5.2.10).

        M = (N₁M₁ + N₂M₂)/N and SD² = [(N₁ − 1)SD₁² + (N₂ − 1)SD₂² + N₁N₂(M₁ − M₂)²/N]/(N − 1).

        >>> both = MeanGroup(2.0, 1.0, 2).joined(MeanGroup(5.0, 2.0, 3))
        >>> round(both.mean, 4), round(both.sd, 4), both.n
        (3.8, 2.2249, 5)
        """
        n = self.n + other.n
        mean = (self.n * self.mean + other.n * other.mean) / n
        within = (self.n - 1) * self.sd**2 + (other.n - 1) * other.sd**2
        between = self.n * other.n / n * (self.mean - other.mean) ** 2
        return MeanGroup(mean, math.sqrt((within + between) / (n - 1)), n)

    def shared(self, ways: float) -> MeanGroup:
        """The same mean and SD of one of so many equal parts (Cochrane Handbook 23.3.4)."""
        return MeanGroup(self.mean, self.sd, self.n / ways)


@dataclass(frozen=True, slots=True)
class OrdinalGroup:
    """Participants in each category of a scale, lowest first."""

    counts: tuple[float, ...]

    @property
    def n(self) -> float:
        """All participants."""
        return math.fsum(self.counts)

    def joined(self, other: OrdinalGroup) -> OrdinalGroup:
        """Both groups as one; raises ValueError for scales of different length."""
        return OrdinalGroup(tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    def shared(self, ways: float) -> OrdinalGroup:
        """One of so many equal parts."""
        return OrdinalGroup(tuple(count / ways for count in self.counts))

    def described(self, scores: Sequence[float]) -> MeanGroup:
        """Mean and SD of the scores of the categories; raises ValueError for fewer than two participants.

        >>> group = OrdinalGroup((1, 0, 2)).described((0, 1, 2))
        >>> round(group.mean, 4), round(group.sd, 4), group.n
        (1.3333, 1.1547, 3.0)
        """
        n = self.n
        if n < 2:
            raise ValueError("fewer than two participants have no standard deviation")
        mean = math.fsum(c * x for c, x in zip(self.counts, scores, strict=True)) / n
        squares = math.fsum(c * (x - mean) ** 2 for c, x in zip(self.counts, scores, strict=True))
        return MeanGroup(mean, math.sqrt(squares / (n - 1)), n)


Group = CountGroup | MeanGroup | OrdinalGroup
