"""What a p-value beside a statistic may be of, other than that statistic as it is printed: usual, innocent reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt

from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.groups.shapes import Group, StatisticGroup
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.distributions import chi2_sf, f_sf, p_from_t, p_from_z
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.p_values import KINDS


@dataclass(frozen=True, slots=True)
class Tested:
    """A statistic with its degrees of freedom, and everything that its printed p can stand for."""

    kind: str
    value: float
    #: Whatever is rounded to the printed value, and whatever is cut off to it.
    box: tuple[float, float]
    cut_box: tuple[float, float]
    df: tuple[float, ...]
    p: Interval
    #: The printed p without `<` or `>`, its last digit, and whether it is printed as exact.
    printed: float
    digit: float
    exact: bool

    def given(self, change: Callable[[float], float]) -> Interval:
        """The p over the box of the statistic, as `change` gives it of a value."""
        ends = [change(end) for end in self.box]
        return Interval(min(ends), max(ends))

    @property
    def as_printed(self) -> Interval:
        """The two-sided p of the statistic, over everything that its rounding allows."""
        return self.given(lambda value: _p(self.kind, value, self.df))


def tested(group: StatisticGroup) -> Tested | None:
    """The numbers of a group, None where no p follows from them."""
    try:
        printed = Reported.read(group.p.text.removeprefix("p "))
        value, *df = (float(figure.text) for figure in (group.value, *group.df))
    except ValueError:
        return None
    kind, p, size, unit = (
        KINDS.get(group.kind),
        float(printed.value),
        abs(value),
        last_digit(group.value.text),
    )
    if kind is None or len(df) != kind.degrees or not all(0 < each < inf for each in df) or not 0 < p < 1:
        return None
    box = (max(0.0, size - unit / 2), min(size + unit / 2, kind.hi))
    cut_box = (size, min(size + unit, kind.hi))
    digit = 10.0**-printed.decimals
    ends = {
        "<": (0.0, p),
        "≤": (0.0, p + digit / 2),
        ">": (p, 1.0),
        "≥": (p - digit / 2, 1.0),
    }.get(printed.comparator, (p - digit / 2, p + digit / 2))
    exact = printed.comparator == "="
    return Tested(group.kind, size, box, cut_box, tuple(df), Interval(*ends), p, digit, exact)


def severity_beside_statistic(
    group: StatisticGroup, severity: Severity, others: Sequence[Group], *, two_sided: bool
) -> Severity:
    """How much a p that does not follow from its statistic counts beside the other tests of its paragraph.

    A warning where one usual reason gives it. A note where it is rounded to two digits and printed with a third, 0,
    and where others of the paragraph are as many times off, or of one side without a word, so that it may be too.
    """
    own = tested(group)
    if own is None:
        return severity
    if _is_padded(own):
        return "note"
    tests = (tested(each) for each in others if isinstance(each, StatisticGroup) and each is not group)
    beside = [each for each in tests if each is not None]
    if not two_sided and _is_of_one_side_like(own, beside):
        return "note"
    # Other degrees of freedom are off by about as much in each test, and stand wrong in print all the same.
    freed = any(_fits(own, given) for given in _of_other_freedom(own))
    if not freed and any(_is_as_far_off(own, each) for each in beside):
        return "note"
    explained = freed or any(_fits(own, given) for reason in _REASONS for given in reason(own))
    explained = explained or _is_cut_off(own) or (not two_sided and _is_coarse_half(own))
    explained = explained or any(_is_of(own, each) for each in beside)
    return weaker(severity, "warning") if explained else severity


def _is_padded(own: Tested) -> bool:
    """Whether a p that ends in 0 may be rounded to a digit less: .0686 as .070."""
    padded = own.digit < _TWO_DIGITS and round(own.printed / own.digit) % 10 == 0
    rounded = Interval(own.printed - 5 * own.digit, own.printed + 5 * own.digit)
    return own.exact and padded and rounded.meets(own.as_printed)


def _p(kind: str, value: float, df: Sequence[float]) -> float:
    return KINDS[kind].p(value, *df)


def _fits(own: Tested, given: Interval) -> bool:
    return own.p.meets(given)


def _half(given: Interval) -> Interval:
    return Interval(given.lo / 2, given.hi / 2)


#: Degrees of freedom that Welch, Satterthwaite or missing values leave are as a rule half of those printed, or more.
_LEAST_FREEDOM = 1 / 2
#: A correlation's are those of the pairs that are there.
_LEAST_PAIRS = 0.8
#: Counted once per measurement instead of once per participant, they are about twice as many.
_MOST_FREEDOM = 2.1


def _of_other_freedom(own: Tested) -> Iterator[Interval]:
    """With fewer degrees of freedom than printed, as of unequal variances; with more, as of repeated measurements."""
    if own.kind in ("t", "F"):
        *first, second = own.df
        ends = [
            _p(own.kind, value, (*first, second * share))
            for value in own.box
            for share in (_LEAST_FREEDOM, 1, _MOST_FREEDOM)
        ]
        yield Interval(min(ends), max(ends))
    elif own.kind == "r":
        ends = [
            _p("r", value, (df,)) for value in own.box for df in (own.df[0] * _LEAST_PAIRS, own.df[0] + 2)
        ]
        yield Interval(min(ends), max(ends))


def _of_one_side(own: Tested) -> Iterator[Interval]:
    """Of one side: half of it; of the other side, the rest."""
    if own.kind in ("t", "z", "r") or (own.exact and own.df[0] == 1):
        half = _half(own.as_printed)
        yield half
        yield Interval(1 - half.hi, 1 - half.lo)


def _of_another_letter(own: Tested) -> Iterator[Interval]:
    """Of t printed as F, of its square printed as t, of z and χ² likewise; a bound says too little."""
    if not own.exact:
        return
    if own.kind == "F" and own.df[0] == 1:
        yield own.given(lambda value: p_from_t(value, own.df[1]))
    elif own.kind == "t":
        yield own.given(lambda value: f_sf(value, 1, own.df[0]))
    elif own.kind == "chi2" and own.df[0] == 1:
        yield own.given(p_from_z)
    elif own.kind == "z":
        yield own.given(lambda value: chi2_sf(value, 1))


#: The likelihood ratio and Pearson's χ² of one table are as a rule no further apart.
_OF_LIKELIHOOD = 0.1
#: Pearson's p of a table is below that of Yates by no more.
_TIMES_PEARSON = 2.5


def _of_the_table(own: Tested) -> Iterator[Interval]:
    """Of the likelihood ratio where Pearson's χ² is printed, or the other way round; Pearson's beside Yates's."""
    if own.kind == "chi2":
        low, high = own.box
        yield Interval(
            chi2_sf(high * (1 + _OF_LIKELIHOOD), own.df[0]), chi2_sf(low * (1 - _OF_LIKELIHOOD), own.df[0])
        )
        if own.df[0] == 1:
            yield Interval(own.as_printed.lo / _TIMES_PEARSON, own.as_printed.hi)


#: A p that is a small multiple of the recomputed one may be corrected for as many comparisons.
_MOST_COMPARISONS = 10


def _of_several_tests(own: Tested) -> Iterator[Interval]:
    """Times the number of comparisons."""
    if own.exact:
        given = own.as_printed
        for times in range(2, _MOST_COMPARISONS + 1):
            yield Interval(times * given.lo, times * given.hi)


_REASONS = (_of_one_side, _of_another_letter, _of_the_table, _of_several_tests)


def _is_cut_off(own: Tested) -> bool:
    """Whether the p, or the statistic, may be cut off instead of rounded."""
    given = own.as_printed
    cut = Interval(own.printed, own.printed + own.digit)
    ends = [_p(own.kind, value, own.df) for value in own.cut_box]
    return own.exact and (cut.meets(given) or _fits(own, Interval(min(ends), max(ends))))


#: A test of one side has half the p.
WITH_SIDES = ("t", "z", "r", "F")
#: One-sided p-values are printed to the nearest of these, or to one digit.
_COARSE = 0.005


def _is_coarse_half(own: Tested) -> bool:
    """Whether a p of one side, rounded coarsely, is the printed one."""
    steps = own.printed / _COARSE
    half = _half(own.as_printed)
    near = Interval(own.printed - _COARSE / 2, own.printed + _COARSE / 2)
    return own.exact and own.kind in WITH_SIDES and abs(steps - round(steps)) < 1e-6 and near.meets(half)


def _is_of_one_side_like(own: Tested, beside: Sequence[Tested]) -> bool:
    """Whether other p-values are of one side, without a word, so that this one may be, rounded as it is.

    As many as are of two sides; where several are and most of all, nothing beside them is sure.
    """
    halves = sum(map(_is_halved, beside))
    wholes = sum(each.exact and each.kind in WITH_SIDES and _fits(each, each.as_printed) for each in beside)
    if not halves or halves < wholes:
        return False
    return (halves >= _SEVERAL and 2 * halves > len(beside)) or _is_near_half(own)


#: So many p-values of one side are no accident.
_SEVERAL = 3
#: A p of one side that is rounded to a coarse step, such as .005, lies this many times above or below it at the most.
_COARSELY = 1.6


def _is_near_half(own: Tested) -> bool:
    """Whether a printed p is half of what its statistic gives, coarsely rounded."""
    given = own.as_printed
    least, most = given.lo / 2 / _COARSELY, given.hi / 2 * _COARSELY
    return own.exact and own.kind in WITH_SIDES and least <= own.printed <= most


def _is_halved(own: Tested) -> bool:
    """Whether p is that of one side and not of both."""
    if not own.exact or own.kind not in WITH_SIDES or _fits(own, own.as_printed):
        return False
    return _fits(own, _half(own.as_printed)) or _is_coarse_half(own)


def _is_of(own: Tested, other: Tested) -> bool:
    """Whether a p is that of another statistic of the paragraph, with which it may have been exchanged."""
    own_fits = own.exact and own.digit < _TWO_DIGITS and own.p.meets(other.as_printed)
    return own_fits and not _fits(other, other.as_printed)


#: A p of fewer digits fits too many statistics.
_TWO_DIGITS = 0.005


def _is_as_far_off(own: Tested, other: Tested) -> bool:
    """Whether two p-values of a paragraph are off by about the same factor: then it is how they were computed."""
    first, second = (_times_off(each) for each in (own, other))
    return (
        first * second > 0 and min(abs(first), abs(second)) > log(_OFF) and abs(first - second) < log(_ALIKE)
    )


#: Off by less than this is as likely a last digit; factors that are this far apart or less are one.
_OFF, _ALIKE = 1.25, 1.15


def _times_off(own: Tested) -> float:
    """The logarithm of how many times a printed p is the recomputed one, 0 where it follows."""
    given = own.as_printed
    if not own.exact or _fits(own, given) or given.lo <= 0:
        return 0.0
    return log(own.printed / sqrt(given.lo * given.hi))
