"""Figures that belong to one reported result: an estimate with its interval, a share, a test, the arms' sizes."""

from __future__ import annotations

from dataclasses import dataclass

from msc_evidence.reading.figures import Figure


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """An estimate with its confidence interval and, where it stands with them, its p-value."""

    #: As checks name it (OR, RR, HR, RD, MD, SMD, ROM, beta), "%" for a share, "r" or "other"; "" where none is named.
    measure: str
    estimate: Figure
    low: str
    high: str
    #: The figure, or the two, that print the limits.
    limits: tuple[Figure, ...]
    level: str | None
    p: Figure | None
    adjusted: bool = False
    #: What the sentence names that makes an interval asymmetric: bootstrap, exact, costs, …
    skewed: str | None = None

    @property
    def value(self) -> str:
        """The estimate without its unit."""
        return self.estimate.text.partition(" ")[0].rstrip("%")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.estimate, *self.limits, self.p)


@dataclass(frozen=True, slots=True)
class Proportion:
    """A count, its denominator and their percentage; without it where only `x/n` is printed."""

    x: Figure
    n: Figure
    percent: Figure | None
    #: Whether words call the percentage an estimate (actuarial, weighted, …), which no count need give.
    estimated: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.x, self.n, self.percent)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two arms' proportions and the p-value printed beside them."""

    first: Proportion
    second: Proportion
    p: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(*self.first.figures, *self.second.figures, self.p)


@dataclass(frozen=True, slots=True)
class StatisticGroup:
    """A test statistic with its degrees of freedom and its p-value."""

    #: t, F, chi2, r, z or Q.
    kind: str
    value: Figure
    df: tuple[Figure, ...]
    p: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.value, *self.df, self.p)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Participants allocated in all, and to each arm, as one sentence gives them."""

    total: Figure
    arms: tuple[Figure, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.total, *self.arms)


@dataclass(frozen=True, slots=True)
class Wording:
    """A p-value that words call significant, or not."""

    significant: bool
    p: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return (self.p,)


@dataclass(frozen=True, slots=True)
class Series:
    """P-values and, one for each of them, the times they are of."""

    ps: tuple[Figure, ...]
    times: tuple[Figure, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(*self.ps, *self.times)


@dataclass(frozen=True, slots=True)
class LoneP:
    """A p-value printed as zero or above 1, beside nothing that it could be recomputed from."""

    p: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figure."""
        return (self.p,)


Group = EffectGroup | Proportion | Comparison | StatisticGroup | Sizes | Wording | Series | LoneP


def _ordered(*figures: Figure | None) -> tuple[Figure, ...]:
    return tuple(
        sorted((figure for figure in figures if figure is not None), key=lambda figure: figure.start)
    )
