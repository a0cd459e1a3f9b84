"""What the columns of a user's own file say of its studies."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.analysis.pool import own_data
from msc_evidence.analysis.pool.study_facts import Grouping, Moderator, StudyFacts
from msc_evidence.registry.studies import StudyFile


def own_facts(studies: StudyFile) -> StudyFacts:
    """The columns of a user's own file, every study of which must have its value."""

    def grouping(column: str) -> Grouping:
        return Grouping(studies.name(column), tuple(own_data.groups(studies, column)))

    def moderator(column: str, rows: Sequence[int], categories: bool) -> Moderator:
        values = own_data.moderator(studies, column, rows, categories=categories)
        return Moderator(studies.name(column), tuple(values))

    return StudyFacts(grouping, moderator)
