"""MSC105 to MSC109: what a record must name before its numbers mean anything."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Time


@check("MSC105", "error")
def result_recorded_twice(subject: Subject) -> Iterator[Hit]:
    """the same result is recorded twice.

    Two results of one source with the same outcome, timepoint, contrast, definition, change, adjustment,
    test and effect measure are one result; 3 months and 90 days are the same timepoint.
    It matters because a result that counts twice changes every correction for multiplicity and every
    pool.
    Example: `{outcome: mrs, at: 3 mo, p: 0.076}` and `{outcome: mrs, at: 90 d, p: 0.067}`.
    It cannot see results whose timepoint is not reported: they may be of different times.

    Flagged:
        results:
          - {outcome: mrs, at: 3 mo, p: 0.076}
          - {outcome: mrs, at: 90 d, p: 0.067}
    Silent:
        results:
          - {outcome: mrs, at: 3 mo, p: 0.076}
          - {outcome: mrs, at: 6 mo, p: 0.171}
    """
    first: dict[object, int] = {}
    for index, result in enumerate(subject.trial.results):
        if not isinstance(result.at, Time):
            continue
        earlier = first.setdefault(_identity(subject.trial, result), index)
        if earlier != index:
            name = subject.outcomes[result.outcome].name
            message = f"the same result is recorded twice: {name} at {result.at} is also results[{earlier}]"
            yield Hit(("results", index), message, outcome=result.outcome)


def _identity(trial: Trial, result: Result) -> tuple[object, ...]:
    contrast = contrast_of(trial, result)
    sides = (contrast.arm, contrast.against) if contrast else (result.arm, result.against)
    analysis = (result.definition, result.change, result.adjusted, result.test, result.sides)
    measure = result.effect.measure if result.effect else None
    return (trial.source_of(result), result.outcome, result.at, sides, analysis, measure)


@check("MSC106", "note")
def no_primary_outcome(subject: Subject) -> Iterator[Hit]:
    """no primary outcome named.

    A trial has results and none of them is `primary: true`.
    It matters because without one, no result was singled out before the data were seen: all are
    exploratory.
    Example: bang-2005 reports two outcomes at three timepoints and calls none of them primary.
    It cannot see a primary outcome that only the protocol or the registration names.
    Source: CONSORT 2010, item 6a.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, primary: true, p: 0.076}]
    """
    results = subject.trial.results
    if results and not any(result.primary for result in results):
        outcomes = ", ".join(dict.fromkeys(result.outcome for result in results))
        message = f"no primary outcome named among {counted(len(results), 'result')} ({outcomes})"
        yield Hit(("results",), message)


@check("MSC107", "note")
def no_registration(subject: Subject) -> Iterator[Hit]:
    """no registration.

    The record names no trial registration, or says that none is reported.
    It matters because a registration made in advance shows which outcomes and analyses were planned.
    Example: `registration: not reported`.
    It cannot see whether a registration that is named was made before the first participant.
    Source: De Angelis et al. 2004, 10.1056/NEJMe048225 (trials before July 2005 were not yet expected to
    register).

    Flagged:
        registration: not reported
    Silent:
        registration: [NCT01716481]
    """
    registration = subject.trial.registration
    if registration is None or not registration:
        message = "no registration recorded; write `not reported` where the source names none"
        yield Hit(("registration",), message)
    elif registration == NOT_REPORTED.value:
        yield Hit(("registration",), "no registration reported")


@check("MSC108", "warning")
def contrast_not_named(subject: Subject) -> Iterator[Hit]:
    """result that does not say which arms it compares.

    With more than one treatment or control arm a result must say which `arm` it compares `against` which.
    It matters because nothing can be recomputed or pooled without the two group sizes.
    Example: two doses and a placebo, and a result with only a p-value.
    It cannot see a comparison of all arms at once, which has no contrast: such a result is found as well.

    Flagged:
        arms: {low: {role: treatment}, high: {role: treatment}, placebo: {role: control}}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
    Silent:
        arms: {low: {role: treatment}, high: {role: treatment}, placebo: {role: control}}
        results: [{outcome: mrs, at: 3 mo, arm: high, against: placebo, p: 0.076}]
    """
    trial = subject.trial
    roles = [arm.role for arm in trial.arms.values()]
    treatments, controls = roles.count("treatment"), roles.count("control")
    if None in roles or not treatments or not controls or treatments == controls == 1:
        return
    for index, result in enumerate(trial.results):
        if contrast_of(trial, result) is None:
            lacks = [key for key, arms in (("arm", treatments), ("against", controls)) if arms > 1]
            lacks = [key for key in lacks if getattr(result, key) is None]
            arms = f"{treatments} treatment and {controls} control arms"
            message = f"{arms}: name the result's {' and '.join(lacks)}"
            yield Hit(("results", index), message, outcome=result.outcome)


@check("MSC109", "warning")
def arms_without_contrast(subject: Subject) -> Iterator[Hit]:
    """arm without a role, or without an arm to compare it with.

    Every arm has a role, and a trial that is not single-arm has both a treatment and a control arm.
    It matters because a result then has no contrast, and no direction.
    Example: two arms called `cells` and `placebo` with a role for the first only.
    It cannot see whether a control arm is a fair comparison.

    Flagged:
        arms: {cells: {role: treatment}, placebo: {label: placebo}}
    Silent:
        arms: {cells: {role: treatment}, placebo: {role: control}}
    """
    trial = subject.trial
    unnamed = [name for name, arm in trial.arms.items() if arm.role is None]
    for name in unnamed:
        yield Hit(("arms", name), f"{name} has no role; expected treatment or control")
    roles = {arm.role for arm in trial.arms.values()}
    if unnamed or trial.design.allocation == "single-arm":
        return
    for role in ("treatment", "control"):
        if role not in roles:
            yield Hit(("arms",), f"no {role} arm; expected one, or `allocation: single-arm`")
