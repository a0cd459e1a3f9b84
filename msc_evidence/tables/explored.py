"""What may explain or distort a pool: meta-regression, subgroups, small studies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.statistics.moderators import MetaRegression
from msc_evidence.statistics.small_studies import Begg, Egger, TrimAndFill
from msc_evidence.statistics.subgroups import Subgroups
from msc_evidence.tables.pooled import finite
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import fixed, precise_p

REGRESSION = (
    Column("term", "Term"),
    *(Column(key, key, "p" if key == "p" else "number") for key in ("estimate", "se", "ci_lb", "ci_ub", "p")),
    *(
        Column(key, key, "p" if key in ("qe_p", "qm_p") else "number")
        for key in ("tau2", "qe", "qe_df", "qe_p")
    ),
    *(Column(key, key, "p" if key == "qm_p" else "number") for key in ("qm", "qm_df", "qm_p", "i2", "r2")),
)
SHOWN = ("term", "estimate", "se", "ci_lb", "ci_ub", "p")
SMALL = (
    Column("test", "Test"),
    Column("estimate", "Estimate", "number"),
    Column("se", "SE", "number"),
    Column("p", "p", "p"),
    Column("meaning", "Meaning"),
)


def regression_table(found: MetaRegression) -> Table:
    """One row per coefficient on the analysis scale, the whole model's figures on each."""
    whole: dict[str, Value] = {
        key: finite(getattr(found, key))
        for key in ("tau2", "qe", "qe_df", "qe_p", "qm", "qm_df", "qm_p", "i2", "r2")
    }
    rows = [
        {
            "term": term.name,
            **{key: finite(getattr(term, key)) for key in ("estimate", "se", "ci_lb", "ci_ub", "p")},
            **whole,
        }
        for term in found.coefficients
    ]
    return Table("moderators", REGRESSION, tuple(rows))


def regression_shown(found: MetaRegression) -> Table:
    """The coefficients as a person reads them, the model's figures below."""
    whole = regression_table(found)
    note = (
        f"{found.k} studies; moderators together: Q {fixed(found.qm)}, df {found.qm_df}, p {precise_p(found.qm_p)};"
        f" residual: τ² {found.tau2:.3g}, I² {found.i2:.0f}%, Q {fixed(found.qe)}, df {found.qe_df},"
        f" p {precise_p(found.qe_p)}; R² {found.r2:.0f}%"
    )
    columns = tuple(column for column in whole.columns if column.key in SHOWN)
    return Table("moderators", columns, whole.rows, "Meta-regression, on the analysis scale", (note,))


def difference_words(found: Subgroups) -> str:
    """The test of difference between subgroups."""
    return f"Subgroups differ: Q {fixed(found.q_between)}, df {found.q_between_df}, p {precise_p(found.q_between_p)}."


def small_studies_table(egger: Egger, begg: Begg, filled: TrimAndFill) -> Table:
    """Egger's regression, Begg's rank correlation, trim and fill."""
    return Table("small studies", SMALL, tuple(_small_rows(egger, begg, filled)), "Small-study effects")


def _small_rows(egger: Egger, begg: Begg, filled: TrimAndFill) -> Iterator[Mapping[str, Value]]:
    yield {
        "test": "Egger's regression",
        "estimate": finite(egger.bias),
        "se": finite(egger.bias_se),
        "p": finite(egger.p),
        "meaning": f"effect in an infinitely precise study {fixed(egger.limit)}"
        f" ({fixed(egger.limit_ci_lb)} to {fixed(egger.limit_ci_ub)})",
    }
    how = "exact" if begg.exact else "normal approximation"
    yield {
        "test": "Begg's rank correlation",
        "estimate": finite(begg.tau),
        "p": finite(begg.p),
        "meaning": how,
    }
    pooled = filled.pooled
    yield {
        "test": "trim and fill",
        "estimate": finite(pooled.estimate),
        "se": finite(pooled.se),
        "p": finite(pooled.p),
        "meaning": f"{filled.missing} studies filled in on the {filled.side}",
    }
