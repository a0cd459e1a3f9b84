"""MSC5xx: the p-values of a trial taken together, and secondary results beside the primary one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.significance import below_alpha
from msc_evidence.analysis.verdict import ALPHA
from msc_evidence.checks.rule import Hit, Subject, check

#: Longer families are shown by their significant members only.
_MOST_SHOWN = 12


@check("MSC503", "warning")
def nothing_survives_multiplicity(subject: Subject) -> Iterator[Hit]:
    """no p-value of the trial survives correction for multiplicity.

    Flagged where the trial's first source reports two or more p-values of which some are below 0.05, but m
    times the smallest, which is the smallest that Holm's correction leaves, is not, whatever was rounded.
    Shows Holm's and Benjamini and Hochberg's p in the order of the record. Silent where a primary outcome
    is significant as reported: secondary ones then need no correction to support it.

    It matters because among six independent tests of no effect one is below 0.05 in 26 % of trials.
    Example: p 0.011, 0.017, 0.115, 0.076, 0.171, 0.286: Holm .066 .085 .345 .304 .345 .345.
    It leaves secondary reports aside, whose choice of p-values is not the trial's, and cannot see which
    comparisons were planned, nor that p-values of one outcome over time are correlated.
    Source: Holm 1979; Benjamini & Hochberg 1995.
    """
    if any(result.primary and result.p and below_alpha(result.p) for result in subject.trial.results):
        return
    source = subject.trial.first_source
    family = [found for found in subject.results if found.source == source and found.holm_p is not None]
    low = [found for found in family if found.p and below_alpha(found.p)]
    if len(family) < 2 or not low:
        return
    if len(family) * min(found.p.bounds[0] for found in family if found.p) < ALPHA:
        return
    smallest = min(low, key=_value)
    adjusted = f"Holm {smallest.holm_p:.4g}, BH {smallest.bh_p:.4g}"
    yield Hit(
        ("results", smallest.index, "p"), _family_words(source, family, low), f"p {smallest.p}", adjusted
    )


def _family_words(source: str, family: Sequence[AnalysedResult], low: Sequence[AnalysedResult]) -> str:
    shown = family if len(family) <= _MOST_SHOWN else low
    bh = sum(found.bh_p is not None and found.bh_p < ALPHA for found in family)
    return (
        f"{len(low)} of {len(family)} p-values of {source} are below {ALPHA}, none after Holm's correction and"
        f" {bh or 'none'} after Benjamini and Hochberg's: p {_texts(shown)}; Holm {_numbers(shown, 'holm_p')};"
        f" BH {_numbers(shown, 'bh_p')}"
    )


def _value(found: AnalysedResult) -> float:
    return float(found.p) if found.p is not None else 1.0


def _texts(results: Sequence[AnalysedResult]) -> str:
    return ", ".join(str(found.p) for found in results)


def _numbers(results: Sequence[AnalysedResult], name: str) -> str:
    return ", ".join(f"{getattr(found, name):.4g}" for found in results)


@check("MSC504", "note")
def secondary_without_primary(subject: Subject) -> Iterator[Hit]:
    """secondary result significant while the primary is not.

    Lists the significant results that are not primary where no primary one is significant, with Holm's p
    within their source; one note for the trial.

    It matters because such results are exploratory: they suggest a next trial and do not confirm
    anything.
    Example: primary p 0.732, secondary p 0.023 (Holm 0.046).
    It cannot see a hierarchical test plan.
    Source: Holm 1979; ICH E9 (1998), section 2.2.5.
    """
    primary = [found for found in subject.results if found.result.primary and found.p is not None]
    if not primary or any(found.p is None or below_alpha(found.p) is not False for found in primary):
        return
    secondary: dict[tuple[str, str], AnalysedResult] = {}
    for found in subject.results:
        if not found.result.primary and found.p is not None and below_alpha(found.p):
            secondary.setdefault((found.label, found.timepoint), found)
    if secondary:
        first = next(iter(secondary.values()))
        named = "; ".join(f"{found.label} p {found.p}{_holm(found)}" for found in secondary.values())
        named_primary = "; ".join(f"{found.label} p {found.p}" for found in primary)
        message = (
            f"the primary outcome is not significant ({named_primary}); other results below {ALPHA}: {named}"
        )
        yield Hit(("results", first.index, "p"), message, f"p {first.p}", f"primary p {primary[0].p}")


def _holm(found: AnalysedResult) -> str:
    return f" (Holm {found.holm_p:.4g} within {found.source})" if found.holm_p is not None else ""
