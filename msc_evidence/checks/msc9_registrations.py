"""MSC9xx: a record beside its registrations: numbers that come from them, and what was registered and is reported.

The rules stand in `registration/`, which is imported where a trial has a registration at hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.checks.registration.sealed import parts_with_place, posting_source, unsealed_hits
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.posted import posted_seal


@check("MSC901", "error")
def number_not_posted(subject: Subject) -> Iterator[Hit]:
    """number that the registration does not post there.

    A part with `from` gives the place of its numbers in the posted results of a registration. Each of them must be
    the one that stands there, for the arm that it is of, in the file given with --registrations; without the file,
    one of the numbers that the source's sealed list has there. `.95` and `0.95` are one number, `6.70` and `6.7` not.
    It matters because a digit goes wrong, or two arms change places, when a table is copied.
    Example: `{from: outcomeMeasures/0/classes/0, arms: {msc: {mean: 0.6}}}` where 0.5 is posted.
    It cannot see an exchange of the arms without the file.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.011, from: outcomeMeasures/0/analyses/0}]
        sources: {nct: {kind: trial registration, posted: [outcomeMeasures/0/analyses/0/pValue = 0.012]}}
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.011, from: outcomeMeasures/0/analyses/0}]
        sources: {nct: {kind: trial registration, posted: [outcomeMeasures/0/analyses/0/pValue = 0.011]}}
    """
    if subject.registrations:
        from msc_evidence.checks.registration.posted import number_not_posted_hits

        yield from number_not_posted_hits(subject)
    elif (found := posting_source(subject.trial)) is not None:
        for path, part in parts_with_place(subject.trial):
            yield from unsealed_hits(path, part, found[1])


@check("MSC902", "warning", needs="registrations")
def posted_and_not_recorded(subject: Subject) -> Iterator[Hit]:
    """posted result that the record leaves out.

    Of a registration whose numbers the record uses, every primary outcome with values, every analysis of a primary
    outcome between two groups, the deaths and the serious adverse events are in some part of the record (`from`), or
    under `ignored` with a reason, by their place or its beginning. Other outcomes are counted in one note.
    It matters because what was posted and not recorded is where selective extraction hides.
    Example: a primary outcome at outcomeMeasures/1 in no `from`.
    It cannot see a result that was never posted.
    """
    from msc_evidence.checks.registration.posted import posted_and_not_recorded_hits

    yield from posted_and_not_recorded_hits(subject)


@check("MSC903", "warning", needs="registrations")
def registration_changed(subject: Subject) -> Iterator[Hit]:
    """registration changed since its numbers were taken.

    The hashes of the source against those of the file: of the posted results, and (a note) of what was registered:
    status, dates, design, arms, outcomes, eligibility. Contacts, references and dates of updates may change without
    a word.
    It matters because results are corrected after they were posted, and outcomes after they were registered.
    Example: `results-sha256` of the version of 2015-05-27 against the file of 2016-02-01.
    It cannot see what an older version said; the list of numbers used shows which of these changed.
    """
    from msc_evidence.checks.registration.posted import registration_changed_hits

    yield from registration_changed_hits(subject)


@check("MSC904", "warning", needs="registrations")
def posted_against_itself(subject: Subject) -> Iterator[Hit]:
    """posted numbers of a registration that contradict each other.

    Enrolled against started; an outcome counted in more participants than started in any period; a standard error of a
    difference against its confidence interval (half-width / z, apart by more than 1.5 times); a p on the other side of
    the level than its interval, or far from the p that the interval gives (z apart by more than 0.5), with what would
    explain it: one-sided, a threshold, an adjusted analysis; an estimate outside its interval; more affected than at
    risk. These are findings about the registration, no errors of the record.
    It matters because a record that copies such numbers faithfully pools a mistake of somebody else's.
    Example: standard error 8.6 beside −7.05 to 0.95, whose half-width over 1.96 is 2.04.
    It cannot see which of two numbers is wrong.
    """
    from msc_evidence.checks.registration.contradictions import posted_against_itself_hits

    yield from posted_against_itself_hits(subject)


@check("MSC905", "error", fields=("posted_sha256",))
def posted_list_edited(subject: Subject) -> Iterator[Hit]:
    """list of posted numbers edited by hand.

    The seal of `posted` is the SHA-256 of its lines; they are read from a registration and not edited.
    It matters because a number that is changed in the record and in the list would pass.
    Example: a line of `posted` changed from 0.5 to 0.6.
    It cannot see a list that was sealed again.

    Flagged:
        sources:
          nct:
            kind: trial registration
            posted: [enrollmentInfo/count = 31]
            posted-sha256: 0000000000000000000000000000000000000000000000000000000000000000
    Silent:
        sources: {nct: {kind: trial registration, posted: [enrollmentInfo/count = 31]}}
    """
    for name, source in subject.trial.sources.items():
        if source.posted_sha256 is not None and source.posted_sha256 != posted_seal(source.posted):
            message = (
                "the list of posted numbers is not the one that was sealed; import the registration again"
            )
            yield Hit(("sources", name, "posted"), message)


@check("MSC911", "note", needs="registrations")
def registered_after_start(subject: Subject) -> Iterator[Hit]:
    """registered after the trial began, or stopped early.

    The day of first submission against the start; where the start has no day, its month; the status with its reason,
    where the registration says terminated, withdrawn, suspended or unknown.
    It matters because only what was registered before the first participant came cannot have been chosen by results.
    Example: first submitted 2016-05-10, start 2015-09.
    It cannot see a registration in another register.
    Source: ICMJE, Recommendations, clinical trials registration.
    """
    from msc_evidence.checks.registration.reported import registered_after_start_hits

    yield from registered_after_start_hits(subject)


@check("MSC912", "warning", needs="registrations")
def primary_outcome_differs(subject: Subject) -> Iterator[Hit]:
    """primary outcome that is not the registered one.

    The primary outcomes of the plan (the earliest version submitted before the start, else the only one there is)
    against the results that the record calls primary, matched by the outcomes' names and short names, then by time:
    a primary outcome missing, new, or exchanged with a secondary one, or measured at another time. 90 days and three
    months are one time; 12 weeks beside 90 days is a note; another definition is a note to look at.
    It matters because an outcome that was chosen after the results were seen says nothing about chance.
    Example: registered at 6 months, reported at 90 days.
    It cannot see whether an amendment explains it.
    Source: Chan et al. 2004, JAMA 291:2457-65; Mathieu et al. 2009, JAMA 302:977-84.
    """
    from msc_evidence.checks.registration.reported import primary_outcome_differs_hits

    yield from primary_outcome_differs_hits(subject)


@check("MSC913", "warning", needs="registrations")
def design_differs(subject: Subject) -> Iterator[Hit]:
    """design that contradicts the registration.

    Allocation, masking (none against blinded, participants masked against open; "single: outcomes assessor" and
    "open label" agree), and registered arms that the record has not.
    It matters because randomisation and masking decide what a comparison is worth.
    Example: NON_RANDOMIZED in the registration, randomised in the record.
    It cannot see which of the two is right.
    """
    from msc_evidence.checks.registration.reported import design_differs_hits

    yield from design_differs_hits(subject)


@check("MSC914", "note", needs="registrations")
def planned_number_missed(subject: Subject) -> Iterator[Hit]:
    """participants planned and enrolled differ.

    The estimated number of the earliest version against those that the record enrolled; where no version with an
    estimate is at hand, nothing can be said of the plan.
    It matters because a trial that stopped short, or went on, may have done so for what it saw.
    Example: 200 planned (version of 2015-06-15), 120 enrolled.
    It cannot see the plan in a version that nobody saved: a registration with results holds none.
    """
    from msc_evidence.checks.registration.reported import planned_number_missed_hits

    yield from planned_number_missed_hits(subject)


@check("MSC915", "warning", needs="registrations")
def reported_and_posted_differ(subject: Subject) -> Iterator[Hit]:
    """number of the record that the registration posts otherwise.

    Numbers that come from another source than the registration: participants enrolled and randomised, deaths and
    serious adverse events by arm (participants against participants), and p, means and counts of an outcome that is
    posted once at the same time, for arms whose titles are the groups'.
    It matters because of trials with posted results a fifth report another value in the paper.
    Example: p 0.03 in the paper, 0.27 posted; 9 with a serious adverse event, 15 of 61 posted.
    It cannot see an analysis of other participants that both describe correctly.
    Source: Hartung et al. 2014, Ann Intern Med 160:477-83.
    """
    from msc_evidence.checks.registration.reported import reported_and_posted_differ_hits

    yield from reported_and_posted_differ_hits(subject)
