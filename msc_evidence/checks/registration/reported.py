"""What was registered beside what the record reports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.checks.registration.sealed import (
    is_same_number,
)
from msc_evidence.checks.registration.tables import PostedTables, title_of_arm, titles_of_arms
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.reading.ctgov.groups import folded_title, started_in_flow
from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.outcomes import is_number, number_of
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.reading.ctgov.times import all_times
from msc_evidence.registry.model import Outcome, Result
from msc_evidence.registry.problems import listed
from msc_evidence.registry.reported import Reported, Time


def registered_after_start_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: registered after the trial began, or stopped early."""
    for tables in subject.registrations[-1:]:
        status = tables.study.registered["statusModule"]
        submitted, start = status["studyFirstSubmitDate"].text, status.at("startDateStruct/date").text
        if submitted and start and submitted[: len(start)] > start:
            message = f"{tables.study.nct} was first submitted {submitted}, the start {start}"
            yield Hit(("registration",), message, submitted)
        if status["overallStatus"].text in ("TERMINATED", "WITHDRAWN", "SUSPENDED", "UNKNOWN"):
            why = f": {status['whyStopped'].text}" if status["whyStopped"] else ""
            yield Hit(
                ("registration",), f"{tables.study.nct} is {status['overallStatus'].text.casefold()}{why}"
            )


def primary_outcome_differs_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: primary outcome that is not the registered one."""
    for plan in subject.registrations[:1]:
        yield from _primary_hits(subject, plan.study)


def _primary_hits(subject: Subject, study: Study) -> Iterator[Hit]:
    module = study.registered["outcomesModule"]
    primary, secondary = list(module["primaryOutcomes"].items()), list(module["secondaryOutcomes"].items())
    by_outcome = {
        key: [one for one in primary if _is_named(outcome, one["measure"].text)]
        for key, outcome in subject.outcomes.items()
    }
    other = {
        key
        for key, outcome in subject.outcomes.items()
        if any(_is_named(outcome, one["measure"].text) for one in secondary)
    }
    results = subject.trial.results
    called = {result.outcome for result in results if result.primary}
    for one in primary:
        named = [key for key, found in by_outcome.items() if one in found]
        if not any(result.outcome in named for result in results):
            yield Hit(
                ("registration",), f"registered primary not in the record: {_worded(one)}", _worded(one)
            )
    for key in dict.fromkeys(result.outcome for result in results):
        at = next(index for index, result in enumerate(results) if result.outcome == key)
        name = subject.outcomes[key].short or subject.outcomes[key].name
        if called and by_outcome[key] and key not in called:
            yield Hit(
                ("results", at), f"{name} was registered as primary and is reported as secondary", outcome=key
            )
        if key in called and not by_outcome[key]:
            was = "was registered as secondary" if key in other else "was not registered as primary"
            yield Hit(("results", at), f"{name} is reported as primary and {was}", outcome=key)
        if key in called and by_outcome[key]:
            yield from _time_hits(subject, key, by_outcome[key])
            yield from _definition_hits(subject, key, by_outcome[key])


def _is_named(outcome: Outcome, title: str) -> bool:
    """Whether a registered measure or a posted outcome names an outcome, in full or by its abbreviation."""
    folded = f" {folded_title(title)} "
    return any(f" {folded_title(name)} " in folded for name in (outcome.name, outcome.short) if name)


def _worded(registered: Node) -> str:
    return ", ".join(filter(None, (registered["measure"].text, registered["timeFrame"].text)))


#: Two times that differ by less than this share are one visit worded twice: 12 weeks and 90 days.
_SAME_VISIT = 0.1


def _time_hits(subject: Subject, key: str, registered: list[Node]) -> Iterator[Hit]:
    times = [time for one in registered for time in all_times(one["timeFrame"].text)]
    reported = [(index, result.at) for index, result in _primary_results(subject, key)]
    for index, at in reported:
        if not isinstance(at, Time) or not times or at in times:
            continue
        near = [time for time in times if abs(time.days - at.days) <= _SAME_VISIT * max(time.days, at.days)]
        message = f"registered at {listed([str(time) for time in times])}, reported at {at}"
        yield Hit(("results", index, "at"), message, str(at), severity="note" if near else None, outcome=key)


def _primary_results(subject: Subject, key: str) -> Iterator[tuple[int, Result]]:
    for index, result in enumerate(subject.trial.results):
        if result.outcome == key and result.primary:
            yield index, result


def _definition_hits(subject: Subject, key: str, registered: list[Node]) -> Iterator[Hit]:
    """A definition beside a registered description: text against text is for the reviewer."""
    described = [text for one in registered if (text := one["description"].text)]
    for index, result in _primary_results(subject, key):
        if (
            result.definition
            and described
            and folded_title(result.definition) not in folded_title(described[0])
        ):
            message = f"to look at: registered as “{described[0][:120]}”, reported as {result.definition}"
            yield Hit(("results", index, "definition"), message, severity="note", outcome=key)


_MASKED = re.compile(r"blind|mask", re.IGNORECASE)
_OPEN = re.compile(r"\bopen\b|unblinded|unmasked|non-?blinded|not (?:blinded|masked)", re.IGNORECASE)


def design_differs_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: design that contradicts the registration."""
    for tables in subject.registrations[-1:]:
        yield from _allocation_hits(subject, tables.study)
        yield from _arm_hits(subject, tables.study)


def _allocation_hits(subject: Subject, study: Study) -> Iterator[Hit]:
    design, registered = subject.trial.design, study.registered.at("designModule/designInfo")
    allocation = {"RANDOMIZED": "randomised", "NON_RANDOMIZED": "non-randomised"}.get(
        registered["allocation"].text
    )
    if (
        allocation
        and design.allocation in ("randomised", "non-randomised")
        and design.allocation != allocation
    ):
        message = f"allocation: registered {registered['allocation'].text}, reported {design.allocation}"
        yield Hit(("design", "allocation"), message, design.allocation)
    masking, who = registered.at("maskingInfo/masking").text, registered.at("maskingInfo/whoMasked")
    said = design.masking or ""
    open_label, blinded = bool(_OPEN.search(said)), bool(_MASKED.search(said)) and not _OPEN.search(said)
    participants = any(one.text == "PARTICIPANT" for one in who.items())
    if (masking == "NONE" and blinded) or (open_label and masking not in ("", "NONE") and participants):
        yield Hit(("design", "masking"), f"masking: registered {masking}, reported {said}", said)


def _arm_hits(subject: Subject, study: Study) -> Iterator[Hit]:
    """Registered arms without one of the record, where the others have theirs."""
    labels = [arm["label"].text for arm in study.registered.at("armsInterventionsModule/armGroups").items()]
    known = set().union(*titles_of_arms(subject.trial).values())
    missing = [label for label in labels if folded_title(label) not in known]
    if missing and len(missing) < len(labels) and len(labels) > len(subject.trial.arms):
        yield Hit(("arms",), f"arm of the registration not in the record: {listed(missing)}", missing[0])


def planned_number_missed_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: participants planned and enrolled differ."""
    enrolled = subject.trial.participants.enrolled
    for tables in subject.registrations[:1]:
        planned = tables.study.registered.at("designModule/enrollmentInfo")
        if (
            planned["type"].text != "ESTIMATED"
            or not isinstance(enrolled, Reported)
            or not is_number(planned["count"])
        ):
            continue
        if number_of(planned["count"]) != float(enrolled):
            message = (
                f"{planned['count'].text} planned (version of {tables.study.version}), {enrolled} enrolled"
            )
            yield Hit(("participants", "enrolled"), message, str(enrolled), planned["count"].text)


def reported_and_posted_differ_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: number of the record that the registration posts otherwise."""
    for tables in subject.registrations[-1:]:
        yield from _participant_hits(subject, tables)
        yield from _outcome_hits(subject, tables)
        yield from _harm_hits(subject, tables)


def _participant_hits(subject: Subject, tables: PostedTables) -> Iterator[Hit]:
    trial, registered = subject.trial, tables.study.registered.at("designModule/enrollmentInfo")
    enrolled = trial.participants.enrolled
    actual = registered["type"].text == "ACTUAL" and is_number(registered["count"])
    if actual and isinstance(enrolled, Reported) and number_of(registered["count"]) != float(enrolled):
        message = f"{enrolled} enrolled, {registered['count'].text} by the registration"
        yield Hit(("participants", "enrolled"), message, str(enrolled), registered["count"].text)
    started = started_in_flow(tables.study)
    for name, arm in trial.arms.items():
        title = title_of_arm(trial, name, started)
        if (
            title
            and isinstance(arm.randomised, Reported)
            and number_of(started[title]) != float(arm.randomised)
        ):
            message = f"{arm.randomised} allocated to {name}, {started[title].text} by the registration"
            yield Hit(("arms", name, "randomised"), message, str(arm.randomised), started[title].text)


def _outcome_hits(subject: Subject, tables: PostedTables) -> Iterator[Hit]:
    for index, result in enumerate(subject.trial.results):
        if result.posted or result.definition or result.adjusted or not isinstance(result.at, Time):
            continue
        outcome = subject.outcomes[result.outcome]
        same = [
            (posted, one)
            for posted in tables.outcomes
            if _is_named(outcome, posted.title)
            for one in posted.classes
            if one.at is not None and Time.read(one.at) == result.at
        ]
        if len(same) != 1 or len(same[0][0].classes) != 1:
            continue
        posted, one = same[0]
        analyses = [
            a for a in tables.analyses.values() if a.node.pointer.startswith(f"{posted.node.pointer}/")
        ]
        texts = [field.text.lstrip("= ") for a in analyses for field in a.fields if field.key == "p"]
        if isinstance(result.p, Reported) and len(texts) == 1 and not _is_one_value(result.p, texts[0]):
            message = f"p {result.p}, {texts[0]} posted"
            yield Hit(("results", index, "p"), message, str(result.p), texts[0], outcome=result.outcome)
        for arm, values in (result.arms or {}).items():
            title = title_of_arm(subject.trial, arm, one.groups)
            fields = {field.key: field.text for field in one.groups[title].fields} if title else {}
            for key in ("mean", "median", "events"):
                recorded = getattr(values, key)
                if (
                    isinstance(recorded, Reported)
                    and key in fields
                    and not _is_one_value(recorded, fields[key])
                ):
                    message = f"{arm} {key} {recorded}, {fields[key]} posted"
                    path = ("results", index, "arms", arm, key)
                    yield Hit(path, message, str(recorded), fields[key], outcome=result.outcome)


def _is_one_value(recorded: Reported, printed: str) -> bool:
    """Whether two printings can be of one number, as far as the coarser of them says."""
    try:
        low, high = recorded.bounds
        other_low, other_high = Reported.read(printed).bounds
    except ValueError:
        return True
    return is_same_number(recorded, printed) or (low <= other_high and other_low <= high)


def _harm_hits(subject: Subject, tables: PostedTables) -> Iterator[Hit]:
    titles = tables.event_titles
    for index, harm in enumerate(subject.trial.harms):
        posted = next(
            (one for one in tables.harms if one.event == harm.event.casefold() and one.affected), None
        )
        if harm.posted or posted is None:
            continue
        groups = {titles[group]: group for group in posted.affected if group in titles}
        for arm, number in harm.arms.items():
            title = title_of_arm(subject.trial, arm, groups)
            if title is None:
                continue
            node, at_risk = posted.affected[groups[title]], posted.at_risk.get(groups[title])
            if number.count is None or number.count == number_of(node):
                continue
            of = f"{node.text} of {at_risk.text}" if at_risk else node.text
            yield Hit(
                ("harms", index, "arms", arm),
                f"{harm.event} in {arm}: {number}, {of} posted",
                str(number),
                of,
            )
