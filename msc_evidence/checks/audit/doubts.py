"""What makes a finding in a text uncertain: how figures were grouped, and what the whole text says of its analyses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from msc_evidence.checks.finding import SEVERITIES, Severity
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effects import is_skewed
from msc_evidence.reading.groups.interval_p import p_is_sure
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    LoneP,
    MeanComparison,
    Proportion,
    Sizes,
    StatisticGroup,
)
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

_CORRECTED = re.compile(
    r"Bonferroni|(?<!\w)Holm(?!\w)|Hochberg|Benjamini|Tukey|Dunnett|Scheff|[SŠ]id[aá]k|(?<!\w)FDR(?!\w)|false discovery"
    r"|multiplicity|multiple (?:comparison|test)|family-?wise|corrected (?:for|p)"
    r"|[pP][- ]values? (?:were|was) (?:adjusted|corrected)"
)
_ONE_SIDED = re.compile(
    r"one[- ](?:sided|tailed)|1-(?:sided|tailed)|non-?inferior|equivalence", re.IGNORECASE
)
_PAIRED = re.compile(
    r"cross-?over|split[- ](?:mouth|body|face|plot)|contralateral|other (?:half|side|eye|breast|arm|leg|hand|ear|knee)"
    r"|McNemar|(?<!un)(?<!un-)paired|matched|own control|intra-?individual|within[- ](?:subject|patient)"
    r"|(?:each|every|both) (?:patient|participant|subject|woman|man|child)[a-z]*"
    r" (?:used|received|underwent|served|had|acted)"
    r"|before and after|pre-? ?(?:and|to|vs\.?|versus) ?post|both (?:eyes|sides|knees|arms|legs)",
    re.IGNORECASE,
)
_SPHERICITY = re.compile(r"Greenhouse|Geisser|Huynh|spheric", re.IGNORECASE)
_CLUSTERED = re.compile(
    r"cluster|generali[sz]ed estimating|(?<!\w)GEE(?!\w)|mixed[- ](?:effects?|model)|multilevel|imput",
    re.IGNORECASE,
)
_MODELLED = re.compile(
    r"adjust|logistic|Mantel|stratif|regression|Kaplan|log-?rank|(?<!\w)Cox(?!\w)", re.IGNORECASE
)
_WHOLE = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?![\w.,])|(?<![\w.,])[0-9]{1,7}(?![\w]|[.,][0-9])")
#: Codes whose findings rest on p being that of the figures beside it.
_OF_P = ("MSC403", "MSC404", "MSC405", "MSC406", "MSC407")


@dataclass(frozen=True)
class Doubts:
    """What a text says once for all of its results."""

    text: str

    @cached_property
    def corrected(self) -> bool:
        """Whether p-values may be corrected for multiplicity."""
        return bool(_CORRECTED.search(self.text))

    @cached_property
    def one_sided(self) -> bool:
        """Whether tests may be one-sided, or of a margin."""
        return bool(_ONE_SIDED.search(self.text))

    @cached_property
    def paired(self) -> bool:
        """Whether both results may be of the same participants, or of clusters of them."""
        return bool(_PAIRED.search(self.text) or _CLUSTERED.search(self.text))

    @cached_property
    def sphericity(self) -> bool:
        """Whether degrees of freedom may be printed without the correction that p has."""
        return bool(_SPHERICITY.search(self.text))

    @cached_property
    def modelled(self) -> bool:
        """Whether a p beside two counts may be of a model, or of times."""
        return bool(_MODELLED.search(self.text))

    @cached_property
    def totals(self) -> frozenset[int]:
        """Every whole number that the text prints."""
        return frozenset(
            int(match[0].replace(",", "")) for match in _WHOLE.finditer(normalise(self.text).text)
        )


def severity_in_text(
    group: Group, code: str, severity: Severity, doubts: Doubts, recomputed: str
) -> Severity | None:
    """How much a finding counts in a text, None where another reading explains it: only what is certain accuses."""
    if isinstance(group, MeanComparison) or (isinstance(group, Comparison) and group.first.joined):
        return "note"
    if code in _OF_P and (doubts.corrected or doubts.one_sided):
        return "note"
    if isinstance(group, EffectGroup):
        return _of_effect(group, code, severity)
    if isinstance(group, Sizes):
        return _of_sizes(group)
    if isinstance(group, Proportion):
        return _of_share(group, code, severity, doubts)
    if isinstance(group, Comparison):
        return _of_comparison(group, code, severity, doubts)
    return _of_p(group, severity, doubts, recomputed)


def _of_p(group: Group, severity: Severity, doubts: Doubts, recomputed: str) -> Severity:
    """A p-value beside a statistic, beside an interval without its estimate, or alone."""
    if isinstance(group, StatisticGroup) and group.kind == "F":
        return "note" if doubts.sphericity or _is_half(group.p.text, recomputed) else severity
    # "P < 0" and "p < 0.0" are as a rule a number that lost its digits.
    if isinstance(group, LoneP) and severity == "error" and group.p.text.count("0") < _ZEROS:
        return "note"
    return _weaker(severity, "warning") if isinstance(group, LoneInterval) else severity


def _of_sizes(group: Sizes) -> Severity | None:
    """The total may be of another set than the arms; where other figures stand between, few may be missing."""
    if group.sure or group.total is None:
        return "warning"
    total, arms = int(as_digits(group.total.text)), sum(int(as_digits(arm.text)) for arm in group.arms)
    return "note" if _MOST_MISSING * total <= arms < total else None


#: At least this share of a total is in the arms, or the arms are not all of it.
_MOST_MISSING = 0.8


def _is_half(p: str, recomputed: str) -> bool:
    """Whether the printed p is half of the recomputed one, that of a one-sided t where F is its square."""
    printed, given = re.fullmatch(r"p (0\.[0-9]+)", p), re.search(r"([0-9.e-]+) \[", recomputed)
    if printed is None or given is None:
        return False
    half = 0.5 * 10 ** -(len(printed[1]) - 2)
    return bool(abs(float(given[1]) / 2 - float(printed[1])) <= half)


#: `p < 0.00` and longer: printed by a program, and then copied.
_ZEROS = 3


def _of_effect(group: EffectGroup, code: str, severity: Severity) -> Severity | None:
    """Weaker where words may carry what the figures lack: the sign of a decrease, the order of its limits."""
    if not group.sure:
        return "note"
    if code in ("MSC403", "MSC404"):
        unnamed = not group.measure
        return "note" if not p_is_sure(group) else _weaker(severity, "warning") if unnamed else severity
    if code == "MSC402":
        return "note" if is_skewed(group) or _fits_ratio(group) else severity
    if code != "MSC401":
        return severity
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure == "%":
        return _of_percentage(estimate, low, high, severity)
    unsigned = min(abs(low), abs(high)) <= abs(estimate) <= max(abs(low), abs(high))
    if not group.measure or (group.measure not in RATIO_MEASURES and unsigned):
        return "note"
    return "warning" if high <= estimate <= low else severity


def _weaker(first: Severity, second: Severity) -> Severity:
    return max(first, second, key=SEVERITIES.index)


def _of_percentage(estimate: float, low: float, high: float, severity: Severity) -> Severity | None:
    """A reduction of 17% beside the interval of its ratio, 0.76 to 0.90, is no contradiction."""
    ratios = (1 - estimate / 100, 1 + estimate / 100)
    if any(low <= ratio <= high for ratio in ratios):
        return None
    unsigned = min(abs(low), abs(high)) <= abs(estimate) <= max(abs(low), abs(high))
    return "note" if low < 0 or high <= 1 or unsigned else severity


def _fits_ratio(group: EffectGroup) -> bool:
    """Whether what is called a difference is in the middle of its limits as a ratio is."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure in RATIO_MEASURES or not 0 < low < estimate < high:
        return False
    middle: float = (low * high) ** 0.5
    return abs(middle - estimate) < 0.03 * estimate


def _of_share(group: Proportion, code: str, severity: Severity, doubts: Doubts) -> Severity | None:
    """A percentage of another total than the one beside its count, or two numbers that are no share."""
    x, n = (int(as_digits(figure.text)) for figure in (group.x, group.n))
    percent = float(group.percent.text.rstrip("%")) if group.percent else None
    if code == "MSC202":
        return severity if percent is not None and abs(100 * x / n - percent) < 1 else None
    if code != "MSC205" or group.sure or percent is None:
        return severity if x <= n else None
    if x > n or any(_gives(x, total, group.percent.text) for total in doubts.totals if group.percent):
        return None
    return severity if abs(100 * x / n - percent) <= _SLIP else "note"


#: Percentage points: a slip of a digit's rounding, and no percentage of something else.
_SLIP = 1.0


def _gives(x: int, total: int, printed: str) -> bool:
    """Whether a count is the printed percentage of a total."""
    text = printed.rstrip("%")
    half = 0.5 * 10 ** -len(text.partition(".")[2])
    return total >= x > 0 and abs(100 * x / total - float(text)) <= half


def _of_comparison(group: Comparison, code: str, severity: Severity, doubts: Doubts) -> Severity | None:
    if code == "MSC406" and (doubts.paired or not (group.first.sure and group.second.sure)):
        return "note"
    return _weaker(severity, "warning") if code == "MSC406" and doubts.modelled else severity
