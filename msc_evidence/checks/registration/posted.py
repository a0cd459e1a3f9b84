"""Numbers that come from a registration against its posted results, and what these hold beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.checks.finding import Path
from msc_evidence.checks.registration.sealed import (
    is_same_number,
    parts_with_place,
    paths_of,
    posted_lines,
    posting_source,
    values_with_keys,
)
from msc_evidence.checks.registration.tables import (
    PostedTables,
    title_of_arm,
)
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.reading.ctgov.groups import folded_title, started_in_flow
from msc_evidence.reading.ctgov.nodes import module_path
from msc_evidence.reading.ctgov.outcomes import GroupValues
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Baseline, Values


def number_not_posted_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: number that the registration does not post there."""
    found = posting_source(subject.trial)
    if found is None:
        return
    parts = list(parts_with_place(subject.trial))
    tables = subject.registrations[-1]
    numbers = [number for part in parts for number in _compared_numbers(subject.trial, *part, tables)]
    for number in (*_participant_numbers(subject.trial, found[0], tables), *numbers):
        if number.posted is None or not is_same_number(number.recorded, number.posted):
            there = f"posts {number.posted}" if number.posted else "posts none"
            message = f"{number.name} {number.recorded} is not that of {number.place}, which {there}"
            yield Hit(number.path, message, str(number.recorded), number.posted)


@dataclass(frozen=True, slots=True)
class _Number:
    """A recorded number and what is posted for it; None where nothing is."""

    path: Path
    name: str
    recorded: object
    posted: str | None
    place: str


def _participant_numbers(trial: Trial, source: str, tables: PostedTables) -> Iterator[_Number]:
    """Those enrolled or planned, and randomised by arm, where the registration is the source of them."""
    if trial.first_source != source:
        return
    enrolment = tables.study.registered.at("designModule/enrollmentInfo")
    key = {"ACTUAL": "enrolled", "ESTIMATED": "planned"}.get(enrolment["type"].text)
    recorded = getattr(trial.participants, key) if key else None
    if isinstance(recorded, Reported):
        yield _Number(
            ("participants", str(key)), str(key), recorded, enrolment["count"].text, "enrollmentInfo/count"
        )
    started = started_in_flow(tables.study)
    for name, arm in trial.arms.items():
        title = title_of_arm(trial, name, started)
        if title and isinstance(arm.randomised, Reported):
            node = started[title]
            path = ("arms", name, "randomised")
            yield _Number(path, f"{name} randomised", arm.randomised, node.text, module_path(node))


def _compared_numbers(
    trial: Trial, path: Path, part: Result | Baseline | Harm, tables: PostedTables
) -> Iterator[_Number]:
    if isinstance(part, Harm):
        yield from _harm_numbers(trial, path, part, tables)
        return
    places = paths_of(part.posted)
    values = next((place for place in places if "/analyses/" not in place), "")
    groups, total = _posted_groups(tables, values)
    for arm, recorded in (part.arms or {}).items():
        title = title_of_arm(trial, arm, groups)
        yield from _values_numbers((*path, "arms", arm), recorded, groups.get(title or ""), values)
    if isinstance(part, Baseline):
        yield from _values_numbers((*path, "all"), part.all, total, values)
    else:
        analysis = next((place for place in places if "/analyses/" in place), "")
        yield from _analysis_numbers(path, part, tables, analysis)


def _posted_groups(tables: PostedTables, place: str) -> tuple[Mapping[str, GroupValues], GroupValues | None]:
    """The groups of a class or of a row at entry by their folded titles, and everybody."""
    if place in tables.classes:
        return tables.classes[place].groups, None
    row = tables.baseline.get(place)
    return (row.groups, row.total) if row else ({}, None)


def _values_numbers(
    path: Path, recorded: Values | None, posted: GroupValues | None, place: str
) -> Iterator[_Number]:
    fields = {one.key: one for one in posted.fields} if posted else {}
    for key, value in values_with_keys(recorded):
        there = fields.get(key)
        yield _Number((*path, key), f"{path[-1]} {key}", value, there.text if there else None, place)
    if recorded and recorded.distribution and "distribution" in fields:
        counts = fields["distribution"].nodes
        for at, (value, node) in enumerate(zip(recorded.distribution, counts, strict=False)):
            yield _Number(
                (*path, "distribution", at), f"{path[-1]} category {at + 1}", value, node.text, place
            )


def _analysis_numbers(path: Path, part: Result, tables: PostedTables, place: str) -> Iterator[_Number]:
    """The p-value and the effect of a result; of a p that its source does not post nothing is said."""
    analysis = tables.analyses.get(place)
    posted = {one.key: one.text for one in analysis.fields} if analysis else {}
    if not place:
        return
    if isinstance(part.p, Reported):
        yield _Number((*path, "p"), "p", part.p, posted.get("p"), place)
    for key, value in values_with_keys(part.effect):
        yield _Number((*path, "effect", key), key, value, posted.get(key), place)


def _harm_numbers(trial: Trial, path: Path, harm: Harm, tables: PostedTables) -> Iterator[_Number]:
    posted = next(
        (
            one
            for one in tables.harms
            if one.path == harm.posted and folded_title(one.event) == folded_title(harm.event)
        ),
        None,
    )
    titles = tables.event_titles
    for key, recorded, nodes in (
        ("arms", harm.arms, posted.affected if posted else {}),
        ("at-risk", harm.at_risk, posted.at_risk if posted else {}),
    ):
        by_title = {titles[group]: node.text for group, node in nodes.items() if group in titles}
        for arm, number in recorded.items():
            title = title_of_arm(trial, arm, by_title)
            name = f"{harm.event} {arm}" + (" at risk" if key == "at-risk" else "")
            yield _Number((*path, key, arm), name, number, by_title.get(title or ""), str(harm.posted))


def posted_and_not_recorded_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: posted result that the record leaves out."""
    found = posting_source(subject.trial)
    if found is None or not subject.registrations:
        return
    name, source = found
    recorded = [place for _, part in parts_with_place(subject.trial) for place in paths_of(part.posted)]
    covered = (*recorded, *(ignored.figure for ignored in source.ignored))
    left: list[str] = []
    for place, words, primary in _posted_places(subject.registrations[-1]):
        if any(place == there or place.startswith(f"{there}/") for there in covered):
            continue
        if primary:
            yield Hit(("sources", name), f"{words} is posted ({place}) and not recorded", place)
        else:
            left.append(place)
    if left:
        message = f"{counted(len(left), 'result')} of other outcomes posted and not recorded"
        yield Hit(("sources", name), f"{message}: {listed(left[:5])}", severity="note")


def _posted_places(tables: PostedTables) -> Iterator[tuple[str, str, bool]]:
    for outcome in tables.outcomes:
        kind = "primary outcome" if outcome.primary else "outcome"
        for one in outcome.classes:
            if any(values.fields for values in one.groups.values()):
                yield module_path(one.node), f"{kind} {outcome.title}", outcome.primary
        for node in outcome.node["analyses"].items():
            analysis = tables.analyses[module_path(node)]
            if len(analysis.groups) == 2 and analysis.fields:
                yield module_path(node), f"an analysis of the {kind} {outcome.title}", outcome.primary
    if any(harm.affected for harm in tables.harms if harm.path == "eventGroups"):
        yield "eventGroups", "the count of deaths and serious adverse events", True


def registration_changed_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: registration changed since its numbers were taken."""
    found = posting_source(subject.trial)
    if found is None or not subject.registrations:
        return
    name, source = found
    study = subject.registrations[-1].study
    since = f" since the version of {source.version}" if source.version else ""
    if source.results_sha256 and source.results_sha256 != study.results_sha256:
        changed = _changed_places(source, subject.registrations[-1])
        where = f": {listed(changed[:5])}" if changed else "; none of the numbers used is among the changes"
        yield Hit(("sources", name, "results-sha256"), f"the posted results changed{since}{where}")
    if source.registered_sha256 and source.registered_sha256 != study.registered_sha256:
        message = f"what was registered changed{since}: status, dates, design, arms or outcomes"
        yield Hit(("sources", name, "registered-sha256"), message, severity="note")


def _changed_places(source: Source, tables: PostedTables) -> list[str]:
    now = tables.texts
    return [
        f"{place} was {text} and is {now.get(place, 'gone')}"
        for place, text in posted_lines(source).items()
        if now.get(place) != text
    ]
