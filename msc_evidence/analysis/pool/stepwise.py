"""Pools without each study in turn, and study by study."""

from __future__ import annotations

from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, entering
from msc_evidence.analysis.pool.study_facts import AS_GIVEN, StudyFacts


def without_each(studies: StudySet, settings: Settings) -> list[StudySet]:
    """The set without each study in turn; raises Refused where nothing is left of it."""
    left, _ = entering(studies, settings)
    if len(left.labels) < 2:
        raise Refused("leaving one out needs two studies that can be pooled, and there is one")
    return left.leave_one_out()


def one_by_one(studies: StudySet, settings: Settings, facts: StudyFacts | None, order: str) -> list[StudySet]:
    """The first study, the first two, and so on, by what is known of them or as they are given."""
    if order != AS_GIVEN and facts is not None:
        studies = studies.subset(studies.name, facts.order(order))
    return entering(studies, settings)[0].cumulative()
