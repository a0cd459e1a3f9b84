"""Why a row is not what its trial reports: a rule for each slip, those about the whole row first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.comparison.values import slip
from msc_evidence.analysis.published.candidates import Box, Candidate
from msc_evidence.analysis.published.rows import SIDES, Cell, ReviewRow
from msc_evidence.registry.reported import Reported

Cells = Mapping[Cell, Box]
#: What units differ by: powers of ten, time, length, weight, and usual laboratory units.
FACTORS = (
    10, 100, 1000, 10_000, 7, 12, 24, 60, 30.44, 2.54, 0.4536, 18.02, 18.0182, 88.4, 88.42, 38.67, 7.50, 1_000_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """A slip that makes the row of what the trial reports: its name, in words, and the cells as they should be."""

    type: str
    message: str
    cells: Mapping[Cell, str]


def misses(row: ReviewRow, cells: Cells) -> list[Cell] | None:
    """The cells of a row that are not what was expected; None where something of it is not known."""
    if not row.cells.keys() <= cells.keys():
        return None
    return [cell for cell in row.cells if not cells[cell].meets(row.bounds(cell))]


def fits(row: ReviewRow, cells: Cells) -> bool:
    """Whether every cell of a row is what was expected."""
    return misses(row, cells) == []


def explanation(
    row: ReviewRow, targets: Sequence[Candidate], others: Sequence[Candidate]
) -> Explanation | None:
    """The first rule that explains a row by what was asked for, or by another result of the trial."""
    for rule in _RULES:
        for target in targets:
            found = rule(row, target, others)
            if found:
                changed = _changed_cells(row, found.cells, target.cells)
                words = f"{row.words}: {found.words}; {_target_words(target)}"
                return Explanation(found.type, words, changed)
    return None


def _changed_cells(row: ReviewRow, made: Cells, right: Cells) -> dict[Cell, str]:
    """The cells that a slip made of others, as they should be; none where the trial does not report them all."""
    if not row.cells.keys() <= right.keys():
        return {}
    return {cell: right[cell].text for cell in row.cells if made[cell] != right[cell]}


@dataclass(frozen=True, slots=True)
class _Slip:
    """A slip that explains a row, and the cells that it makes of the right ones."""

    type: str
    words: str
    cells: Cells


Rule = Callable[[ReviewRow, Candidate, Sequence[Candidate]], _Slip | None]


def _fitting(row: ReviewRow, kind: str, words: str, cells: Cells) -> _Slip | None:
    return _Slip(kind, words, cells) if fits(row, cells) else None


def _target_words(target: Candidate) -> str:
    sides = []
    for side in target.sides:
        cells = {name: box.text for name, box in side.cells.items()}
        if "events" in cells:
            sides.append(f"{cells['events']}/{cells.get('n', '?')}")
        elif {"mean", "sd"} <= cells.keys():
            sides.append(f"{cells['mean']} ± {cells['sd']} ({cells.get('n', '?')})")
    if len(sides) < len(SIDES):
        return f"no arms of {target.what} are recorded"
    return f"{target.what} is {' v '.join(sides)}"


def _swapped(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    cells = target.cells
    turned = {(_other(side), name): box for (side, name), box in cells.items()}
    kept = {cell: (cells[cell] if cell[1] == "n" else box) for cell, box in turned.items() if cell in cells}
    return _fitting(row, "arms-swapped", "each side is the other arm's", turned) or _fitting(
        row, "values-swapped", "values of the other arm beside the arm's own n", kept
    )


def _other(side: str) -> str:
    return SIDES[1 - SIDES.index(side)]


def _sign(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    turned = {cell: (box.times(-1) if cell[1] == "mean" else box) for cell, box in target.cells.items()}
    return _fitting(row, "wrong-sign", "both means with the other sign", turned)


def _other_result(row: ReviewRow, target: Candidate, others: Sequence[Candidate]) -> _Slip | None:
    for other in others:
        if other.sides[0].arm != target.sides[0].arm or not fits(row, other.cells):
            continue
        asked, result = target.result, other.result
        if result.outcome != asked.outcome or result.definition != asked.definition:
            kind = "wrong-outcome"
        else:
            kind = "change-for-final" if result.change != asked.change else "wrong-time"
        return _Slip(kind, f"these are the values of {other.what}", other.cells)
    return None


def _standard_error(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    for sides in (SIDES, SIDES[:1], SIDES[1:]):
        cells = _with_beside(target, {"sd": "se"}, sides)
        where = "" if sides == SIDES else f" of the {sides[0]} arm"
        words = f"the standard error stands in the place of the SD{where}"
        if cells and (found := _fitting(row, "se-as-sd", words, cells)):
            return found
    return None


def _median(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    for width, words in (("width", "the quartiles' width"), ("half", "half the quartiles' width")):
        cells = _with_beside(target, {"mean": "median", "sd": width}, SIDES)
        said = f"median and {words} stand as mean and SD; by {target.sides[0].derived}"
        if cells and (found := _fitting(row, "median-as-mean", said, cells)):
            return found
    return None


def _with_beside(
    target: Candidate, places: Mapping[str, str], sides: Sequence[str]
) -> dict[Cell, Box] | None:
    """The cells with other quantities of the trial in some places; None where it does not have them."""
    cells = target.cells
    for name, side in zip(SIDES, target.sides, strict=True):
        if name not in sides:
            continue
        for place, quantity in places.items():
            if quantity not in side.beside:
                return None
            cells[name, place] = side.beside[quantity]
    return cells


def _mixed(row: ReviewRow, target: Candidate, others: Sequence[Candidate]) -> _Slip | None:
    for other in others:
        same = (other.result.outcome, other.sides[0].arm) == (target.result.outcome, target.sides[0].arm)
        spreads = {cell: box for cell, box in other.cells.items() if cell[1] == "sd"}
        if same and other.result.change != target.result.change and len(spreads) == len(SIDES):
            words = f"the means of {target.what} with the SDs of {other.what}"
            if found := _fitting(row, "mixed", words, {**target.cells, **spreads}):
                return found
    return None


def _size(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    cells = target.cells
    for name, side in zip(SIDES, target.sides, strict=True):
        size = row.cells[name, "n"].count
        if size in side.other_sizes:
            cells[name, "n"] = Box(float(row.cells[name, "n"]), float(row.cells[name, "n"]), "")
    return _fitting(row, "wrong-n", "participants of another set, such as those randomised", cells)


def _unit(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    if row.kind != "means":
        return None
    for factor in (*FACTORS, *(1 / each for each in FACTORS)):
        scaled = {cell: (box if cell[1] == "n" else box.times(factor)) for cell, box in target.cells.items()}
        if found := _fitting(row, "unit", f"means and SDs times {factor:.4g}", scaled):
            return found
    return None


def _events(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    cells = target.cells
    if row.kind != "counts" or not row.cells.keys() <= cells.keys():
        return None
    turned, shares = dict(cells), dict(cells)
    for side in SIDES:
        n, events = cells[side, "n"].low, cells[side, "events"]
        turned[side, "events"] = Box(n - events.high, n - events.low, "")
        share = [round(100 * end / n) if n else 0 for end in (events.low, events.high)]
        shares[side, "events"] = Box(share[0], share[1], "")
    return _fitting(row, "complement", "those without the event are counted", turned) or _fitting(
        row, "percent-as-events", "percentages stand as counts", shares
    )


def _one_cell(row: ReviewRow, target: Candidate, _: Sequence[Candidate]) -> _Slip | None:
    missing = misses(row, target.cells)
    if not missing or len(missing) > 1:
        return None
    (cell,) = missing
    printed, right = row.cells[cell], target.cells[cell].text
    words = slip(printed, Reported.read(right))
    if words is None:
        return None
    kind = {"the decimal point moved": "decimal-shift", "the sign": "wrong-sign"}.get(words, "typo")
    said = f"{cell[1]} of the {cell[0]} arm {printed} for {right}: {words}"
    return _Slip(kind, said, {**target.cells, cell: Box(float(printed), float(printed), printed.text)})


#: The rules in the order in which they are tried: the whole row, then one cell.
_RULES: tuple[Rule, ...] = (
    _swapped, _sign, _other_result, _standard_error, _median, _mixed, _size, _unit, _events, _one_cell,
)  # fmt: skip


def nearest(row: ReviewRow, targets: Sequence[Candidate]) -> Iterator[str]:
    """What was asked for, in words, where nothing explains the row."""
    for target in targets[:1]:
        yield _target_words(target)
