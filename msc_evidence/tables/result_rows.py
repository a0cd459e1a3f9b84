"""One row per reported result: what was printed, what it implies, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.statistics.interval import Interval
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import signed

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
    Column("implied_sign", "Sign of g"),
    Column("implied_g", "Implied g", "number"),
    Column("implied_g_ci_lb", "CI from", "number"),
    Column("implied_g_ci_ub", "CI to", "number"),
    Column("implied_g_lb", "g from", "number"),
    Column("implied_g_ub", "g to", "number"),
    Column("implied_ps", "Implied PS", "number"),
    Column("implied_ps_lb", "PS from", "number"),
    Column("implied_ps_ub", "PS to", "number"),
    Column("holm_p", "p, Holm", "p"),
    Column("bh_p", "p, BH", "p"),
    Column("family_size", "p-values of the source", "number"),
    Column("verdict", "Verdict"),
    Column("reason", "Reason"),
)

NOTES = (
    "implied_sign: positive favours treatment, negative control; where it is either, no source states a direction,"
    " g and PS are those of the treatment arm had it done better, and the CI of g covers both signs."
    " holm_p and bh_p are adjusted over the family_size p-values between arms of the source, each comparison once."
    " The ranges of z, g and PS are what the rounding of p allows; z is absolute.",
)


def results(analysed: Iterable[AnalysedResult]) -> Table:
    """The table of results, one row each, at full precision; what was not reported is None."""
    return Table("results", COLUMNS, tuple(map(_row, analysed)), notes=NOTES)


def _row(found: AnalysedResult) -> Mapping[str, Value]:
    contrast, z = found.contrast, found.z_interval
    return {
        "trial": found.trial_id,
        "year": found.trial.citation.year,
        "outcome": found.result.outcome,
        "outcome_name": found.label,
        "definition": found.result.definition,
        "timepoint": None if found.timepoint == "not reported" else found.timepoint,
        "primary": found.result.primary,
        "source": found.source,
        "treatment": contrast.arm if contrast else None,
        "control": contrast.against if contrast else None,
        "treatment_n": contrast.n1 if contrast else None,
        "control_n": contrast.n2 if contrast else None,
        "reported_p": str(found.p) if found.p else None,
        "favours": _favours(found),
        "z": found.z,
        "z_lb": z.lo if z else None,
        "z_ub": z.hi if z else None,
        **_implied(found),
        "holm_p": found.holm_p,
        "bh_p": found.bh_p,
        "family_size": found.corrected.size if found.corrected else None,
        "verdict": str(found.verdict) if found.verdict else None,
        "reason": "; ".join(dict.fromkeys(item.reason for item in found.recomputations)) or None,
    }


def _favours(found: AnalysedResult) -> str | None:
    if found.contrast is None or found.sign is None:
        return None
    return found.contrast.arm if found.sign > 0 else found.contrast.against


def _implied(found: AnalysedResult) -> Mapping[str, Value]:
    """g with its interval, g and PS with what rounding allows; mirrored where the control arm did better."""
    g, ps = found.implied_g, found.implied_ps
    g_box, ps_box = found.implied_g_interval, found.implied_ps_interval
    if g is None or ps is None or g_box is None or ps_box is None:
        return {}
    estimate, lower, upper = signed(g, found.sign)
    if found.sign == -1:
        ps, g_box, ps_box = 1 - ps, Interval(-g_box.hi, -g_box.lo), Interval(1 - ps_box.hi, 1 - ps_box.lo)
    return {
        "implied_sign": {1: "positive", -1: "negative", None: "either"}[found.sign],
        "implied_g": estimate,
        "implied_g_ci_lb": lower,
        "implied_g_ci_ub": upper,
        "implied_g_lb": g_box.lo,
        "implied_g_ub": g_box.hi,
        "implied_ps": ps,
        "implied_ps_lb": ps_box.lo,
        "implied_ps_ub": ps_box.hi,
    }
