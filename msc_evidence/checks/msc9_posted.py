"""MSC9xx: numbers that come from a registration against the posted results, and these against themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from msc_evidence.checks.finding import Path
from msc_evidence.checks.registrations import (
    PostedTables,
    is_same_number,
    paths_of,
    posted_lines,
    posting_source,
    title_of_arm,
    values_with_keys,
)
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.reading.ctgov.groups import flow_periods, folded_title, study_arms
from msc_evidence.reading.ctgov.nodes import module_path
from msc_evidence.reading.ctgov.outcomes import GroupValues, is_number, number_of
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import Part
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.posted import posted_seal
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Baseline, Values


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
    found = posting_source(subject.trial)
    if found is None:
        return
    parts = list(_parts_with_place(subject.trial))
    if not subject.registrations:
        for path, part in parts:
            yield from _unsealed_hits(path, part, found[1])
        return
    tables = subject.registrations[-1]
    numbers = [number for part in parts for number in _compared_numbers(subject.trial, *part, tables)]
    for number in (*_participant_numbers(subject.trial, found[0], tables), *numbers):
        if number.posted is None or not is_same_number(number.recorded, number.posted):
            there = f"posts {number.posted}" if number.posted else "posts none"
            message = f"{number.name} {number.recorded} is not that of {number.place}, which {there}"
            yield Hit(number.path, message, str(number.recorded), number.posted)


def _parts_with_place(trial: Trial) -> Iterator[tuple[Path, Result | Baseline | Harm]]:
    groups: dict[str, Sequence[Result | Baseline | Harm]] = {
        "baseline": trial.baseline,
        "results": trial.results,
        "harms": trial.harms,
    }
    for group, parts in groups.items():
        for index, part in enumerate(parts):
            if part.posted:
                yield (group, index), part


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
    started = {
        title: arm.started for title, arm in study_arms(tables.study).items() if arm.started is not None
    }
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


def _unsealed_hits(path: Path, part: Part, source: Source) -> Iterator[Hit]:
    """The numbers of a part that the sealed list has nowhere below the part's place."""
    if not source.posted or not isinstance(part, Result | Baseline | Harm):
        return
    roots = [_root(place) for place in paths_of(part.posted)]
    texts = [text for place, text in posted_lines(source).items() if place.startswith(tuple(roots))]
    for key, number in _all_numbers(part):
        if not any(is_same_number(number, text) for text in chain(texts, _pairs(texts))):
            message = f"{number} is not among the numbers of {part.posted} in the sealed list"
            yield Hit((*path, *key), message, str(number))


def _root(place: str) -> str:
    """The outcome, the measure or the module that a place is in; sizes may stand at any of them."""
    return "/".join(place.split("/")[:2]) if place.startswith("outcomeMeasures") else ""


def _pairs(texts: Sequence[str]) -> Iterator[str]:
    """Neighbouring numbers as the ends of a range."""
    return (f"{low} to {high}" for low, high in pairwise(texts))


def _all_numbers(part: Result | Baseline | Harm) -> Iterator[tuple[Path, object]]:
    if isinstance(part, Harm):
        for name, counts in (("arms", part.arms), ("at-risk", part.at_risk)):
            yield from (((name, arm), number) for arm, number in counts.items())
        return
    for arm, values in (part.arms or {}).items():
        yield from ((("arms", arm, key), value) for key, value in values_with_keys(values))
    if isinstance(part.p, Reported) and "/analyses/" in (part.posted or ""):
        yield ("p",), part.p
    if isinstance(part, Result):
        yield from ((("effect", key), value) for key, value in values_with_keys(part.effect))


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
    found = posting_source(subject.trial)
    if found is None or not subject.registrations:
        return
    name, source = found
    recorded = [place for _, part in _parts_with_place(subject.trial) for place in paths_of(part.posted)]
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


@check("MSC904", "warning", needs="registrations")
def posted_against_itself(subject: Subject) -> Iterator[Hit]:
    """posted numbers of a registration that contradict each other.

    Enrolled against started; an outcome counted in more participants than started in any period; a standard error of a
    difference against its confidence interval (half-width / z, apart by more than 1.5 times); an estimate outside its
    interval; more affected than at risk. These are findings about the registration, no errors of the record.
    It matters because a record that copies such numbers faithfully pools a mistake of somebody else's.
    Example: standard error 8.6 beside −7.05 to 0.95, whose half-width over 1.96 is 2.04.
    It cannot see which of two numbers is wrong.
    """
    found = posting_source(subject.trial)
    if found is None or not subject.registrations:
        return
    name, tables = found[0], subject.registrations[-1]
    messages = chain(
        _flow_contradictions(tables),
        _size_contradictions(tables),
        _analysis_contradictions(tables),
        _harm_contradictions(tables),
    )
    for message in messages:
        yield Hit(("sources", name), message)


def _flow_contradictions(tables: PostedTables) -> Iterator[str]:
    enrolled = tables.study.registered.at("designModule/enrollmentInfo")
    periods = flow_periods(tables.study)
    if enrolled["type"].text != "ACTUAL" or not is_number(enrolled["count"]) or not periods:
        return
    sums = [sum(number_of(node) for node in one.started.values() if is_number(node)) for one in periods]
    if number_of(enrolled["count"]) not in (sums[0], sum(sums)):
        said = listed([f"{total:g} in {one.title}" for one, total in zip(periods, sums, strict=True)])
        yield f"{enrolled['count'].text} enrolled; started: {said}"


def _size_contradictions(tables: PostedTables) -> Iterator[str]:
    """Groups of which an outcome counts more than ever started."""
    started: dict[str, float] = {}
    for period in flow_periods(tables.study):
        for title, node in period.started.items():
            started[title] = max(started.get(title, 0), number_of(node) if is_number(node) else 0)
    more: dict[str, list[str]] = {}
    for outcome in tables.outcomes:
        for one in outcome.classes:
            for title, values in one.groups.items():
                size = next((field.nodes[0] for field in values.fields if field.key == "n"), None)
                if title in started and size is not None and number_of(size) > started[title]:
                    said = f"{size.text} of {title}, of whom {started[title]:g} started"
                    more.setdefault(said, []).append(module_path(outcome.node))
    for said, places in more.items():
        yield f"{counted(len(dict.fromkeys(places)), 'outcome')} of {said}: {places[0]}"


#: 97.5th percentile of the normal distribution.
_Z = 1.959964


def _analysis_contradictions(tables: PostedTables) -> Iterator[str]:
    for place, analysis in tables.analyses.items():
        node = analysis.node
        limits = [node["ciLowerLimit"], node["ciUpperLimit"]]
        if not all(map(is_number, limits)):
            continue
        low, high = map(number_of, limits)
        if is_number(node["paramValue"]) and not low <= number_of(node["paramValue"]) <= high:
            yield f"{place}: the estimate {node['paramValue'].text} is outside {limits[0].text} to {limits[1].text}"
        if node["dispersionType"].text == "STANDARD_ERROR_OF_MEAN" and node["ciPctValue"].text == "95":
            yield from _standard_error_contradiction(place, analysis.node["dispersionValue"].text, low, high)


def _standard_error_contradiction(place: str, printed: str, low: float, high: float) -> Iterator[str]:
    try:
        least, greatest = Reported.read(printed).bounds
    except ValueError:
        return
    implied = (high - low) / 2 / _Z
    if greatest > 0 and implied > 0 and not least / 1.5 <= implied <= greatest * 1.5:
        yield (
            f"{place}: standard error {printed} beside {low:g} to {high:g}, whose half-width over 1.96 is"
            f" {implied:.3g}: no standard error of this difference"
        )


def _harm_contradictions(tables: PostedTables) -> Iterator[str]:
    for harm in tables.harms:
        for group, node in harm.affected.items():
            at_risk = harm.at_risk.get(group)
            if (
                at_risk is not None
                and is_number(node)
                and is_number(at_risk)
                and number_of(node) > number_of(at_risk)
            ):
                yield f"{harm.event}: {node.text} affected of {at_risk.text} at risk ({harm.path})"


@check("MSC905", "error")
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
