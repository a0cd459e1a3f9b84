"""One row per reported result: what was printed, what it implies, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msc_evidence.analysis.attributes import attribute_group, group_order
from msc_evidence.analysis.feasible import leading_superiority
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.statistics.interval import Interval
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import favoured_arm_id, group_title, signed_estimate

COLUMNS = (
    Column("trial", "Trial"),
    Column("year", "Year", "number"),
    Column("outcome", "Outcome"),
    Column("outcome_name", "Outcome, name"),
    Column("definition", "Definition"),
    Column("timepoint", "At"),
    Column("primary", "Primary"),
    Column("source", "Source"),
    Column("treatment", "Treatment arm"),
    Column("control", "Control arm"),
    Column("treatment_n", "Treatment n", "number"),
    Column("control_n", "Control n", "number"),
    Column("reported_p", "p reported"),
    Column("favours", "Favours"),
    Column("z", "z", "number"),
    Column("z_lb", "z from", "number"),
    Column("z_ub", "z to", "number"),
    Column("ps_lb", "PS from, if rank-sum", "number"),
    Column("ps_ub", "PS to, if rank-sum", "number"),
    Column("implied_sign", "Sign of g"),
    Column("implied_g", "g, if t test", "number"),
    Column("implied_g_ci_lb", "CI from", "number"),
    Column("implied_g_ci_ub", "CI to", "number"),
    Column("implied_g_lb", "g from", "number"),
    Column("implied_g_ub", "g to", "number"),
    Column("implied_ps", "PS, rank-sum, no tie correction", "number"),
    Column("implied_ps_lb", "PS from", "number"),
    Column("implied_ps_ub", "PS to", "number"),
    Column("holm_p", "p, Holm", "p"),
    Column("bh_p", "p, BH", "p"),
    Column("family_size", "p-values of the source", "number"),
    Column("verdict", "Verdict"),
    Column("reason", "Reason"),
)

NOTES = (
    "ps_lb and ps_ub: the least and the greatest PS of the treatment arm over all data sets of the scale whose"
    " rank-sum p, normal approximation with ties, is as printed."
    " implied_sign: positive favours treatment, negative control; where it is either, no source states a direction,"
    " g and PS are those of the treatment arm had it done better, and the CI of g covers both signs."
    " holm_p and bh_p are adjusted over the family_size p-values between arms of the source, each comparison once."
    " The ranges of z, g and PS are what the rounding of p allows; z is absolute.",
)


def results_table(analysed: Iterable[AnalysedResult], *, by: str | None = None) -> Table:
    """The table of results, one row each, at full precision; what was not reported is None.

    `by` an attribute of trials, the rows stand in its groups, which a first column names.
    """
    if by is None:
        return Table("results", COLUMNS, tuple(map(_result_row, analysed)), notes=NOTES)
    grouped = sorted(
        ((attribute_group(result.trial, by), result) for result in analysed),
        key=lambda item: group_order(item[0]),
    )
    rows = tuple({"group": group, **_result_row(result)} for group, result in grouped)
    return Table("results", (Column("group", group_title(by)), *COLUMNS), rows, notes=NOTES)


def _result_row(result: AnalysedResult) -> Mapping[str, Value]:
    contrast, z = result.contrast, result.z_interval
    return {
        "trial": result.trial_id,
        "year": result.trial.citation.year,
        "outcome": result.result.outcome,
        "outcome_name": result.label,
        "definition": result.result.definition,
        "timepoint": None if result.timepoint == "not reported" else result.timepoint,
        "primary": result.result.primary,
        "source": result.source,
        "treatment": contrast.arm if contrast else None,
        "control": contrast.against if contrast else None,
        "treatment_n": contrast.n1 if contrast else None,
        "control_n": contrast.n2 if contrast else None,
        "reported_p": str(result.p) if result.p else None,
        "favours": favoured_arm_id(result),
        "z": result.z,
        "z_lb": z.lo if z else None,
        "z_ub": z.hi if z else None,
        **_range_cells(result),
        **_implied_cells(result),
        "holm_p": result.holm_p,
        "bh_p": result.bh_p,
        "family_size": result.corrected.size if result.corrected else None,
        "verdict": str(result.verdict) if result.verdict else None,
        "reason": "; ".join(dict.fromkeys(item.reason for item in result.recomputations)) or None,
    }


def _range_cells(result: AnalysedResult) -> Mapping[str, Value]:
    """PS over all data sets whose rank-sum p is as printed."""
    bound = leading_superiority(result)
    return {"ps_lb": bound.low.value, "ps_ub": bound.high.value} if bound else {}


def _implied_cells(result: AnalysedResult) -> Mapping[str, Value]:
    """g with its interval, g and PS with what rounding allows; mirrored where the control arm did better."""
    g, ps = result.implied_g, result.implied_ps
    g_box, ps_box = result.implied_g_interval, result.implied_ps_interval
    if g is None or ps is None or g_box is None or ps_box is None:
        return {}
    estimate, lower, upper = signed_estimate(g, result.sign)
    if result.sign == -1:
        ps, g_box, ps_box = 1 - ps, Interval(-g_box.hi, -g_box.lo), Interval(1 - ps_box.hi, 1 - ps_box.lo)
    return {
        "implied_sign": {1: "positive", -1: "negative", None: "either"}[result.sign],
        "implied_g": estimate,
        "implied_g_ci_lb": lower,
        "implied_g_ci_ub": upper,
        "implied_g_lb": g_box.lo,
        "implied_g_ub": g_box.hi,
        "implied_ps": ps,
        "implied_ps_lb": ps_box.lo,
        "implied_ps_ub": ps_box.hi,
    }
