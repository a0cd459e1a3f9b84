"""The tables of articles as they were understood: on a screen, as lines of JSON, as rows of cells."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from typing import Any

from msc_evidence.reading.tables.columns import TableArm
from msc_evidence.reading.tables.rows import ReadTable, TableRow
from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.device import Device
from msc_evidence.render.inert import inert
from msc_evidence.render.text import hanging_lines
from msc_evidence.tables.table import Column, Table, Value

#: What a row of cells holds, in order.
_KEYS = (
    *("id", "table", "label", "row", "column", "address", "row_label", "group", "arm", "n", "n_from"),
    *("kind", "kind_from", "text"),
)
_NUMBERS = ("row", "column", "n")


def tables_text(article: str, tables: Iterable[ReadTable], device: Device) -> str:
    """Every table of an article: its arms, its rows with kind, values and p, or why it was not read."""
    lines = [line for table in tables for line in (*_table_lines(article, table, device), "")]
    return "\n".join(lines)


def _table_lines(article: str, table: ReadTable, device: Device) -> Iterator[str]:
    source = table.source
    title = f"{article} table {source.id}"
    title += f" ({source.label})" if source.label and source.label != source.id else ""
    yield from _wrapped(f"{title}: {source.caption}" if source.caption else title, device)
    if table.reason or table.columns is None:
        yield from _wrapped(f"  not read: {table.reason}", device)
        return
    for arm in table.arms:
        yield from _wrapped(f"  arm {arm.label}: n = {arm.n}{_size_origin(arm)}, {_places(arm)}", device)
    yield from (f"  p: column {column}" for column in table.columns.of_role("p"))
    for row in table.rows:
        yield from _wrapped(f"  {_row_words(row)}", device)


def _wrapped(text: str, device: Device) -> list[str]:
    safe = inert(to_ascii(text) if device.ascii else text)
    indent = " " * (len(safe) - len(safe.lstrip()))
    return hanging_lines(indent, safe.lstrip(), device.width)


def _size_origin(arm: TableArm) -> str:
    return "" if arm.read_from == "head" else f" (n from {arm.read_from})"


def _places(arm: TableArm) -> str:
    columns = ", ".join(map(str, arm.columns))
    return f"column {columns}" if len(arm.columns) == 1 else f"columns {columns}"


def _row_words(row: TableRow) -> str:
    label = " / ".join(filter(None, (row.group, row.label))) or "(no label)"
    kind = f"{row.kind} ({row.read_from})" if row.read_from else row.kind
    values = " | ".join(_cell_words(cell.cell.text, cell.n, cell.arm.n) for cell in row.cells)
    p = "; ".join(f"p {cell.text}" for cell in row.p)
    return "  ".join(filter(None, (f"r{row.number} {label}:", kind, values, p)))


def _cell_words(text: str, n: int, of_arm: int) -> str:
    return text if n == of_arm else f"{text} of {n}"


def table_line(pmcid: str, table: ReadTable, contradicted: Container[int]) -> str:
    """One table as one line of JSON; rows whose printed numbers contradict each other say so."""
    source, columns = table.source, table.columns
    known: dict[str, Any] = {"pmcid": pmcid, "table": source.id, "label": source.label}
    known["arms"] = [_arm_object(arm) for arm in table.arms]
    known["p_columns"] = columns.of_role("p") if columns else []
    known["rows"] = [_row_object(row, row.number in contradicted) for row in table.rows]
    if table.reason:
        known["reason"] = table.reason
    return json.dumps(known, ensure_ascii=False) + "\n"


def _arm_object(arm: TableArm) -> dict[str, Any]:
    return {"label": arm.label, "n": arm.n, "columns": list(arm.columns), "n_from": arm.read_from}


def _row_object(row: TableRow, contradicted: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"row": row.number, "label": row.label, "group": row.group, "kind": row.kind}
    found["cells"] = [{"address": cell.address, "text": cell.cell.text, "n": cell.n} for cell in row.cells]
    found["p"] = [{"column": cell.column, "text": cell.text} for cell in row.p]
    if contradicted:
        found["verdict"] = "contradiction"
    return found


def cells_table(articles: Iterable[tuple[str, Iterable[ReadTable]]]) -> Table:
    """A row per cell of an arm, and one per table that was not read, with the reason in place of the text."""
    columns = tuple(
        Column(key, key.replace("_", " ").capitalize(), "number" if key in _NUMBERS else "text")
        for key in _KEYS
    )
    rows = tuple(row for id, tables in articles for table in tables for row in _cell_rows(id, table))
    return Table("tables", columns, rows)


def _cell_rows(id: str, table: ReadTable) -> Iterator[dict[str, Value]]:
    known: dict[str, Value] = {"id": id, "table": table.source.id, "label": table.source.label or None}
    if table.reason:
        yield {**known, "kind": "not read", "text": table.reason}
    for row in table.rows:
        about: dict[str, Value] = {
            "row_label": row.label or None,
            "group": row.group or None,
            "kind": row.kind,
            "kind_from": row.read_from or None,
        }
        for cell in row.cells:
            place: dict[str, Value] = {"row": cell.row, "column": cell.column}
            place["address"] = f"{table.source.id}!{cell.address}"
            of: dict[str, Value] = {"arm": cell.arm.label, "n": cell.n, "n_from": cell.arm.read_from}
            yield {**known, **place, **about, **of, "text": cell.cell.text}
        for p in row.p:
            place = {"row": row.number, "column": p.column, "address": f"{table.source.id}!{p.address}"}
            yield {**known, **place, **about, "kind": "p", "kind_from": "column", "text": p.text}
