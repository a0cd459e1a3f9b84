"""Meta-regression, subgroup difference and small-study effects of a user's own data, as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msc_evidence.analysis.pooled import Refused, Settings, StudySet
from msc_evidence.registry.problems import RegistryError
from msc_evidence.registry.studies import Studies
from msc_evidence.statistics.measures import usable
from msc_evidence.statistics.moderators import meta_regression
from msc_evidence.statistics.small_studies import begg, egger, trim_and_fill
from msc_evidence.statistics.subgroups import subgroups
from msc_evidence.statistics.weighting import MODELS
from msc_evidence.tables import explored as tables
from msc_evidence.tables.screen import Block, Sentences
from msc_evidence.tables.table import Table

if TYPE_CHECKING:
    from msc_evidence.cli.pooling import Asked


def explored(
    whole: StudySet, studies: Studies, settings: Settings, asked: Asked
) -> Iterator[tuple[Table | None, Block]]:
    """What machines and what people get of each question; raises Refused for what cannot be answered."""
    if not (asked.by or asked.moderators or asked.bias):
        return
    if settings.model not in MODELS:
        raise Refused(
            f"--by, --moderators and --bias take the models {', '.join(MODELS)}, not {settings.model}"
        )
    kept = [at for at, there in enumerate(usable(whole.yi, whole.vi)) if there]
    yi, vi, how = whole.yi[kept], whole.vi[kept], (settings.model, settings.ci)
    try:
        if asked.by:
            labels = [studies.texts(asked.by)[at] for at in kept]
            if len(set(labels)) > 1:
                found = subgroups(yi, vi, labels, *how, level=settings.level)
                yield None, Sentences((tables.difference_words(found),))
        if asked.moderators:
            columns = {name: [_column(studies, name)[at] for at in kept] for name in asked.moderators}
            regression = meta_regression(yi, vi, columns, *how, level=settings.level)
            yield tables.regression_table(regression), tables.regression_shown(regression)
        if asked.bias:
            table = tables.small_studies_table(
                egger(yi, vi, level=settings.level, forced=asked.force),
                begg(yi, vi, forced=asked.force),
                trim_and_fill(yi, vi, *how, level=settings.level, forced=asked.force),
            )
            yield table, table
    except ValueError as error:
        raise Refused(str(error)) from None


def _column(studies: Studies, name: str) -> list[float] | list[str]:
    """A moderator as numbers, or as text where any value is none."""
    try:
        return studies.numbers(name)
    except RegistryError:
        return studies.texts(name)
