"""A table as JSON: `{"schema": 1, "table": name, "columns": […], "rows": […]}`, tables beside it under their names."""

from __future__ import annotations

import json
import math
from typing import Any

from msc_evidence.render.inert import with_references
from msc_evidence.tables.table import Table, Value

SUFFIXES = (".json",)
SCHEMA = 1


def render(table: Table) -> str:
    """The table to twelve significant digits; what was not reported, or is not finite, is null."""
    return indented_json(table_document(table))


def table_document(table: Table) -> dict[str, Any]:
    """The table as plain data."""
    columns = [{"key": column.key, "title": column.title, "kind": column.kind} for column in table.columns]
    rows = [{key: _rounded_value(row.get(key)) for key in table.keys} for row in table.rows]
    beside = {each.name: table_document(each) for each in table.beside}
    return {"schema": SCHEMA, "table": table.name, "columns": columns, "rows": rows, **beside}


def indented_json(data: object) -> str:
    """The data as indented JSON; what acts on a terminal or shows nothing is escaped, half a sign is `?`."""
    whole = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return with_references(
        whole.encode("utf-8", "replace").decode("utf-8"), lambda sign: json.dumps(sign)[1:-1]
    )


def _rounded_value(value: Value) -> Value:
    """The value; a number to the digits that do not depend on the order in which a processor adds."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.12g}") if math.isfinite(value) else None
