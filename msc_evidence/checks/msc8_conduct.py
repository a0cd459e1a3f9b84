"""MSC831 to MSC835: registration, timeline, recruitment and means of a trial, and who should not have been in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta

from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import count_of, rounding_interval
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Time

#: Registered after more than this share of the time of recruitment had passed: a warning.
LATE = 0.25
#: Days of grace for months of unequal length.
GRACE = 3
#: Visits that nobody makes beside other work.
MANY_VISITS = 1000
#: Standard deviations of a Poisson count beyond which more were enrolled than there are.
BEYOND = 3.3


@check("MSC831", "warning", fields=("registered",))
def registered_late(subject: Subject) -> Iterator[Hit]:
    """registered after enrolment had begun.

    Days from the first participant to the registration, and their share of the time to the last one, as if
    recruitment were even; dates given as months are taken at the end that is kinder to the trial. A warning
    above a quarter, a note below.
    It matters because outcomes can then be chosen with data at hand.
    Example: registered in July 2010, recruited from August 2008 to April 2010.
    It cannot see another registration before, nor why it was late.
    Source: INSPECT-SR 2.2; the threshold is ours.

    Flagged:
        design: {registered: 2010-07-06, first-enrolled: 2008-08, last-enrolled: 2010-04}
    Silent:
        design: {registered: 2011-12-01, first-enrolled: 2012-01-10, last-enrolled: 2014-01-09}
    """
    design = subject.trial.design
    registered, first, last = design.registered, design.first_enrolled, design.last_enrolled
    if registered is None or first is None:
        return
    days = (registered.earliest - first.latest).days
    if days <= 0:
        return
    message = f"registered {counted(days, 'day')} after the first participant ({first})"
    if last is None:
        yield Hit(("design", "registered"), message, str(registered), f"≤ {first}", "note")
        return
    length = (last.latest - first.latest).days
    share = min(1.0, days / length) if length > 0 else 1.0
    message += f", {share:.0%} of the time to the last ({last})"
    severity: Severity = "warning" if share > LATE else "note"
    yield Hit(("design", "registered"), message, str(registered), f"≤ {first}", severity)


@check("MSC832", "error", fields=("last_enrolled", "follow_up"))
def impossible_timeline(subject: Subject) -> Iterator[Hit]:
    """submitted or published before the last participant can have been followed.

    The first day on which the last participant may have been enrolled, plus the follow-up, less three days
    of grace, against the last day on which the report may have been submitted, else published. An error
    where as many were analysed as enrolled, a warning where the record does not say that.
    It matters because data that could not exist yet were analysed.
    Example: last enrolled in September 2020, followed for 6 months, submitted in January 2021.
    It cannot see interim reports, nor a follow-up that was only the longest.
    Source: INSPECT-SR 2.4.

    Flagged:
        citation: {authors: [Doe J], year: 2021, submitted: 2021-01}
        design: {last-enrolled: 2020-09, follow-up: 6 mo}
    Silent:
        citation: {authors: [Doe J], year: 2021, submitted: 2021-01}
        design: {last-enrolled: 2020-06, follow-up: 6 mo}
    """
    trial = subject.trial
    last, follow_up = trial.design.last_enrolled, trial.design.follow_up
    key = "submitted" if trial.citation.submitted else "published"
    report = trial.citation.submitted or trial.citation.published
    if last is None or report is None or not isinstance(follow_up, Time):
        return
    if follow_up.amount.comparator not in ("=", ">", "≥"):
        return
    complete = _later(last.earliest, follow_up.days)
    if _later(complete, -GRACE) > report.latest:
        enrolled, analysed = count_of(trial.participants.enrolled), count_of(trial.participants.analysed)
        whole = enrolled is not None and enrolled == analysed
        message = (
            f"{key} {report}; enrolled until {last} and followed for {follow_up}, the last participant cannot"
            f" be complete before {complete}"
        )
        right = f"≥ {complete}"
        yield Hit(("citation", key), message, str(report), right, None if whole else "warning")


def _later(day: date, days: float) -> date:
    """The day so many days later; the last day there is where that is beyond the calendar."""
    try:
        return day + timedelta(days=math.floor(days))
    except OverflowError:
        return date.max


@check("MSC833", "warning", fields=("catchment",))
def more_than_fell_ill(subject: Subject) -> Iterator[Hit]:
    """more enrolled than the catchment has cases.

    Expected: catchment × years of recruitment × the higher incidence per 100,000; found where those enrolled
    exceed it by more than 3.3 of its Poisson standard deviations.
    It matters because participants who did not exist were enrolled, or came from elsewhere.
    Example: 2,200 enrolled in two years from 500,000 people with 5.6 to 17.5 cases per 100,000 a year.
    It cannot see prevalent cases, referrals from elsewhere, nor how many eligible people consent.
    Source: INSPECT-SR 2.4.

    Flagged:
        design: {first-enrolled: 2015-01-01, last-enrolled: 2016-12-31}
        participants: {enrolled: 2200, catchment: 500000, incidence: 5.6-17.5}
    Silent:
        design: {first-enrolled: 2015-01-01, last-enrolled: 2016-12-31}
        participants: {enrolled: 150, catchment: 500000, incidence: 5.6-17.5}
    """
    people, years = subject.trial.participants, recruitment_years(subject.trial)
    enrolled, catchment = count_of(people.enrolled), count_of(people.catchment)
    incidence = rounding_interval(people.incidence.high) if people.incidence else None
    if enrolled is None or catchment is None or incidence is None or years is None:
        return
    expected = catchment * years * max(0.0, incidence.hi) / 100_000
    if enrolled > expected + BEYOND * math.sqrt(expected) + 1:
        message = (
            f"{enrolled} enrolled in {years:.1f} y; {people.catchment} people with {people.incidence} new cases"
            f" per 100,000 a year have {expected:.0f} at most"
        )
        yield Hit(("participants", "enrolled"), message, str(enrolled), f"≤ {expected:.0f}")


def recruitment_years(trial: Trial) -> float | None:
    """Years from the first to the last participant, at the most that the dates allow."""
    first, last = trial.design.first_enrolled, trial.design.last_enrolled
    if first is None or last is None or last.latest < first.earliest:
        return None
    return ((last.latest - first.earliest).days + 1) / 365.25


@check("MSC834", "note", fields=("visits",))
def effort(subject: Subject) -> Iterator[Hit]:
    """many visits without funding.

    Participants × visits where they exceed 1,000 and the record says that nobody paid. Arithmetic alone: the
    number is for a person to think about.
    It matters because somebody must have seen these participants.
    Example: 312 participants with 12 visits each, one centre, no funding: 3,744 visits.
    It cannot see staff paid otherwise, nor visits by telephone.
    Source: INSPECT-SR 2.5.

    Flagged:
        design: {visits: 12, centres: 1}
        participants: {enrolled: 312}
        funding: none
    Silent:
        design: {visits: 4, centres: 1}
        participants: {enrolled: 60}
        funding: none
    """
    trial = subject.trial
    enrolled, visits = count_of(trial.participants.enrolled), count_of(trial.design.visits)
    unpaid = (trial.funding or "").casefold() in ("none", "no", "no funding", "not reported")
    if enrolled and visits and unpaid and enrolled * visits > MANY_VISITS:
        centres = count_of(trial.design.centres)
        where = f" at {counted(centres, 'centre')}" if centres else ""
        message = f"{enrolled} × {visits} = {enrolled * visits:,} visits{where}; funding: {trial.funding}"
        yield Hit(("design", "visits"), message, f"{enrolled * visits:,} visits")


@check("MSC835", "warning", fields=("age",))
def outside_eligible_ages(subject: Subject) -> Iterator[Hit]:
    """participants of an age that could not enter.

    The range, mean or median of age at entry, in years, against the ages that may enter, over the rounding
    of both.
    It matters because they are then others than the trial says.
    Example: ages 19 to 81 where 18 to 75 may enter.
    It cannot see ages at another time than entry, nor exceptions that the source explains.
    Source: INSPECT-SR 4.1.

    Flagged:
        participants: {age: 18 to 75}
        baseline: [{variable: age, unit: y, all: {range: 19-81}}]
    Silent:
        participants: {age: 18 to 75}
        baseline: [{variable: age, unit: y, all: {range: 19-75}}]
    """
    ages = subject.trial.participants.age
    low, high = (rounding_interval(end) for end in ((ages.low, ages.high) if ages else (None, None)))
    if low is None or high is None:
        return
    for group in subject.groups:
        of_age = group.result is None and group.variable.casefold().strip() in ("age", "ages", "age at entry")
        if not of_age or group.unit not in (None, "y", "yr", "years", "year"):
            continue
        values, ends = group.values, group.values.range
        candidates = [("mean", values.mean), ("median", values.median)]
        candidates += [("range", ends.low), ("range", ends.high)] if ends else []
        for name, number in candidates:
            box = rounding_interval(number)
            # Somebody of 75 is 75 until the next birthday.
            if box is not None and (box.hi < low.lo or box.lo > high.hi + 1):
                message = f"{name} of age has {number}; {ages} may enter"
                yield Hit((*group.path, name), message, str(number), str(ages))
