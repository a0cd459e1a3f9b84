"""Posted numbers of a registration that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msc_evidence.checks.registration.sealed import (
    posting_source,
)
from msc_evidence.checks.registration.tables import (
    PostedTables,
)
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.reading.ctgov.groups import flow_periods
from msc_evidence.reading.ctgov.nodes import module_path
from msc_evidence.reading.ctgov.outcomes import is_number, number_of
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Reported


def posted_against_itself_hits(subject: Subject) -> Iterator[Hit]:
    """Hits of: posted numbers of a registration that contradict each other."""
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
