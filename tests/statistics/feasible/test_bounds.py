"""Bounds of what two arms could have been, beside every data set there is and beside the tests of the program."""

from __future__ import annotations

import math
from functools import cache, partial
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.analysis.recompute.shift import score_p
from msc_evidence.statistics.distributions import p_from_t, p_from_z
from msc_evidence.statistics.feasible import extremes
from msc_evidence.statistics.feasible.bounds import TESTS, drawn, feasible
from msc_evidence.statistics.feasible.closed_bounds import mean_difference_bound, risk_difference_bound
from msc_evidence.statistics.feasible.moment_search import PrintedArm as MeansAndSds
from msc_evidence.statistics.feasible.moment_search import data_set_with
from msc_evidence.statistics.feasible.question import Cut, Moments, Printed
from msc_evidence.statistics.feasible.tie_patterns import midrank_scores
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import counts, ranks
from msc_evidence.statistics.two_arms.implied import hedges_correction
from msc_evidence.statistics.two_arms.proportional_odds import fit

#: The answers about Bang's p-values are asked for by several tests.
answer_of = cache(feasible)
BANG = Printed(5, 25, 7, Interval.rounded(0.076, 3), 1)


def placings(n, categories):
    return [row for row in product(range(n + 1), repeat=categories) if sum(row) == n]


def mean_and_variance(row):
    n = sum(row)
    mean = sum(place * count for place, count in enumerate(row)) / n
    return mean, sum(count * (place - mean) ** 2 for place, count in enumerate(row)) / max(n - 1, 1)


def doubled_exact(first, second):
    if sum(first) > sum(second):
        first, second = second, first
    ties = [a + b for a, b in zip(first, second, strict=True)]
    below, scores = 0, []
    for t in ties:
        scores.append(2 * below + t)
        below += t
    observed = sum(a * score for a, score in zip(first, scores, strict=True))
    ways = {}
    for row in product(*(range(t + 1) for t in ties)):
        if sum(row) == sum(first):
            value = sum(a * score for a, score in zip(row, scores, strict=True))
            ways[value] = ways.get(value, 0) + math.prod(map(math.comb, ties, row))
    tails = [
        sum(n for value, n in ways.items() if keep(value))
        for keep in (lambda v: v >= observed, lambda v: v <= observed)
    ]
    return min(1.0, 2 * min(tails) / sum(ways.values()))


def untied_p(first, second):
    n1, n2 = sum(first), sum(second)
    distance = ranks.probability_of_superiority(first, second) - 0.5
    return p_from_z(distance / math.sqrt((n1 + n2 + 1) / (12 * n1 * n2)))


def t_test(first, second, *, welch):
    n1, n2 = sum(first), sum(second)
    (m1, v1), (m2, v2) = mean_and_variance(first), mean_and_variance(second)
    if min(n1, n2) < 2 or v1 + v2 < 1e-12:
        return None
    if not welch:
        pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)
        return p_from_t((m1 - m2) / math.sqrt(pooled * (1 / n1 + 1 / n2)), n1 + n2 - 2)
    e1, e2 = v1 / n1, v2 / n2
    return p_from_t((m1 - m2) / math.sqrt(e1 + e2), (e1 + e2) ** 2 / (e1**2 / (n1 - 1) + e2**2 / (n2 - 1)))


P_VALUES = {
    "rank-sum normal": partial(ranks.asymptotic_rank_sum, continuity=False),
    "rank-sum normal cc": lambda a, b: (
        1.0
        if ranks.probability_of_superiority(a, b) == 0.5
        else ranks.asymptotic_rank_sum(a, b, continuity=True)
    ),
    "rank-sum exact": ranks.exact_rank_sum,
    "rank-sum exact doubled": doubled_exact,
    "rank-sum no tie correction": untied_p,
    "PO score": score_p,
    "Student": partial(t_test, welch=False),
    "Welch": partial(t_test, welch=True),
}


def favoured(first, second, test):
    """The sign of the test's own statistic."""
    if TESTS[test][0] == "t test":
        value = mean_and_variance(first)[0] - mean_and_variance(second)[0]
    else:
        value = ranks.probability_of_superiority(first, second) - 0.5
    return 0 if abs(value) < 1e-12 else math.copysign(1, value)


def measured(first, second):
    n1, n2 = sum(first), sum(second)
    (m1, v1), (m2, v2) = mean_and_variance(first), mean_and_variance(second)
    ps = ranks.probability_of_superiority(first, second)
    values = {"PS": ps, "win odds": ps / (1 - ps) if ps < 1 else math.inf, "MD": m1 - m2}
    for cut in range(1, len(first)):
        values[f"RD>={cut}"] = sum(first[cut:]) / n1 - sum(second[cut:]) / n2
    within = (n1 - 1) * v1 + (n2 - 1) * v2
    if n1 + n2 > 3 and within > 1e-9:
        values["g"] = hedges_correction(n1 + n2 - 2) * (m1 - m2) / math.sqrt(within / (n1 + n2 - 2))
    elif n1 + n2 > 3 and abs(m1 - m2) > 1e-9:
        values["g"] = math.copysign(math.inf, m1 - m2)
    kept = [(a, b) for a, b in zip(first, second, strict=True) if a + b]
    lowest = [min(at for at, pair in enumerate(kept) if pair[arm]) for arm in (0, 1)]
    highest = [max(at for at, pair in enumerate(kept) if pair[arm]) for arm in (0, 1)]
    above, below = lowest[0] >= highest[1], lowest[1] >= highest[0]
    if above != below:
        values["common OR"] = math.inf if above else 0.0
    elif not above:
        values["common OR"] = math.exp(fit(*zip(*kept, strict=True)).log_or)
    return values


def every_data_set(printed, test):
    """The extremes over every pair of distributions, one by one."""
    low, high = {}, {}
    for first, second in product(
        placings(printed.n1, printed.categories), placings(printed.n2, printed.categories)
    ):
        p = P_VALUES[test](first, second)
        if p is None or not printed.p.lo * (1 - 1e-9) <= p <= printed.p.hi * (1 + 1e-9):
            continue
        if printed.direction and favoured(first, second, test) != printed.direction:
            continue
        for measure, value in measured(first, second).items():
            low[measure] = min(low.get(measure, math.inf), value)
            high[measure] = max(high.get(measure, -math.inf), value)
    return {measure: (low[measure], high[measure]) for measure in low}


SHAPES = [
    (Printed(3, 4, 3, Interval(0.1, 0.5), 1), 5),
    (Printed(4, 2, 3, Interval(0.3, 0.7), -1), 5),
    (Printed(3, 3, 4, Interval(0.0, 0.11)), 7),
    (Printed(2, 5, 3, Interval(0.6, 1.0)), 5),
    (Printed(1, 4, 4, Interval(0.1, 0.9)), 7),
]


@pytest.mark.parametrize("printed", [shape for shape, _ in SHAPES], ids=str)
@pytest.mark.parametrize("test", P_VALUES)
def test_bounds_are_those_of_every_data_set(printed, test):
    expected = every_data_set(printed, test)
    answer = feasible(printed, test)
    assert {bound.measure for bound in answer.bounds} == set(expected)
    for bound in answer.bounds:
        assert (bound.low.status, bound.high.status) == ("exact", "exact")
        slack = 1e-5 if bound.measure == "common OR" else 1e-9
        assert (bound.low.value, bound.high.value) == pytest.approx(
            expected[bound.measure], abs=slack, rel=slack
        )


@pytest.mark.parametrize("test", P_VALUES)
@pytest.mark.parametrize(
    "printed",
    [BANG, Printed(9, 6, 5, Interval.rounded(0.03, 2)), Printed(5, 25, 21, Interval(0.01, 0.02), -1)],
)
def test_every_end_has_a_data_set_with_its_value_and_its_p(printed, test):
    answer = answer_of(printed, test)
    assert answer.bounds or answer.reason
    for bound in answer.bounds:
        for end in (bound.low, bound.high):
            if end.status == "outer":
                assert (test, bound.measure, end.data) == ("Student", "g", None)
                continue
            first, second = end.data
            assert (sum(first), sum(second), len(first)) == (printed.n1, printed.n2, printed.categories)
            p = P_VALUES[test](first, second)
            assert printed.p.lo * (1 - 1e-7) <= p <= printed.p.hi * (1 + 1e-7)
            assert not printed.direction or favoured(first, second, test) == printed.direction
            assert measured(first, second)[bound.measure] == pytest.approx(end.value, rel=1e-5, abs=1e-9)


def test_an_exact_p_of_arms_of_39_and_15_is_bounded():
    test = "rank-sum exact doubled"
    answer = feasible(Printed(15, 39, 7, Interval.rounded(0.732, 3), -1), test)
    for end in (answer.bound("PS").low, answer.bound("PS").high, answer.bound("MD").high):
        assert Interval.rounded(0.732, 3).meets(Interval.point(P_VALUES[test](*end.data)))
        assert ranks.probability_of_superiority(*end.data) < 0.5


@pytest.mark.parametrize(
    ("test", "measure", "low", "high"),
    [
        ("rank-sum normal", "PS", 0.704, 0.752),
        ("rank-sum normal", "MD", -0.04, 3.28),
        ("rank-sum normal", "g", -0.034829, 2.043601),
        ("rank-sum normal", "common OR", 3.399612, math.inf),
        ("rank-sum normal", "RD>=4", -0.24, 0.72),
        ("PO score", "MD", -0.68, 3.32),
        ("Student", "g", 0.876852, 0.879795),
        ("Student", "PS", 0.424, 0.96),
        ("Welch", "PS", 0.36, 0.976),
        ("Welch", "MD", 0.4, 3.2),
    ],
)  # from all 340,161,815 pairs of distributions, one by one
def test_bang_at_three_months(test, measure, low, high):
    bound = answer_of(BANG, test).bound(measure)
    assert (bound.low.value, bound.high.value) == pytest.approx((low, high), abs=2e-6)
    assert (bound.low.status, bound.high.status) == ("exact", "exact")


def test_the_envelope_is_that_of_all_data_sets():
    envelope = answer_of(BANG, "rank-sum normal").envelope
    assert [most for _, most in envelope[0]] == [2, 4, 5, 5, 5, 5, 5]
    assert [most for _, most in envelope[1]] == [19, 20, 20, 20, 19, 18, 14]
    assert {least for arm in envelope for least, _ in arm} == {0}


def test_utilities_have_no_mirror_image():
    utilities = (0.0, 0.0, 0.5, 1.0)
    printed = Printed(3, 4, 4, Interval(0.05, 0.6), utilities=utilities)
    values = [
        sum(worth * (a / 3 - b / 4) for worth, a, b in zip(utilities, first, second, strict=True))
        for first, second in product(placings(3, 4), placings(4, 4))
        if score_p(first, second) in printed.p
    ]
    bound = feasible(printed, "PO score").bound("utility")
    assert (bound.low.value, bound.high.value) == pytest.approx((min(values), max(values)))
    for end in (bound.low, bound.high):
        first, second = end.data
        value = sum(worth * (a / 3 - b / 4) for worth, a, b in zip(utilities, first, second, strict=True))
        assert value == pytest.approx(end.value)


@pytest.mark.parametrize("test", ["Fisher", "mid-p", "chi2", "Yates", "N-1"])
@pytest.mark.parametrize(
    ("sizes", "p"), [((5, 25), "0.076"), ((5, 25), "0.171"), ((39, 15), "0.732")], ids=str
)
def test_some_p_values_come_from_no_table(sizes, p, test):
    answer = feasible(Printed(*sizes, 7, Interval.rounded(float(p), len(p) - 2)), test)
    assert answer.impossible
    assert answer.reason == f"no 2×2 table of {sizes[0]} and {sizes[1]} gives this p"


def test_a_table_that_gives_p_bounds_what_lies_behind_it():
    printed = Printed(4, 6, 4, Interval(0.0, 0.06), 1)
    answer = feasible(printed, "Fisher")
    expected = {}
    for first, second in product(placings(4, 4), placings(6, 4)):
        tables = [(sum(first[cut:]), sum(second[cut:])) for cut in (1, 2, 3)]
        if any(a / 4 > b / 6 and counts.fisher(a, 4, b, 6) <= 0.06 for a, b in tables):
            for measure, value in measured(first, second).items():
                expected.setdefault(measure, []).append(value)
    for measure in ("PS", "MD", "RD>=1", "RD>=2", "RD>=3"):
        bound = answer.bound(measure)
        assert (bound.low.value, bound.high.value) == pytest.approx(
            (min(expected[measure]), max(expected[measure]))
        )


@pytest.mark.parametrize(
    ("printed", "test", "reason"),
    [
        (Printed(3, 3, 7, Interval(0.0, 0.05)), "rank-sum exact", "no data set of these sizes"),
        (Printed(3, 3, 7, Interval(0.0, 0.01)), "rank-sum normal", "no data set of these sizes"),
        (Printed(1, 9, 7, Interval(0.01, 0.05)), "Welch", "two participants in each arm"),
        (Printed(5, 25, 7, Interval(0.01, 0.05), step=None), "Welch", "without the steps of a scale"),
        (Printed(104, 102, 7, Interval(0.01, 0.05)), "rank-sum exact", "too many allocations"),
        (Printed(900, 900, 7, Interval(0.01, 0.05)), "Fisher", "too many tables"),
    ],
)
def test_no_bound_has_its_reason(printed, test, reason):
    answer = feasible(printed, test)
    assert not answer.bounds
    assert reason in answer.reason


def test_without_distances_only_ranks_have_bounds():
    bounds = feasible(
        Printed(39, 15, 201, Interval.rounded(0.023, 3), 1, step=None), "rank-sum normal"
    ).bounds
    assert [bound.measure for bound in bounds] == ["PS", "win odds"]
    assert bounds[0].low.value == pytest.approx(0.6094017094)
    assert bounds[0].high.value == pytest.approx(0.7017094017)


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        ((0, 3, 7, Interval(0.1, 0.2)), "both arms"),
        ((3, 3, 1, Interval(0.1, 0.2)), "two categories"),
        ((3, 3, 3, Interval(1.1, 1.2)), "between 0 and 1"),
    ],
)
def test_what_cannot_be_two_arms_is_refused(printed, wrong):
    with pytest.raises(ValueError, match=wrong):
        Printed(*printed)


def test_what_nothing_can_pass_is_exact():
    bounds = {
        bound.measure: bound
        for bound in answer_of(Printed(5, 25, 21, Interval(0, 0.05), 1), "Student").bounds
    }
    assert (bounds["PS"].low.status, bounds["PS"].high.status) == ("attained", "exact")
    assert (bounds["PS"].high.value, bounds["common OR"].high.status) == (1.0, "exact")


def contains(outer, inner):
    for bound in inner.bounds:
        wide = outer.bound(bound.measure)
        assert wide is not None
        assert wide.low.value <= bound.low.value + 1e-9
        assert wide.high.value >= bound.high.value - 1e-9


small = st.builds(
    lambda n1, n2, k, low, width: Printed(n1, n2, k, Interval(low, min(1.0, low + width))),
    st.integers(2, 4), st.integers(2, 5), st.integers(2, 4), st.floats(0.001, 0.9), st.floats(0.001, 0.3),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(small, st.sampled_from(sorted(P_VALUES)), st.data())
def test_more_information_never_widens(printed, test, data):
    from dataclasses import replace

    wide = feasible(printed, test)
    contains(wide, feasible(printed.favouring(1), test))
    narrow = Interval(printed.p.lo, (printed.p.lo + printed.p.hi) / 2)
    contains(wide, feasible(replace(printed, p=narrow), test))
    cut = Cut(1, (data.draw(st.integers(0, printed.n1)), data.draw(st.integers(0, printed.n2))))
    contains(wide, feasible(replace(printed, cuts=(cut,)), test))
    mean = data.draw(st.floats(0, printed.categories - 1))
    moments = (Moments(mean=Interval(mean, mean + 1)), Moments(sd=Interval(0.0, 1.0)))
    contains(wide, feasible(replace(printed, moments=moments), test))


@settings(max_examples=10, deadline=None)
@given(small, st.sampled_from(sorted(P_VALUES)))
def test_exchanged_arms_mirror_the_bounds(printed, test):
    from dataclasses import replace

    one = feasible(printed.favouring(1), test)
    other = feasible(replace(printed, n1=printed.n2, n2=printed.n1, direction=-1), test)
    assert [bound.measure for bound in one.bounds] == [bound.measure for bound in other.bounds]
    for bound in one.bounds:
        twin = other.bound(bound.measure)
        if bound.measure == "PS":
            assert (1 - twin.high.value, 1 - twin.low.value) == pytest.approx(
                (bound.low.value, bound.high.value)
            )
        elif bound.measure in ("MD", "g") or bound.measure.startswith("RD"):
            assert (-twin.high.value, -twin.low.value) == pytest.approx((bound.low.value, bound.high.value))


@settings(max_examples=15, deadline=None)
@given(small, st.sampled_from(["rank-sum normal", "rank-sum normal cc", "PO score"]))
def test_closed_bounds_hold_what_is_enumerated(printed, test):
    answer = feasible(printed.favouring(1), test)
    if not answer.bounds:
        return
    ps = answer.bound("PS").interval
    for bound in answer.bounds:
        if bound.measure == "MD":
            outer = mean_difference_bound(ps, printed.categories)
        elif bound.measure.startswith("RD"):
            outer = risk_difference_bound(ps)
        else:
            continue
        assert outer.lo - 1e-9 <= bound.low.value
        assert bound.high.value <= outer.hi + 1e-9


@pytest.mark.parametrize(
    ("cuts", "moments"),
    [
        ((Cut(2, (2, 1)),), (Moments(), Moments())),
        ((Cut(1, (None, 3)),), (Moments(median=Interval(2, 2)), Moments())),
        ((), (Moments(mean=Interval(1.6, 2.1)), Moments(mean=Interval(0.5, 1.2), sd=Interval(0.4, 1.3)))),
    ],
    ids=["cut", "median", "moments"],
)
@pytest.mark.parametrize("test", ["rank-sum normal", "rank-sum exact", "Student"])
def test_what_else_is_printed_is_joined_with_p(cuts, moments, test):
    printed = Printed(3, 4, 4, Interval(0.02, 0.6), cuts=cuts, moments=moments)

    def fits(row, arm):
        mean, variance = mean_and_variance(row)
        values = sorted(place for place, count in enumerate(row) for _ in range(count))
        middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
        given = moments[arm]
        return (
            all(cut.counts[arm] in (None, sum(row[cut.category :])) for cut in cuts)
            and (given.mean is None or mean in given.mean)
            and (given.sd is None or math.sqrt(variance) in given.sd)
            and (given.median is None or middle in given.median)
        )

    low, high = {}, {}
    for first, second in product(placings(3, 4), placings(4, 4)):
        p = P_VALUES[test](first, second)
        if p is not None and p in printed.p and fits(first, 0) and fits(second, 1):
            for measure, value in measured(first, second).items():
                low[measure] = min(low.get(measure, math.inf), value)
                high[measure] = max(high.get(measure, -math.inf), value)
    answer = feasible(printed, test)
    assert {bound.measure for bound in answer.bounds} == set(low)
    for bound in answer.bounds:
        assert (bound.low.value, bound.high.value) == pytest.approx(
            (low[bound.measure], high[bound.measure]), rel=1e-5, abs=1e-9
        )


def test_scores_of_midranks_count_wins_less_losses():
    first, second = (2, 0, 1, 1), (0, 3, 1, 0)
    wins = sum((one > two) - (one < two) for one, two in product(values(first), values(second)))
    pattern = [a + b for a, b in zip(first, second, strict=True)]
    assert sum(a * score for a, score in zip(first, midrank_scores(pattern), strict=True)) == wins


def values(counts_of_grades):
    return [grade for grade, count in enumerate(counts_of_grades) for _ in range(count)]


def test_a_picture_has_the_bounds_that_it_draws_and_no_work_for_others(monkeypatch):
    printed = Printed(3, 3, 7, Interval(0.0, 0.2), 1, utilities=(1.0, 0.9, 0.8, 0.6, 0.4, 0.2, 0.0))
    whole = feasible(printed, "rank-sum normal")
    monkeypatch.setattr(extremes, "common_odds_ratios", None)
    picture = drawn(printed, "rank-sum normal")
    assert drawn(printed, "rank-sum normal") is picture
    left_out = ("common OR", "utility")
    assert picture.bounds == tuple(bound for bound in whole.bounds if bound.measure not in left_out)
    assert picture.envelope == whole.envelope


def test_a_data_set_that_was_found_has_what_was_printed():
    """Chung 2021, change of the leg's Motricity Index: 14.8 (SD 23.8) v 2.6 (13.0), p .023."""
    arms = (
        MeansAndSds(39, Interval(14.75, 14.85), Interval(23.75, 23.85)),
        MeansAndSds(15, Interval(2.55, 2.65), Interval(12.95, 13.05)),
    )
    found = data_set_with(arms, (-100, 100), 1, Interval(0.0225, 0.0235), 1, "rank-sum normal")
    assert found is not None
    for data, mean in zip(found, (14.8, 2.6), strict=True):
        assert round(sum(data) / len(data), 1) == mean
