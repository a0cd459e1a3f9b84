"""MSC509 and MSC510: no benefit claimed where harm was significant, non-inferiority where a margin is crossed."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.claims import judging_results, results_of_claim
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import confidence_limits, is_significant, null_value
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.msc4_wording import favoured_by_values, stated_sign
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.problems import listed


@check("MSC509", "warning", fields=("claims",))
def harm_called_no_benefit(subject: Subject) -> Iterator[Hit]:
    """no benefit claimed where the control arm did significantly better.

    The results of the claim's outcome and times: one that is significant (by p, else by its interval or the
    source's wording) and favours the control arm, by what the source says, else by the arms' own values.
    Unadjusted results and those without a hypothesis of their own.
    It matters because "did not improve" reads as no difference, where the treated did worse.
    Example: breath hold said not to have improved, with -0.3 v 5.3 s and p = .029.
    It cannot see whether the difference is of any importance.

    Flagged:
        results: [{outcome: barthel, at: 3 mo, p: 0.029, favours: control}]
        claims: [{outcome: barthel, says: no benefit}]
    Silent:
        results: [{outcome: barthel, at: 3 mo, p: 0.29, favours: control}]
        claims: [{outcome: barthel, says: no benefit}]
    """
    for index, claim in enumerate(subject.trial.claims):
        if claim.says != "no benefit" or claim.outcome is None:
            continue
        worse = [
            result for result in judging_results(claim, subject.results) if _is_significantly_worse(result)
        ]
        if worse:
            name = worse[0].outcome.name
            places = listed([_result_words(result) for result in worse])
            message = (
                f"no benefit is claimed for {name}, where the control arm did significantly better: {places}"
            )
            yield Hit(("claims", index, "says"), message, claim.says, places, outcome=claim.outcome)


def _is_significantly_worse(result: AnalysedResult) -> bool:
    by_values = favoured_by_values(result)
    sign = stated_sign(result) or (by_values.sign if by_values else None)
    return sign == -1 and result.result.hypothesis == "superiority" and is_significant(result.result) is True


def _result_words(result: AnalysedResult) -> str:
    value = f"p {result.p}" if result.p is not None else str(result.result.wording or "confidence interval")
    return value if isinstance(result.result.at, NotReported) else f"{value} at {result.timepoint}"


@check("MSC510", "error", fields=("claims",))
def margin_crossed(subject: Subject) -> Iterator[Hit]:
    """non-inferiority or equivalence claimed although the confidence interval crosses the margin.

    With a margin recorded, its distance from no effect is what the treatment may be worse by: the limit of
    the interval on the worse side must not lie beyond it, for equivalence neither limit; over everything
    that rounding allows. The better end of the outcome says which side is the worse one; a warning for
    results with a definition of their own, which may turn it round.
    It matters because the interval against the margin is the whole of the evidence in such a trial.
    Example: MD 0.10 (90% CI 0.05 to 0.17) is within a margin of 0.5, and crosses one of 0.15.
    It cannot see a margin that was chosen afterwards, nor an interval of another population.
    Source: Piaggio 2012, 10.1001/jama.2012.87802 (CONSORT for non-inferiority and equivalence trials).

    Flagged:
        results:
          - outcome: nihss
            at: 3 mo
            hypothesis: non-inferiority
            margin: 0.15
            effect: {measure: MD, estimate: 0.10, ci: 0.05-0.17, level: 90}
        claims: [{outcome: nihss, says: non-inferior}]
    Silent:
        results:
          - outcome: nihss
            at: 3 mo
            hypothesis: non-inferiority
            margin: 0.5
            effect: {measure: MD, estimate: 0.10, ci: 0.05-0.17, level: 90}
        claims: [{outcome: nihss, says: non-inferior}]
    """
    for index, claim in enumerate(subject.trial.claims):
        if claim.says not in ("non-inferior", "equivalent"):
            continue
        for result in results_of_claim(claim, subject.results):
            crossed = _crossed_margin(result, both=claim.says == "equivalent")
            if crossed and result.result.effect:
                printed = result.result.effect.printed
                message = (
                    f"{claim.says} is claimed for {result.outcome.name}, and {printed} crosses {crossed}"
                )
                severity: Severity | None = "warning" if result.result.definition else None
                path = ("claims", index, "says")
                yield Hit(path, message, claim.says, printed, severity, result.result.outcome)


def _crossed_margin(result: AnalysedResult, *, both: bool) -> str | None:
    """The margin that a limit lies beyond, None where none does or the record does not tell."""
    effect, margin, better = result.result.effect, result.result.margin, result.outcome.better
    limits = confidence_limits(effect) if effect else None
    if effect is None or margin is None or limits is None or better is None:
        return None
    null, distance = null_value(effect), abs(float(margin) - null_value(effect))
    low, high = sorted(limits, key=lambda limit: limit.middle)
    if null == 1.0 and float(margin) > 0:  # a ratio: as far below 1 as above it
        least, most = sorted((float(margin), 1 / float(margin)))
    else:
        least, most = null - distance, null + distance
    turned = bool(result.contrast and result.contrast.turned)
    worse_is_low = (better == "higher") != turned
    if (both or worse_is_low) and low.hi < least:
        return f"the margin of {least:.3g}"
    if (both or not worse_is_low) and high.lo > most:
        return f"the margin of {most:.3g}"
    return None
