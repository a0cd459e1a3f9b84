"""How numbers and lists read in a sentence or a cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from msc_evidence.analysis.cuts import better_end
from msc_evidence.analysis.results import AnalysedResult, Tally, sorted_by_time
from msc_evidence.analysis.significance import ALPHA, AdjustedP
from msc_evidence.analysis.stated import StatedAttribute
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.values import Values
from msc_evidence.statistics.feasible.question import Bound
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.implied import ImpliedEffect

ARROWS = {"higher": "↑", "lower": "↓", None: ""}
BOTH_SIGNS = "± direction not reported: the interval covers both signs"
#: Stands where data give no estimate.
NOT_ESTIMABLE = "not estimable"
#: No number is shown to more decimals, in whatever units it was measured.
MOST_DECIMALS = 6
#: A number of at least this size shows no decimals.
WHOLE_FROM = 1e4
#: A number of at least this size, or of less than that and not 0, is shown as a power of ten.
POWER_FROM, POWER_BELOW = 1e7, 1e-4
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_CLAUSE = re.compile(r"(; |(?<=[.!?]) |(?<=[a-z]): )")
_TYPED = re.compile(r"(?<![\w-])--[a-z]|\bmsc-evidence [a-z]")
_HYPHEN_AS_MINUS = re.compile(r"(?<![^\s(\[=<>≤≥±])-(?=\.?\d)")


def fixed(value: float, decimals: int = 2, *, grouped: bool = False) -> str:
    """The value with a true minus sign and so many decimals: `−0.11`; no negative zero, and words for no number.

    >>> fixed(-0.112), fixed(-0.001), fixed(math.inf), fixed(math.nan)
    ('−0.11', '0.00', '∞', 'not estimable')
    """
    if not math.isfinite(value):
        return _endless(value)
    text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    return text.replace("-", "") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def _endless(value: float) -> str:
    """What stands for a number beyond all floats, or for none."""
    return NOT_ESTIMABLE if math.isnan(value) else "−∞" if value < 0 else "∞"


def finite(value: float) -> float | None:
    """The number, None where it does not exist."""
    return value if math.isfinite(value) else None


def true_minus(text: str) -> str:
    """The text with the hyphens that stand before numbers as minus signs; those within words stay.

    >>> true_minus("MD -9.4 (-15.7 to -3.1)"), true_minus("mRS 0-2 of COVID-19")
    ('MD −9.4 (−15.7 to −3.1)', 'mRS 0-2 of COVID-19')
    """
    return _HYPHEN_AS_MINUS.sub("−", text)


def effect_words(reported: Effect) -> str:
    """`HR 0.78 (0.62–0.98)`, as the source prints it."""
    return true_minus(reported.printed)


def estimate_words(measure: str, estimate: float, ci: tuple[float, float] | None) -> str:
    """`0.54 (0.46 to 0.61)`; numbers needed to treat as Altman (1998) prints them, through infinity where need be.

    >>> estimate_words("NNT", 14.3, (4.3, -11.8))
    'NNTB 14.3 (NNTB 4.3 to ∞ to NNTH 11.8)'
    """
    if measure != "NNT":
        return interval_words(estimate, *(ci or (math.nan, math.nan)))
    if ci is None:
        return _needed_words(estimate)
    low, high = ci
    through = " to ∞" if low * high < 0 else ""
    return f"{_needed_words(estimate)} ({_needed_words(low)}{through} to {_needed_words(high)})"


def interval_words(estimate: float | None, low: float, high: float, *, level: float | None = None) -> str:
    """An estimate with its interval, in as many decimals as its width asks for and never 0.00 for what is not 0.

    An interval without width is none: the data leave its formula no error to work with. With `level` it says which.

    >>> interval_words(0.72, 0.38, 1.38), interval_words(0.04, 0.0028, 0.75), interval_words(-2e-4, -3e-4, -1e-4)
    ('0.72 (0.38 to 1.38)', '0.04 (0.003 to 0.75)', '−0.00020 (−0.00030 to −0.00010)')
    >>> interval_words(-3e-5, -6.2e-5, 7e-6)
    '−0.000030 (−0.000062 to 0.000007)'
    >>> interval_words(0.72, 0.38, 1.38, level=0.95)
    '0.72 (95% CI 0.38 to 1.38)'
    """
    values = [value for value in (estimate, low, high) if value is not None and math.isfinite(value)]
    if not values:
        return NOT_ESTIMABLE
    largest = max(map(abs, values))
    spread = max(values) - min(values) or largest
    decimals = max(_decimals_for(spread), _two_digits(largest))
    point = "" if estimate is None else _rounded_words(estimate, decimals, least=spread)
    if math.isnan(low) or math.isnan(high) or low == high:
        return f"{point} (no interval)" if point else "no interval"
    named = "" if level is None else f"{level_words(level)} CI "
    ends = f"{named}{_rounded_words(low, decimals)} to {_rounded_words(high, decimals)}"
    return f"{point} ({ends})" if point else ends


def level_words(level: float) -> str:
    """A level of confidence as intervals name it: `95%`, `99.9%`.

    >>> level_words(0.95), level_words(0.999)
    ('95%', '99.9%')
    """
    return f"{100 * level:.10g}%"


def lone_estimate(value: float) -> str:
    """An estimate without its interval: `0.62`, and to its first digits where it is small, `0.0031`.

    >>> lone_estimate(0.617), lone_estimate(-0.00312), lone_estimate(0.0)
    ('0.62', '−0.0031', '0.00')
    """
    return _rounded_words(value, _decimals_for(value)) if value else fixed(0.0)


def _decimals_for(spread: float) -> int:
    """Two decimals, more where the spread would be fewer than five units of the last one."""
    return (
        max(2, min(MOST_DECIMALS, math.ceil(math.log10(5) - math.log10(abs(spread)))))
        if 0 < abs(spread) < math.inf
        else 2
    )


def _two_digits(largest: float) -> int:
    """The decimals that show two digits of the largest of some numbers."""
    return min(MOST_DECIMALS, 1 - math.floor(math.log10(largest))) if largest else 2


def _rounded_words(value: float, decimals: int, *, least: float = 0.0) -> str:
    """The value so rounded; one that would read as 0 to its first digit, unless it is nothing beside `least`."""
    size = abs(value)
    if not math.isfinite(value):
        return _endless(value)
    if size >= WHOLE_FROM:
        return fixed(value, 0, grouped=True) if size < POWER_FROM else power_of_ten(value)
    if size >= 0.5 * 10**-decimals or size <= least / 100:
        return fixed(value, decimals)
    return fixed(value, -math.floor(math.log10(size))) if size >= POWER_BELOW else power_of_ten(value)


def significant_digits(value: float, digits: int = 3) -> str:
    """The value to so many significant digits, without the zeros at its end.

    >>> significant_digits(1857.3), significant_digits(0.018012), significant_digits(0.0), significant_digits(3.2e-9)
    ('1857', '0.018', '0', '3.2×10⁻⁹')
    """
    size = abs(value)
    if 0 < size < POWER_BELOW or not size < POWER_FROM:
        return power_of_ten(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
    text = fixed(value, decimals, grouped=size >= WHOLE_FROM)
    return text.rstrip("0").rstrip(".") if "." in text else text


def power_of_ten(value: float) -> str:
    """`1.6×10⁷`, `−2×10⁻⁵`.

    >>> power_of_ten(15672301.42), power_of_ten(-0.00002)
    ('1.6×10⁷', '−2×10⁻⁵')
    """
    if not math.isfinite(value):
        return _endless(value)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0').replace('-', '−')}×10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def _needed_words(value: float) -> str:
    if not math.isfinite(value):
        return "∞"
    return f"{'NNTB' if value > 0 else 'NNTH'} {abs(value):.1f}"


def p_value(p: float) -> str:
    """A p-value as statisticians print it: three decimals, four where three would put it at α, `<0.001` below that.

    >>> p_value(0.0664), p_value(0.0498), p_value(0.0002)
    ('0.066', '0.0498', '<0.001')
    """
    if p < 0.001:
        return "<0.001"
    return f"{p:.4f}" if p < ALPHA and round(p, 3) >= ALPHA else f"{p:.3f}"


def adjusted_p(p: AdjustedP | None) -> str | None:
    """An adjusted p; a bound rounded up to three decimals, so that it stays one."""
    if p is None or p.value is None:
        return None
    if p.comparator == "=":
        return p_value(p.value)
    bound = math.ceil(round(1000 * p.value, 6)) / 1000
    return f"{'<' if bound > p.value else p.comparator}{bound:.3f}"


def holm_p(result: AnalysedResult) -> str | None:
    """Holm's p of a result within its family."""
    return adjusted_p(result.corrected.holm if result.corrected else None)


def bh_p(result: AnalysedResult) -> str | None:
    """Benjamini and Hochberg's p of a result within its family."""
    return adjusted_p(result.corrected.bh if result.corrected else None)


#: What the adjusted p-values of a screen are adjusted for.
FAMILY = "p, Holm: over the p-values of one source"


def p_values_words(counts: Tally) -> str:
    """`2 of 6 p-values between arms are below 0.05`, and how many rounding leaves open."""
    if counts.of == 1 and not counts.undecided:
        return f"the only p-value between arms is {'' if counts.below else 'not '}below {ALPHA}"
    verb = "is" if counts.below == 1 else "are"
    open_ = f" ({counts.undecided} more undecided by what was printed)" if counts.undecided else ""
    return f"{counts.below or 'none'} of {counted(counts.of, 'p-value')} between arms {verb} below {ALPHA}{open_}"


def after_holm(counts: Tally) -> str:
    """`, none after Holm's correction over the 6 p-values of abstract`; nothing where there was none to lose."""
    if not counts.below or (counts.of == 1 and set(counts.families.values()) == {1}):
        return ""
    open_ = f" ({counts.holm_undecided} more undecided by what was printed)" if counts.holm_undecided else ""
    if counts.of == 1 and not open_:
        return f", {'still' if counts.holm else 'not'} after Holm's correction {_family_words(counts)}"
    return f", {counts.holm or 'none'}{open_} after Holm's correction {_family_words(counts)}"


def _family_words(counts: Tally) -> str:
    if len(counts.families) > 1:
        return "within each source"
    (((_, source), size),) = counts.families.items()
    return f"over the {counted(size, 'p-value')} of {source}"


def precise_p(p: float) -> str:
    """A p-value for comparison with a printed one: four decimals, more below 0.001, `<0.0001` below that.

    >>> precise_p(0.0203978), precise_p(0.000606), precise_p(7.57e-245)
    ('0.0204', '0.000606', '<0.0001')
    """
    if p < 0.0001:
        return "<0.0001"
    return f"{p:.3g}" if p < 0.001 else f"{p:.4f}"


def with_rounding(value: float, interval: Interval) -> str:
    """`0.0204 [0.0191 to 0.0218]`: a recomputed p and, where the inputs were rounded, all that they allow."""
    if interval.width == 0:
        return precise_p(value)
    return f"{precise_p(value)} [{precise_p(interval.lo)} to {precise_p(interval.hi)}]"


def range_words(bound: Bound) -> str:
    """`0.70 to 0.75`, one number where both ends read alike; in brackets an end that is perhaps not reached."""
    low, high = (
        f"[{fixed(end.value)}]" if end.status == "outer" else fixed(end.value)
        for end in (bound.low, bound.high)
    )
    return low if low == high else f"{low} to {high}"


def implied_effect_words(implied: ImpliedEffect, sign: int | None) -> str:
    """`0.88 (−0.11 to 1.86)`; with `±` and both signs' interval where the direction is unknown."""
    estimate, lower, upper = signed_estimate(implied, sign)
    mark = "±" if sign is None else ""
    return mark + interval_words(estimate, lower, upper)


def signed_estimate(implied: ImpliedEffect, sign: int | None) -> tuple[float, float, float]:
    """Estimate and interval, positive in favour of treatment.

    Where the direction is unknown the magnitude, with the interval that covers both signs.
    """
    if sign is None:
        edge = max(abs(implied.ci_lb), abs(implied.ci_ub))
        return implied.estimate, -edge, edge
    if sign < 0:
        implied = implied.flipped()
    return implied.estimate, implied.ci_lb, implied.ci_ub


def sign_note(rows: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """What ± before an effect means, where a row has one."""
    return (BOTH_SIGNS,) if any(str(cell).startswith("±") for row in rows for cell in row.values()) else ()


def by_outcome_and_time(results: Sequence[AnalysedResult]) -> list[AnalysedResult]:
    """The results by outcome, in the order in which the outcomes first appear, then by time."""
    first = {label: at for at, label in reversed(list(enumerate(result.label for result in results)))}
    return sorted(sorted_by_time(results), key=lambda result: first[result.label])


def without_commands(text: str) -> str:
    """The text without the clauses that name commands or options, for a page whose readers do not run the program.

    >>> without_commands("3 further outcomes are not shown; --all shows them")
    '3 further outcomes are not shown'
    >>> without_commands("A list ties them. Example: a source without one; `check --texts DIR` writes it.")
    'A list ties them. Example: a source without one.'
    """
    first, *others = _CLAUSE.split(text)
    kept = "" if _TYPED.search(first) else first
    for divider, clause in zip(others[::2], others[1::2], strict=True):
        if not _TYPED.search(clause):
            kept += (divider if kept else "") + clause
        elif clause.endswith(".") and not kept.endswith("."):
            kept += "."
    return kept


def stated_words(trial: Trial, item: StatedAttribute) -> str:
    """`randomised`, `not reported [protocol: randomised]`, `60 [protocol]` where no first source's word is recorded."""
    if item.first is None:
        return ", ".join(f"{value} [{kinds}]" for value, kinds in _by_value(trial, item)) or "not recorded"
    return f"{item.first}{beside_words(trial, item)}"


def beside_words(trial: Trial, item: StatedAttribute) -> str:
    """` [secondary report: non-randomised]`: what other sources say, nothing where they say the same."""
    others = "; ".join(f"{kinds}: {value}" for value, kinds in _by_value(trial, item))
    return f" [{others}]" if others else ""


def _by_value(trial: Trial, item: StatedAttribute) -> list[tuple[str, str]]:
    """What others say, each value once, with the kinds of source that say it."""
    kinds: dict[str, dict[str, None]] = {}
    for source, value in item.others:
        kinds.setdefault(str(value), {})[trial.sources[source].kind] = None
    return [(value, listed(list(names))) for value, names in kinds.items()]


def outcome_words(outcome: Outcome, result: AnalysedResult, name: str | None = None) -> str:
    """The outcome with an arrow to its better end, and what was compared: `modified Rankin Scale ↑ (mRS 0-2)`."""
    change = " change" * result.result.change
    compared = result.label.removeprefix(outcome.name + change)
    return f"{name or outcome.name}{change} {ARROWS[better_end(result.result, outcome)]}".rstrip() + compared


def favoured_arm_id(result: AnalysedResult) -> str | None:
    """The id of the arm that did better; None where no direction is reported."""
    if result.contrast is None or result.sign is None:
        return None
    return result.contrast.arm if result.sign > 0 else result.contrast.against


def favoured_arm(result: AnalysedResult) -> str:
    """The arm that did better, by its label, or `not reported`."""
    arm_id = favoured_arm_id(result)
    return "not reported" if arm_id is None else result.trial.arms[arm_id].label or arm_id


def on_scale(result: AnalysedResult) -> bool:
    """Whether a t test could have compared it: a scale or a measurement, not how many passed a cut of it."""
    return result.outcome.type in ("ordinal", "continuous") and not result.result.definition


def shown_effect(result: AnalysedResult, *, mark: str = "") -> str | None:
    """`RD 8.3% (−3.6 to 20.2)` as printed, else what the arms' values give with a mark: `RR 0.43 (0.18 to 1.05) ²`."""
    printed, computed = result.result.effect, result.arm_effect
    if printed is not None:
        level = "" if printed.level is None or float(printed.level) == 95 else f" [{printed.level}% CI]"
        return f"{effect_words(printed)}{level}".replace("%%", "%")
    if computed is None:
        return None
    limits = computed.ci_lb, computed.ci_ub
    return f"{computed.measure} {estimate_words(computed.measure, computed.estimate, limits)}{mark}"


def shown_values(result: AnalysedResult) -> str | None:
    """`4/16 v 21/36`, `36.1 ± 8.2 v 33.4 ± 8.5`: treatment against control; of one arm alone its own values."""
    arms, contrast, alone = result.result.arms or {}, result.contrast, result.result.within
    names = (contrast.arm, contrast.against) if contrast else (alone,) if alone else tuple(arms)
    sizes = dict(zip(names, (contrast.n1, contrast.n2), strict=True)) if contrast else {}
    if arms and all(values.distribution for values in arms.values()):
        return "counts by level"
    values = [_short_values_words(arms[name], sizes.get(name)) if name in arms else "–" for name in names]
    return " v ".join(values) if arms else None


def _short_values_words(values: Values, size: int | None) -> str:
    """`4/16` without the percentage beside it, `0.72` of a probability, else what `values_words` says."""
    number = values.n if values.n is not None else size
    if values.mean is not None or values.median is not None:
        return values_words(values)
    if values.events is not None and number is not None:
        return f"{values.events}/{number}"
    return str(values.probability) if values.probability is not None else values_words(values)


def group_title(attribute: str) -> str:
    """`Risk of bias`: the heading of groups by an attribute."""
    return f"{attribute[0].upper()}{attribute[1:]}".replace("-", " ")


def at_time(result: AnalysedResult) -> str:
    """` at 3 mo`, for the end of a name; nothing where the time is not reported."""
    return "" if result.timepoint == "not reported" else f" at {result.timepoint}"


def values_words(values: Values) -> str:
    """`14.8 ± 23.8`, `13/39`, `33.3%`, `median 3 (IQR 2–4)`."""
    parts = []
    if values.mean is not None:
        spread = (
            f" ± {values.sd}"
            if values.sd is not None
            else f" (SE {values.se})"
            if values.se is not None
            else ""
        )
        parts.append(f"{values.mean}{spread}")
    if values.median is not None:
        inner = f" (IQR {values.iqr})" if values.iqr else ""
        parts.append(f"median {values.median}{inner}")
    if values.events is not None:
        parts.append(f"{values.events}/{values.n}" if values.n is not None else str(values.events))
    if values.percent is not None:
        parts.append(f"{values.percent}%")
    if values.probability is not None:
        parts.append(f"probability {values.probability}")
    if values.distribution:
        parts.append("–".join(str(share) for share in values.distribution))
    if values.range is not None:
        parts.append(f"range {values.range}")
    return true_minus(", ".join(parts))
