"""What was read of a form: a registry's data with the cell of each part, completed where nothing need be typed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from msc_evidence.registry.problems import Place, Problem

Steps = tuple[str | int, ...]


@dataclass(slots=True)
class FormDocument:
    """A form as a registry file: its data, and the cell of each part of it."""

    name: str
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    #: What the reader left out of the record or must be known of it.
    remarks: list[str] = field(default_factory=list)
    #: Where a reader finds numbers again, and what is still to do, by the path of what they are of.
    notes: dict[Steps, list[str]] = field(default_factory=dict)
    cells: dict[Steps, str] = field(default_factory=dict)

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The cell of a part, or of its nearest ancestor."""
        for end in range(len(path), 0, -1):
            if cell := self.cells.get(tuple(path[:end])):
                return Place(f"{self.name}: {cell}")
        return Place(self.name)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether a cell says something there."""
        return tuple(path) in self.cells

    def line(self, number: int) -> str:
        """Nothing: a workbook has no lines."""
        return ""


def complete_form(document: FormDocument, titles: Collection[str]) -> None:
    """Adds what a form need not say, and drafts of outcomes and sources where it has no sheet for them.

    A trial without arms or sources although there is a sheet for them is a problem.
    """
    for name, trial in document.data.get("trials", {}).items():
        path = ("trials", name)
        for key in ("design", "participants"):
            trial.setdefault(key, {})
        for judgement in trial.get("trust", ()):
            judgement.setdefault("tool", "INSPECT-SR")
        if "sources" not in trial and "Sources" not in titles:
            trial["sources"] = {"article": {"kind": "full text"}}
            document.notes.setdefault((*path, "sources"), []).append("to do: what this was extracted from")
        for key, title in (("arms", "Arms"), ("sources", "Sources")):
            if key not in trial:
                trial[key] = {"to-do": {"kind": "full text"} if key == "sources" else {}}  # said once, below
                words = f"no line of the sheet {title} is of this trial; it has one for each of its {key}"
                document.problems.append(Problem(document.where(path), words))
    if "Outcomes" not in titles:
        _draft_outcomes(document)


def _draft_outcomes(document: FormDocument) -> None:
    outcomes: dict[str, Any] = {}
    for trial in document.data.get("trials", {}).values():
        for result in trial.get("results", ()):
            counted_events = any("events" in values for values in (result.get("arms") or {}).values())
            outcome = result.get("outcome")
            if isinstance(outcome, str):
                outcomes.setdefault(
                    outcome, {"name": outcome, "type": "binary" if counted_events else "continuous"}
                )
    if outcomes:
        document.data = {"registry": "1", "outcomes": outcomes} | document.data
        document.notes[("outcomes",)] = ["to do: names, types, ranges and directions of the outcomes"]
