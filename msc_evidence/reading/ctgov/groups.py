"""Which groups of a study are one: every module numbers its own, and only equal titles join them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.study import Study

#: Sides that the type of a registered arm states; an active comparator may be either.
_ROLES = {
    "EXPERIMENTAL": "treatment",
    **dict.fromkeys(("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION"), "control"),
}
_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class StudyArm:
    """A group of participants: its title as the module prints it, and what the registration says of it."""

    title: str
    #: `treatment` or `control` where the type of the registered arm says so.
    role: str | None
    #: Participants who started, where the flow has one period.
    started: Node | None = None
    #: Known from outcomes, events or baseline alone: it may be one of the others under another title.
    apart: bool = False


def folded_title(title: str) -> str:
    """A title without case, punctuation, kinds of space and of letters: what two printings of one share."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold()))


def study_arms(study: Study) -> dict[str, StudyArm]:
    """The arms of a study by folded title: those of the flow, else the registered ones, then what only others have."""
    roles = _registered_roles(study)
    started = started_in_flow(study)
    flow = _titles(study.posted.at("participantFlowModule/groups"))
    own = flow or [arm["label"].text for arm in _registered_arms(study)]
    arms = {
        folded_title(title): StudyArm(title, roles.get(folded_title(title)), started.get(folded_title(title)))
        for title in own
    }
    for title in _other_titles(study):
        key = folded_title(title)
        if key not in arms and key != _TOTAL:
            arms[key] = StudyArm(title, roles.get(key), apart=True)
    return arms


def group_titles(groups: Node) -> dict[str, str]:
    """The folded title of each group of a module by its id, which holds in this module alone.

    Two groups of one title cannot be told apart, and are left out.
    """
    titles = {group["id"].text: folded_title(group["title"].text) for group in groups.items()}
    seen = Counter(titles.values())
    return {key: title for key, title in titles.items() if title and seen[title] == 1}


def is_total(title: str) -> bool:
    """Whether a group of the baseline is everybody."""
    return folded_title(title) == _TOTAL


def _registered_arms(study: Study) -> Sequence[Node]:
    return list(study.registered.at("armsInterventionsModule/armGroups").items())


def _registered_roles(study: Study) -> Mapping[str, str | None]:
    """The side of each registered arm whose title no other has."""
    arms = [(folded_title(arm["label"].text), arm["type"].text) for arm in _registered_arms(study)]
    seen = Counter(title for title, _ in arms)
    return {title: _ROLES.get(kind) for title, kind in arms if seen[title] == 1}


def started_in_flow(study: Study) -> Mapping[str, Node]:
    """How many started in each group, by its folded title, where the flow has one period."""
    periods = flow_periods(study)
    return periods[0].started if len(periods) == 1 else {}


@dataclass(frozen=True, slots=True)
class FlowPeriod:
    """One period of the flow: who started it, by the folded title of the group."""

    title: str
    started: Mapping[str, Node]


def flow_periods(study: Study) -> list[FlowPeriod]:
    """The periods that participants went through."""
    flow = study.posted["participantFlowModule"]
    titles = group_titles(flow["groups"])
    return [
        FlowPeriod(
            period["title"].text,
            {
                titles[count["groupId"].text]: count["numSubjects"]
                for milestone in period["milestones"].items()
                if milestone["type"].text == "STARTED"
                for count in milestone["achievements"].items()
                if count["groupId"].text in titles and count["numSubjects"].text
            },
        )
        for period in flow["periods"].items()
    ]


def _titles(groups: Node) -> list[str]:
    return [group["title"].text for group in groups.items()]


def _other_titles(study: Study) -> list[str]:
    """The titles of groups in outcomes with data, at baseline and among events."""
    posted = study.posted
    outcomes = posted.at("outcomeMeasuresModule/outcomeMeasures").items()
    parts = [outcome["groups"] for outcome in outcomes if outcome["classes"]]
    parts += [posted.at("baselineCharacteristicsModule/groups"), posted.at("adverseEventsModule/eventGroups")]
    return [title for groups in parts for title in _titles(groups) if title]
