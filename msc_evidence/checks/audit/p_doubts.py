"""What a p-value in a text may be of, other than the figures beside it: ranks, one side, several comparisons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil, erfc, log, sqrt

from msc_evidence.checks.audit.statistic_doubts import WITH_SIDES, severity_beside_statistic
from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.groups.shapes import EffectGroup, Group, LoneP, StatisticGroup, Wording
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.distributions import f_sf
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES
from msc_evidence.statistics.two_arms.p_values import KINDS

_ALPHA = 0.05


def p_severity(
    group: Group,
    severity: Severity,
    recomputed: str,
    *,
    sphericity: bool,
    partial: bool,
    two_sided: bool,
    other_test: bool,
    others: Sequence[Group],
) -> Severity | None:
    """A p-value beside a statistic, beside an interval without its estimate, or alone."""
    if isinstance(group, StatisticGroup):
        # Degrees of freedom are as a rule printed as they were before the correction that p has.
        if sphericity and _is_corrected(group, recomputed):
            return None
        if (partial and group.kind == "r") or _is_another_p(group, recomputed):
            return "note"
        # Words that call every test two-sided leave the p of one side what it is.
        if not two_sided and _is_one_sided(group, recomputed):
            return "note"
        graded = severity_beside_statistic(group, severity, others, two_sided=two_sided)
        return "note" if other_test and graded != severity else graded
    if isinstance(group, Wording):
        return "note" if _has_another_level(group) else severity
    # "P < 0" and "p < 0.0" are as a rule a number that lost its digits.
    lost = isinstance(group, LoneP) and severity == "error" and group.p.text.count("0") < _ZEROS
    return "note" if lost else severity


def _is_another_p(group: StatisticGroup, recomputed: str) -> bool:
    """Whether p may be another test's, or corrected for multiplicity or sphericity, which the statistic is not."""
    printed, given = re.fullmatch(r"p (0\.[0-9]+)", group.p.text), _GIVEN.search(recomputed)
    if printed is None or given is None:
        return False
    half = 0.5 * last_digit(printed[1])
    p, value, least, most = float(printed[1]), *map(float, given.groups())
    if _is_of_the_table(group, value, p):
        return True
    single = group.kind in ("t", "z", "r") or (group.kind in ("F", "chi2") and group.df[0].text == "1")
    if single and least > 0 and max(2, ceil((p - half) / most)) <= min(_MOST_COMPARISONS, (p + half) / least):
        return True
    if group.kind == "r" and _is_of_partial_correlation(group, p - half, p + half):
        return True
    return group.kind == "F" and _may_be_corrected(group, p, half)


def _is_one_sided(group: StatisticGroup, recomputed: str) -> bool:
    """Whether half of the recomputed p, within the rounding of the statistic, is the p that is printed."""
    printed, given = re.fullmatch(r"p (≤?)(0\.[0-9]+)", group.p.text), _GIVEN.search(recomputed)
    if printed is None or given is None or group.kind not in WITH_SIDES or (printed[1] and group.kind == "F"):
        return False
    half = 0.5 * last_digit(printed[2])
    return float(given[2]) / 2 - half <= float(printed[2]) <= float(given[3]) / 2 + half


#: Covariates that a partial correlation may have: each takes one from the degrees of freedom.
_MOST_COVARIATES = 3


def _is_of_partial_correlation(group: StatisticGroup, least: float, most: float) -> bool:
    """Whether a few degrees of freedom less, as covariates leave, give the printed p."""
    r, df = abs(float(group.value.text)), int(float(group.df[0].text))
    half = 0.5 * last_digit(group.value.text)
    correlation = KINDS["r"]
    return any(
        correlation.p(min(r + half, 1.0), df - fewer) <= most
        and correlation.p(max(r - half, 0.0), df - fewer) >= least
        for fewer in range(1, _MOST_COVARIATES + 1)
        if df > fewer
    )


def _is_of_the_table(group: StatisticGroup, value: float, p: float) -> bool:
    """Whether p may be Fisher's or Yates's of the table that χ² is of."""
    table = group.kind == "chi2" and group.df[0].text == "1"
    return table and value < p <= min(_TIMES_PEARSON * value, value + _ABOVE_PEARSON)


#: Of tables of few participants Fisher's and Yates's p lie above Pearson's by no more than this.
_TIMES_PEARSON, _ABOVE_PEARSON = 2.5, 0.15


def _is_corrected(group: StatisticGroup, recomputed: str) -> bool:
    """Whether fewer degrees of freedom, as a correction for sphericity leaves, give the printed p; of 1 none does."""
    printed, given = re.fullmatch(r"p <?(0\.[0-9]+)", group.p.text), _GIVEN.search(recomputed)
    if group.kind != "F" or printed is None or given is None or float(group.df[0].text) <= 1:
        return False
    half = 0.5 * last_digit(printed[1])
    least, most = _corrected_range(group)
    return least - half <= float(printed[1]) <= most + half


def _has_another_level(group: Wording) -> bool:
    """Whether a level that other sentences may set explains the words: 0.10, or one corrected for comparisons."""
    printed = re.fullmatch(r"p (0\.[0-9]+)", group.p.text)
    low, high = (_ALPHA, 2 * _ALPHA) if group.significant else (_ALPHA / _MOST_COMPARISONS, _ALPHA)
    return printed is not None and low <= float(printed[1]) <= high


#: As the checks of p print it: "t 0.0174 [0.0171 to 0.0177]".
_GIVEN = re.compile(r"(?<![0-9.e-])([0-9.e-]+) \[([0-9.e-]+) to ([0-9.e-]+)\]")
#: A p that is a small multiple of the recomputed one may be corrected for as many comparisons.
_MOST_COMPARISONS = 10


def _may_be_corrected(group: StatisticGroup, p: float, half: float) -> bool:
    """Whether a correction for sphericity gives p, where the degrees of freedom can be those of repeats."""
    first, second = (float(figure.text) for figure in group.df)
    least, most = _corrected_range(group)
    return first > 1 and second % first == 0 and least - half <= p <= most + half


def _corrected_range(group: StatisticGroup) -> tuple[float, float]:
    """The smallest and largest p of F with degrees of freedom as a correction for sphericity leaves, 1 at the least.

    The fewer they are, the larger is a small p; that of an F about 1 becomes smaller.
    """
    first, second = (float(figure.text) for figure in group.df)
    shares = (1 / first + (1 - 1 / first) * step / _STEPS for step in range(_STEPS + 1))
    given = [f_sf(float(group.value.text), first * share, second * share) for share in shares]
    return min(given), max(given)


#: Corrections that are tried, from none to the most.
_STEPS = 8


#: `p < 0.00` and longer: printed by a program, and then copied.
_ZEROS = 3


#: Effects on a scale, whose p may be a rank test's while the interval is of means.
_OF_SCALES = ("MD", "SMD", "ROM", "")


def severity_beside_interval(group: EffectGroup, severity: Severity) -> Severity:
    """A p-value whose test no word names may come from another than the interval does, as far as the two are apart."""
    if group.test is not None:
        return severity
    if group.measure in _OF_SCALES:
        return weaker(severity, "warning") if _times_apart(group) > _FAR_OF_RANKS else "note"
    return severity if severity == "error" or not _decides(group) else "note"


#: Further apart than this, ranks and means of the same data do not give two p-values.
_FAR_OF_RANKS = 1000


def _times_apart(group: EffectGroup) -> float:
    """How many times apart the printed p and the one that a 95% interval gives are."""
    values = [float(text) for text in (group.value, group.low, group.high)]
    printed = re.fullmatch(r"p <?([0-9.]+)", group.p.text) if group.p else None
    if group.measure in RATIO_MEASURES:
        values = [log(value) for value in values if value > 0]
    if printed is None or len(values) < 3 or group.level not in (None, "95"):
        return 1.0
    estimate, low, high = values
    given = erfc(abs(estimate) / (high - low) * 3.92 / sqrt(2)) if high > low else 1.0
    p = float(printed[1])
    return max(p, given) / max(min(p, given), _SMALLEST)


#: No p-value is worked with below it.
_SMALLEST = 1e-12


def _decides(group: EffectGroup) -> bool:
    """Whether interval and p lie on different sides of 0.05: near it, one test of the same data may and another not."""
    null = 1.0 if group.measure in RATIO_MEASURES else 0.0
    excludes = not float(group.low) <= null <= float(group.high)
    return group.p is not None and excludes != (Reported.read(group.p.text.removeprefix("p ")).value < _ALPHA)
