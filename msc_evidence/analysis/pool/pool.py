"""One pool of studies by the model asked for, and, where studies are few, by those that ought to stand beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.pooling.arm_summaries import MEANS, Derived, MedianMethod, completed, derivable
from msc_evidence.statistics.pooling.bayes import pool_bayes
from msc_evidence.statistics.pooling.measures import MEASURES, Measure, usable
from msc_evidence.statistics.pooling.pooling import CONFIDENCE, Confidence, Pooled, pool, pool_many
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.two_by_two import MANTEL_HAENSZEL, mantel_haenszel, peto

Array = NDArray[np.float64]

MODELS = ("common", "MH", "peto", *(model for model in INVERSE_VARIANCE if model != "common"), "bayes")
#: Fewer studies than this, and no single model is shown without its alternatives.
FEW = 5


class Refused(ValueError):  # noqa: N818
    """A combination of measure, model and interval that does not exist; the message names those that do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to pool: a measure of MEASURES, a model of MODELS, an interval of CONFIDENCE, a level."""

    measure: str
    model: str = "REML"
    ci: Confidence = "z"
    level: float = 0.95

    def __post_init__(self) -> None:
        for word, value, known in (
            ("measure", self.measure, tuple(MEASURES)),
            ("model", self.model, MODELS),
            ("interval", self.ci, CONFIDENCE),
        ):
            if value not in known:
                raise Refused(f"unknown {word} '{value}'; known: {', '.join(known)}")
        if not 0.5 <= self.level < 1:
            raise Refused(f"a confidence level of {100 * self.level:g} is not between 50 and 100")
        self._combination()

    def _combination(self) -> None:
        if self.model == "MH" and self.measure not in MANTEL_HAENSZEL:
            raise Refused(f"model MH pools {', '.join(MANTEL_HAENSZEL)}, not {self.measure}")
        if self.model == "peto" and self.measure != "PETO":
            raise Refused(f"model peto pools the measure PETO, not {self.measure}")
        if self.model in ("MH", "peto", "bayes") and self.ci != "z":
            raise Refused(f"model {self.model} has one interval; leave out --ci {self.ci}")

    @classmethod
    def usual(
        cls, measure: str, model: str | None = None, ci: Confidence = "z", level: float = 0.95
    ) -> Settings:
        """The settings, with the usual model of the measure where none is named."""
        usual = "peto" if measure == "PETO" else "REML"
        return cls(measure, usual if model is None else model, ci, level)

    @property
    def scale(self) -> Measure:
        """The measure."""
        return MEASURES[self.measure]


@dataclass(frozen=True, slots=True)
class PrintedInterval:
    """The interval that a source prints with its effect, on the analysis scale: shown as it is at its own level."""

    level: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class Study:
    """One study's effect and sampling variance on the analysis scale, and its share of the pool in per cent."""

    label: str
    yi: float
    vi: float
    weight: float = nan
    #: What it did not report itself but was derived for it.
    derived: tuple[Derived, ...] = ()
    printed: PrintedInterval | None = None

    def interval(self, level: float) -> tuple[float, float]:
        """The limits as printed at this level, else yi ± z√vi; nan without a variance above 0."""
        if self.printed is not None and self.printed.level == level:
            return self.printed.ci_lb, self.printed.ci_ub
        half = normal_quantile((1 + level) / 2) * math.sqrt(self.vi) if self.vi > 0 else nan
        return self.yi - half, self.yi + half


@dataclass(frozen=True, slots=True)
class Pool:
    """The pooled result, the studies in it and those that no effect could be computed of."""

    settings: Settings
    pooled: Pooled
    studies: tuple[Study, ...]
    without_effect: tuple[str, ...] = ()
    #: Scale of the half-normal prior on τ, for a Bayesian model.
    prior_scale: float | None = None
    alternatives: tuple[Pool, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StudySet:
    """The studies of one pool: effects on the analysis scale, and their tables for models that work on counts."""

    name: str
    labels: tuple[str, ...]
    yi: Array
    vi: Array
    columns: Mapping[str, Array] = field(default_factory=dict)
    #: What was derived for each study; empty where nothing was for any.
    derived: tuple[tuple[Derived, ...], ...] = ()
    #: The interval that each study's source prints; empty where none does.
    printed: tuple[PrintedInterval | None, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        labels: Sequence[str],
        data: Mapping[str, Sequence[float]],
        measure: str,
        medians: MedianMethod = "luo-wan",
    ) -> StudySet:
        """The studies of data in metafor's columns; raises Refused without the columns that the measure needs.

        Means and SDs that are missing are derived from what the columns hold instead (`completed`).
        """
        alternatives = MEASURES[measure].columns
        derived: tuple[tuple[Derived, ...], ...] = ()
        if MEANS in alternatives and derivable(data):
            found, derived = completed(data, medians)
            data = {**data, **found}
        columns = {key: np.asarray(values, float) for key, values in data.items()}
        if not any(set(names) <= set(columns) for names in alternatives):
            wanted = " or ".join(" ".join(names) for names in alternatives)
            raise Refused(f"{measure} needs the columns {wanted}; there are {' '.join(columns)}")
        yi, vi = MEASURES[measure].from_columns(columns)
        return cls(name, tuple(labels), yi, vi, columns, derived if any(derived) else ())

    def subset(self, name: str, indices: Sequence[int]) -> StudySet:
        """Some of the studies, under another name."""
        at = np.asarray(indices, dtype=int)
        columns = {key: values[at] for key, values in self.columns.items()}
        labels = tuple(self.labels[index] for index in indices)
        derived = tuple(self.derived[index] for index in indices) if self.derived else ()
        printed = tuple(self.printed[index] for index in indices) if self.printed else ()
        return StudySet(name, labels, self.yi[at], self.vi[at], columns, derived, printed)

    def leave_one_out(self) -> list[StudySet]:
        """The set without each study in turn."""
        rows = range(len(self.labels))
        return [
            self.subset(f"without {label}", [row for row in rows if row != at])
            for at, label in enumerate(self.labels)
        ]

    def cumulative(self) -> list[StudySet]:
        """The first study, the first two, and so on."""
        return [self.subset(f"to {label}", list(range(at + 1))) for at, label in enumerate(self.labels)]


def pool_set(studies: StudySet, settings: Settings, *, beside: bool = True) -> Pool:
    """The pool of a set; raises Refused where no study is left or the model lacks its tables."""
    left, missing = entering(studies, settings)
    result = _pool(left, settings, 0.5 if settings.model == "bayes" else None)
    return replace(
        result, without_effect=missing, alternatives=_alternatives(left, settings) if beside else ()
    )


def entering(studies: StudySet, settings: Settings) -> tuple[StudySet, tuple[str, ...]]:
    """The studies that the model can pool, and the names of the others; raises Refused as `pool_set` does."""
    kept = np.isfinite(studies.yi) if settings.model == "MH" else usable(studies.yi, studies.vi)
    if not kept.any():
        count = len(studies.labels)
        raise Refused(f"no study is left: none of {count} has an effect on the scale of {settings.measure}")
    if settings.model in ("MH", "peto") and "ai" not in studies.columns:
        raise Refused(f"model {settings.model} works on counts in both arms, which these studies lack")
    if kept.all():
        return studies, ()
    missing = tuple(label for label, there in zip(studies.labels, kept, strict=True) if not there)
    return studies.subset(studies.name, np.flatnonzero(kept).tolist()), missing


def pool_batch(
    studies: StudySet, groups: Sequence[str], settings: Settings
) -> tuple[list[str], Mapping[str, list[float]]]:
    """Many pools at once, one per group: their names, and one list per quantity of a pooled result.

    Studies without an effect are left out. Raises Refused for a model that is not one of inverse variance.
    """
    if settings.model not in INVERSE_VARIANCE:
        raise Refused(f"--batch takes the models {', '.join(INVERSE_VARIANCE)}, not {settings.model}")
    kept = usable(studies.yi, studies.vi)
    names = list(dict.fromkeys(groups))
    number = {name: at for at, name in enumerate(names)}
    index = np.array([number[group] for group in groups])[kept]
    if not len(index):
        raise Refused(f"no study is left: none has an effect on the scale of {settings.measure}")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = pool_many(
            *(studies.yi[kept], studies.vi[kept], index, settings.model, settings.ci),
            level=settings.level,
            count=len(names),
        )
    return names, {key: values.tolist() for key, values in found.items()}


def _pool(studies: StudySet, settings: Settings, prior_scale: float | None) -> Pool:
    yi, vi = studies.yi, studies.vi
    if settings.model == "MH":
        ai, bi, ci, di = cells(studies.columns)
        pooled = mantel_haenszel(ai, bi, ci, di, settings.measure, level=settings.level)
    elif settings.model == "peto":
        ai, bi, ci, di = cells(studies.columns)
        pooled = peto(ai, bi, ci, di, level=settings.level)
    elif prior_scale is not None:
        pooled = _bayes(yi, vi, prior_scale, settings.level)
    else:
        pooled = _weighed(yi, vi, settings)
    labels = studies.labels
    shares = pooled.weights if len(pooled.weights) == len(labels) else (nan,) * len(labels)
    derived = studies.derived or ((),) * len(labels)
    printed = studies.printed or (None,) * len(labels)
    rows = [
        Study(*row) for row in zip(labels, yi.tolist(), vi.tolist(), shares, derived, printed, strict=True)
    ]
    if len(rows) == 1 and rows[0].printed and settings.ci == "z" and prior_scale is None:
        ci_lb, ci_ub = rows[0].interval(settings.level)
        pooled = replace(pooled, ci_lb=ci_lb, ci_ub=ci_ub)
    return Pool(settings, pooled, tuple(rows), prior_scale=prior_scale)


def _weighed(yi: Array, vi: Array, settings: Settings) -> Pooled:
    """The pool by inverse variance; raises Refused where no float holds all weights."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        pooled = pool(yi, vi, settings.model, settings.ci, level=settings.level)
    if np.isfinite([pooled.estimate, pooled.tau2]).all():
        return pooled
    said = f"model {settings.model} cannot weigh variances that lie so far apart"
    raise Refused(f"{said}; look at the studies, or pool them by --model common")


def cells(columns: Mapping[str, Array]) -> tuple[Array, Array, Array, Array]:
    """The four cells of each study's table, from cells or from events and group sizes."""
    if "bi" in columns and "di" in columns:
        return columns["ai"], columns["bi"], columns["ci"], columns["di"]
    first, second = columns["ai"], columns["ci"]
    return first, columns["n1i"] - first, second, columns["n2i"] - second


#: Common effect, Hartung–Knapp's two, and the Bayesian model under two priors (Friede 2017; Röver 2021).
_BESIDE: tuple[tuple[str, Confidence, float | None], ...] = (
    ("common", "z", None),
    ("REML", "hk", None),
    ("REML", "hk-adhoc", None),
    ("bayes", "z", 0.5),
    ("bayes", "z", 1.0),
)


def _alternatives(studies: StudySet, settings: Settings) -> tuple[Pool, ...]:
    """The models that ought to stand beside the one asked for, where studies are few."""
    usual = np.flatnonzero(usable(studies.yi, studies.vi)).tolist()
    if not 2 <= len(usual) < FEW:
        return ()
    kept, found = studies.subset(studies.name, usual), []
    for model, ci, scale in _BESIDE:
        if (model, ci) != (settings.model, settings.ci) or scale == 1.0:
            other = Settings(settings.measure, model, ci, settings.level)
            found.append(_pool(kept, other, scale))
    return tuple(found)


def _bayes(yi: Array, vi: Array, prior_scale: float, level: float) -> Pooled:
    """The posterior in the words of a pooled result: medians, central intervals, no test."""
    common = pool(yi, vi, "common", level=level)
    found = pool_bayes(yi, vi, prior_scale, level=level)
    return Pooled(
        model="bayes",
        ci_method=f"half-normal({prior_scale:g})",
        level=level,
        k=found.k,
        estimate=found.mu.median,
        se=found.mu.sd,
        statistic=nan,
        p=nan,
        ci_lb=found.mu.ci_lb,
        ci_ub=found.mu.ci_ub,
        q=common.q,
        q_df=common.q_df,
        q_p=common.q_p,
        tau2=found.tau.median**2,
        tau2_ci_lb=found.tau.ci_lb**2,
        tau2_ci_ub=found.tau.ci_ub**2,
        i2=nan,
        i2_q=common.i2_q,
        h2=nan,
        h2_q=common.h2_q,
        pi_lb=found.new.ci_lb,
        pi_ub=found.new.ci_ub,
        weights=(),
    )
