"""Figures that belong to one reported result: an estimate with its interval, a share, a test, the arms' sizes.

The text is read with each figure folded into one character: what stands between figures is what groups them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.notations import Kind


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
    #: Whether grammar leaves one reading of the three numbers.
    sure: bool = True
    #: What the sentence says before the numbers, a mark, and what it says between them and in their brackets.
    said: str = ""
    #: The test that words beside the p-value name.
    test: str | None = None
    #: Whether words call it a change by so much, whose null is 0 whatever it is called.
    change: bool = False
    #: Whether the same p-value stands beside another effect of its sentence: then it may be that of a whole factor.
    shares_p: bool = False
    #: Whether no other effect with a p-value stands in its sentence.
    alone: bool = True

    @property
    def value(self) -> str:
        """The estimate without its unit."""
        return self.estimate.text.partition(" ")[0].rstrip("%")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.estimate, *self.limits, self.p)


@dataclass(frozen=True, slots=True)
class LoneInterval:
    """A confidence interval whose estimate is not printed beside it, and the p-value that is, if any."""

    low: str
    high: str
    limits: tuple[Figure, ...]
    level: str | None
    p: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(*self.limits, self.p)


@dataclass(frozen=True, slots=True)
class Proportion:
    """A count, its denominator and their percentage; without it where only `x/n` is printed."""

    x: Figure
    n: Figure
    percent: Figure | None
    #: Whether words call the percentage an estimate (actuarial, weighted, …), which no count need give.
    estimated: bool = False
    #: Whether grammar leaves one reading; else the percentage may be of another total.
    sure: bool = True
    #: Whether the denominator stands in another sentence, as the size of the arm.
    joined: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order, without a denominator that stands elsewhere."""
        return _ordered(self.x, None if self.joined else self.n, self.percent)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two arms' proportions and the p-value printed beside them."""

    first: Proportion
    second: Proportion
    p: Figure
    #: The test that words beside the p-value name.
    test: str | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(*self.first.figures, *self.second.figures, self.p)


@dataclass(frozen=True, slots=True)
class Mean:
    """An arm's mean with its SD or SE, and the arm's size where the text tells it."""

    value: Figure
    spread: Figure
    n: Figure | None
    is_se: bool


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """Two arms' means and the p-value printed beside them."""

    first: Mean
    second: Mean
    p: Figure
    #: Whether the sizes stand beside the means.
    sure: bool
    #: What the sentence says was measured.
    said: str

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order, without sizes that may stand elsewhere."""
        return _ordered(
            *(each for mean in (self.first, self.second) for each in (mean.value, mean.spread)), self.p
        )


@dataclass(frozen=True, slots=True)
class StatisticGroup:
    """A test statistic with its degrees of freedom and its p-value."""

    #: t, F, chi2, r, z or Q.
    kind: str
    value: Figure
    df: tuple[Figure, ...]
    p: Figure
    #: Whether no other statistic stands before it that the p may be of.
    sure: bool

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        return _ordered(self.value, *self.df, self.p)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Participants allocated in all, and to each arm, as one sentence gives them."""

    total: Figure | None
    arms: tuple[Figure, ...]
    #: What the sentence calls each arm, "" where it does not.
    labels: tuple[str, ...]
    #: Whether the sentence prints nothing else, so that total and arms are of one set.
    sure: bool
    #: Whether one size stands for every arm: "20 per group".
    each: bool = False

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


Group = (
    EffectGroup
    | LoneInterval
    | Proportion
    | Comparison
    | MeanComparison
    | StatisticGroup
    | Sizes
    | Wording
    | Series
    | LoneP
)


def _ordered(*figures: Figure | None) -> tuple[Figure, ...]:
    return tuple(
        sorted((figure for figure in figures if figure is not None), key=lambda figure: figure.start)
    )


#: One private character per kind of figure, so that a pattern can say "a number, then a range".
MARKS: dict[Kind, str] = {
    "number": "\ue000",
    "count": "\ue001",
    "dose": "\ue002",
    "percent": "\ue003",
    "range": "\ue004",
    "p": "\ue005",
    "time": "\ue006",
    "ratio": "\ue007",
    "class": "\ue008",
}
NUMBER = "[\ue000\ue001]"
#: A count, or a number whose next word does not say what it counts.
COUNT = NUMBER
PERCENT = "\ue003"
RANGE = "\ue004"
P = "\ue005"
TIME = "\ue006"
FIGURE = "\ue000-\ue008"
#: A sign of words, not of figures, brackets or stops.
IN_CLAUSE = rf"[^{FIGURE}.,;:()\[\]]"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The folded text, and the figure behind each of its marks by the mark's place."""

    text: str
    figures: dict[int, Figure]

    def figure(self, place: int) -> Figure:
        """The figure whose mark stands at this place of the folded text."""
        return self.figures[place]

    def between(self, start: int, end: int) -> list[Figure]:
        """The figures of a stretch of the folded text."""
        return [self.figures[at] for at in range(start, end) if at in self.figures]


def skeleton(text: str, figures: Sequence[Figure]) -> Skeleton:
    """The text with every figure as one mark; `figures` have their places in this very text.

    >>> from msc_evidence.reading.figures.figures import read_figures
    >>> text = "OR 1.9 (95% CI 1.2-3.0)"
    >>> skeleton(text, read_figures(text)).text.translate({ord(mark): f"<{kind}>" for kind, mark in MARKS.items()})
    'OR <number> (<percent> CI <range>)'
    """
    pieces: list[str] = []
    marks: dict[int, Figure] = {}
    length = last = 0
    for figure in figures:
        gap = text[last : figure.start]
        length += len(gap)
        marks[length] = figure
        pieces += (gap, MARKS[figure.kind])
        length += 1
        last = figure.end
    return Skeleton("".join((*pieces, text[last:])), marks)
