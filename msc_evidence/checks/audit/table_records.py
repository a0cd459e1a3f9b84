"""The record that a table of an article stands for: its rows as characteristics of its arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msc_evidence.reading.tables.columns import TableArm
from msc_evidence.reading.tables.contrasts import (
    Contrast,
    ContrastRow,
    PrintedEffect,
    contrasts,
    printed_effects,
    printed_p_of,
)
from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.rows import ReadTable, TableRow, ValueCell
from msc_evidence.registry.design import Arm, Design, Participants
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.values import Baseline

ALL = "all"
#: What stands for a measure that no word names: of it only the order of its three numbers is known.
UNNAMED = "beta"


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A record of one contrast of a table, with the cells that its numbers are of."""

    trial: Trial
    #: The row of each characteristic, in the order of the record.
    rows: tuple[TableRow, ...]
    #: The cell of a characteristic in an arm, or of all participants.
    cells: Mapping[tuple[int, str], ValueCell]
    p: Mapping[int, Cell]
    #: The row and the cell of each effect.
    effects: tuple[tuple[TableRow, Cell], ...] = ()


@dataclass(slots=True)
class _Gathered:
    baseline: list[Baseline] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    cells: dict[tuple[int, str], ValueCell] = field(default_factory=dict)
    p: dict[int, Cell] = field(default_factory=dict)


def table_records(table: ReadTable, tests: Mapping[str, str | None]) -> Iterator[TableRecord]:
    """A record for each group of arms that one p compares, and for each time that the arms have columns of.

    `tests` are the tests that the table names, for `means` and for `counts`.
    """
    for contrast in contrasts(table):
        yield _record(contrast, tests)
    effects = tuple(printed_effects(table))
    if effects:
        trial = _TRIAL.model_copy(update={"results": [_effect_result(effect) for effect in effects]})
        yield TableRecord(trial, (), {}, {}, tuple((effect.row, effect.cell) for effect in effects))


def _record(contrast: Contrast, tests: Mapping[str, str | None]) -> TableRecord:
    found = _Gathered()
    for row in contrast.rows:
        _add_row(found, row, tests)
    trial = _TRIAL.model_copy(
        update={
            "arms": {f"arm {at + 1}": _arm(arm, at) for at, arm in enumerate(contrast.arms)},
            "baseline": found.baseline,
        }
    )
    return TableRecord(trial, tuple(found.rows), found.cells, found.p)


def _add_row(found: _Gathered, of: ContrastRow, tests: Mapping[str, str | None]) -> None:
    index, row = len(found.baseline), of.row
    printed_p = printed_p_of(of.p.text) if of.p is not None else None
    counted = any(value.values.events is not None for value in of.arms.values())
    for at, value in of.arms.items():
        found.cells[index, f"arm {at + 1}"] = value.cells[0]
    if of.whole is not None:
        found.cells[index, ALL] = of.whole.cells[0]
    if of.p is not None and printed_p is not None:
        found.p[index] = of.p
    found.rows.append(row)
    found.baseline.append(
        Baseline.model_construct(
            variable=of.part_of or row.label or row.group or "row",
            category=row.label if of.part_of else None,
            all=of.whole.values if of.whole else None,
            arms={f"arm {at + 1}": value.values for at, value in of.arms.items()},
            p=printed_p,
            test=tests["counts" if counted else "means"],
        )
    )


def _effect_result(printed: PrintedEffect) -> Result:
    estimate, low, high = printed.numbers
    effect = Effect.model_construct(measure=UNNAMED, estimate=estimate, ci=Span(low, high))
    return _RESULT.model_copy(update={"effect": effect})


def _arm(arm: TableArm, at: int) -> Arm:
    return Arm.model_construct(
        role="control" if at else "treatment", label=arm.label, n=Reported.read(str(arm.n))
    )


_RESULT = Result.model_construct(outcome="continuous", at=NOT_REPORTED)
_TRIAL = Trial.model_construct(
    citation=Citation.model_construct(year=None),
    design=Design.model_construct(),
    participants=Participants.model_construct(),
    arms={},
    results=[],
    baseline=[],
    sources={"text": Source.model_construct(kind="full text")},
)
