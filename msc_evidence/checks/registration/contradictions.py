"""Posted numbers of a registration that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain

from msc_evidence.checks.registration.sealed import (
    posting_source,
)
from msc_evidence.checks.registration.tables import (
    PostedTables,
)
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.reading.ctgov.analyses import PostedAnalysis, implied_standard_error
from msc_evidence.reading.ctgov.groups import flow_periods
from msc_evidence.reading.ctgov.nodes import module_path
from msc_evidence.reading.ctgov.outcomes import is_number, number_of
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.distributions import p_from_z, z_from_p
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES


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


def _analysis_contradictions(tables: PostedTables) -> Iterator[str]:
    for place, analysis in tables.analyses.items():
        node = analysis.node
        limits = [node["ciLowerLimit"], node["ciUpperLimit"]]
        if not all(map(is_number, limits)):
            continue
        low, high = map(number_of, limits)
        if is_number(node["paramValue"]) and not low <= number_of(node["paramValue"]) <= high:
            yield f"{place}: the estimate {node['paramValue'].text} is outside {limits[0].text} to {limits[1].text}"
        yield from _p_contradiction(place, analysis, low, high)
        if node["dispersionType"].text == "STANDARD_ERROR_OF_MEAN" and node["ciPctValue"].text == "95":
            yield from _standard_error_contradiction(place, analysis.node["dispersionValue"].text, low, high)


def _standard_error_contradiction(place: str, printed: str, low: float, high: float) -> Iterator[str]:
    try:
        least, greatest = Reported.read(printed).bounds
    except ValueError:
        return
    implied = implied_standard_error(low, high)
    if greatest > 0 and implied > 0 and not least / 1.5 <= implied <= greatest * 1.5:
        yield (
            f"{place}: standard error {printed} beside {low:g} to {high:g}, whose half-width over 1.96 is"
            f" {implied:.3g}: no standard error of this difference"
        )


#: How far the z of p and that of the interval may lie apart: degrees of freedom, rounding, another variance.
_FAR = 0.5


def _p_contradiction(place: str, analysis: PostedAnalysis, low: float, high: float) -> Iterator[str]:
    """A p on the other side of the level than its interval, or far from the p that the interval gives."""
    printed = next((Reported.read(one.text) for one in analysis.fields if one.key == "p"), None)
    level = next((number_of(one.nodes[0]) / 100 for one in analysis.fields if one.key == "level"), None)
    ratio = analysis.measure in RATIO_MEASURES
    if printed is None or level is None or low >= high or (ratio and low <= 0):
        return
    ends = (math.log(low), math.log(high)) if ratio else (low, high)
    z = abs(sum(ends)) / (ends[1] - ends[0]) * z_from_p(1 - level)
    own, null = p_from_z(z), 1 if ratio else 0
    least, greatest = printed.bounds
    holds = low < null < high
    turned = greatest <= 1 - level < own if holds else own < 1 - level < least
    far = (
        printed.comparator == "=" and min(abs(z_from_p(max(p, 1e-300)) - z) for p in (least, greatest)) > _FAR
    )
    if turned or far:
        yield (
            f"{place}: p {str(printed).lstrip('= ')} beside {low:g} to {high:g}, which"
            f" {'holds' if holds else 'leaves out'} {null} and gives p {own:.2g}{_explained(analysis, printed, own)}"
        )


def _explained(analysis: PostedAnalysis, printed: Reported, own: float) -> str:
    """What would explain a p that is not that of its interval, as far as the file or the numbers say so."""
    least, greatest = (end * share for end, share in zip(printed.bounds, (0.9, 1.1), strict=True))
    if any(least <= half <= greatest for half in (own / 2, 1 - own / 2)):
        return "; a one-sided p would be that"
    if printed.comparator == "<":
        return "; the p may be the threshold"
    return "; its method adjusts, and the interval may not" if analysis.adjusts else ""


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
