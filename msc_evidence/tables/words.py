"""How numbers and lists read in a sentence or a cell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msc_evidence.analysis.result import AnalysedResult, Tally, by_time
from msc_evidence.analysis.significance import ALPHA, AdjustedP
from msc_evidence.analysis.stated import Stated
from msc_evidence.registry.model import Cells, Effect, Outcome, Trial, Values
from msc_evidence.registry.problems import counted
from msc_evidence.registry.problems import listed as listed
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.implied import ImpliedEffect
from msc_evidence.statistics.interval import Interval

ARROWS = {"higher": "↑", "lower": "↓", None: ""}


def fixed(value: float, decimals: int = 2) -> str:
    """The value with a true minus sign and so many decimals: `−0.11`; no negative zero.

    >>> fixed(-0.112), fixed(-0.001)
    ('−0.11', '0.00')
    """
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) != 0 else text.replace("-", "")


def finite(value: float) -> float | None:
    """The number, None where it does not exist."""
    return value if math.isfinite(value) else None


def effect_words(reported: Effect) -> str:
    """`HR 0.78 (0.62–0.98)`, as the source prints it."""
    interval = f" ({reported.ci})" if reported.ci else ""
    return f"{reported.measure} {reported.estimate}{interval}"


def estimate_words(measure: str, estimate: float, ci: tuple[float, float] | None) -> str:
    """`0.54 (0.46 to 0.61)`; numbers needed to treat as Altman (1998) prints them, through infinity where need be.

    >>> estimate_words("NNT", 14.3, (4.3, -11.8))
    'NNTB 14.3 (NNTB 4.3 to ∞ to NNTH 11.8)'
    """
    words = _needed_words if measure == "NNT" else _or_infinite
    if ci is None:
        return words(estimate)
    low, high = ci
    through = " to ∞" if measure == "NNT" and low * high < 0 else ""
    return f"{words(estimate)} ({words(low)}{through} to {words(high)})"


def _or_infinite(value: float) -> str:
    return fixed(value) if math.isfinite(value) else "∞"


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


def holm_p(found: AnalysedResult) -> str | None:
    """Holm's p of a result within its family."""
    return adjusted_p(found.corrected.holm if found.corrected else None)


def bh_p(found: AnalysedResult) -> str | None:
    """Benjamini and Hochberg's p of a result within its family."""
    return adjusted_p(found.corrected.bh if found.corrected else None)


#: What the adjusted p-values of a screen are adjusted for.
FAMILY = "p, Holm: over the p-values of one source"


def p_values_words(found: Tally) -> str:
    """`2 of 6 p-values between arms are below 0.05`, and how many rounding leaves open."""
    verb = "is" if found.below == 1 else "are"
    open_ = f" ({found.undecided} may be, by rounding)" if found.undecided else ""
    return (
        f"{found.below or 'none'} of {counted(found.of, 'p-value')} between arms {verb} below {ALPHA}{open_}"
    )


def after_holm(found: Tally) -> str:
    """`, none after Holm's correction over the 6 p-values of abstract`; nothing where there was none to lose."""
    if not found.below or (found.of == 1 and set(found.families.values()) == {1}):
        return ""
    open_ = f" ({found.holm_undecided} may be, by rounding)" if found.holm_undecided else ""
    return f", {found.holm or 'none'}{open_} after Holm's correction {_within(found)}"


def _within(found: Tally) -> str:
    if len(found.families) > 1:
        return "within each source"
    (((_, source), size),) = found.families.items()
    return f"over the {counted(size, 'p-value')} of {source}"


def precise_p(p: float) -> str:
    """A p-value to three significant digits, for comparison with a printed one."""
    return f"{p:.3g}" if p < 0.001 else f"{p:.4f}"


def with_rounding(value: float, interval: Interval) -> str:
    """`0.0204 [0.0191 to 0.0218]`: a recomputed p and, where the inputs were rounded, all that they allow."""
    if interval.width == 0:
        return precise_p(value)
    return f"{precise_p(value)} [{precise_p(interval.lo)} to {precise_p(interval.hi)}]"


def effect(found: ImpliedEffect, sign: int | None) -> str:
    """`0.88 (−0.11 to 1.86)`; with `±` and both signs' interval where the direction is unknown."""
    estimate, lower, upper = signed(found, sign)
    mark = "±" if sign is None else ""
    return f"{mark}{fixed(estimate)} ({fixed(lower)} to {fixed(upper)})"


def signed(found: ImpliedEffect, sign: int | None) -> tuple[float, float, float]:
    """Estimate and interval, positive in favour of treatment.

    Where the direction is unknown the magnitude, with the interval that covers both signs.
    """
    if sign is None:
        edge = max(abs(found.ci_lb), abs(found.ci_ub))
        return found.estimate, -edge, edge
    if sign < 0:
        found = found.flipped()
    return found.estimate, found.ci_lb, found.ci_ub


def in_order(results: Sequence[AnalysedResult]) -> list[AnalysedResult]:
    """The results by outcome, in the order in which the outcomes first appear, then by time."""
    first = {label: at for at, label in reversed(list(enumerate(found.label for found in results)))}
    return sorted(by_time(results), key=lambda found: first[found.label])


def short_name(trial_id: str, trial: Trial) -> str:
    """`Bang 2005`: how a trial is named on every screen."""
    return trial.shown_name(trial_id)


def shown_names(trials: Mapping[str, Trial]) -> dict[str, str]:
    """The names of trials by their ids; two of one name have their id beside it."""
    names = {key: trial.shown_name(key) for key, trial in trials.items()}
    several = [name for name, count in Counter(names.values()).items() if count > 1]
    return {key: f"{name} ({key})" if name in several else name for key, name in names.items()}


def treated_label(trials: Iterable[Trial]) -> str:
    """What a screen calls the treated side: the arms' common label or type of cells, else `cells` or `treatment`."""
    arms = [arm for trial in trials for arm in trial.arms.values() if arm.role == "treatment"]
    for said in ({arm.label for arm in arms}, {arm.cells.type if arm.cells else None for arm in arms}):
        (word, *others) = said or {None}
        if word and not others:
            return word
    return "cells" if arms and all(arm.cells for arm in arms) else "treatment"


def stated_words(trial: Trial, found: Stated) -> str:
    """`randomised`, `not reported [protocol: randomised]`, `60 [protocol]` where no first source's word is recorded."""
    if found.first is None:
        return ", ".join(f"{value} [{kinds}]" for value, kinds in _by_value(trial, found)) or "not recorded"
    return f"{found.first}{beside_words(trial, found)}"


def beside_words(trial: Trial, found: Stated) -> str:
    """` [secondary report: non-randomised]`: what other sources say, nothing where they say the same."""
    said = "; ".join(f"{kinds}: {value}" for value, kinds in _by_value(trial, found))
    return f" [{said}]" if said else ""


def _by_value(trial: Trial, found: Stated) -> list[tuple[str, str]]:
    """What others say, each value once, with the kinds of source that say it."""
    kinds: dict[str, dict[str, None]] = {}
    for source, value in found.others:
        kinds.setdefault(str(value), {})[trial.sources[source].kind] = None
    return [(value, listed(list(names))) for value, names in kinds.items()]


def measure(outcome: Outcome, found: AnalysedResult, name: str | None = None) -> str:
    """The outcome with an arrow to its better end, and what was compared: `modified Rankin Scale ↓ (mRS 0-2)`."""
    change = " change" * found.result.change
    compared = found.label.removeprefix(outcome.name + change)
    return f"{name or outcome.name}{change} {ARROWS[outcome.better]}".rstrip() + compared


def favoured(found: AnalysedResult, trial: Trial) -> str:
    """The arm that did better, by its label, or `not reported`."""
    if found.contrast is None or found.sign is None:
        return "not reported"
    name = found.contrast.arm if found.sign > 0 else found.contrast.against
    return trial.arms[name].label or name


def cell_dose(dose: object) -> str:
    """A dose as a power of ten: `1×10⁸`; words as they are.

    >>> cell_dose(Reported.read("2.5e8")), cell_dose(Reported.read("120"))
    ('2.5×10⁸', '120')
    """
    if not isinstance(dose, Reported):
        return f"dose {dose}"
    exponent = dose.value.adjusted()
    if exponent < 5:
        return str(dose)
    mantissa = dose.value.scaleb(-exponent).normalize()
    return f"{mantissa:f}×10{str(exponent).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def dose_words(given: Cells) -> str | None:
    """`1×10⁸`, `3×10⁶–8×10⁶`, `2×10⁶ per kg`, `mean 1.59×10⁸`; None where no dose is recorded."""
    if given.dose is None and given.dose_range is None:
        return None
    ends = given.dose_range
    spread = f"{cell_dose(ends.low)}–{cell_dose(ends.high)}" if ends else ""
    single = cell_dose(given.dose) if given.dose is not None else ""
    unit = f"per {given.per}" if given.per else ""
    both = f"{single} ({spread})" if single and spread else single or spread
    return " ".join(part for part in (given.average, both, unit) if part)


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
    return ", ".join(parts)
