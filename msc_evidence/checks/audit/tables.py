"""What the checks of a record find in the tables of an article: each table becomes a record that they look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.analysis.significance import p_interval
from msc_evidence.checks.audit.table_doubts import TableDoubts, severity_in_table
from msc_evidence.checks.audit.table_records import ALL, UNNAMED, TableRecord, table_records
from msc_evidence.checks.audit.texts import TextFinding, audit_text
from msc_evidence.checks.finding import Path as HitPath
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import CUT_OFF
from msc_evidence.checks.rule import Check, Hit, Subject
from msc_evidence.checks.run import all_checks, check_of
from msc_evidence.reading.tables.contrasts import printed_p_of
from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.rows import ReadTable, TableRow, ValueCell
from msc_evidence.reading.tables.sets import COUNTS, count_in
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome
from msc_evidence.statistics.two_arms.counts import pearson

#: The checks that were measured on tables, or are arithmetic alone.
CODES = (
    *("MSC202", "MSC205", "MSC206", "MSC214", "MSC301", "MSC302", "MSC308", "MSC309", "MSC313", "MSC315"),
    *("MSC401", "MSC406", "MSC407", "MSC411"),
)
_OUTCOMES = {"continuous": Outcome.model_construct(name="continuous", type="continuous")}
#: Advice to whoever keeps a record, which is of no use about a table.
_ADVICE = re.compile(
    r"; (?:state n where it is not the arm's size|n is the arm's size, state it where fewer were measured)"
    r"|, say percent-of|^beta "
)


@dataclass(frozen=True, slots=True)
class TableAudit:
    """The findings in a table, its cells with values, its rows, and how many of them were checked."""

    findings: tuple[TextFinding, ...]
    cells: int
    rows: int
    checked: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """A hit with the row and the cell that it is about."""

    check: Check
    hit: Hit
    row: TableRow
    cell: Cell
    value: ValueCell | None
    #: Whether it is a p beyond all that any of the tests gives.
    beyond: bool = False


def contradicted_rows(table: ReadTable) -> frozenset[int]:
    """The rows whose printed numbers contradict each other, whatever their severity is but for a cut-off digit."""
    doubts = TableDoubts(table)
    placed = _all_placed(table, tuple(table_records(table, doubts.tests)))
    graded = _graded(placed, doubts)
    return frozenset(item.row.number for item, severity in graded if _contradicts(item, severity, doubts))


def _contradicts(item: _Placed, severity: Severity, doubts: TableDoubts) -> bool:
    """Whether a finding is one of numbers that no reading reconciles: a note may be so of shares and of p."""
    code, hit = item.check.rule.code, item.hit
    if severity != "note":
        return True
    if code == "MSC406":
        return item.beyond and doubts.shares.row_agrees(item.row)
    return code in _PRINTED_WRONG and CUT_OFF not in hit.message


_PRINTED_WRONG = ("MSC205", "MSC309")


def audit_table(article: str, table: ReadTable) -> TableAudit:
    """Every finding about the rows of a table, from its top to its bottom."""
    doubts = TableDoubts(table)
    records = tuple(table_records(table, doubts.tests))
    findings = [
        _finding(article, table, item, severity)
        for item, severity in _graded(_all_placed(table, records), doubts)
    ]
    findings += list(_statistic_findings(article, table))
    cells = sum(len(row.cells) for row in table.rows)
    checked = {row.number for record in records for row in record.rows}
    return TableAudit(tuple(findings), cells, len(table.rows), len(checked))


def _all_placed(table: ReadTable, records: Sequence[TableRecord]) -> list[_Placed]:
    placed = [item for record in records for item in _placed_hits(record)]
    return [*placed, *_zero_p(table), *_lost_digits(table), *_shares_of_the_second(table)]


#: A statistic with its p in one cell.
_STATISTIC = re.compile(r"=.*\bp\s*[=<>≤]", re.IGNORECASE)


def _statistic_findings(article: str, table: ReadTable) -> Iterator[TextFinding]:
    """What is found of test statistics that a cell prints with their p, `χ²(1) = 0.60, p = 0.44`, as in a sentence."""
    grid = table.source.grid
    for number in range(len(grid.places) if grid else 0):
        for cell in grid.own_cells(number) if grid else ():
            if cell.row == number and _STATISTIC.search(cell.text):
                for finding in audit_text(article, cell.text).findings:
                    yield replace(finding, address=f"{table.source.id}!{cell.address}")


@lru_cache
def _checks() -> tuple[Check, ...]:
    return tuple(item for item in all_checks() if isinstance(item, Check) and item.rule.code in CODES)


def _placed_hits(record: TableRecord) -> Iterator[_Placed]:
    if not record.rows and not record.effects:
        return
    registry = Registry(Path(), {"table": record.trial}, _OUTCOMES, {})
    subject = Subject("table", Analysis(registry))
    beyond = {result.index for result in subject.baseline if _is_beyond_all(result)}
    for item in _checks():
        if item.rule.code == "MSC411":
            continue  # of every p of the table, also of rows that are not understood
        for hit in item.hits(subject):
            found = _place_of(record, hit.path, of_set=item.rule.code == "MSC206")
            if found is not None and not (item.rule.code == "MSC206" and _too_few(hit)):
                yield _Placed(item, hit, *found, beyond=hit.path[1] in beyond)


def _is_beyond_all(result: AnalysedResult) -> bool:
    """Whether the p of a row lies outside of what all tests together give."""
    whole = [item.interval for item in result.recomputations if item.statistic == "p" and item.interval]
    return (
        result.p is not None and bool(whole) and not any(p_interval(result.p).meets(each) for each in whole)
    )


def _too_few(hit: Hit) -> bool:
    """Whether parts add up to less than their whole: of a table some may be missing."""
    parts, whole = (float((text or "0").rstrip("%")) for text in (hit.reported, hit.recomputed))
    return parts < whole


def _place_of(
    record: TableRecord, path: HitPath, *, of_set: bool
) -> tuple[TableRow, Cell, ValueCell | None] | None:
    """The row and the cell that a path of the record stands for, of a set of categories its first."""
    kind, index, *rest = path
    if not isinstance(index, int):
        return None
    if of_set:
        parts = [at for at, row in enumerate(record.trial.baseline) if row.category is not None]
        variable = record.trial.baseline[index].variable
        index = next((at for at in parts if record.trial.baseline[at].variable == variable), index)
    if kind == "results":
        row, cell = record.effects[index]
        return row, cell, None
    row = record.rows[index]
    if rest and rest[0] == "p" and index in record.p:
        return row, record.p[index], None
    arm = ALL if rest and rest[0] == ALL else str(rest[1]) if len(rest) > 1 else ""
    value = record.cells.get((index, arm)) or next(
        (cell for (at, _), cell in record.cells.items() if at == index), None
    )
    return (row, value.cell, value) if value is not None else None


def _zero_p(table: ReadTable) -> Iterator[_Placed]:
    """The p-values that are printed as zero."""
    check = check_of("MSC411")
    for row in table.rows:
        for cell in row.p:
            p = printed_p_of(cell.text)
            if p is not None and p.value == 0 and p.comparator == "=":
                message = f"p is printed as {p}: it is below {10.0**-p.decimals:g}, and never zero"
                yield _Placed(check, Hit((), message, f"p {p}"), row, cell, None)


def _lost_digits(table: ReadTable) -> Iterator[_Placed]:
    """The p-values with a blank behind their point, `0. 56`, of a pair of categories whose χ² has a digit there."""
    check = check_of("MSC406")
    for row, other in pairwise(table.rows):
        for cell in row.p if row.group and row.group == other.group else ():
            broken = _BROKEN.fullmatch(cell.text.replace("·", "."))
            p = _pearson_of_pair(row, other) if broken else None
            whole = f"{p:.{len(broken[1]) + 1}f}" if broken and p is not None else ""
            if broken and whole.endswith(f"{broken[1]}") and whole != f"0.{broken[1]}0":
                message = f"p {cell.text}: with the lost digit put back, {whole}, it is that of χ²"
                yield _Placed(check, Hit((), message, f"p {cell.text}", whole), row, cell, None)


_BROKEN = re.compile(r"\W*0?\.\s+(\d+)\W*")


def _pearson_of_pair(row: TableRow, other: TableRow) -> float | None:
    """Pearson's p of the counts that two rows print of two arms; None where they print others."""
    counted = [[count_in(each, cell.reading.numbers) for cell in each.cells] for each in (row, other)]
    if any(each.kind not in COUNTS for each in (row, other)) or any(len(counts) != 2 for counts in counted):
        return None
    (first1, first2), (second1, second2) = counted
    if first1 is None or first2 is None or second1 is None or second2 is None:
        return None
    sizes = first1 + second1, first2 + second2
    return pearson(first1, sizes[0], first2, sizes[1]) if all(sizes) else None


def _shares_of_the_second(table: ReadTable) -> Iterator[_Placed]:
    """Pairs whose percentage is named to be of the first and is of the second, in every cell of the row."""
    check = check_of("MSC205")
    for row in table.rows:
        named = _PAIR.search(row.label) if row.kind == "pair_pct" else None
        cells = [cell for cell in row.cells if len(cell.reading.numbers) == 3]
        said = named is not None and named["first"].casefold().startswith(named["of"].casefold())
        if said and len(cells) > 1 and all(map(_is_of_second, cells)):
            first, second, percent = cells[0].reading.numbers
            message = f"{percent}% is {second} of both {first} and {second}, and the label names the first of the pair"
            yield _Placed(
                check, Hit((), message, f"{percent}%", severity="warning"), row, cells[0].cell, None
            )


def _is_of_second(cell: ValueCell) -> bool:
    """Whether the percentage of a pair is that of its second number, and not of its first."""
    first, second, percent = map(float, cell.reading.numbers)
    shares = [100 * part / (first + second) for part in (first, second) if first + second]
    return bool(shares) and abs(shares[1] - percent) <= 0.51 < abs(shares[0] - percent)


#: `Cohabiters/singles, n (% cohab.)`.
_PAIR = re.compile(r"(?<![^\W\d])(?P<first>[^\W\d]+)\s*/\s*[^\W\d]+.*%\s*(?P<of>[^\W\d]{3,})")


def _graded(placed: Sequence[_Placed], doubts: TableDoubts) -> list[tuple[_Placed, Severity]]:
    """The findings that count, each cell and code once, exchanged spreads in place of their p."""
    exchanged = {(item.row.number, item.cell.address) for item in placed if item.check.rule.code == "MSC309"}
    graded: list[tuple[_Placed, Severity]] = []
    seen, last_digits = set(), False
    for item in sorted(placed, key=lambda item: (item.row.number, item.cell.column, item.check.rule.code)):
        code, key = item.check.rule.code, (item.row.number, item.cell.address)
        severity = severity_in_table(
            code, item.hit.severity or item.check.rule.severity, item.row, item.value, doubts
        )
        last_digit = code == "MSC205" and severity == "note"
        if severity is None or (code, key) in seen or (code == "MSC407" and key in exchanged):
            continue
        if last_digit and last_digits:
            continue
        last_digits = last_digits or last_digit
        seen.add((code, key))
        graded.append((item, severity))
    return graded


def _finding(article: str, table: ReadTable, item: _Placed, severity: str) -> TextFinding:
    row, cell, rule = item.row, item.cell, item.check.rule
    words = " / ".join(filter(None, (row.group, row.label)))
    message = _ADVICE.sub("", item.hit.message)
    place = f"table {table.source.id} row {cell.row} column {cell.column}"
    return TextFinding(
        article,
        rule.code,
        severity,
        (item.hit.reported or "").removeprefix(f"{UNNAMED} "),
        item.hit.recomputed or "",
        rule.name,
        cell.text,
        0,
        len(cell.text),
        f"{place}, {words}: {message}" if words else f"{place}: {message}",
        "certain" if severity == "error" else "uncertain",
        f"{table.source.id}!{cell.address}",
    )
