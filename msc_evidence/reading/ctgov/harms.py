"""Deaths and serious adverse events as a registration posts them, each count with those at risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.reading.ctgov.times import lone_time

_TOTALS = {"death": "deaths", "serious adverse event": "serious"}


@dataclass(frozen=True, slots=True)
class PostedHarm:
    """One kind of event: participants affected and at risk by the id of the event group, which overlap at times."""

    event: str
    at: str | None
    affected: Mapping[str, Node]
    at_risk: Mapping[str, Node]
    path: str


def posted_harms(study: Study, *, terms: bool) -> Iterator[PostedHarm]:
    """Deaths and all serious events; with `terms` each serious term, too."""
    module = study.posted["adverseEventsModule"]
    at = lone_time(module["timeFrame"].text)
    groups = list(module["eventGroups"].items())
    for event, prefix in _TOTALS.items():
        affected = {one["id"].text: one[f"{prefix}NumAffected"] for one in groups}
        at_risk = {one["id"].text: one[f"{prefix}NumAtRisk"] for one in groups}
        yield PostedHarm(event, at, _counted(affected, at_risk), _counted(at_risk, at_risk), "eventGroups")
    for number, term in enumerate(module["seriousEvents"].items() if terms else ()):
        affected = {one["groupId"].text: one["numAffected"] for one in term["stats"].items()}
        at_risk = {one["groupId"].text: one["numAtRisk"] for one in term["stats"].items()}
        yield PostedHarm(
            term["term"].text or "event without a name",
            at,
            _counted(affected, at_risk),
            _counted(at_risk, at_risk),
            f"seriousEvents/{number}",
        )


def _counted(nodes: Mapping[str, Node], at_risk: Mapping[str, Node]) -> dict[str, Node]:
    """The counts of groups in which anybody was at risk."""
    return {key: node for key, node in nodes.items() if node.text and at_risk[key].text not in ("", "0")}
