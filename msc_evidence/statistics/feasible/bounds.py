"""Every measure's bounds under one test, from what was printed: the test's own search first, then its data sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from msc_evidence.statistics.feasible.arm_distributions import number_of_compositions
from msc_evidence.statistics.feasible.closed_bounds import mean_difference_bound, risk_difference_bound
from msc_evidence.statistics.feasible.exact_rank_sums import EXACT, exact_sets, exact_work
from msc_evidence.statistics.feasible.extremes import REVERSED, Extremes
from msc_evidence.statistics.feasible.question import Bound, DataSet, End, Printed, Status
from msc_evidence.statistics.feasible.rank_sum_bands import APPROXIMATIONS
from msc_evidence.statistics.feasible.rank_sum_sets import approximate_sets, work_to_do
from msc_evidence.statistics.feasible.superiority import MOST_PARTICIPANTS, superiority_bound
from msc_evidence.statistics.feasible.t_test_sets import t_test_sets
from msc_evidence.statistics.feasible.table_sets import table_sets
from msc_evidence.statistics.feasible.tests_admitted import TESTS
from msc_evidence.statistics.two_arms.implied import implied_g

#: Splits of tie patterns that a test may look at, and patterns of one number of categories: a second or two each.
MOST_SPLITS, MOST_EXACT_WORK, MOST_PATTERNS = 170_000_000, 400_000_000, 700_000
#: Data sets times categories after which no more occupied categories are looked at.
MOST_PLACES = 1_200_000
#: An exact test of data sets with fewer occupied categories than this would say too little.
FEWEST_OCCUPIED = 4
#: A value this close to a proved limit reaches it.
REACHED = 1e-9


@dataclass(frozen=True, slots=True)
class Feasible:
    """What one test leaves open: bounds of each measure, or why there are none."""

    test: str
    bounds: tuple[Bound, ...] = ()
    #: Why there is no bound.
    reason: str = ""
    #: Whether it is proved that no data set of the test gives the p.
    impossible: bool = False
    #: The least and the greatest number of either arm in each category, over the data sets seen.
    envelope: tuple[tuple[tuple[int, int], ...], ...] = ()

    def bound(self, measure: str) -> Bound | None:
        """The bound of a measure, None without one."""
        return next((bound for bound in self.bounds if bound.measure == measure), None)


def feasible(printed: Printed, test: str, *, odds: bool = True) -> Feasible:
    """The sharp bounds of every measure over all data sets that fit what was printed, if p is from this test.

    PS under an approximate rank-sum test is proved; the rest is what data sets of few occupied categories reach, of
    all categories where there are not too many, which is then exact. One test at a time: the union over tests says
    nothing. Without `odds` the common odds ratio is left out. Raises KeyError for a test that is not one of `TESTS`.

    >>> from msc_evidence.statistics.interval import Interval
    >>> bang = Printed(5, 25, 7, Interval(0.0755, 0.0765), 1)
    >>> rank_sum = feasible(bang, "rank-sum normal")
    >>> [(b.measure, round(b.low.value, 2), round(b.high.value, 2)) for b in rank_sum.bounds[:5]]
    [('PS', 0.7, 0.75), ('win odds', 2.38, 3.03), ('MD', -0.04, 3.28), ('g', -0.03, 2.04), ('common OR', 3.4, inf)]
    >>> feasible(bang, "Fisher").reason
    'no 2×2 table of 5 and 25 gives this p'
    """
    family, _ = TESTS[test]
    if test == "Student" and printed.step is None and printed.total > 3:
        return Feasible(test, (_any_values_g(printed),))
    if family == "t test" and printed.step is None:
        return Feasible(test, reason="Welch's t leaves g open without the steps of a scale")
    if family == "t test" and min(printed.n1, printed.n2) < 2:
        return Feasible(test, reason="a t test needs two participants in each arm")
    if family == "table":
        return _of_tables(printed, test, odds=odds)
    search = _of_t_test if family == "t test" else _of_rank_sum
    if printed.direction or not printed.only_p or printed.p.hi >= 1:
        answer = search(printed, test, odds=odds)
    else:  # every data set has its mirror image: the scale turned round
        answer = _both_ways(printed, search(printed.favouring(1), test, odds=odds))
    return replace(answer, bounds=tuple(bound for bound in answer.bounds if bound.measure != REVERSED))


@lru_cache(maxsize=64)
def drawn(printed: Printed, test: str) -> Feasible:
    """What a picture draws of `feasible`: neither odds nor utilities; once for every question, as pages ask again."""
    return feasible(replace(printed, utilities=None), test, odds=False)


def _of_tables(printed: Printed, test: str, *, odds: bool) -> Feasible:
    extremes, some = Extremes(printed, odds), False
    try:
        for first, second in table_sets(printed, test):
            some = True
            if not printed.only_p:
                return Feasible(test, reason="the table's cut is not joined with what else is printed")
            extremes.add_placed(first, second)
    except ValueError as error:
        return Feasible(test, reason=str(error))
    if not some:
        return Feasible(
            test, reason=f"no 2×2 table of {printed.n1} and {printed.n2} gives this p", impossible=True
        )
    utilities = printed.utilities or ()
    rising = all(one <= other for one, other in pairwise(utilities))
    return _found(test, extremes, {"g", "common OR", *([] if rising else ["utility"])})


def _of_t_test(printed: Printed, test: str, *, odds: bool) -> Feasible:
    sets, whole = t_test_sets(printed, test)
    extremes = Extremes(printed, odds)
    for first, second in sets:
        extremes.add_placed(first, second)
    if not extremes.low:
        known = test == "Student" and not whole and printed.p.lo > 0
        return Feasible(test, (_any_values_g(printed, "outer"),)) if known else _no_data(test, proved=whole)
    answer = _found(test, extremes, set() if whole else set(extremes.low))
    if whole or test != "Student" or not printed.p.lo:
        return answer
    # Of some data sets only: Student's p says g of all of them.
    proved = _any_values_g(printed, "outer")
    bounds = tuple(proved if bound.measure == "g" else bound for bound in answer.bounds)
    return replace(answer, bounds=bounds)


def _any_values_g(printed: Printed, status: Status = "exact") -> Bound:
    """Hedges' g of measurements whose Student's test gives p: J·t·√(1/n₁ + 1/n₂), an interval from rounding alone."""
    n1, n2 = printed.n1, printed.n2
    high = implied_g(printed.p.lo, n1, n2).estimate
    low = implied_g(min(1.0, printed.p.hi), n1, n2).estimate if printed.direction else -high
    low, high = (-high, -low) if printed.direction < 0 else (low, high)
    return Bound("g", End(low, status), End(high, status))


def _of_rank_sum(printed: Printed, test: str, *, odds: bool) -> Feasible:
    if test in EXACT and exact_work(printed, _fewest_occupied(printed)) > MOST_EXACT_WORK:
        return Feasible(test, reason="too many allocations to count; the normal approximation is near")
    proved = None
    if printed.only_p and test in APPROXIMATIONS:
        proved = superiority_bound(printed, test)
        if proved is None:
            return _no_data(test, proved=True)
        if printed.step is None:
            return Feasible(test, tuple(_with_win_odds([proved])))
        if printed.total > MOST_PARTICIPANTS:
            return Feasible(test, tuple(_with_win_odds([proved, *_closed_bounds(printed, proved)])))
    if printed.total > MOST_PARTICIPANTS:
        return Feasible(
            test, reason=f"of more than {MOST_PARTICIPANTS:,} participants no data sets are looked at"
        )
    extremes = Extremes(printed, odds)
    complete = _looked_at_all(printed, test, extremes)
    if not extremes.low:
        return Feasible(test, tuple(_with_win_odds([proved]))) if proved else _no_data(test, proved=complete)
    answer = _found(test, extremes, _unproved(extremes, complete))
    return replace(answer, bounds=_sharpened(printed, answer.bounds, proved)) if proved else answer


def _closed_bounds(printed: Printed, ps: Bound) -> Iterator[Bound]:
    """What PS allows of the mean difference and of each cut, of data sets too many to look at."""
    outer = {"MD": mean_difference_bound(ps.interval, printed.categories, float(printed.step or 1))}
    outer |= {f"RD>={cut}": risk_difference_bound(ps.interval) for cut in range(1, printed.categories)}
    for measure, limit in outer.items():
        yield Bound(measure, End(limit.lo, "outer"), End(limit.hi, "outer"))


def _looked_at_all(printed: Printed, test: str, extremes: Extremes) -> bool:
    """Looks at the data sets of one occupied category, of two and so on while they are not too many."""
    work, most = 0, min(printed.categories, printed.total)
    for occupied in range(1, most + 1):
        if number_of_compositions(printed.total, occupied, positive=True) > MOST_PATTERNS:
            return False
        before, work = work, _work(printed, test, occupied)
        growth = work / before if before else 1.0
        places = extremes.seen * printed.categories
        if work > (MOST_EXACT_WORK if test in EXACT else MOST_SPLITS) or places * growth > MOST_PLACES:
            return False
        for first, second in (exact_sets if test in EXACT else approximate_sets)(printed, test, occupied):
            extremes.add_patterns(first, second)
    return not extremes.thinned or printed.only_p


def _fewest_occupied(printed: Printed) -> int:
    return min(FEWEST_OCCUPIED, printed.categories, printed.total)


def _work(printed: Printed, test: str, occupied: int) -> int:
    return exact_work(printed, occupied) if test in EXACT else work_to_do(printed, test, occupied)


def _unproved(extremes: Extremes, complete: bool) -> set[str]:
    """The measures whose extremes are only those of the data sets looked at."""
    if not complete:
        return set(extremes.low)
    return {"g"} if extremes.thinned else set()


def _found(test: str, extremes: Extremes, unproved: set[str]) -> Feasible:
    bounds = []
    for measure in sorted(extremes.low, key=_order):
        status: Status = "attained" if measure in unproved else "exact"
        limits = _natural_limits(measure, extremes.printed)
        ends = []
        for (value, data), limit in zip((extremes.low[measure], extremes.high[measure]), limits, strict=True):
            ends.append(End(value, "exact" if value == limit else status, data))
        bounds.append(Bound(measure, *ends))
    envelope = tuple(tuple(arm) for arm in extremes.envelope)
    return Feasible(test, tuple(_with_win_odds(bounds)), envelope=envelope)


def _both_ways(printed: Printed, answer: Feasible) -> Feasible:
    """The same in either direction, from what it is where arm 1 does better."""
    bounds = []
    for bound in answer.bounds:
        if bound.measure == REVERSED:
            continue
        twin = answer.bound(_twin(bound.measure, printed.categories))
        assert twin is not None
        image = _IMAGES.get(bound.measure, float.__neg__)
        turned = [
            replace(end, value=image(end.value), data=_reversed(end.data)) for end in (twin.high, twin.low)
        ]
        if bound.measure == "utility":
            turned = [replace(end, data=_reversed(end.data)) for end in (twin.low, twin.high)]
        low = min((bound.low, turned[0]), key=lambda end: end.value)
        high = max((bound.high, turned[1]), key=lambda end: end.value)
        bounds.append(Bound(bound.measure, low, high))
    envelope = tuple(
        tuple(
            (min(one[0], other[0]), max(one[1], other[1])) for one, other in zip(arm, arm[::-1], strict=True)
        )
        for arm in answer.envelope
    )
    return replace(answer, bounds=tuple(bounds), envelope=envelope)


def _twin(measure: str, categories: int) -> str:
    """The measure of the mirror image that this one becomes."""
    if measure.startswith("RD>="):
        return f"RD>={categories - int(measure[4:])}"
    return REVERSED if measure == "utility" else measure


def _inverse(ratio: float) -> float:
    if ratio == 0:
        return math.inf
    return 0.0 if math.isinf(ratio) else 1 / ratio


_IMAGES: Mapping[str, Callable[[float], float]] = {
    "PS": lambda ps: 1 - ps,
    "win odds": _inverse,
    "common OR": _inverse,
}


def _reversed(data: DataSet | None) -> DataSet | None:
    return (data[0][::-1], data[1][::-1]) if data else None


def _natural_limits(measure: str, printed: Printed) -> tuple[float, float]:
    """What no data set can pass, whatever its p."""
    if measure == "PS":
        return 0.0, 1.0
    if measure == "common OR":
        return 0.0, math.inf
    length = 1.0 if measure.startswith("RD>=") else (printed.categories - 1) * float(printed.step or 1)
    return (-length, length) if measure == "MD" or measure.startswith("RD>=") else (-math.inf, math.inf)


def _no_data(test: str, *, proved: bool) -> Feasible:
    if proved:
        return Feasible(test, reason="no data set of these sizes on this scale gives this p", impossible=True)
    return Feasible(test, reason="no data set was found among those of few occupied categories")


def _order(measure: str) -> tuple[int, int]:
    order = ("PS", "win odds", "MD", "g", "common OR", "utility", REVERSED)
    return (order.index(measure), 0) if measure in order else (len(order), int(measure.partition("=")[2]))


def _with_win_odds(bounds: list[Bound]) -> Iterator[Bound]:
    for bound in bounds:
        yield bound
        if bound.measure == "PS":
            low, high = (replace(end, value=_odds(end.value)) for end in (bound.low, bound.high))
            yield Bound("win odds", low, high)


def _odds(ps: float) -> float:
    return ps / (1 - ps) if ps < 1 else math.inf


def _sharpened(printed: Printed, bounds: tuple[Bound, ...], proved: Bound) -> tuple[Bound, ...]:
    """The proved PS in place of the one seen, and "exact" where a data set reaches what PS allows at most."""
    others = [bound for bound in bounds if bound.measure not in ("PS", "win odds")]
    if proved.low.status == "outer" or proved.high.status == "outer":
        return tuple(_with_win_odds([proved, *others]))
    outer = {f"RD>={cut}": risk_difference_bound(proved.interval) for cut in range(1, printed.categories)}
    if printed.step is not None:
        outer["MD"] = mean_difference_bound(proved.interval, printed.categories, printed.step)
    sharpened = []
    for bound in others:
        limit = outer.get(bound.measure)
        if limit is not None and limit.lo >= bound.low.value - REACHED:
            bound = replace(bound, low=replace(bound.low, status="exact"))
        if limit is not None and limit.hi <= bound.high.value + REACHED:
            bound = replace(bound, high=replace(bound.high, status="exact"))
        sharpened.append(bound)
    return tuple(_with_win_odds([proved, *sharpened]))
