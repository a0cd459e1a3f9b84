"""What may explain, carry or distort a pool: meta-regression, subgroups, single studies, small studies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.pool import Settings
from msc_evidence.registry.problems import counted, listed
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import (
    finite,
    fixed,
    interval_words,
    level_words,
    precise_p,
    significant_digits,
)

if TYPE_CHECKING:
    from msc_evidence.statistics.pooling.influence import Influence
    from msc_evidence.statistics.pooling.moderators import GroupDifference, MetaRegression
    from msc_evidence.statistics.pooling.small_studies import Asymmetry, Begg, TrimAndFill

REGRESSION = (
    Column("set", "Set"),
    Column("term", "Term"),
    *(Column(key, key, "p" if key == "p" else "number") for key in ("estimate", "se", "ci_lb", "ci_ub", "p")),
    *(
        Column(key, key, "p" if key in ("qe_p", "qm_p") else "number")
        for key in ("tau2", "qe", "qe_df", "qe_p")
    ),
    *(Column(key, key, "p" if key == "qm_p" else "number") for key in ("qm", "qm_df", "qm_p", "i2", "r2")),
    Column("k", "k", "number"),
    Column("left_out", "Not in the regression"),
)
SHOWN = ("term", "estimate", "se", "ci_lb", "ci_ub", "p")
SMALL = (
    Column("test", "Test"),
    Column("estimate", "Estimate", "number"),
    Column("se", "SE", "number"),
    Column("p", "p", "p"),
    Column("meaning", "Meaning"),
)
_DIAGNOSTICS = (*("weight", "rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "dfbetas"),)
INFLUENCE = (
    Column("set", "Set"),
    Column("study", "Study"),
    *(Column(key, key, "number") for key in _DIAGNOSTICS),
    Column("influential", "Influential"),
)
INFLUENCE_SHOWN = ("study", "rstudent", "cook_d", "hat", "dffits", "tau2_del", "influential")
_INFLUENTIAL = (
    "influential: |DFFITS| > 3/√(k − 1), Cook's distance beyond the median of χ² on 1 df, a share hat > 3/k or"
    " |DFBETAS| > 1 (Viechtbauer & Cheung 2010)"
)


def regression_table(
    name: str, regression: MetaRegression, left_out: Sequence[tuple[str, str]] = ()
) -> Table:
    """One row per coefficient on the analysis scale, the whole model's figures on each."""
    whole: dict[str, Value] = {
        key: finite(getattr(regression, key))
        for key in ("tau2", "qe", "qe_df", "qe_p", "qm", "qm_df", "qm_p", "i2", "r2")
    }
    whole |= {"k": regression.k, "left_out": "; ".join(f"{label}: {why}" for label, why in left_out) or None}
    rows = [
        {
            "set": name or None,
            "term": term.name,
            **{key: finite(getattr(term, key)) for key in ("estimate", "se", "ci_lb", "ci_ub", "p")},
            **whole,
        }
        for term in regression.coefficients
    ]
    return Table("moderators", REGRESSION, tuple(rows))


def no_regression_table(name: str, reason: str) -> Table:
    """A row for a set of studies that has no regression, with the reason."""
    return Table(
        "moderators", REGRESSION, ({"set": name or None, "left_out": f"no meta-regression: {reason}"},)
    )


def regression_shown(fit: MetaRegression, left_out: Sequence[tuple[str, str]]) -> Table:
    """The coefficients as a person reads them, the model's figures and who is not in it below."""
    whole = regression_table("", fit)
    note = (
        f"{fit.k} studies; moderators together: Q {fixed(fit.qm)}, df {fit.qm_df}, p {precise_p(fit.qm_p)};"
        f" residual: τ² {significant_digits(fit.tau2)}, I² {fit.i2:.0f}%, Q {fixed(fit.qe)}, df {fit.qe_df},"
        f" p {precise_p(fit.qe_p)}; R² {fit.r2:.0f}%"
    )
    notes = (note, *([not_regressed_words(left_out)] if left_out else []))
    columns = tuple(column for column in whole.columns if column.key in SHOWN)
    title = f"Meta-regression, on the analysis scale, {level_words(fit.level)} CI"
    return Table("moderators", columns, whole.rows, title, notes)


def not_regressed_words(left_out: Sequence[tuple[str, str]]) -> str:
    """Who is not in a regression, and why."""
    reasons = (f"{listed(labels)} ({why})" for why, labels in by_reason(left_out).items())
    return f"not in the regression: {'; '.join(reasons)}"


def difference_words(test: GroupDifference) -> str:
    """The test of difference between subgroups."""
    if math.isnan(test.q):
        return "Whether subgroups differ cannot be tested: by this interval one of them has an SE of 0."
    return (
        f"Test of difference between subgroups: Q {fixed(test.q)}, df {test.q_df}, p {precise_p(test.q_p)}."
    )


def influence_rows(
    name: str, labels: Sequence[str], diagnosed: Sequence[Influence]
) -> Iterator[Mapping[str, Value]]:
    """One row per study of a pool."""
    for label, study in zip(labels, diagnosed, strict=True):
        diagnostics = {key: finite(getattr(study, key)) for key in _DIAGNOSTICS}
        yield {"set": name or None, "study": label, **diagnostics, "influential": study.influential}


def influence_table(rows: Iterable[Mapping[str, Value]]) -> Table:
    """Case diagnostics under metafor's names, one row per study; `weight` in per cent."""
    return Table("influence", INFLUENCE, tuple(rows))


def influence_shown(whole: Table) -> Table:
    """The diagnostics that a person reads; influential studies are marked in words."""
    rows = [{**row, "influential": "influential" if row["influential"] else None} for row in whole.rows]
    columns = tuple(column for column in INFLUENCE if column.key in INFLUENCE_SHOWN)
    return Table("influence", columns, tuple(rows), "Influence of single studies", (_INFLUENTIAL,))


#: Measures of counts whose errors depend on the effects, and what is said of Egger's test of them.
_OF_ODDS = ("OR", "PETO")
_BIASED = "Egger's test of odds ratios is biased where effects are large: their errors depend on them"
_UNBIASED = "Harbord's and Peters' tests are made for them (Cochrane Handbook 13.3.5.4)"


def small_studies_table(
    regressions: Mapping[str, Asymmetry], begg: Begg, filled: TrimAndFill, settings: Settings, *, counts: bool
) -> Table:
    """The regression tests by their names, Begg's rank correlation, trim and fill; `counts` are at hand or not."""
    rows = [_regression_row(name, regression, settings) for name, regression in regressions.items()]
    rows += [_rank_row(begg), _filled_row(filled, settings)]
    notes = []
    if settings.measure in _OF_ODDS:
        notes = [f"{_BIASED}; {_UNBIASED}" if counts else f"{_BIASED}; --data with counts has other tests"]
    elif settings.measure in ("RR", "RD"):
        notes = [
            "Egger's test of ratios and differences of risks may be biased; --measure OR has tests that are not"
        ]
    return Table(
        "small studies", SMALL, tuple(rows), "Small-study effects, on the analysis scale", tuple(notes)
    )


def _regression_row(name: str, regression: Asymmetry, settings: Settings) -> Mapping[str, Value]:
    back, kind = settings.scale.back, "large" if name.startswith("Peters") else "precise"
    limit = interval_words(
        *map(back, (regression.limit, regression.limit_ci_lb, regression.limit_ci_ub)), level=settings.level
    )
    return {
        "test": f"{name} regression",
        "estimate": finite(regression.bias),
        "se": finite(regression.bias_se),
        "p": finite(regression.p) if math.isfinite(regression.statistic) else None,
        "meaning": f"{settings.title} in an infinitely {kind} study {limit}",
    }


def _rank_row(begg: Begg) -> Mapping[str, Value]:
    return {
        "test": "Begg's rank correlation",
        "estimate": finite(begg.tau),
        "p": finite(begg.p),
        "meaning": "exact" if begg.exact else "normal approximation",
    }


def _filled_row(filled: TrimAndFill, settings: Settings) -> Mapping[str, Value]:
    pooled, back = filled.pooled, settings.scale.back
    limits = map(settings.scale.within, (pooled.ci_lb, pooled.ci_ub))
    words = interval_words(*map(back, (pooled.estimate, *limits)), level=settings.level)
    studies = counted(filled.missing, "study", "studies")
    return {
        "test": "trim and fill",
        "estimate": finite(pooled.estimate),
        "se": finite(pooled.se),
        "p": finite(pooled.p),
        "meaning": f"{studies} filled in on the {filled.side}; {settings.title} {words}",
    }
