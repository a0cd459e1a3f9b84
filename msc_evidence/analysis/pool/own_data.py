"""A user's own study data as sets of studies: the measure, the columns it needs, and every value that cannot be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msc_evidence.analysis.pool.pool import Refused, StudySet
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import StudyFile, refuse_repeated_labels
from msc_evidence.statistics.pooling.arm_summaries import MEANS, SOURCES, derivable
from msc_evidence.statistics.pooling.measures import MEASURES, InvalidValueError, validated

#: The measure meant where none is named, by the column that gives it away.
_USUAL = (("ai", "OR"), ("m1i", "MD"), ("med1i", "MD"), ("yi", "GEN"), ("pi", "SMD"))

#: Numbers beyond these are no study's, and their squares no number.
SMALLEST, LARGEST = 1e-100, 1e100
#: Participants of each arm.
_SIZES = ("n1i", "n2i")


def usual_measure(studies: StudyFile) -> str:
    """The measure that the columns suggest; raises Refused where they suggest none."""
    for column, measure in _USUAL:
        if column in studies.header:
            return measure
    wanted = "; ".join(f"{name}: {' '.join(measure.columns[0])}" for name, measure in MEASURES.items())
    raise Refused(f"no column of a measure among {', '.join(studies.header)}; known are {wanted}")


def study_set(studies: StudyFile, measure: str, group: str | None = None, *, sizes: bool = False) -> StudySet:
    """All studies of a file; raises RegistryError at each value that cannot be, Refused without the columns.

    `sizes` asks for the group sizes n1i and n2i too, where the measure does without but the file has them.
    """
    studies.require_columns([group] if group else [])
    labelled = "study" in studies.header
    labels = studies.text_column("study") if labelled else [str(at + 1) for at in range(len(studies.rows))]
    if labelled:
        refuse_repeated_labels(studies, labels, studies.text_column(group) if group else None)
    names = [*_columns(studies, measure), *(_SIZES if sizes and set(_SIZES) <= set(studies.header) else ())]
    data = {name: studies.number_column(name) for name in names}
    _within_reach(studies, data)
    try:
        validated({name: data[name] for name in _SIZES if name in data})
        return StudySet.of("", labels, data, measure)
    except InvalidValueError as error:
        said = f"{error.column} is {error.value:g}; {error.expected}"
        raise RegistryError([Problem(studies.place(error.row, error.column), said)]) from None


def _within_reach(studies: StudyFile, data: Mapping[str, Sequence[float]]) -> None:
    """Raises RegistryError for every number whose square no float can hold."""
    problems = [
        Problem(studies.place(at, name), f"{name} is {value:g}, beyond what can be computed with")
        for name, values in data.items()
        for at, value in enumerate(values)
        if value and not math.isnan(value) and not SMALLEST < abs(value) < LARGEST
    ]
    if problems:
        raise RegistryError(problems)


def moderator(studies: StudyFile, column: str, rows: Sequence[int]) -> list[float] | list[str]:
    """A column as numbers, or as text where no value is one, of the studies in `rows`.

    Raises RegistryError at a value that is missing there, or no number in a column of numbers.
    """
    try:
        values = studies.number_column(column)
    except RegistryError as error:
        if len(error.problems) < sum(bool(text) for text in studies.text_column(column)):
            raise
        texts = groups(studies, column)
        return [texts[at] for at in rows]
    missing = [at for at in rows if math.isnan(values[at])]
    if missing:
        said = f"{column} is missing; every study of the pool needs its value"
        raise RegistryError([Problem(studies.place(at, column), said) for at in missing])
    return [values[at] for at in rows]


def _columns(studies: StudyFile, measure: str) -> tuple[str, ...]:
    """The columns of means with all that can stand in their place, else the first complete set of the measure's.

    Raises RegistryError naming what is missing.
    """
    alternatives = MEASURES[measure].columns
    if MEANS in alternatives and derivable(studies.header):
        return tuple(name for name in (*MEANS, *SOURCES) if name in studies.header)
    for names in alternatives:
        if set(names) <= set(studies.header):
            return names
    nearest = max(alternatives, key=lambda names: len(set(names) & set(studies.header)))
    studies.require_columns(nearest)
    return nearest


def by_column(whole: StudySet, studies: StudyFile, column: str) -> list[StudySet]:
    """A set for each value of a column, in the order of first appearance."""
    rows: dict[str, list[int]] = {}
    for at, value in enumerate(groups(studies, column)):
        rows.setdefault(value, []).append(at)
    return [whole.subset(f"{column} {value}", at) for value, at in rows.items()]


def groups(studies: StudyFile, column: str) -> list[str]:
    """The group of each study; raises RegistryError at each study that has none."""
    values = studies.text_column(column)
    empty = [at for at, value in enumerate(values) if not value]
    if empty:
        said = f"{column} is empty; every study needs its group"
        raise RegistryError([Problem(studies.place(at, column), said) for at in empty])
    return values
