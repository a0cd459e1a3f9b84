"""Absolute effects: what a relative effect makes of a control group's risk."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risks without and with the intervention, and the risk difference with its limits; probabilities."""

    control: float
    treated: float
    difference: float
    ci_lb: float
    ci_ub: float

    @property
    def of_absence(self) -> AbsoluteEffect:
        """The same of staying without the event: survival instead of death (Skoetz 2020).

        >>> found = absolute_effect("HR", 0.5, 0.25, 1.0, 0.36).of_absence
        >>> [round(1000 * each) for each in (found.control, found.treated, found.difference, found.ci_lb, found.ci_ub)]
        [640, 800, 160, 0, 254]
        """
        return AbsoluteEffect(
            1 - self.control, 1 - self.treated, -self.difference, -self.ci_ub + 0.0, -self.ci_lb + 0.0
        )


def treated_risk(measure: str, effect: float, control: float) -> float:
    """The risk with the intervention that an effect makes of the control group's risk r.

    RR·r; OR·r/(1 − r + OR·r); r + RD (Cochrane Handbook 15.4.4, there ACR for r); 1 − (1 − r)^HR for the risk of the
    event by one time (Skoetz 2020, 10.1016/j.jclinepi.2019.10.015). A risk beyond 0 or 1, to which a risk ratio or
    difference can lead, is 0 or 1. Raises ValueError for another measure, a control risk
    outside [0, 1], a ratio below 0 or a risk difference beyond ±1.

    >>> round(1000 * (treated_risk("RR", 0.92, 0.3) - 0.3)), round(1000 * (treated_risk("OR", 0.73, 0.3) - 0.3))
    (-24, -62)
    """
    if measure not in _TREATED:
        raise ValueError(f"no absolute effect follows from {measure}; it does from {', '.join(_TREATED)}")
    if not 0 <= control <= 1:
        raise ValueError(f"a control risk of {control:g} is not between 0 and 1")
    least, most = (-1.0, 1.0) if measure == "RD" else (0.0, math.inf)
    if not least <= effect <= most:
        raise ValueError(f"no {measure} is {effect:g}")
    return min(1.0, max(0.0, _TREATED[measure](effect, control)))


def absolute_effect(
    measure: str, estimate: float, ci_lb: float, ci_ub: float, control: float
) -> AbsoluteEffect:
    """The absolute effect of an estimate and its limits, all three by `treated_risk` from one control risk.

    The uncertainty of the control risk itself is not in the limits, as in GRADE's tables. Raises ValueError as
    `treated_risk` does, and unless ci_lb ≤ estimate ≤ ci_ub.

    >>> found = absolute_effect("RR", 0.83, 0.78, 0.89, 0.4)  # GRADE handbook, Schünemann 2013
    >>> [round(1000 * risk) for risk in (found.difference, found.ci_lb, found.ci_ub)]
    [-68, -88, -44]
    """
    if not ci_lb <= estimate <= ci_ub:
        raise ValueError(f"an estimate of {estimate:g} is not within {ci_lb:g} to {ci_ub:g}")
    treated, low, high = (treated_risk(measure, value, control) for value in (estimate, ci_lb, ci_ub))
    return AbsoluteEffect(control, treated, treated - control, low - control, high - control)


def _of_odds_ratio(odds_ratio: float, control: float) -> float:
    if control == 1 or math.isinf(odds_ratio):
        return 1.0 if control else 0.0
    return odds_ratio * control / (1 - control + odds_ratio * control)


def _of_risk_ratio(risk_ratio: float, control: float) -> float:
    return risk_ratio * control if control else 0.0


def _of_hazard_ratio(hazard_ratio: float, control: float) -> float:
    if control in (0, 1):
        return control
    return -math.expm1(hazard_ratio * math.log1p(-control))


_TREATED: Mapping[str, Callable[[float, float], float]] = {
    "RR": _of_risk_ratio,
    "OR": _of_odds_ratio,
    "RD": lambda difference, control: control + difference,
    "HR": _of_hazard_ratio,
}
#: The measures that `treated_risk` knows.
ABSOLUTE = tuple(_TREATED)
