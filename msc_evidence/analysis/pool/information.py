"""How much evidence a pool holds: size needed, sequential boundary, the new trial that would change the conclusion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from msc_evidence.analysis.pool.counts import cells
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, entering, pool_set
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling import information
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.pooling import Pooled

Array = NDArray[np.float64]
POWER = 0.8


@dataclass(frozen=True, slots=True)
class Required:
    """The size that detects the effect, under one allowance for heterogeneity, and how far the studies reach."""

    #: "none", "I²" or "diversity"; and the share of the information that it takes away.
    allowance: str
    heterogeneity: float
    #: Participants of both arms; None where the studies' own are not known.
    participants: int | None
    fraction: float
    #: |z| that the pooled z would have to pass at this fraction (O'Brien–Fleming spending, one look).
    boundary: float


@dataclass(frozen=True, slots=True)
class NewTrial:
    """The least new trial with a given effect that moves the conclusion; None where no size does."""

    effect: float
    se: float | None
    participants: int | None
    #: It would need more weight than τ² leaves to any single trial.
    beyond_tau2: bool = False


@dataclass(frozen=True, slots=True)
class Information:
    """The evidence in a pool by its own test; effects are differences on the analysis scale."""

    settings: Settings
    k: int
    tau2: float
    estimate: float
    z: float
    #: The effect to detect, and whether it was stated rather than taken from the pool.
    effect: float
    stated: bool
    participants: int | None
    sd: float | None
    control_risk: float | None
    required: tuple[Required, ...]
    #: Why no size can be given, where none can.
    lacking: str
    same_effect: NewTrial
    no_effect: NewTrial
    #: Effects of a new trial with the weight of the whole pool that leave the result not significant.
    doubt: Interval

    @property
    def alpha(self) -> float:
        """Two-sided α, of which the confidence level is the rest."""
        return 1 - self.settings.level

    @property
    def significant(self) -> bool:
        """Whether the pooled z passes the conventional limit."""
        return abs(self.z) > information.critical(self.alpha)


def informations(
    studies: StudySet, settings: Settings, effect: float | None = None
) -> tuple[Information, ...]:
    """The evidence under the model asked for and, where that finds the studies to differ, under a common effect."""
    information = pool_information(studies, settings, effect)
    if information.tau2 == 0:
        return (information,)
    return information, pool_information(studies, replace(settings, model="common", ci="z"), effect)


def pool_information(studies: StudySet, settings: Settings, effect: float | None = None) -> Information:
    """The evidence in a pool about `effect`, a difference on the analysis scale, or about the pooled one.

    Raises Refused for a Bayesian model, which has no test, for an SE of 0, and where `pool_set` does.
    """
    if settings.model == "bayes":
        raise Refused("--information rests on a test, which model bayes has not")
    left, pooled = entering(studies, settings)[0], pool_set(studies, settings, beside=False).pooled
    if not math.isfinite(pooled.se):
        raise Refused(f"--information needs an estimate; model {settings.model} gives none of these studies")
    if pooled.se == 0:
        raise Refused("--information needs a standard error; these studies do not vary at all")
    estimate = pooled.estimate
    pooled = replace(pooled, se=_tested_se(pooled))
    design = _Design.of(left, settings)
    aim = estimate if effect is None else effect
    required, lacking = _required_sizes(design, pooled, aim)
    return Information(
        settings,
        pooled.k,
        pooled.tau2 if math.isfinite(pooled.tau2) else 0.0,
        estimate,
        estimate / pooled.se,
        aim,
        effect is not None,
        design.participants,
        design.sd,
        design.control_risk,
        required,
        lacking,
        design.new_trial(pooled, estimate, estimate),
        design.new_trial(pooled, estimate, 0.0),
        information.effects_leaving_doubt(estimate, pooled.se, pooled.se, alpha=1 - settings.level),
    )


def _tested_se(pooled: Pooled) -> float:
    """The standard error of which a normal test gives the p of the pool's own test.

    Sizes and boundaries are those of a normal test; by t or Hartung–Knapp the pool holds less, and one test must not
    call significant what the other does not.
    """
    z = 0.0 if pooled.ci_method == "z" else z_from_p(pooled.p)
    return abs(pooled.estimate) / z if pooled.estimate and 0 < z < math.inf else pooled.se


@dataclass(frozen=True, slots=True)
class _Design:
    """What the studies together say about a trial of their kind."""

    settings: Settings
    #: Sum of 1/v.
    total: float
    vi: Array
    #: Participants per arm over all studies; None where a study does not give them.
    sizes: tuple[float, float] | None
    sd: float | None
    control_risk: float | None

    @classmethod
    def of(cls, studies: StudySet, settings: Settings) -> _Design:
        vi = studies.vi[usable(studies.yi, studies.vi)]
        columns, sizes = studies.columns, _arm_totals(studies.columns)
        sd = 1.0 if settings.measure == "SMD" else _pooled_sd(columns) if settings.measure == "MD" else None
        risk = float(np.sum(columns["ci"])) / sizes[1] if sizes and "ci" in columns else math.nan
        return cls(settings, float(np.sum(1 / vi)), vi, sizes, sd, risk if math.isfinite(risk) else None)

    @property
    def participants(self) -> int | None:
        return round(sum(self.sizes)) if self.sizes else None

    @property
    def ratio(self) -> float:
        return self.sizes[0] / self.sizes[1] if self.sizes else 1.0

    def size(self, effect: float, heterogeneity: float) -> tuple[int | None, float]:
        """Participants that detect the effect, and the fraction of them reached; raises ValueError for none."""
        test_settings = {"alpha": 1 - self.settings.level, "power": POWER, "heterogeneity": heterogeneity}
        if self.sizes and self.control_risk is not None:
            risk = _treated_risk(self.settings.measure, self.control_risk, effect)
            size = information.size_for_risks(risk, self.control_risk, ratio=self.ratio, **test_settings)
        elif self.sizes and self.sd is not None:
            size = information.size_for_means(effect, self.sd, ratio=self.ratio, **test_settings)
        else:
            fraction = self.total / information.information_for(effect, **test_settings)
            return (math.ceil(sum(self.sizes) / fraction) if self.sizes else None), fraction
        return size, sum(self.sizes) / size

    def new_trial(self, pooled: Pooled, estimate: float, effect: float) -> NewTrial:
        """The least trial with the effect that moves the conclusion, τ² and the pool's own weight as they are."""
        alpha = 1 - self.settings.level
        weight = information.weight_to_move(estimate, pooled.se, effect, alpha=alpha)
        if weight is None:
            return NewTrial(effect, None, None)
        variance = 1 / weight - pooled.tau2
        if variance <= 0:
            return NewTrial(effect, None, None, beyond_tau2=True)
        return NewTrial(effect, math.sqrt(variance), self._with_variance(variance, effect))

    def _with_variance(self, variance: float, effect: float) -> int | None:
        if self.sizes is None:
            return None
        if self.settings.measure == "SMD":
            return information.participants_for_weight(1 / variance, effect, self.ratio)
        return math.ceil(sum(self.sizes) / (variance * self.total))


def _required_sizes(design: _Design, pooled: Pooled, effect: float) -> tuple[tuple[Required, ...], str]:
    """The sizes under each allowance for heterogeneity, or why there are none."""
    allowances = [("none", 0.0)]
    if pooled.k > 1:
        allowances.append(("I²", pooled.i2 / 100))
    if pooled.k > 1 and pooled.model not in ("common", "MH", "peto"):
        random = 1 / float(np.sum(1 / (design.vi + pooled.tau2)))
        allowances.append(("diversity", information.diversity(1 / design.total, random)))
    sizes = []
    for name, share in allowances:
        try:
            size, fraction = design.size(effect, share)
            boundary = information.boundaries([min(1.0, fraction)], 1 - design.settings.level)[0]
        except ValueError as error:
            return (), str(error)
        sizes.append(Required(name, share, size, fraction, boundary))
    return tuple(sizes), ""


def _arm_totals(columns: Mapping[str, Array]) -> tuple[float, float] | None:
    if "n1i" in columns and "n2i" in columns:
        arms = float(np.sum(columns["n1i"])), float(np.sum(columns["n2i"]))
    elif "ai" in columns:
        ai, bi, ci, di = cells(columns)
        arms = float(np.sum(ai + bi)), float(np.sum(ci + di))
    else:
        return None
    return arms if all(math.isfinite(n) and n > 0 for n in arms) else None


def _pooled_sd(columns: Mapping[str, Array]) -> float | None:
    """√(Σ(n − 1)sd²/Σ(n − 1)) over all arms of all studies; None where one of them does not give it."""
    if not {"n1i", "sd1i", "n2i", "sd2i"} <= set(columns):
        return None
    squares = sum((columns[f"n{arm}i"] - 1) * columns[f"sd{arm}i"] ** 2 for arm in (1, 2))
    df = sum(columns[f"n{arm}i"] - 1 for arm in (1, 2))
    mean = float(np.sum(squares)) / float(np.sum(df))
    return math.sqrt(mean) if math.isfinite(mean) else None


def _treated_risk(measure: str, control: float, effect: float) -> float:
    """The risk under treatment that the effect makes of the control's."""
    if measure == "RD":
        return control + effect
    if measure == "RR":
        return control * math.exp(effect)
    odds = math.exp(effect) * control / (1 - control) if control < 1 else math.inf
    return odds / (1 + odds) if math.isfinite(odds) else 1.0
