"""Many pools at once, one for each group of studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.pooling import pool_many

#: What an SE of 0 tells nothing of.
OF_ERROR = ("statistic", "p", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
#: The limits of a pooled effect and of a new study's.
LIMITS = ("ci_lb", "ci_ub", "pi_lb", "pi_ub")


def pool_batch(
    studies: StudySet, groups: Sequence[str], settings: Settings
) -> tuple[list[str], Mapping[str, list[float]]]:
    """Many pools at once, one per group: their names, and one list per quantity of a pooled result.

    Studies without an effect are left out. Raises Refused for a model that is not one of inverse variance.
    """
    if settings.model not in INVERSE_VARIANCE:
        raise Refused(f"--batch takes the models {', '.join(INVERSE_VARIANCE)}, not {settings.model}")
    studies = studies.under(settings)
    kept = usable(studies.yi, studies.vi)
    names = list(dict.fromkeys(groups))
    number = {name: at for at, name in enumerate(names)}
    index = np.array([number[group] for group in groups])[kept]
    if not len(index):
        raise Refused(f"no study is left: none has an effect on the scale of {settings.measure}")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quantities_by_group = pool_many(
            studies.yi[kept],
            studies.vi[kept],
            index,
            settings.model,
            settings.ci,
            level=settings.level,
            prediction_df=settings.prediction_df,
            count=len(names),
        )
    within, without = settings.scale.within, quantities_by_group["se"] == 0
    quantities = {
        key: np.where(without, nan, quantities_by_group[key])
        for key in OF_ERROR
        if key in quantities_by_group
    }
    return names, {
        key: [within(value) for value in values.tolist()] if key in LIMITS else values.tolist()
        for key, values in {**quantities_by_group, **quantities}.items()
    }
