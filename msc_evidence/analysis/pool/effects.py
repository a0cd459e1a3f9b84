"""The effect that evidence gives on a measure, turned so that the treatment arm comes first; or why it gives none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.effect_direction import favoured_by_effect
from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.analysis.pool.evidence import Evidence, Kind, categories
from msc_evidence.analysis.pool.pool import PrintedInterval
from msc_evidence.analysis.recompute.arms import in_percentage_points
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.two_arms import implied, ordinal
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES, no_difference, variance_from_ci
from msc_evidence.statistics.two_arms.joined_groups import CountGroup, MeanGroup, OrdinalGroup

#: Measures whose sign is turned so that above no difference the treatment arm did better.
ORIENTED = ("SMD", "PS", "COR")
COUNTED = ("OR", "RR", "RD", "PETO")
#: Why counts, means and a lone p give no effect.
SIZES_NOT_REPORTED = "group sizes are not reported"
#: What each measure can be had from, the best first.
SOURCES: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("OR", "RR", "RD"), ("counts", "effect")),
    "PETO": ("counts",),
    **dict.fromkeys(("HR", "IRR"), ("effect",)),
    "MD": ("means", "distribution", "effect"),
    "SMD": ("means", "distribution", "effect", "p"),
    "ROM": ("means", "effect"),
    "PS": ("distribution", "means", "effect", "p"),
    "COR": ("distribution", "effect", "cut", "p"),
}


@dataclass(frozen=True, slots=True)
class Shares:
    """How participants spread over a scale, for what a p-value implies on it, and where that is known from."""

    values: tuple[float, ...]
    source: str


def entry_of(study: str, evidence: Evidence, measure: str, shares: Shares | None) -> Entry | str:
    """The study on the measure, or why the evidence gives none."""
    if evidence.kind == "effect":
        return _entry_of_printed_effect(study, evidence, measure)
    sizes = evidence.sizes
    if sizes is None:
        return SIZES_NOT_REPORTED
    if evidence.kind in ("counts", "cut"):
        return _entry_of_counts(study, evidence, sizes)
    if evidence.kind == "means":
        return _entry_of_means(study, evidence, measure)
    if evidence.kind == "distribution":
        return _entry_of_distribution(study, evidence, measure)
    return _entry_of_p(study, evidence, measure, shares)


def _with_arm_sizes(data: Mapping[str, float], sizes: tuple[float, float]) -> dict[str, float]:
    return {**data, "n1i": sizes[0], "n2i": sizes[1]}


def _entry_of_counts(study: str, evidence: Evidence, sizes: tuple[float, float]) -> Entry:
    first, second = (group for group in evidence.groups or () if isinstance(group, CountGroup))
    data = {"ai": first.events, "n1i": first.n, "ci": second.events, "n2i": second.n}
    if evidence.kind == "counts":
        return Entry(study, data, *sizes, "counts", words="counts")
    yi, vi = MEASURES["OR"].from_columns({key: [value] for key, value in data.items()})
    words = f"counts of {evidence.analysed.result.definition}, if odds are proportional"
    return Entry(study, {**data, "yi": float(yi[0]), "vi": float(vi[0])}, *sizes, "cut", words=words)


def _entry_of_means(study: str, evidence: Evidence, measure: str, words: str = "means") -> Entry | str:
    first, second = (group for group in evidence.groups or () if isinstance(group, MeanGroup))
    better = evidence.analysed.outcome.better
    if measure in ORIENTED and better is None:
        return "which end of the scale is better is not recorded"
    if measure == "ROM" and min(first.mean, second.mean) <= 0:
        return "means that are not above 0 have no ratio"
    sign = -1.0 if measure in ORIENTED and better == "lower" else 1.0
    data = {
        "m1i": sign * first.mean,
        "sd1i": first.sd,
        "n1i": first.n,
        "m2i": sign * second.mean,
        "sd2i": second.sd,
        "n2i": second.n,
    }
    basis = "means" if evidence.kind == "means" else evidence.kind
    return Entry(study, data, first.n, second.n, basis, words=words)


def _entry_of_distribution(study: str, evidence: Evidence, measure: str) -> Entry | str:
    first, second = (group for group in evidence.groups or () if isinstance(group, OrdinalGroup))
    outcome = evidence.analysed.outcome
    scores = categories(outcome)
    if scores is None or len(scores) != len(first.counts):
        scores = None if measure == "MD" else tuple(map(float, range(len(first.counts))))
    if measure in ("MD", "SMD"):
        if scores is None:
            return "the values of the categories that it counts are not recorded"
        means = evidence.with_groups(first.described(scores), second.described(scores), evidence.done)
        return _entry_of_means(study, means, measure, "mean and SD of the distribution")
    if outcome.better is None:
        return "which end of the scale is better is not recorded"
    pair = [tuple(round(count) for count in group.counts) for group in (first, second)]
    if any(count != round(count) for group in (first, second) for count in group.counts):
        return "half a participant has no place in a distribution; leave out --arms split"
    if outcome.better == "lower":
        pair = [counts[::-1] for counts in pair]
    try:
        yi, vi = _log_common_odds_ratio(*pair) if measure == "COR" else _log_odds_of_superiority(*pair)
    except ValueError:
        return "distributions that do not overlap give no finite effect"
    data = _with_arm_sizes({"yi": yi, "vi": vi}, (first.n, second.n))
    return Entry(study, data, first.n, second.n, "distribution", words="distribution")


def _log_common_odds_ratio(first: Sequence[int], second: Sequence[int]) -> tuple[float, float]:
    from msc_evidence.statistics.two_arms import proportional_odds

    fitted = proportional_odds.fit(first, second)
    return fitted.log_or, fitted.se**2


def _log_odds_of_superiority(first: Sequence[int], second: Sequence[int]) -> tuple[float, float]:
    superiority = ordinal.superiority(first, second, method="DeLong")
    if superiority.vi == 0:
        raise ValueError("arms that do not overlap")
    return on_scale_of_ps(superiority.estimate, superiority.vi)


def on_scale_of_ps(ps: float, variance: float) -> tuple[float, float]:
    """A probability of superiority and its variance on the scale that it is pooled on."""
    slope = ps * (1 - ps)
    return math.log(ps / (1 - ps)), variance / slope**2


def _entry_of_printed_effect(study: str, evidence: Evidence, measure: str) -> Entry | str:
    """The effect that the source prints, by its interval with its own level, else by its p; it needs no group sizes."""
    effect, result = evidence.analysed.result.effect, evidence.analysed.result
    if effect is None or measure not in poolable_measures(evidence):
        return f"prints {effect.measure if effect else 'no effect'}, not {measure}"
    if measure not in ORIENTED and _stands_against_favours(evidence):
        arm, against = evidence.comparison.arm, evidence.comparison.against
        turned = f"a difference the other way round has arm: {against}, against: {arm}"
        return f"prints {effect.printed}, against the arm that did better; {turned}"
    printed = printed_effect(effect, None if result.sides == "one" else result.p)
    if isinstance(printed, str):
        return printed
    yi, vi, limits = printed.yi, printed.vi, printed.limits
    if measure == "PS":
        (yi, vi), limits = on_scale_of_ps(yi, vi), None
    sign = -1.0 if evidence.comparison.turned else 1.0
    directed = True
    if measure in ORIENTED:
        sign, directed = _benefit_sign(evidence, yi, sign)
    data = {"yi": sign * yi, "vi": vi}
    sizes = evidence.sizes
    if sizes is not None:
        data = _with_arm_sizes(data, sizes)
    if limits and sign < 0:
        limits = replace(limits, ci_lb=-limits.ci_ub, ci_ub=-limits.ci_lb)
    words = f"{effect.measure} as printed ({printed.by})"
    known = sizes or (math.nan, math.nan)
    return Entry(study, data, *known, "effect", directed, words=words, printed=limits)


def _stands_against_favours(evidence: Evidence) -> bool:
    """Whether the source says that one arm did better and prints an effect of the other: a reduction of 3.9."""
    by_effect = favoured_by_effect(evidence.analysed)
    direction = evidence.analysed.result.direction
    stated = {evidence.comparison.arm: 1, evidence.comparison.against: -1}.get(direction or "")
    return by_effect is not None and stated is not None and by_effect != stated


def poolable_measures(evidence: Evidence) -> tuple[str, ...]:
    """What a printed effect can be pooled as: the odds ratio of a whole ordinal scale is the common one too."""
    analysed = evidence.analysed
    if analysed.result.effect is None:
        return ()
    whole = analysed.outcome.type == "ordinal" and analysed.result.definition is None
    return (
        analysed.result.effect.measure,
        *(["COR"] if whole and analysed.result.effect.measure == "OR" else []),
    )


def _benefit_sign(evidence: Evidence, moved: float, sign: float) -> tuple[float, bool]:
    """The sign that makes better treatment positive, and whether the record tells it.

    What the source says of the arm that did better comes first. An SMD is a difference on the scale, whose better end
    may be recorded; of a PS or an odds ratio of a scale no record tells which end it is the odds of.
    """
    favoured = evidence.analysed.sign if evidence.comparison.alone else None
    if favoured is not None:
        return (1.0 if favoured * moved >= 0 else -1.0), True
    better = evidence.analysed.outcome.better
    if evidence.analysed.result.effect and evidence.analysed.result.effect.measure == "SMD" and better:
        return sign * (1.0 if better == "higher" else -1.0), True
    return (1.0 if moved >= 0 else -1.0), False


@dataclass(frozen=True, slots=True)
class PrintedEffect:
    """An effect that a source prints, its variance on the analysis scale, and by what that is known."""

    yi: float
    vi: float
    by: str
    limits: PrintedInterval | None = None


def printed_effect(effect: Effect, p: Reported | None) -> PrintedEffect | str:
    """Effect and variance on the analysis scale, and by what: its interval, else a two-sided p; or why there are none.

    SE = (upper − lower)/(2z) at the printed level, 95% where none is printed; |effect|/z of p (Altman & Bland 2011,
    10.1136/bmj.d2090).
    """
    if effect.estimate is None:
        return f"prints the interval of {effect.measure} without its estimate"
    ratio = effect.measure in RATIO_MEASURES
    unit = 100.0 if in_percentage_points(effect) else 1.0
    estimate = float(effect.estimate) / unit
    if ratio and estimate <= 0:
        return f"no {effect.measure} is {effect.estimate}"
    scale = math.log if ratio else float
    if effect.ci is not None:
        low, high = float(effect.ci.low) / unit, float(effect.ci.high) / unit
        level = float(effect.level) / 100 if effect.level else 0.95
        try:
            variance = variance_from_ci(estimate, low, high, level=level, ratio=ratio)
        except ValueError:
            return f"no variance follows from {effect.measure} {effect.estimate} ({effect.ci})"
        basis = f"{100 * level:g}% CI" + ("" if effect.level else ", its level not reported")
        return PrintedEffect(
            scale(estimate), variance, basis, PrintedInterval(level, scale(low), scale(high))
        )
    if effect.se is not None and not ratio and float(effect.se) > 0:
        return PrintedEffect(estimate, (float(effect.se) / unit) ** 2, "by its standard error")
    moved = scale(estimate) - scale(no_difference(effect.measure))
    if p is None or p.comparator != "=" or not 0 < float(p) < 1 or moved == 0:
        return f"prints {effect.measure} {effect.estimate} without its interval"
    return PrintedEffect(scale(estimate), (moved / z_from_p(float(p))) ** 2, "by its p")


def _entry_of_p(study: str, evidence: Evidence, measure: str, shares: Shares | None) -> Entry | str:
    """What a lone p implies, with what that supposes; its sign where the record tells it."""
    analysed = evidence.analysed
    testable = analysed.testable
    if evidence.sizes_source:
        testable = analysed.testable_at(evidence.comparison.sizes)
    if testable is None or analysed.p is None:
        return why_p_is_unusable(evidence, measure)
    p, first, second = testable
    favoured = analysed.sign
    sign = 1.0 if favoured is None else float(favoured)
    data = {"pi": p, "n1i": float(first), "n2i": float(second), "direction": sign}
    words, effect = _effect_of_p(measure, p, (first, second), sign, shares)
    if effect is None:
        return words
    data |= effect
    box = Interval(*analysed.p.bounds).clipped(0.0, 1.0)
    return Entry(study, data, first, second, "p", favoured is not None, box, words=words)


def _effect_of_p(
    measure: str, p: float, sizes: tuple[int, int], sign: float, shares: Shares | None
) -> tuple[str, dict[str, float] | None]:
    """What p supposes of its test, and the effect where metafor's columns do not give it."""
    if measure == "SMD":
        return "p, as of a t test", {}
    if measure == "PS":
        words = "p, as of a rank-sum test"
        if shares is None:
            return f"{words} without ties", {}
        ps, variance = superiority_from_p(p, *sizes, shares.values)
        if not ps < 1:
            return "its p implies a superiority beyond 1", None
        yi, vi = on_scale_of_ps(0.5 + sign * (ps - 0.5), variance)
        return f"{words}, grades {shares.source}", {"yi": yi, "vi": vi}
    if shares is None:
        return "how its participants spread over the scale is not recorded", None
    effect = implied.implied_common_or(p, *sizes, shares.values)
    yi = sign * math.log(effect.estimate)
    return f"p, as of a score test, grades {shares.source}", {"yi": yi, "vi": effect.variance}


def superiority_from_p(p: float, n1: int, n2: int, shares: Sequence[float]) -> tuple[float, float]:
    """Probability of superiority, ½ or more, as if p came from a rank-sum test with ties, and its variance.

    PS = ½ + z√{[(N + 1) − Σ(t³ − t)/(N(N − 1))]/(12 n₁n₂)} with t = Np̄ in each category, p̄ its share (Lehmann 2006,
    1.35); variance by `newcombe_variance`. A category of less than one participant is no tie.

    >>> [round(value, 4) for value in superiority_from_p(0.076, 5, 25, [1 / 7] * 7)]
    [0.7526, 0.0146]
    """
    total = n1 + n2
    ties = sum(max(0.0, (total * share) ** 3 - total * share) for share in shares)
    spread = (total + 1 - ties / (total * (total - 1))) / (12 * n1 * n2)
    ps = min(1.0, 0.5 + z_from_p(p) * math.sqrt(spread))
    return ps, ordinal.newcombe_variance(ps, n1, n2)


def why_p_is_unusable(evidence: Evidence, measure: str) -> str:
    """Why a p that is all that a source prints gives no effect on the measure."""
    result, p = evidence.analysed.result, evidence.analysed.p
    if result.adjusted:
        return "prints an adjusted p, from which no effect follows"
    if result.sides == "one":
        return "prints a one-sided p, from which no effect follows"
    if p is not None and (p.comparator != "=" or p.value <= 0):
        return f"prints its p as a bound ({p}), from which no effect follows"
    return f"prints p alone, from which no {measure} follows"
