"""What makes a finding in a text uncertain: how figures were grouped, and what the whole text says of its analyses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from math import ceil, erfc, log, sqrt

from msc_evidence.checks.audit.share_doubts import share_severity
from msc_evidence.checks.finding import SEVERITIES, Severity
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effects import is_skewed
from msc_evidence.reading.groups.interval_p import p_is_sure
from msc_evidence.reading.groups.shapes import (
    FIGURE,
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    LoneP,
    MeanComparison,
    Proportion,
    Sizes,
    StatisticGroup,
    Wording,
)
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.distributions import f_sf
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
_OF_P = ("MSC403", "MSC404", "MSC405", "MSC406", "MSC407", "MSC413")


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
    def totals(self) -> tuple[int, ...]:
        """Every whole number that the text prints, in ascending order."""
        plain = normalise(self.text).text
        return tuple(sorted({int(match[0].replace(",", "")) for match in _WHOLE.finditer(plain)}))


def severity_in_text(
    group: Group, code: str, severity: Severity, doubts: Doubts, recomputed: str
) -> Severity | None:
    """How much a finding counts in a text, None where another reading explains it: only what is certain accuses."""
    graded = _graded(group, code, severity, doubts, recomputed)
    return graded if graded is None or is_certain(group, code) else "note"


def is_certain(group: Group, code: str) -> bool:
    """Whether grammar leaves one reading of which figures belong together, all of them in one sentence."""
    if isinstance(group, Comparison):
        return all(share.sure and not share.joined for share in (group.first, group.second))
    if isinstance(group, Proportion):
        return group.sure and not group.joined
    if isinstance(group, EffectGroup):
        return group.sure and (code not in ("MSC403", "MSC404") or p_is_sure(group))
    # An interval whose estimate is not printed may be of anything.
    return not isinstance(group, LoneInterval) and getattr(group, "sure", True)


def _graded(group: Group, code: str, severity: Severity, doubts: Doubts, recomputed: str) -> Severity | None:
    """What the words around figures, and the whole text, leave of a finding about them."""
    # Which test gave the p of two means is as a rule not said beside them.
    if isinstance(group, MeanComparison) or (code in _OF_P and (doubts.corrected or doubts.one_sided)):
        return "note"
    if isinstance(group, EffectGroup):
        return _of_effect(group, code, severity)
    if isinstance(group, Sizes):
        return _of_sizes(group)
    if isinstance(group, Proportion):
        return share_severity(group, code, severity, doubts.totals)
    if isinstance(group, Comparison):
        return _of_comparison(group, code, severity, doubts)
    return _of_p(group, severity, doubts, recomputed)


def _of_p(group: Group, severity: Severity, doubts: Doubts, recomputed: str) -> Severity:
    """A p-value beside a statistic, beside an interval without its estimate, or alone."""
    if isinstance(group, StatisticGroup):
        if _is_another_p(group, doubts, recomputed):
            return "note"
        return _weaker(severity, "warning") if _is_cut_off(group.p.text, recomputed) else severity
    if isinstance(group, Wording):
        return "note" if _has_another_level(group) else severity
    # "P < 0" and "p < 0.0" are as a rule a number that lost its digits.
    lost = isinstance(group, LoneP) and severity == "error" and group.p.text.count("0") < _ZEROS
    return "note" if lost else severity


def _of_sizes(group: Sizes) -> Severity | None:
    """The total may be of another set than the arms; where other figures stand between, few may be missing."""
    if group.sure or group.total is None:
        return "warning"
    total, arms = int(as_digits(group.total.text)), sum(int(as_digits(arm.text)) for arm in group.arms)
    return "note" if _MOST_MISSING * total <= arms < total else None


#: At least this share of a total is in the arms, or the arms are not all of it.
_MOST_MISSING = 0.8


def _is_another_p(group: StatisticGroup, doubts: Doubts, recomputed: str) -> bool:
    """Whether p may be one-sided, corrected for multiplicity or for sphericity, which the statistic is not."""
    printed, given = re.fullmatch(r"p (0\.[0-9]+)", group.p.text), _GIVEN.search(recomputed)
    if group.kind == "F" and doubts.sphericity:
        return True
    if printed is None or given is None:
        return False
    half = 0.5 * 10 ** -(len(printed[1]) - 2)
    p, value, least, most = float(printed[1]), *map(float, given.groups())
    if group.kind == "F" and abs(value / 2 - p) <= half:
        return True
    single = group.kind in ("t", "z", "r") or (group.kind in ("F", "chi2") and group.df[0].text == "1")
    if single and least > 0 and max(2, ceil((p - half) / most)) <= min(_MOST_COMPARISONS, (p + half) / least):
        return True
    return group.kind == "F" and value < p <= _most_corrected(group) + half


def _is_cut_off(p: str, recomputed: str) -> bool:
    """Whether the printed p is the recomputed one cut off, not rounded."""
    printed, given = re.fullmatch(r"p 0\.([0-9]+)", p), _GIVEN.search(recomputed)
    return bool(printed and given and f"{float(given[1]):.9f}"[2:].startswith(printed[1]))


def _has_another_level(group: Wording) -> bool:
    """Whether a level that other sentences may set explains the words: 0.10, or one corrected for comparisons."""
    printed = re.fullmatch(r"p (0\.[0-9]+)", group.p.text)
    low, high = (_ALPHA, 2 * _ALPHA) if group.significant else (_ALPHA / _MOST_COMPARISONS, _ALPHA)
    return printed is not None and low <= float(printed[1]) <= high


#: As the checks of p print it: "t 0.0174 [0.0171 to 0.0177]".
_GIVEN = re.compile(r"([0-9.e-]+) \[([0-9.e-]+) to ([0-9.e-]+)\]")
#: A p that is a small multiple of the recomputed one may be corrected for as many comparisons.
_MOST_COMPARISONS = 10


def _most_corrected(group: StatisticGroup) -> float:
    """The largest p that a correction for sphericity can give; 0 where degrees of freedom are not those of repeats."""
    first, second = (float(figure.text) for figure in group.df)
    repeated = first > 1 and second % first == 0
    return f_sf(float(group.value.text), 1, second / first) if repeated else 0.0


#: `p < 0.00` and longer: printed by a program, and then copied.
_ZEROS = 3


def _of_effect(group: EffectGroup, code: str, severity: Severity) -> Severity | None:
    """Weaker where words may carry what the figures lack: the sign of a decrease, the order of its limits."""
    if code in ("MSC403", "MSC404"):
        return _of_p_beside_interval(group, severity)
    if code == "MSC402":
        return "note" if is_skewed(group) or _fits_ratio(group) else severity
    if code != "MSC401":
        return severity
    return _of_order(group, severity)


def _of_order(group: EffectGroup, severity: Severity) -> Severity | None:
    """An estimate outside of its limits, unless it may be another number, or words may carry a sign or an order."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure not in _IN_UNITS and _is_reduction(estimate, low, high):
        return None
    unsigned = min(abs(low), abs(high)) <= abs(estimate) <= max(abs(low), abs(high))
    if group.measure == "%":
        other = estimate in _THRESHOLDS or group.p or _FROM.search(group.said)
        return "note" if other or unsigned or low < 0 or high <= 1 else severity
    if not group.measure or (group.measure not in RATIO_MEASURES and unsigned):
        return "note"
    return "warning" if high <= estimate <= low else severity


#: Effects that are no percentages.
_IN_UNITS = (*RATIO_MEASURES, "MD", "SMD", "beta")


def _is_reduction(estimate: float, low: float, high: float) -> bool:
    """Whether the limits are those of the ratio of a change by so many per cent: 17% beside 0.76 to 0.90."""
    return any(low <= ratio <= high for ratio in (1 - estimate / 100, 1 + estimate / 100))


#: Percentages that define who responds or has lost weight, and are then no estimates; one with a p is none either,
#: because a percentage alone has no p.
_THRESHOLDS = (5, 10, 15, 20, 25, 30, 50, 75, 80, 90)
#: Right before the numbers: "a fall of 12 points from 40%".
_FROM = re.compile(rf"[{FIGURE}][^{FIGURE}.;]{{0,30}} from \ue010")
#: Effects on a scale, whose p may be of ranks while the interval is of means.
_OF_SCALES = ("MD", "SMD", "ROM", "")


def _of_p_beside_interval(group: EffectGroup, severity: Severity) -> Severity:
    """A p-value whose test no word names may come from another than the interval does, as far as the two are apart."""
    if group.test is not None:
        return severity
    if group.measure in _OF_SCALES:
        return _weaker(severity, "warning") if _times_apart(group) > _FAR_OF_RANKS else "note"
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


_ALPHA = 0.05


def _weaker(first: Severity, second: Severity) -> Severity:
    return max(first, second, key=SEVERITIES.index)


def _fits_ratio(group: EffectGroup) -> bool:
    """Whether what is called a difference is in the middle of its limits as a ratio is."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure in RATIO_MEASURES or not 0 < low < estimate < high:
        return False
    middle: float = (low * high) ** 0.5
    return abs(middle - estimate) < 0.03 * estimate


def _of_comparison(group: Comparison, code: str, severity: Severity, doubts: Doubts) -> Severity | None:
    """A p beside two counts whose test no word names may be of a model, of clusters or of times."""
    if code != "MSC406":
        return severity
    if doubts.paired or (group.test is None and (doubts.modelled or severity == "warning")):
        return "note"
    return _weaker(severity, "warning") if doubts.modelled or group.test is None else severity
