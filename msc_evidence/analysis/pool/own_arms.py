"""Rows of one study against one control group, which would count twice: made one row, or the control divided."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from msc_evidence.registry.problems import listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.joined_groups import CountGroup, MeanGroup

#: Of a label what names the study: all up to a year with its letter.
_STUDY = re.compile(r"(.*?\b(?:19|20)\d\d[a-z]?)\b(.+)")
#: A year with the letter by which the arms of a study, or the papers of one year, are told apart.
_LETTERED = re.compile(r"(.*\b(?:19|20)\d\d)[A-Za-z]")
#: First words of labels that name no study.
_NO_NAMES = ("study", "trial", "site", "centre", "center", "group", "arm", "line", "")
_COUNTS, _MEANS = (("ai", "n1i"), ("ci", "n2i")), (("m1i", "sd1i", "n1i"), ("m2i", "sd2i", "n2i"))

Data = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class SharedControl:
    """The rows of a study whose control groups are the same numbers, and the columns of both arms."""

    study: str
    rows: tuple[int, ...]
    columns: tuple[tuple[str, ...], tuple[str, ...]]

    def tells_events(self, data: Mapping[str, Sequence[float]]) -> bool:
        """Whether the control group is more than one without events, as many are."""
        return data[self.columns[1][0]][self.rows[0]] > 0 or len(self.columns[1]) > 2

    def words(self, data: Mapping[str, Sequence[float]], arm: int, row: int) -> str:
        """An arm of a row: `9 of 22`, `4 ± 2, n 22`."""
        values = [data[name][row] for name in self.columns[arm]]
        return ("{:.4g} of {:.4g}" if len(values) == 2 else "{:.4g} ± {:.4g}, n {:.4g}").format(*values)


def study_of(label: str) -> str:
    """The study that a label names before it says which of its rows it is; "" where it says no more."""
    match = _STUDY.fullmatch(label)
    return match[1] if match else ""


def _names_an_arm(label: str) -> bool:
    """Whether what follows the study in a label may be an arm: it is no time."""
    match = _STUDY.fullmatch(label)
    if match is None:
        return False
    try:
        Time.read(match[2].strip(" ,;:()[]-–"))
    except ValueError:
        return True
    return False


def shared_controls(
    labels: Sequence[str], groups: Sequence[str], data: Mapping[str, Sequence[float]]
) -> list[SharedControl]:
    """The studies of which several rows, of one group where there are groups, have the same control group."""
    repeated = {label for label, count in Counter(labels).items() if count > 1}
    study = [label if label in repeated else _study_with_arms(label) for label in labels]
    found = _same_controls(study, groups, data)
    return [
        control
        for control in found
        if control.study and (control.tells_events(data) or not _LETTERED.fullmatch(labels[control.rows[0]]))
    ]


def like_controls(
    labels: Sequence[str],
    groups: Sequence[str],
    data: Mapping[str, Sequence[float]],
    shared: Sequence[SharedControl],
) -> Iterator[str]:
    """Remarks on rows with like labels and the same control group, which may be one group or a coincidence."""
    first_words = [re.split(r"[\W_]+", label)[0] for label in labels]
    names = ["" if word.casefold() in _NO_NAMES or word.isdigit() else word for word in first_words]
    for control in _same_controls(names, groups, data):
        if any({*control.rows} <= {*sure.rows} for sure in shared):
            continue
        studies = {study_of(labels[at]) for at in control.rows}
        if control.study and control.tells_events(data) and (len(studies) > 1 or studies == {""}):
            rows = listed([labels[at] for at in control.rows])
            yield (
                f"{rows} have the same control group ({control.words(data, 1, control.rows[0])}): if it is one group it"
                f" counts {len(control.rows)} times; rows under one label have their treatment arms combined"
            )


def _study_with_arms(label: str) -> str:
    """The study of which a label names an arm, "" where it names none."""
    if lettered := _LETTERED.fullmatch(label):
        return lettered[1]
    return study_of(label) if _names_an_arm(label) else ""


def _same_controls(
    studies: Sequence[str], groups: Sequence[str], data: Mapping[str, Sequence[float]]
) -> list[SharedControl]:
    """The rows of one study and group with the same control group and different treated ones."""
    found = []
    for columns in (_COUNTS, _MEANS):
        names = [name for arm in columns for name in arm]
        if not set(names) <= set(data):
            continue
        rows: dict[tuple[str, ...], list[int]] = {}
        for at, (study, group) in enumerate(zip(studies, groups, strict=True)):
            control = tuple(str(data[name][at]) for name in columns[1])
            if not any(math.isnan(data[name][at]) for name in names):
                rows.setdefault((study, group, *control), []).append(at)
        for key, study_rows in rows.items():
            treated = {tuple(data[name][at] for name in columns[0]) for at in study_rows}
            if 1 < len(study_rows) == len(treated):  # the same numbers again are no other arm
                found.append(SharedControl(key[0], tuple(study_rows), columns))
    return found


def arm_labels(labels: Sequence[str], shared: Sequence[SharedControl]) -> list[str]:
    """The labels, those that several rows of one study have with the number of their arm."""
    names = list(labels)
    for control in shared:
        if len({labels[at] for at in control.rows}) == 1:
            for arm, at in enumerate(control.rows, 1):
                names[at] = f"{labels[at]} (arm {arm})"
    return names


def with_combined_arms(data: Data, shared: SharedControl) -> tuple[Data, str]:
    """The data with the treatment arms of all rows in the first of them, and the remark on it."""
    arms = [tuple(data[name][row] for name in shared.columns[0]) for row in shared.rows]
    if len(shared.columns[0]) == 2:
        counts = reduce(CountGroup.joined, (CountGroup(*arm) for arm in arms))
        joined: tuple[float, ...] = (counts.events, counts.n)
    else:
        means = reduce(MeanGroup.joined, (MeanGroup(*arm) for arm in arms))
        joined = (means.mean, means.sd, means.n)
    first = shared.rows[0]
    changed = dict(data)
    for name, value in zip(shared.columns[0], joined, strict=True):
        changed[name] = [value if at == first else old for at, old in enumerate(data[name])]
    words = shared.words(changed, 0, first)
    return (
        changed,
        f"{_rows_words(data, shared)}: their treatment arms are combined ({words}); --arms split divides the control",
    )


def with_split_control(data: Data, shared: SharedControl) -> tuple[Data, str]:
    """The data with the control group divided among the rows, and the remark on it."""
    ways = len(shared.rows)
    changed = dict(data)
    for name in shared.columns[1]:
        if name in ("ci", "n2i"):
            changed[name] = [old / ways if at in shared.rows else old for at, old in enumerate(data[name])]
    return (
        changed,
        f"{_rows_words(data, shared)}: it is divided among them ({shared.words(changed, 1, shared.rows[0])} each)",
    )


def _rows_words(data: Data, shared: SharedControl) -> str:
    control = shared.words(data, 1, shared.rows[0])
    return f"{len(shared.rows)} rows of {shared.study} have the same control group ({control})"


def kept_apart(data: Data, shared: SharedControl, moderators: Sequence[str]) -> str:
    """The remark on rows that stay as they are, because moderators tell them apart."""
    return (
        f"{_rows_words(data, shared)}, which counts {len(shared.rows)} times:"
        f" {listed(list(moderators))} needs them apart; --arms split divides the control"
    )
