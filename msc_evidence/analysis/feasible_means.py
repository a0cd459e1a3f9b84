"""Whether means, SDs and a p that no t test gives are possible together under a rank-sum test."""

from __future__ import annotations

import math
from functools import lru_cache

from msc_evidence.analysis.recompute.recomputation import Recomputation
from msc_evidence.analysis.recompute.tests_named import methods_named
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import p_interval
from msc_evidence.registry.values import Values
from msc_evidence.statistics.feasible.moment_search import PrintedArm, data_set_with
from msc_evidence.statistics.interval import Interval

#: Larger arms take the search longer than a reader waits.
LARGEST_ARM = 300
#: A rank test's p is looked for no farther from a t test's than this factor.
FAR = 10.0
#: Measurements without a recorded step are taken in steps of about this many to an SD.
STEPS_PER_SD = 10


def possible_under_ranks(result: AnalysedResult, recomputation: Recomputation) -> bool:
    """Whether a data set was found with the printed means and SDs and a rank-sum p as printed.

    Asked only of a p that does not follow from means, where no test or a rank-sum test is named. False proves nothing.
    """
    failed = recomputation.verdict in (Verdict.INCONSISTENT, Verdict.DECISION_ERROR)
    if not failed or recomputation.basis != "means" or recomputation.statistic != "p":
        return False
    named, sizes = methods_named(result.result.test), result.contrast.sizes if result.contrast else None
    pair = result.case.values() if result.case else None
    if (named and "rank-sum" not in named) or result.p is None or sizes is None or pair is None:
        return False
    arms = [_printed_arm(values, n) for values, n in zip(pair, sizes, strict=True)]
    if arms[0] is None or arms[1] is None or max(sizes) > LARGEST_ARM:
        return False
    both, step = (arms[0], arms[1]), _step(result, arms[0], arms[1])
    upwards = (result.sign or 0) * (-1 if result.outcome.better == "lower" else 1)
    ends, p = _ends(result, both), p_interval(result.p)
    if not _near(p, recomputation):
        return False
    return _has_data_set(both, ends, step, p, upwards)


@lru_cache(maxsize=4096)  # the search takes some tenths of a second, and each row of a result asks the same
def _has_data_set(
    arms: tuple[PrintedArm, PrintedArm], ends: tuple[float, float], step: float, p: Interval, upwards: int
) -> bool:
    return any(
        data_set_with(arms, ends, step, p, upwards, test) is not None
        for test in ("rank-sum normal", "rank-sum normal cc")
    )


def _near(p: Interval, recomputation: Recomputation) -> bool:
    """Whether a t test's p is within FAR of the printed one: a rank test of such data is not elsewhere."""
    values = [method.interval for method in recomputation.methods]
    return any(way.lo <= FAR * p.hi and p.lo <= FAR * way.hi for way in values)


def _printed_arm(values: Values, n: int) -> PrintedArm | None:
    if values.mean is None or values.sd is None:
        return None
    return PrintedArm(n, Interval(*values.mean.bounds), Interval(*values.sd.bounds))


def _step(result: AnalysedResult, first: PrintedArm, second: PrintedArm) -> float:
    """The step of the scale; of measurements a round one, fine beside both SDs."""
    if result.outcome.step is not None:
        return float(result.outcome.step)
    least = max(min(first.sd.middle, second.sd.middle), 1e-6)
    return float(10.0 ** math.floor(math.log10(least / STEPS_PER_SD * 1.0000001)))


def _ends(result: AnalysedResult, arms: tuple[PrintedArm, PrintedArm]) -> tuple[float, float]:
    """The ends of the scale, of changes those of its whole length either way; without a scale six SDs."""
    span = result.outcome.range
    if span is None:
        low = min(arm.mean.lo - 6 * arm.sd.hi for arm in arms)
        return low, max(arm.mean.hi + 6 * arm.sd.hi for arm in arms)
    low, high = float(span.low), float(span.high)
    return (low - high, high - low) if result.result.change else (low, high)
