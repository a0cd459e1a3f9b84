"""One pool of studies by the model asked for, and, where studies are few, by those that ought to stand beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from msc_evidence.analysis.pool.counts import cells
from msc_evidence.analysis.pool.lacking import reasons
from msc_evidence.analysis.pool.limits import (
    MOST_POOLED_AGAIN,
    PRIOR_SCALES,
    level_fault,
    number_fault,
    prior_fault,
)
from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.pooling.arm_summaries import MEANS, Derived, MedianMethod, completed, derivable
from msc_evidence.statistics.pooling.measures import CELLS, MEASURES, usable
from msc_evidence.statistics.pooling.pooling import (
    CONFIDENCE,
    PREDICTION_DF,
    Confidence,
    Pooled,
    PredictionDf,
    pool,
)
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.two_by_two import (
    MANTEL_HAENSZEL,
    informative,
    mantel_haenszel,
    peto,
)
from msc_evidence.statistics.pooling.zero_cells import USUAL, ZeroCells
from msc_evidence.statistics.scale import Scale

Array = NDArray[np.float64]

MODELS = ("common", "MH", "peto", *(model for model in INVERSE_VARIANCE if model != "common"), "bayes")
#: Measures for whose logarithm, or for which, half-normal priors of scale 0.5 and 1 were proposed.
WITH_PRIORS = ("OR", "RR", "HR", "COR", "PETO", "ROM", "SMD")
NO_USUAL_PRIOR = "half-normal(0.5) and (1) are priors for log ratios and standardised differences"
#: Fewer studies than this, and no single model is shown without its alternatives.
FEW = 5
#: Of so many the heterogeneity is one difference: an interval by t has one degree of freedom.
TWO = 2


class Refused(ValueError):  # noqa: N818
    """A combination of measure, model and interval that does not exist; the message names those that do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to pool: a measure of MEASURES, a model of MODELS, an interval of CONFIDENCE, a level."""

    measure: str
    model: str = "REML"
    ci: Confidence = "z"
    level: float = 0.95
    #: What is done about empty cells; None for what is usual of the measure.
    zeros: ZeroCells | None = None
    #: Scale of the half-normal prior on τ, in units of the analysis; None for the usual ones where there are any.
    prior_scale: float | None = None
    #: Degrees of freedom of the interval for a new study.
    prediction_df: PredictionDf = "k-2"

    def __post_init__(self) -> None:
        for word, value, known in (
            ("measure", self.measure, tuple(MEASURES)),
            ("model", self.model, MODELS),
            ("interval", self.ci, CONFIDENCE),
            ("degrees of freedom", self.prediction_df, PREDICTION_DF),
        ):
            if value not in known:
                raise Refused(f"unknown {word} '{value}'; known: {', '.join(known)}")
        if fault := level_fault(self.level) or prior_fault(self.prior_scale):
            raise Refused(fault)
        self._refuse_impossible_combination()

    def _refuse_impossible_combination(self) -> None:
        if self.model == "MH" and self.measure not in MANTEL_HAENSZEL:
            raise Refused(f"model MH pools {', '.join(MANTEL_HAENSZEL)}, not {self.measure}")
        if self.model == "peto" and self.measure != "PETO":
            raise Refused(f"model peto pools the measure PETO, not {self.measure}")
        if self.model in ("MH", "peto", "bayes") and self.ci != "z":
            raise Refused(f"model {self.model} has one interval; leave out --ci {self.ci}")
        if self.zeros is not None and self.measure not in MANTEL_HAENSZEL:
            raise Refused(
                f"conventions for empty cells are for {', '.join(MANTEL_HAENSZEL)}, not {self.measure}"
            )
        if self.zeros is not None and self.model == "MH":
            raise Refused("model MH adds nothing to empty cells; what is added is for the other models")
        if self.model == "bayes" and not self.prior_scales:
            raise Refused(f"model bayes needs --prior-scale for {self.measure}: {NO_USUAL_PRIOR}")

    @classmethod
    def usual(
        cls,
        measure: str,
        model: str | None = None,
        ci: Confidence = "z",
        level: float = 0.95,
        zeros: ZeroCells | None = None,
        prior_scale: float | None = None,
        prediction_df: PredictionDf = "k-2",
    ) -> Settings:
        """The settings, with the usual model of the measure where none is named."""
        usual = "peto" if measure == "PETO" else "REML"
        return cls(measure, usual if model is None else model, ci, level, zeros, prior_scale, prediction_df)

    @property
    def zero_cells(self) -> ZeroCells | None:
        """What is done about empty cells; None where the measure is not of counts."""
        return self.zeros or USUAL.get(self.measure)

    @property
    def prior_scales(self) -> tuple[float, ...]:
        """The scales of the prior on τ that stand for the measure; none where no one has proposed any."""
        if self.prior_scale is not None:
            return (self.prior_scale,)
        return PRIOR_SCALES if self.measure in WITH_PRIORS else ()

    @property
    def title(self) -> str:
        """The measure in words."""
        return MEASURES[self.measure].title

    @property
    def ratio(self) -> bool:
        """Whether the measure is a ratio."""
        return MEASURES[self.measure].ratio

    @property
    def scale(self) -> Scale:
        """The scale on which the measure is analysed."""
        return MEASURES[self.measure].scale


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
    """The pooled result, the studies in it and those that have no place in it."""

    settings: Settings
    pooled: Pooled
    studies: tuple[Study, ...]
    #: Those left out, each with the reason.
    lacking: tuple[tuple[str, str], ...] = ()
    #: Scale of the half-normal prior on τ, for a Bayesian model.
    prior_scale: float | None = None
    alternatives: tuple[Pool, ...] = field(default=())
    #: The data of its studies.
    columns: Mapping[str, Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def on_one_df(self) -> bool:
        """Whether its interval rests on the difference of two studies alone, as t and Hartung–Knapp's do."""
        return self.pooled.k == TWO and self.pooled.ci_method in ("t", "hk", "hk-adhoc")

    @property
    def few_models(self) -> tuple[Pool, ...]:
        """What matters of two studies: the model asked for, common and random effects; of one study nothing."""
        if self.pooled.k < TWO:
            return ()
        usual = ("common", "z"), ("REML", "z")
        others = (pool for pool in self.alternatives if (pool.pooled.model, pool.pooled.ci_method) in usual)
        return (self, *others) if self.pooled.k == TWO else (self, *self.alternatives)

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The studies left out."""
        return tuple(label for label, _ in self.lacking)

    def common_limits(self) -> tuple[float, float]:
        """The normal interval of the common effect of these studies."""
        weighed = [(study.yi, study.vi) for study in self.studies if study.vi > 0]
        yi, vi = (np.array(values) for values in zip(*weighed, strict=True))
        common = pool(yi, vi, "common", level=self.settings.level)
        return common.ci_lb, common.ci_ub

    def limits(self, study: Study) -> tuple[float, float]:
        """The interval of one study at the level of the pool, within what the measure can be."""
        within, (low, high) = self.settings.scale.within, study.interval(self.settings.level)
        return within(low), within(high)


@dataclass(frozen=True, slots=True)
class StudySet:
    """The studies of one pool: effects on the analysis scale, and their tables for models that work on counts."""

    name: str
    labels: tuple[str, ...]
    yi: Array
    vi: Array
    columns: Mapping[str, Array]
    #: What was derived for each study; empty where nothing was for any.
    derived: tuple[tuple[Derived, ...], ...]
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
            completed_columns, derived = completed(data, medians)
            data = {**data, **completed_columns}
        columns = {key: np.asarray(values, float) for key, values in data.items()}
        if not any(set(names) <= set(columns) for names in alternatives):
            needed = " or ".join(" ".join(names) for names in alternatives)
            raise Refused(f"{measure} needs the columns {needed}; there are {' '.join(columns)}")
        yi, vi = MEASURES[measure].from_columns(columns)
        return cls(name, tuple(labels), yi, vi, columns, derived if any(derived) else ())

    def under(self, settings: Settings) -> StudySet:
        """The set with the effects that a convention for empty cells gives; itself where none was asked for."""
        if settings.zeros is None or "ai" not in self.columns:
            return self
        measure, table = MEASURES[settings.measure], dict(zip(CELLS, cells(self.columns), strict=True))
        usual, _ = measure.from_columns(table)
        yi, vi = measure.from_columns(table, settings.zeros)
        # A row whose counts give no effect either way may have one from other data.
        ours = np.isfinite(usual) | np.isfinite(yi)
        return replace(self, yi=np.where(ours, yi, self.yi), vi=np.where(ours, vi, self.vi))

    def subset(self, name: str, indices: Sequence[int]) -> StudySet:
        """Some of the studies, under another name."""
        at = np.asarray(indices, dtype=int)
        columns = {key: values[at] for key, values in self.columns.items()}
        labels = tuple(self.labels[index] for index in indices)
        derived = tuple(self.derived[index] for index in indices) if self.derived else ()
        printed = tuple(self.printed[index] for index in indices) if self.printed else ()
        return StudySet(name, labels, self.yi[at], self.vi[at], columns, derived, printed)

    def leave_one_out(self) -> list[StudySet]:
        """The set without each study in turn; raises Refused where there are too many to pool so often."""
        self._refuse_many("--leave-one-out")
        rows = range(len(self.labels))
        return [
            self.subset(f"without {label}", [row for row in rows if row != at])
            for at, label in enumerate(self.labels)
        ]

    def cumulative(self) -> list[StudySet]:
        """The first study, the first two, and so on; raises Refused where there are too many to pool so often."""
        self._refuse_many("--cumulative")
        return [self.subset(f"to {label}", list(range(at + 1))) for at, label in enumerate(self.labels)]

    def _refuse_many(self, option: str) -> None:
        if fault := number_fault(option, len(self.labels), MOST_POOLED_AGAIN):
            raise Refused(fault)


def pool_set(studies: StudySet, settings: Settings, *, beside: bool = True) -> Pool:
    """The pool of a set; raises Refused where no study is left or the model lacks its tables."""
    left, _ = entering(studies, settings)
    result = _pool_by_model(left, settings, settings.prior_scales[0] if settings.model == "bayes" else None)
    others = _alternative_pools(left, settings) if beside else ()
    return replace(result, lacking=studies_left_out(studies, settings), alternatives=others)


def entering(studies: StudySet, settings: Settings) -> tuple[StudySet, tuple[str, ...]]:
    """The studies that the model can pool, and the names of the others; raises Refused as `pool_set` does."""
    if settings.model in ("MH", "peto") and "ai" not in studies.columns:
        raise Refused(f"model {settings.model} works on counts in both arms, which these studies lack")
    studies = studies.under(settings)
    kept = _informative_rows(studies, settings)
    if not kept.any():
        count, why = (
            len(studies.labels),
            "; ".join(dict.fromkeys(dict(studies_left_out(studies, settings)).values())),
        )
        message = f"none of {count} has an effect on the scale of {settings.measure} that can be weighed"
        raise Refused(f"no study is left: {message} ({why})")
    if kept.all():
        return studies, ()
    missing = tuple(label for label, there in zip(studies.labels, kept, strict=True) if not there)
    return studies.subset(studies.name, np.flatnonzero(kept).tolist()), missing


def _informative_rows(studies: StudySet, settings: Settings) -> NDArray[np.bool_]:
    """The studies that bear on the pool: in Mantel–Haenszel's also those whose own effect does not exist."""
    if settings.model not in ("MH", "peto"):
        return usable(studies.yi, studies.vi)
    ai, bi, ci, di = cells(studies.columns)
    bears = informative("OR" if settings.model == "peto" else settings.measure, ai, bi, ci, di)
    return np.isfinite(ai + bi + ci + di) & bears


def studies_left_out(studies: StudySet, settings: Settings) -> tuple[tuple[str, str], ...]:
    """The studies of a set that have no place in the pool, each with the reason."""
    studies = studies.under(settings)
    out = np.flatnonzero(~_informative_rows(studies, settings)).tolist()
    left = studies.subset(studies.name, out)
    why = reasons(settings.measure, settings.zero_cells, (left.yi, left.vi), left.columns)
    return tuple(zip(left.labels, why, strict=True))


def _pool_by_model(studies: StudySet, settings: Settings, prior_scale: float | None) -> Pool:
    yi, vi = studies.yi, studies.vi
    if settings.model == "MH":
        ai, bi, ci, di = cells(studies.columns)
        pooled = mantel_haenszel(ai, bi, ci, di, settings.measure, level=settings.level)
    elif settings.model == "peto":
        ai, bi, ci, di = cells(studies.columns)
        pooled = peto(ai, bi, ci, di, level=settings.level)
    elif prior_scale is not None:
        from msc_evidence.analysis.pool.bayesian import bayes_pooled  # takes scipy, which few pools need

        pooled = bayes_pooled(yi, vi, prior_scale, settings.level)
    else:
        pooled = _inverse_variance_pooled(yi, vi, settings)
    within, labels = settings.scale.within, studies.labels
    pooled = _without_interval(pooled) if pooled.se == 0 else pooled
    pooled = replace(
        pooled,
        ci_lb=within(pooled.ci_lb),
        ci_ub=within(pooled.ci_ub),
        pi_lb=within(pooled.pi_lb),
        pi_ub=within(pooled.pi_ub),
    )
    shares = pooled.weights if len(pooled.weights) == len(labels) else (nan,) * len(labels)
    derived = studies.derived or ((),) * len(labels)
    printed = studies.printed or (None,) * len(labels)
    rows = tuple(
        Study(*row) for row in zip(labels, yi.tolist(), vi.tolist(), shares, derived, printed, strict=True)
    )
    result = Pool(settings, pooled, rows, prior_scale=prior_scale, columns=studies.columns)
    if len(rows) == 1 and rows[0].printed and prior_scale is None:
        ci_lb, ci_ub = result.limits(rows[0])
        return replace(result, pooled=replace(pooled, ci_lb=ci_lb, ci_ub=ci_ub))
    return result


def _inverse_variance_pooled(yi: Array, vi: Array, settings: Settings) -> Pooled:
    """The pool by inverse variance; raises Refused where no float holds all weights."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        pooled = pool(
            yi, vi, settings.model, settings.ci, level=settings.level, prediction_df=settings.prediction_df
        )
    if np.isfinite([pooled.estimate, pooled.tau2]).all():
        return pooled
    message = f"model {settings.model} cannot weigh variances that lie so far apart"
    raise Refused(f"{message}; look at the studies, or pool them by --model common")


def _without_interval(pooled: Pooled) -> Pooled:
    """The pooled effect without a test or an interval, of which an SE of 0 leaves none."""
    return replace(pooled, statistic=nan, p=nan, ci_lb=nan, ci_ub=nan, pi_lb=nan, pi_ub=nan)


#: Common and random effects, Hartung–Knapp's two; the Bayesian model under each prior follows (Friede 2017; Röver
#: 2021).
_BESIDE: tuple[tuple[str, Confidence], ...] = (
    ("common", "z"), ("REML", "z"), ("REML", "hk"), ("REML", "hk-adhoc"),
)  # fmt: skip
_RANDOM = tuple(model for model in INVERSE_VARIANCE if model != "common")


def _alternative_pools(studies: StudySet, settings: Settings) -> tuple[Pool, ...]:
    """The models that ought to stand beside the one asked for, where studies are few; a prior named, always."""
    usual = np.flatnonzero(usable(studies.yi, studies.vi)).tolist()
    few, named = 2 <= len(usual) < FEW, settings.prior_scale is not None and len(usual) > 1
    kept, pools = studies.subset(studies.name, usual), []
    for model, ci in _BESIDE if few else ():
        random_already = settings.ci == "z" and settings.model in _RANDOM and (model, ci) == ("REML", "z")
        if (model, ci) != (settings.model, settings.ci) and not random_already:
            pools.append(_pool_by_model(kept, replace(settings, model=model, ci=ci), None))
    main_scales = settings.prior_scales[:1] if settings.model == "bayes" else ()
    for scale in settings.prior_scales if few or named else ():
        if scale not in main_scales:
            pools.append(_pool_by_model(kept, replace(settings, model="bayes", ci="z"), scale))
    return tuple(pools)
