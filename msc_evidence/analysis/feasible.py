"""What the arms of a result could have been, given its p-value: the question, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from msc_evidence.analysis.recompute.ordinal import is_mrs
from msc_evidence.analysis.recompute.tests_named import is_unknown_test, methods_named, names_t_test
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import p_interval
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics.feasible.question import Bound, Cut, Moments, Printed
from msc_evidence.statistics.feasible.superiority import superiority_bound
from msc_evidence.statistics.feasible.tests_admitted import TESTS
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.ordinal import MRS_UTILITIES

#: Scales with more points are taken for measurements: only ranks have bounds on them.
MOST_CATEGORIES = 1001
#: On longer scales means and SDs are not joined with p: too many distributions have them.
MOST_JOINED = 21
#: Tests that are asked about where none is named.
USUAL_TESTS = (
    "rank-sum normal", "rank-sum exact", "Student", "Welch", "Fisher", "mid-p", "chi2", "Yates", "N-1",
)  # fmt: skip
#: The rank-sum test whose range of PS stands in tables and on first screens.
LEADING_TEST = "rank-sum normal"
#: A part of a scale in a definition: mRS 0-2.
_PART = re.compile(r"(?<![\d.])(\d+)\s*(?:[-–]|to)\s*(\d+)(?![\d.])")
#: What the words of a source for its test may mean.
_NAMED = {
    "Student": ("Student",),
    "Welch": ("Welch",),
    "rank-sum": ("rank-sum normal", "rank-sum normal cc", "rank-sum exact"),
    "proportional odds": ("PO score",),
    "Fisher": ("Fisher",),
    "mid-p": ("mid-p",),
    "Pearson": ("chi2",),
    "Yates": ("Yates",),
    "N−1": ("N-1",),
}


@dataclass(frozen=True, slots=True)
class FeasibleQuestion:
    """What was printed of a result's arms and which tests p may be from; without `printed` the reason."""

    result: AnalysedResult
    printed: Printed | None = None
    tests: tuple[str, ...] = ()
    reason: str = ""


def feasible_questions(results: Iterable[AnalysedResult]) -> Iterator[FeasibleQuestion]:
    """The question of every result with a p-value between two arms."""
    for result in results:
        if result.p is not None and not result.result.within and not result.result.among:
            yield feasible_question(result)


def feasible_question(result: AnalysedResult) -> FeasibleQuestion:
    """What was printed of a result that bounds its arms, or the reason why nothing does."""
    reason = _refusal(result)
    if reason or result.p is None or result.contrast is None or result.contrast.sizes is None:
        return FeasibleQuestion(result, reason=reason or "no bound: both group sizes are needed")
    categories, step = _scale(result, sum(result.contrast.sizes))
    printed = Printed(
        *result.contrast.sizes,
        categories,
        p_interval(result.p),
        result.sign or 0,
        step,
        _utilities(result, categories),
        cuts=_cuts(result, categories, step),
        moments=_moments(result, categories, step),
    )
    return FeasibleQuestion(result, printed, _admitted(result, categories))


def _refusal(result: AnalysedResult) -> str:
    """Why p bounds nothing: what it is of is not two independent groups' values, untouched by a model."""
    record, sizes = result.result, result.contrast.sizes if result.contrast else None
    arms = (record.arms or {}).values()
    partly = any(values.percent_of is not None or values.not_applicable is not None for values in arms)
    reasons = (
        (bool(record.altered), f"p is {record.altered}"),
        (record.sides != "two", "p is one-sided"),
        (record.hypothesis != "superiority", f"p is of {record.hypothesis}"),
        (bool(result.dependence), str(result.dependence)),
        (is_unknown_test(record.test), f"p is from {record.test}"),
        (result.outcome.type == "time-to-event", "p is of times to an event"),
        (sizes is None, "both group sizes are needed"),
        (partly, "not all values are of the whole arms"),
    )
    return next((f"no bound: {why}" for applies, why in reasons if applies), "")


def _scale(result: AnalysedResult, total: int) -> tuple[int, float | None]:
    """How many categories there can be, and how far apart they are; as many as participants where nothing says."""
    outcome = result.outcome
    if result.result.definition or outcome.type == "binary":
        return 2, 1.0
    if outcome.range is None or outcome.step is None:
        return max(2, total), None
    step = float(outcome.step)
    points = round((float(outcome.range.high) - float(outcome.range.low)) / step)
    # A change lies between the whole scale downwards and the whole scale upwards.
    categories = (2 * points if result.result.change else points) + 1
    return (categories, step) if 2 <= categories <= MOST_CATEGORIES else (max(2, total), None)


def _utilities(result: AnalysedResult, categories: int) -> tuple[float, ...] | None:
    if is_mrs(result.outcome, result.result.outcome) and categories == len(MRS_UTILITIES):
        return MRS_UTILITIES[::-1] if not result.result.change else None
    return None


def _admitted(result: AnalysedResult, categories: int) -> tuple[str, ...]:
    """The tests that the source's words admit; all usual ones, of two categories those of a table, without any."""
    named = methods_named(result.result.test)
    words = (result.result.test or "").casefold()
    tests = [test for name in named for test in _NAMED.get(name, ())]
    if "rank-sum" in named and "exact" in words:
        tests = [test for test in tests if "exact" in test]
    if not tests:
        tests = list(USUAL_TESTS)
    return tuple(test for test in tests if (TESTS[test][0] == "table") or categories > 2)


def _moments(result: AnalysedResult, categories: int, step: float | None) -> tuple[Moments, Moments]:
    """Means, SDs and medians of both arms in points above the worst end, where distributions can be listed."""
    arms, contrast = result.result.arms or {}, result.contrast
    if step is None or categories > MOST_JOINED or contrast is None or result.outcome.range is None:
        return Moments(), Moments()
    if result.result.change or result.outcome.better is None or result.result.definition:
        return Moments(), Moments()
    low, high = (float(result.outcome.range.low), float(result.outcome.range.high))
    first, second = arms.get(contrast.arm), arms.get(contrast.against)
    worst = high if result.outcome.better == "lower" else low
    return _arm_moments(first, worst, high), _arm_moments(second, worst, high)


def _cuts(result: AnalysedResult, categories: int, step: float | None) -> tuple[Cut, ...]:
    """What the same source prints at the same time of a part of the scale that begins at one of its ends: mRS 0-2."""
    outcome, contrast = result.outcome, result.contrast
    if step is None or categories > MOST_JOINED or contrast is None or outcome.range is None:
        return ()
    if result.result.definition or result.result.change or outcome.better is None:
        return ()
    cuts = []
    for other in result.trial.results:
        same = (other.outcome, other.at, other.change) == (result.result.outcome, result.result.at, False)
        ends = _PART.search(other.definition or "")
        if same and ends and result.trial.source_of(other) == result.source:
            counts = [_events((other.arms or {}).get(arm)) for arm in (contrast.arm, contrast.against)]
            cut = _cut(result, (float(ends[1]), float(ends[2])), step, (counts[0], counts[1]))
            cuts += [cut] if cut and 0 < cut.category < categories and counts != [None, None] else []
    return tuple(dict.fromkeys(cuts))


def _cut(
    result: AnalysedResult, part: tuple[float, float], step: float, counts: tuple[int | None, int | None]
) -> Cut | None:
    outcome, contrast = result.outcome, result.contrast
    assert outcome.range is not None
    assert contrast is not None
    low, high = float(outcome.range.low), float(outcome.range.high)
    if outcome.better == "lower":  # turned round: the worst end comes first
        part, low, high = (-part[1], -part[0]), -high, -low
    if part[1] == high:
        return Cut(round((part[0] - low) / step), counts)
    if part[0] != low:
        return None
    sizes = contrast.n1 or 0, contrast.n2 or 0
    rest = [None if count is None else n - count for n, count in zip(sizes, counts, strict=True)]
    return Cut(round((part[1] - low) / step) + 1, (rest[0], rest[1]))


def _events(values: Values | None) -> int | None:
    return values.events.count if values is not None and values.events is not None else None


def _arm_moments(values: Values | None, worst: float, high: float) -> Moments:
    if values is None:
        return Moments()

    def above_worst(number: Reported | None) -> Interval | None:
        if number is None:
            return None
        low, top = number.bounds
        return Interval(worst - top, worst - low) if worst == high else Interval(low - worst, top - worst)

    sd = Interval(*values.sd.bounds) if values.sd else None
    return Moments(above_worst(values.mean), sd, above_worst(values.median))


def implies_g(result: AnalysedResult) -> bool:
    """Whether p says a standardised difference: of a continuous outcome, or where a t test is named."""
    return result.implied_g is not None and (
        result.outcome.type == "continuous" or names_t_test(result.result.test)
    )


@lru_cache(maxsize=512)
def _leading_bound(printed: Printed) -> Bound | None:
    return superiority_bound(printed, LEADING_TEST)


def leading_superiority(result: AnalysedResult, direction: int | None = None) -> Bound | None:
    """The exact range of PS on an ordinal scale if p is from the rank-sum test; None where another test is named.

    None as well where p bounds nothing, and where no data set gives it. `direction` stands for the one that is printed.
    """
    if result.outcome.type != "ordinal" or result.result.definition or result.p is None:
        return None
    question = feasible_question(result)
    printed = question.printed
    if printed is None or printed.step is None or LEADING_TEST not in question.tests:
        return None
    only_p = Printed(
        printed.n1,
        printed.n2,
        printed.categories,
        printed.p,
        printed.direction if direction is None else direction,
    )
    return _leading_bound(only_p)
