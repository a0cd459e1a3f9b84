"""MSC5xx: the p-values of a trial taken together, and secondary results beside the primary one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msc_evidence.analysis.results import AnalysedResult, tally
from msc_evidence.analysis.significance import ALPHA, AdjustedP, below_alpha, is_significant
from msc_evidence.checks.rule import Hit, Subject, check

#: Longer families are shown by their significant members only.
_MOST_SHOWN = 12


@check("MSC503", "warning", fields=("p",))
def nothing_survives_multiplicity(subject: Subject) -> Iterator[Hit]:
    """no p-value of the trial stays below 0.05 after Holm's correction.

    Flagged where the trial's first source reports two or more p-values between arms of which some are below
    0.05, but none is after Holm's correction, whatever was rounded. An adjusted analysis of a comparison
    whose unadjusted p is among them does not count again. Shows Holm's and Benjamini and Hochberg's p in the
    order of the record. Silent where a primary outcome is significant as reported: secondary ones then need
    no correction to support it. A note where all that the authors are recorded to claim is no benefit:
    nothing is then built on it.

    It matters because among six independent tests of no effect one is below 0.05 in 26% of trials.
    Example: p 0.011, 0.017, 0.115, 0.076, 0.171, 0.286: Holm .066 .085 .345 .304 .345 .345.
    It leaves secondary reports aside, whose choice of p-values is not the trial's, and cannot see which
    comparisons were planned, nor that p-values of one outcome over time are correlated.
    Source: Holm 1979; Benjamini & Hochberg 1995.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.76}, {outcome: barthel, at: 3 mo, p: 0.030}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.76}, {outcome: barthel, at: 3 mo, p: 0.011}]
    """
    if any(record.primary and record.p and below_alpha(record.p) for record in subject.trial.results):
        return
    source = subject.trial.first_source
    family = [result for result in subject.results if result.source == source and result.corrected]
    low = [result for result in family if result.p and below_alpha(result.p)]
    sides = [result.corrected.holm.below_alpha for result in low if result.corrected]
    if len(family) < 2 or not low or any(side is not False for side in sides):
        return
    smallest = min(low, key=lambda result: float(result.p.value) if result.p else 1.0)
    computed = f"Holm {_holm_p_words(smallest)}, BH {_bh_p_words(smallest)}"
    path, words = ("results", smallest.index, "p"), _family_words(source, family, low)
    claimed = {claim.says for claim in subject.trial.claims}
    yield Hit(path, words, f"p {smallest.p}", computed, "note" if claimed == {"no benefit"} else None)


def _family_words(source: str, family: Sequence[AnalysedResult], low: Sequence[AnalysedResult]) -> str:
    members = family if len(family) <= _MOST_SHOWN else low
    counts = tally(family)
    numbers = {
        "p": [str(result.p) for result in members],
        "Holm": [_holm_p_words(result) for result in members],
        "BH": [_bh_p_words(result) for result in members],
    }
    lists = "; ".join(f"{name} {', '.join(values)}" for name, values in numbers.items())
    return (
        f"{counts.below} of {counts.of} p-values between arms in {source} are below {ALPHA}, none after Holm's"
        f" correction and {counts.bh or 'none'} after Benjamini and Hochberg's: {lists}"
    )


def _holm_p_words(result: AnalysedResult) -> str:
    return _adjusted_p_words(result.corrected.holm if result.corrected else None)


def _bh_p_words(result: AnalysedResult) -> str:
    return _adjusted_p_words(result.corrected.bh if result.corrected else None)


def _adjusted_p_words(p: AdjustedP | None) -> str:
    """`0.066`, `<0.02` where p was printed as a bound; `–` where it was printed as `NS` or `>0.05`."""
    if p is None or p.value is None:
        return "–"
    return f"{p.comparator.removeprefix('=')}{p.value:.4g}"


@check("MSC504", "note", fields=("p", "primary"))
def secondary_without_primary(subject: Subject) -> Iterator[Hit]:
    """secondary result significant while the primary is not.

    Lists the significant results that are not primary where no primary one is significant, with Holm's p
    within their source; one note for the trial.

    It matters because such results are exploratory: they suggest a next trial and do not confirm
    anything.
    Example: primary p 0.732, secondary p 0.023 (Holm 0.046).
    It cannot see a hierarchical test plan.
    Source: Holm 1979; ICH E9 (1998), section 2.2.5.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, primary: true, p: 0.732}, {outcome: motricity, at: 3 mo, p: 0.023}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, primary: true, p: 0.032}, {outcome: motricity, at: 3 mo, p: 0.023}]
    """
    between = [result for result in subject.results if result.p is not None and not result.result.within]
    primary = [result for result in between if result.result.primary]
    if not primary or any(is_significant(result.result) is not False for result in primary):
        return
    secondary: dict[tuple[str, str], AnalysedResult] = {}
    for result in between:
        if not result.result.primary and not result.repeats and is_significant(result.result):
            secondary.setdefault((result.label, result.timepoint), result)
    if secondary:
        first = next(iter(secondary.values()))
        named = "; ".join(
            f"{result.label} p {result.p} (Holm {_holm_p_words(result)} within {result.source})"
            for result in secondary.values()
        )
        named_primary = "; ".join(f"{result.label} p {result.p}" for result in primary)
        message = (
            f"the primary outcome is not significant ({named_primary}); other results below {ALPHA}: {named}"
        )
        yield Hit(("results", first.index, "p"), message, f"p {first.p}", f"primary p {primary[0].p}")
