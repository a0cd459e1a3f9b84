"""What of an article's tables is sure enough to stand in a trial's record, each number with the cell it stands in."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from msc_evidence.reading.draft_arms import DraftArm
from msc_evidence.reading.draft_ids import slug
from msc_evidence.reading.draft_results import Fields
from msc_evidence.reading.tables.addresses import cells_by_place, table_names, tables_sha256
from msc_evidence.reading.tables.columns import TableArm, arm_name, size_in
from msc_evidence.reading.tables.contrasts import (
    ArmValues,
    Contrast,
    ContrastRow,
    PrintedEffect,
    contrasts,
    printed_effects,
    printed_p,
)
from msc_evidence.reading.tables.kinds import is_share
from msc_evidence.reading.tables.parts import CHANGE, Part, Surroundings, part_of, part_of_row
from msc_evidence.reading.tables.rows import FRACTIONS, ReadTable, TableRow, sizes_of_both
from msc_evidence.reading.tables.shares import ShareAgreement, share_agreement
from msc_evidence.reading.tables.units import unit_in
from msc_evidence.registry.fields import set_fields

_MEASURES = (
    ("OR", r"\bOR\b|odds ratio"),
    ("HR", r"\bHR\b|hazard ratio"),
    ("RR", r"\bRR\b|(?:risk|rate) ratio|relative risk"),
    ("SMD", r"\bSMD\b|standardi[sz]ed (?:mean )?difference|effect size"),
    ("RD", r"risk difference|absolute risk"),
    ("MD", r"\bMD\b|mean difference|difference (?:in|of|between) means|\bdifference"),
)
_EFFECT_MEASURES = tuple((name, re.compile(pattern)) for name, pattern in _MEASURES)


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A row of a table as a part of the record: its own fields, values by arm, and what a person has to decide."""

    part: Part
    label: str
    type: str
    fields: Fields
    arms: Mapping[str, Fields]
    remarks: tuple[str, ...]
    places: Mapping[str, Sequence[str]]
    #: The arms that its p compares at once, where these are more than two.
    among: tuple[str, ...]
    #: The unit that its label gives measured values.
    unit: str


@dataclass(frozen=True, slots=True)
class TableDraft:
    """What the tables of an article give of a record, and what is left of them."""

    #: Arms that the abstract does not name, by id.
    arms: Mapping[str, DraftArm]
    #: How many each arm has by the tables, where the abstract does not say so, with the place.
    sizes: Mapping[str, str]
    entries: tuple[TableEntry, ...]
    #: The cells used: `T1!r5c2 = 12 (60)`.
    cells: tuple[str, ...]
    sha256: str
    #: Rows and tables that found no place, each with its address and the reason.
    open: tuple[str, ...]

    def of(self, part: Part) -> list[TableEntry]:
        """The entries of a part of the record."""
        return [entry for entry in self.entries if entry.part == part]


def table_draft(tables: Sequence[ReadTable], known: Mapping[str, DraftArm]) -> TableDraft | None:
    """The draft that the tables give beside the arms of the abstract; None where no table was read."""
    if not any(table.arms for table in tables):
        return None
    placing = _Placing(tables, _ArmIds(known))
    entries = tuple(placing.entries())
    return TableDraft(
        placing.ids.added,
        placing.ids.unsaid_sizes(),
        entries,
        tuple(placing.cells()),
        tables_sha256([table.source for table in tables]),
        tuple(placing.left),
    )


@dataclass(slots=True)
class _ArmIds:
    """Which arm of the record each arm of a table is: by its name, else by a size that no other arm has."""

    known: Mapping[str, DraftArm]
    added: dict[str, DraftArm] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    _by_name: dict[str, str] = field(default_factory=dict)

    def of(self, arms: Sequence[TableArm]) -> list[str]:
        """The ids of the arms of one table; two of them are never one arm of the record."""
        found = [self._by_name.get(arm_name(arm.label)) or self._of_abstract(arm, arms) for arm in arms]
        sure = [each for each in found if each]
        if len({*sure}) < len(sure):
            found = [None] * len(arms)
        return [each or self._new(arm) for each, arm in zip(found, arms, strict=True)]

    def remember(self, ids: Sequence[str], arms: Sequence[TableArm]) -> None:
        """Keeps names and first sizes for the tables that follow."""
        for key, arm in zip(ids, arms, strict=True):
            self._by_name.setdefault(arm_name(arm.label), key)
            self.sizes.setdefault(key, arm.n)

    def said_by_abstract(self, key: str) -> int | None:
        """The size that the abstract gives of those analysed."""
        arm = self.known.get(key)
        return int(arm.size) if arm and arm.size and arm.size.isdigit() else None

    def unsaid_sizes(self) -> dict[str, str]:
        """The sizes by the tables of arms whose size the abstract does not give."""
        return {key: str(n) for key, n in self.sizes.items() if self.said_by_abstract(key) != n}

    def _of_abstract(self, arm: TableArm, arms: Sequence[TableArm]) -> str | None:
        named = [
            key
            for key, each in self.known.items()
            if each.label and arm_name(each.label) == arm_name(arm.label)
        ]
        alone = sum(other.n == arm.n for other in arms) == 1
        sized = [key for key, each in self.known.items() if each.size == str(arm.n)] if alone else []
        found = named or sized
        return found[0] if len(found) == 1 else None

    def _new(self, arm: TableArm) -> str:
        words = slug(arm.label)
        stem = "arm" if words == "new-trial" else words[:30].strip("-")
        key, number = stem, 1
        while key in self.known or key in self.added:
            number += 1
            key = f"{stem}-{number}"
        self.added[key] = DraftArm(arm.label)
        return key


@dataclass(slots=True)
class _Placing:
    """Puts rows of tables where they belong; what stays open is kept with its address."""

    tables: Sequence[ReadTable]
    ids: _ArmIds
    left: list[str] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    labels: set[tuple[str, ...]] = field(default_factory=set)

    def entries(self) -> Iterator[TableEntry]:
        """The entries of all tables in the order of the article."""
        names = table_names([table.source for table in self.tables])
        for name, table in zip(names, self.tables, strict=True):
            part = part_of(table)
            if table.reason or part is None:
                why = table.reason or "nothing says whether these are values at entry or results"
                self.left.append(f"{name} {table.source.caption[:80]}: {why}")
                continue
            yield from self._of_table(name, table, part)

    def cells(self) -> list[str]:
        """The cells used with their texts, in the order of the article."""
        texts = cells_by_place([table.source for table in self.tables])
        return [f"{place} = {' '.join(text.split())}" for place, text in texts.items() if place in self.used]

    def _of_table(self, name: str, table: ReadTable, part: Part) -> Iterator[TableEntry]:
        found = [contrast for contrast in contrasts(table) if contrast.rows]
        placed = {row.row.number for contrast in found for row in contrast.rows}
        self.left += _rows_left(name, table, placed)
        if not found:
            return
        effects = {effect.row.number: effect for effect in printed_effects(table)}
        ids = self.ids.of(table.arms)
        self.ids.remember(ids, table.arms)
        by_columns = dict(zip((arm.columns for arm in table.arms), ids, strict=True))
        sizes = _SizePlaces(name, table, self.tables)
        sized = (sizes.of(arm, arm.n) for arm in table.arms)
        self.used |= dict.fromkeys(filter(None, sized))
        for contrast in found:
            keys = [by_columns[arm.columns] for arm in contrast.arms]
            for row in contrast.rows:
                if others := _of_others(row, sizes):
                    self.left.append(f"{_left_words(name, row.row)}: {others}")
                else:
                    yield self._entry(sizes, part, contrast, row, keys, effects.get(row.row.number))

    def _entry(
        self,
        sizes: _SizePlaces,
        part: Part,
        contrast: Contrast,
        row: ContrastRow,
        keys: Sequence[str],
        effect: PrintedEffect | None,
    ) -> TableEntry:
        name, table = sizes.name, sizes.table
        where = Surroundings(table, contrast, row.row)
        events = any(value.values.events is not None for value in row.arms.values())
        part = part_of_row(part, where, events=events)
        filled = _Filled(name, remarks=[" ".join(filter(None, (row.row.kind, _read_from(row.row))))])
        filled.places = {keys[at]: _places(name, value) for at, value in row.arms.items()}
        arms = {keys[at]: self._values(value, keys[at], row.row, sizes) for at, value in row.arms.items()}
        filled.remarks += [
            text for value in row.arms.values() if (text := _size_doubt(value, row.row, sizes))
        ]
        if row.row.kind == "mean_sd_unstated":
            filled.remarks.append(f"to do: SD or SE, which the table does not say: {_spreads(row)}")
        label = " / ".join(dict.fromkeys(filter(None, (row.row.group, row.row.label))))
        if part == "results" and where.says_change and where.in_per_cent:
            label = f"{label}, change in per cent"
        if part == "baseline":
            label = self._fill_entry(filled, row, sizes) or label
        else:
            filled.add_time(where, change=part == "results")
        if part != "harms":
            filled.add_p(row, keys if part == "results" else ())
        if part == "results" and effect is not None and len(keys) == 2:
            filled.add_effect(table, effect)
        self.used |= dict.fromkeys(place for cells in filled.places.values() for place in cells)
        label = self._unique(
            label or table.source.caption[:60], part, filled.fields, f"{name} row {row.row.number}"
        )
        kind = "binary" if events else "continuous"
        remarks, among = tuple(filled.remarks), filled.among
        unit = "" if events else unit_in(f"{row.row.group} {row.row.label}") or ""
        return TableEntry(part, label, kind, filled.fields, arms, remarks, filled.places, among, unit)

    def _unique(self, label: str, part: Part, fields: Fields, row: str) -> str:
        """The label, with its row where another row has the same at the same time."""
        key = (part, slug(label), str(fields.get("category")), str(fields.get("at")), str("change" in fields))
        if key in self.labels:
            return f"{label} ({row})"
        self.labels.add(key)
        return label

    def _fill_entry(self, filled: _Filled, row: ContrastRow, sizes: _SizePlaces) -> str | None:
        """Adds what only values at entry have; the variable that the row is a category of."""
        if row.part_of:
            filled.fields["category"] = row.row.label
        if row.whole is not None:
            filled.places["all"] = _places(filled.table, row.whole)
            filled.fields["all"] = self._values(row.whole, "", row.row, sizes)
        return row.part_of

    def _values(self, value: ArmValues, key: str, row: TableRow, sizes: _SizePlaces) -> Fields:
        """The values as the record writes them; n where a cell prints it and the abstract gives no such size."""
        written: Fields = {
            name: str(number)
            for field_name, name in set_fields(value.values)
            if name != "n" and (number := getattr(value.values, field_name)) is not None
        }
        if row.kind == "mean_sd_unstated":
            written.pop("sd", None)
        n = value.cells[0].n
        place = sizes.of(value.cells[0].arm, n, row.number)
        if row.kind in FRACTIONS and n != value.cells[0].arm.n:
            return {"n": str(n), **written}
        if place is None or self.ids.said_by_abstract(key) == n or _size_doubt(value, row, sizes):
            return written
        self.used[place] = None
        return {"n": str(n), **written}


@dataclass(frozen=True)
class _SizePlaces:
    """Where the tables of an article print how many participants an arm has."""

    name: str
    table: ReadTable
    tables: Sequence[ReadTable]

    @cached_property
    def shares(self) -> ShareAgreement:
        """How the percentages of the table agree with its sizes."""
        return share_agreement(self.table.rows)

    def of(self, arm: TableArm, n: int, row: int | None = None) -> str | None:
        """The nearest cell that prints the size, upwards from a row, else in the table that it was carried from."""
        last = row if row is not None else (self.table.columns.head if self.table.columns else 0)
        if found := _printing(self.table, (0, *arm.columns), n, last):
            return f"{self.name}!{found}"
        names = table_names([table.source for table in self.tables])
        for name, other in zip(names, self.tables, strict=True):
            alike = (
                each for each in other.arms if arm_name(each.label) in arm_name(arm.label) and each.n == n
            )
            for each in alike if arm.read_from not in ("head", "row") else ():
                head = other.columns.head if other.columns else 0
                if found := _printing(other, each.columns, n, head):
                    return f"{name}!{found}"
        return None


def _printing(table: ReadTable, columns: Sequence[int], n: int, last: int) -> str | None:
    """The address of the lowest cell of these columns down to a row that prints a size."""
    grid = table.source.grid
    if grid is None:
        return None
    for row in range(min(last, len(grid.places) - 1), -1, -1):
        for column in columns:
            cell = grid.places[row][column]
            said = size_in(cell.text) == n or re.fullmatch(rf"\W*{n}\W*", cell.text.replace(",", ""))
            if said or any(str(n) in pair for pair in sizes_of_both(cell.text)):
                return cell.address
    return None


def _size_doubt(value: ArmValues, row: TableRow, sizes: _SizePlaces) -> str:
    """Why the size of a cell is not written: no cell prints it."""
    cell = value.cells[0]
    if row.kind not in FRACTIONS and cell.n != cell.arm.n and sizes.of(cell.arm, cell.n, row.number) is None:
        return f"to do: n; {cell.n} by a footnote"
    return ""


def _of_others(row: ContrastRow, sizes: _SizePlaces) -> str:
    """Which percentage of a row is of other participants than its column's, of whom nothing is known."""
    for value in (*row.arms.values(), *([row.whole] if row.whole else [])):
        events, percent, n = value.values.events, value.values.percent, value.cells[0].n
        wrong = events is not None and percent is not None and not is_share(str(events), str(percent), n)
        if wrong and not _is_misprint(value, row.row, sizes):
            return f"{percent}% of how many are {events}? not of {n}"
    return ""


def _is_misprint(value: ArmValues, row: TableRow, sizes: _SizePlaces) -> bool:
    """Whether a percentage that is not that of its count is of nobody else either: then count and n stand."""
    share = sizes.shares.of(value.cells[0])
    if share is None:
        return sizes.shares.row_agrees(row)
    of_others = sizes.table.has_carried_sizes or sizes.shares.is_of_others or sizes.shares.all_disagree(row)
    return not of_others and not sizes.shares.excused(share)


@dataclass(slots=True)
class _Filled:
    """The fields of an entry as they are filled, with the place of each and what is to do."""

    table: str
    fields: Fields = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    among: tuple[str, ...] = ()

    def add_p(self, row: ContrastRow, among: Sequence[str]) -> None:
        """The p of a row, and the arms that it compares where these are more than two."""
        text = printed_p(row.p.text) if row.p is not None else None
        if row.p is None or text is None:
            return
        if len(among) > 2:
            self.among = tuple(among)
        self.fields["p"] = text
        self.places["p"] = [f"{self.table}!{row.p.address}"]

    def add_effect(self, table: ReadTable, effect: PrintedEffect) -> None:
        """The estimate with its interval, where its column names the measure; else a remark."""
        paths = table.columns.paths if table.columns else ()
        said = f"{paths[effect.column]} {effect.row.label}"
        measure = next((key for key, pattern in _EFFECT_MEASURES if pattern.search(said)), None)
        place = f"{self.table}!{effect.cell.address}"
        if measure is None:
            self.remarks.append(f"to do: an effect of what measure? {place} {effect.cell.text}")
            return
        estimate, low, high = map(str, effect.numbers)
        self.fields["effect"] = {"measure": measure, "estimate": estimate, "ci": f"{low} to {high}"}
        self.places["effect"] = [place]
        self.remarks.append("to do: arm and against, of the effect")

    def add_time(self, where: Surroundings, *, change: bool) -> None:
        """The time of measurement, and whether the values are changes, as far as words say so."""
        time = where.time
        if time is not None:
            self.fields["at"] = str(time)
        else:
            self.remarks.append("to do: at")
        if change and where.says_change and where.in_per_cent:
            self.remarks.append("to do: changes in per cent of the values at entry, which are no differences")
        elif change and where.says_change:
            self.fields["change"] = "true"
        elif change and CHANGE.search(where.table.source.caption):
            self.remarks.append("to do: change: true, where these are changes from baseline")


def _read_from(row: TableRow) -> str:
    return f"({row.read_from})" if row.read_from else ""


def _places(name: str, value: ArmValues) -> list[str]:
    return list(dict.fromkeys(f"{name}!{cell.cell.address}" for cell in value.cells))


def _spreads(row: ContrastRow) -> str:
    return " | ".join(value.cells[0].cell.text for value in row.arms.values())


def _rows_left(name: str, table: ReadTable, placed: Container[int]) -> list[str]:
    """The rows with numbers that are nowhere in the record; a table of which none is counts as one."""
    left = [
        row
        for row in table.rows
        if row.number not in placed and any(cell.reading.numbers for cell in row.cells)
    ]
    if left and not placed:
        kinds = ", ".join(dict.fromkeys(row.kind for row in left))
        rows = f"rows {left[0].number} to {left[-1].number}" if len(left) > 1 else f"row {left[0].number}"
        return [f"{name} {table.source.caption[:80]}: {rows} ({kinds})"]
    return [_left_words(name, row) for row in left]


def _left_words(name: str, row: TableRow) -> str:
    label = " / ".join(filter(None, (row.group, row.label)))
    values = " | ".join(cell.cell.text for cell in row.cells)
    return f"{name}!r{row.number} {label}: {values} ({row.kind})"
