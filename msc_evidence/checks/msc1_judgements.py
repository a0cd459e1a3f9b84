"""MSC1xx: what reviewers judged of results, against the design, the domains and the results themselves."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.pool.origin import NOT_REPORTED, not_randomised
from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.problems import listed
from msc_evidence.registry.risk_of_bias import INSTRUMENTS, JudgedBias


@check("MSC121", "warning")
def bias_tool_not_for_this_design(subject: Subject) -> Iterator[Hit]:
    """risk of bias judged with a tool that is not for the trial's design.

    RoB 2, and RoB 1 before it, is for randomised trials (Sterne 2019, BMJ 366:l4898), ROBINS-I for those that are not
    (Sterne 2016, BMJ 355:i4919).
    It matters because RoB 2 has no domain for confounding, and ROBINS-I none for the randomisation process.
    Example: `risk-of-bias` of a trial whose allocation is non-randomised.
    It cannot see a trial whose allocation is not recorded, nor one that is randomised in name alone.

    Flagged:
        design: {allocation: non-randomised}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: high, support: none}
            deviations: {risk: low, support: blinded}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: low, support: blinded}
            selection: {risk: low, support: as registered}
            overall: {risk: high, support: one domain}
    Silent:
        design: {allocation: randomised}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: low, support: central}
            deviations: {risk: low, support: blinded}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: low, support: blinded}
            selection: {risk: low, support: as registered}
            overall: {risk: low, support: every domain}
    """
    how = not_randomised(subject.trial)
    for path, bias in _biases(subject):
        tool = bias.instrument
        if tool.randomised and how and how != NOT_REPORTED:
            message = f"judged by {tool.name}, which is for randomised trials, and this one is not: {how}"
            yield Hit((*path, "outcome"), message, outcome=bias.outcome)
        elif not tool.randomised and not how:
            message = f"judged by {tool.name}, which is for trials that are not randomised, and this one is"
            yield Hit((*path, "outcome"), message, outcome=bias.outcome)


@check("MSC122", "note")
def overall_bias_departs_from_its_domains(subject: Subject) -> Iterator[Hit]:
    """overall risk of bias that is better or worse than its domains.

    RoB 2: low where every domain is low, high where one is high, else some concerns, or high where several raise some
    concerns (Sterne 2019, BMJ 366:l4898). ROBINS-I: the worst domain (Sterne 2016, BMJ 355:i4919).
    It matters because readers, and `--by risk-of-bias`, take the overall judgement.
    Example: overall low beside a domain of some concerns.
    It cannot see whether the reviewers had a reason; the support of the judgement is the place for it.

    Flagged:
        design: {allocation: randomised}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: low, support: central}
            deviations: {risk: some concerns, support: open label}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: low, support: blinded}
            selection: {risk: low, support: as registered}
            overall: {risk: low, support: on the whole}
    Silent:
        design: {allocation: randomised}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: low, support: central}
            deviations: {risk: some concerns, support: open label}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: some concerns, support: open label}
            selection: {risk: low, support: as registered}
            overall: {risk: high, support: two domains}
    """
    for path, bias in _biases(subject):
        if bias.departure and bias.whole:
            message = f"{bias.departure}. {bias.instrument.rule}"
            yield Hit((*path, "overall", "risk"), message, bias.whole.risk, outcome=bias.outcome)


@check("MSC123", "note")
def one_bias_judgement_of_several_results(subject: Subject) -> Iterator[Hit]:
    """one judgement of bias that stands for several results.

    Risk of bias is judged of a result: an outcome, a time and a definition. A judgement without a definition counts for
    every definition that its source reports of the outcome at that time.
    It matters because missing data, measurement and selection differ between what was defined beforehand and what
    was cut from it later.
    Example: one judgement for the scale at 90 days and for mRS 0-2 at 90 days.
    It cannot see definitions that the record does not have.

    Flagged:
        design: {allocation: randomised}
        results:
          - {outcome: mrs, at: 3 mo, p: 0.076}
          - {outcome: mrs, at: 3 mo, definition: mRS 0-2, p: 0.011}
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: low, support: central}
            deviations: {risk: low, support: blinded}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: low, support: blinded}
            selection: {risk: low, support: as registered}
            overall: {risk: low, support: every domain}
    Silent:
        design: {allocation: randomised}
        results: [{outcome: mrs, at: 3 mo, definition: mRS 0-2, p: 0.011}]
        risk-of-bias:
          - outcome: mrs
            at: 3 mo
            by: Doe J
            date: 2024-05-31
            randomisation: {risk: low, support: central}
            deviations: {risk: low, support: blinded}
            missing-data: {risk: low, support: none lost}
            measurement: {risk: low, support: blinded}
            selection: {risk: low, support: as registered}
            overall: {risk: low, support: every domain}
    """
    trial, itself = subject.trial, "the outcome itself"
    for path, bias in _biases(subject):
        meant = (trial.source_of(bias), bias.outcome, bias.at)
        others = {judged.definition for _, judged in _biases(subject) if judged.definition}
        definitions = dict.fromkeys(
            result.definition or itself
            for result in trial.results
            if (trial.source_of(result), result.outcome, result.at) == meant
            and not result.within
            and result.definition not in others
        )
        if bias.definition is None and len(definitions) > 1:
            message = f"one judgement stands for {len(definitions)} results, of {listed(list(definitions))}"
            yield Hit((*path, "outcome"), message, outcome=bias.outcome)


def _biases(subject: Subject) -> Iterator[tuple[Path, JudgedBias]]:
    """Every judgement of bias with its place."""
    for instrument in INSTRUMENTS:
        for at, bias in enumerate(subject.trial.biases(instrument)):
            yield (instrument.key, at), bias
