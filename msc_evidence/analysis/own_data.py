"""A user's own study data as sets of studies: the measure, the columns it needs, and every value that cannot be."""

from __future__ import annotations

from msc_evidence.analysis.pooled import Refused, StudySet
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import Studies, unique_labels
from msc_evidence.statistics.columns import InvalidValueError
from msc_evidence.statistics.measures import MEASURES

#: The measure meant where none is named, by the column that gives it away.
_USUAL = (("ai", "OR"), ("m1i", "MD"), ("yi", "GEN"), ("pi", "SMD"))


def usual_measure(studies: Studies) -> str:
    """The measure that the columns suggest; raises Refused where they suggest none."""
    for column, measure in _USUAL:
        if column in studies.header:
            return measure
    wanted = "; ".join(f"{name}: {' '.join(measure.columns[0])}" for name, measure in MEASURES.items())
    raise Refused(f"no column of a measure among {', '.join(studies.header)}; known are {wanted}")


def study_set(studies: Studies, measure: str, group: str | None = None) -> StudySet:
    """All studies of a file; raises RegistryError at each value that cannot be, Refused without the columns."""
    studies.require([group] if group else [])
    labelled = "study" in studies.header
    labels = studies.texts("study") if labelled else [str(at + 1) for at in range(len(studies.rows))]
    if labelled:
        unique_labels(studies, labels, studies.texts(group) if group else None)
    names = _columns(studies, measure)
    data = {name: studies.numbers(name) for name in names}
    try:
        return StudySet.of("", labels, data, measure)
    except InvalidValueError as error:
        said = f"{error.column} is {error.value:g}; {error.expected}"
        raise RegistryError([Problem(studies.place(error.row, error.column), said)]) from None


def _columns(studies: Studies, measure: str) -> tuple[str, ...]:
    """The first complete set of the measure's columns, else RegistryError naming what is missing."""
    alternatives = MEASURES[measure].columns
    for names in alternatives:
        if set(names) <= set(studies.header):
            return names
    nearest = max(alternatives, key=lambda names: len(set(names) & set(studies.header)))
    studies.require(nearest)
    return nearest


def by_column(whole: StudySet, studies: Studies, column: str) -> list[StudySet]:
    """A set for each value of a column, in the order of first appearance."""
    values = studies.texts(column)
    rows: dict[str, list[int]] = {}
    for at, value in enumerate(values):
        rows.setdefault(value, []).append(at)
    return [whole.subset(f"{column} {value or '(empty)'}", at) for value, at in rows.items()]
