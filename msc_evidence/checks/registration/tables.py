"""The registrations of a trial beside its record: versions, what was posted where, and which group is which arm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msc_evidence.reading.ctgov.analyses import PostedAnalysis, posted_analysis
from msc_evidence.reading.ctgov.baseline import BaselineRow, baseline_rows
from msc_evidence.reading.ctgov.groups import folded_title, group_titles
from msc_evidence.reading.ctgov.harms import PostedHarm, posted_harms
from msc_evidence.reading.ctgov.nodes import leaves, module_path
from msc_evidence.reading.ctgov.outcomes import ClassValues, PostedOutcome, posted_outcomes
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.registry.model import Trial

_NCT = re.compile(r"NCT\d{8}")


@dataclass(frozen=True)
class PostedTables:
    """A study with its posted tables, each read once."""

    study: Study

    @cached_property
    def outcomes(self) -> tuple[PostedOutcome, ...]:
        """The posted outcomes in the order of the file."""
        return tuple(posted_outcomes(self.study))

    @cached_property
    def classes(self) -> Mapping[str, ClassValues]:
        """The values of each class by its path below the module."""
        return {module_path(one.node): one for outcome in self.outcomes for one in outcome.classes}

    @cached_property
    def analyses(self) -> Mapping[str, PostedAnalysis]:
        """The analyses by their path."""
        return {
            module_path(node): posted_analysis(node, outcome.node)
            for outcome in self.outcomes
            for node in outcome.node["analyses"].items()
        }

    @cached_property
    def baseline(self) -> Mapping[str, BaselineRow]:
        """The rows of the table at entry by their path."""
        return {module_path(row.node): row for row in baseline_rows(self.study)}

    @cached_property
    def harms(self) -> tuple[PostedHarm, ...]:
        """Deaths, serious events in all, and each serious term."""
        return tuple(posted_harms(self.study, terms=True))

    @cached_property
    def event_titles(self) -> Mapping[str, str]:
        """The folded title of each group of events by its id."""
        return group_titles(self.study.posted.at("adverseEventsModule/eventGroups"))

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Every text and number of the record by its place below its module."""
        return {module_path(node): node.text for node in leaves(self.study.record)}


def registered_numbers(trial: Trial) -> list[str]:
    """The numbers of ClinicalTrials.gov that a trial is registered under."""
    listed = trial.registration if isinstance(trial.registration, list) else []
    named = [*listed, *(source.url or "" for source in trial.sources.values())]
    return list(dict.fromkeys(number for text in named for number in _NCT.findall(text)))


def titles_of_arms(trial: Trial) -> dict[str, set[str]]:
    """What each arm is called in folded titles: its label, and the groups that the registration's source names."""
    titles = {arm: {folded_title(record.label or arm)} for arm, record in trial.arms.items()}
    for source in trial.sources.values():
        for arm, groups in source.groups.items():
            titles.setdefault(arm, set()).update(map(folded_title, groups))
    return titles


def title_of_arm(trial: Trial, arm: str, among: Sequence[str] | Mapping[str, object]) -> str | None:
    """The group of a table that an arm is, None where no title or more than one is the arm's."""
    own = titles_of_arms(trial).get(arm, set())
    found = [title for title in among if title in own]
    return found[0] if len(found) == 1 else None
