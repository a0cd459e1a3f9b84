"""Numbers of a user's own file that no study can have, and with which nothing can be computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.pool.pool import WITH_PRIORS
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import StudyFile
from msc_evidence.statistics.scale import LARGEST_EXPONENT, scale_of

#: Numbers beyond these are no study's, and the powers that pooling takes of them no number.
SMALLEST, LARGEST = 1e-30, 1e30
UNCOMPUTABLE = "beyond what can be computed with"
#: Columns that hold an effect or a limit of one.
_EFFECTS = ("yi", "ci_lb", "ci_ub")


def refuse_extreme_numbers(studies: StudyFile, measure: str, data: Mapping[str, Sequence[float]]) -> None:
    """Raises RegistryError with every number that is beyond what can be computed with, or beyond its measure."""
    problems = [
        Problem(studies.place(at, name), f"{studies.name(name)} is {value:g}, {reason}")
        for name, values in data.items()
        for at, value in enumerate(values)
        for reason in _reasons(name, value, measure)
    ]
    if problems:
        raise RegistryError(problems)


def is_computable(value: float) -> bool:
    """Whether the powers that pooling takes of a number are numbers."""
    return not value or SMALLEST < abs(value) < LARGEST


def _reasons(name: str, value: float, measure: str) -> Iterator[str]:
    if not value or math.isnan(value):
        return
    if not is_computable(value):
        yield UNCOMPUTABLE
    elif name in _EFFECTS:
        scale = scale_of(measure)
        if name == "yi" and not scale.lowest <= value <= scale.highest:
            yield f"and {measure} lies between {scale.lowest:g} and {scale.highest:g}"
        elif measure in WITH_PRIORS and abs(value) > LARGEST_EXPONENT:
            yield f"and no {measure} is that large"
