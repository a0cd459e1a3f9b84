"""The table of trials on the screen of `summarize`: design, sizes, what was given, and the time of entry."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.attributes import attribute_group, group_order
from msc_evidence.analysis.design import structure_words
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.stated import StatedAttribute, stated_attribute, stated_size
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import listed
from msc_evidence.registry.terms import Terms
from msc_evidence.tables.headline import arm_participants
from msc_evidence.tables.table import Column, Table
from msc_evidence.tables.trial_words import (
    SILENT,
    design_words,
    entry_words,
    since_words,
    stated_window,
    treatments_words,
)
from msc_evidence.tables.words import group_title, stated_words

_OTHER_SOURCE = "³"


def trials_table(query: Query, treated: str, *, compact: bool, by: str | None) -> Table:
    """One row per trial: design, sizes of the arms, what was given, and the time of entry where any trial has one."""
    trials, terms = query.records, query.registry.terms
    since = _short_entry if compact else entry_words
    entries = {name: since(trial, terms) for name, trial in trials.items()}
    with_entry = any(words not in (None, SILENT) for words in entries.values())
    rows = []
    for name, trial in _grouped_trials(trials, by):
        sides = (_arm_sizes(trial, role, compact=compact) for role in ("treatment", "control"))
        rows.append(
            {
                "group": attribute_group(trial, by) if by else None,
                "trial": trial.shown_name(name),
                "design": _short_design(trial) if compact else design_words(trial),
                "sizes": " / ".join(" + ".join(side) or "–" for side in sides),
                "treatment": treatments_words(trial, short=compact) or (None if compact else "not recorded"),
                "since": entries[name] or (None if compact else "not recorded"),
            }
        )
    columns = [
        Column("trial", "Trial", whole=True),
        Column("design", "Design"),
        Column("sizes", f"{side_words(treated)} / {terms.control or 'control'}", whole=True),
        Column("treatment", "Treatment"),
    ]
    columns += [Column("since", terms.window_heading)] * with_entry
    return Table("trials", (*group_column(by), *columns), tuple(rows))


def group_column(by: str | None) -> tuple[Column, ...]:
    return (Column("group", group_title(by), grouped=True),) if by else ()


def _grouped_trials(trials: Mapping[str, Trial], by: str | None) -> list[tuple[str, Trial]]:
    """The trials by their groups in alphabetical order, those without one last."""
    if by is None:
        return list(trials.items())
    return sorted(trials.items(), key=lambda item: group_order(attribute_group(item[1], by)))


def _short_design(trial: Trial) -> str | None:
    """Allocation and ratio, and what is not two parallel groups: `randomised 1:1, cluster`."""
    allocated = " ".join(
        _design_item_words(part) for part in _shown_design(trial) if part.known or part.others
    )
    return ", ".join(filter(None, [allocated, *structure_words(trial)])) or None


def _shown_design(trial: Trial) -> tuple[StatedAttribute, ...]:
    return stated_attribute(trial, "design", "allocation"), stated_attribute(trial, "design", "ratio")


def _design_item_words(part: StatedAttribute) -> str:
    """`randomised`, `non-randomised ³` by another source alone, `1:1 (2:1 ³)` by another beside the first."""
    others = ", ".join(dict.fromkeys(str(value) for _, value in part.others))
    if not others:
        return str(part.first)
    marked = f"{others} {_OTHER_SOURCE}"
    return f"{part.first} ({marked})" if part.known else marked


def _short_entry(trial: Trial, terms: Terms) -> str | None:
    """`18–36 h ³`: the window of entry, marked where another source than the first states it alone."""
    window = stated_window(trial)
    words = [str(window.first)] if window.known else [_design_item_words(window)] if window.others else []
    return ", ".join((*words, *since_words(trial, terms))) or None


def second_source_mark(trials: Mapping[str, Trial]) -> list[str]:
    """`³ by the secondary report only`, where a design, a size or a window is by another source than the first."""
    kinds = {
        trial.sources[source].kind: None
        for trial in trials.values()
        for part in (*_shown_design(trial), *_window_elsewhere(trial), *_sizes_elsewhere(trial))
        for source, _ in part.others
    }
    return [f"{_OTHER_SOURCE} by the {listed(list(kinds))} only"] if kinds else []


def _window_elsewhere(trial: Trial) -> list[StatedAttribute]:
    """The window of entry where the first source leaves it open and another states it."""
    window = stated_window(trial)
    return [] if window.known else [window]


def _arm_sizes(trial: Trial, role: str, *, compact: bool) -> list[str]:
    """The sizes of the arms of a role, marked where only another source states them; `–` where none does."""
    arms = [name for name, arm in trial.arms.items() if arm.role == role and not arm.combines]
    sizes = [stated_size(trial, name, arm_participants(trial, name)) for name in arms]
    return [_size_words(trial, size, compact=compact) for size in sizes]


def _size_words(trial: Trial, size: StatedAttribute, *, compact: bool) -> str:
    if size.known or not size.others:
        return str(size.first or "–")
    return _design_item_words(size) if compact else stated_words(trial, size)


def _sizes_elsewhere(trial: Trial) -> list[StatedAttribute]:
    """The sizes that the first source leaves open and another states."""
    arms = [name for name, arm in trial.arms.items() if arm.role and not arm.combines]
    sizes = [stated_size(trial, name, arm_participants(trial, name)) for name in arms]
    return [size for size in sizes if not size.known]


def side_words(treated: str) -> str:
    return "Treated" if treated == "treatment" else f"{treated[0].upper()}{treated[1:]}"
