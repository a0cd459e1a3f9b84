"""Tables as a Frictionless tabular data package: a CSV file each, and datapackage.json that describes them.

Data Package and Table Schema, specification version 1 (specs.frictionlessdata.io).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msc_evidence.render.table_csv import render as csv_text
from msc_evidence.tables.table import Column, Table, Value

DESCRIPTION = "datapackage.json"
#: What an empty cell says.
MISSING = ("",)
_TYPES = {
    "string": "text as recorded",
    "integer": "whole number",
    "number": "number at full precision",
    "boolean": "true or false",
}


def render(tables: Sequence[Table], title: str) -> dict[str, str]:
    """The text of each file of the folder by its name; the description comes last."""
    files = {f"{_name(table)}.csv": csv_text(table) for table in tables}
    resources = [_resource(table, files[f"{_name(table)}.csv"]) for table in tables]
    described = {"profile": "tabular-data-package", "title": title, "resources": resources}
    return files | {DESCRIPTION: json.dumps(described, ensure_ascii=False, indent=2) + "\n"}


def _name(table: Table) -> str:
    return table.name.lower().replace(" ", "-")


def _resource(table: Table, text: str) -> dict[str, Any]:
    raw = text.encode()
    return {
        "profile": "tabular-data-resource",
        "name": _name(table),
        "path": f"{_name(table)}.csv",
        **({"title": table.title} if table.title else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {
            "fields": [_field(column, table.rows) for column in table.columns],
            "missingValues": list(MISSING),
        },
    }


def _field(column: Column, rows: Sequence[Mapping[str, Value]]) -> dict[str, Any]:
    values = [value for row in rows if (value := row.get(column.key)) is not None]
    kind = _type(column, values)
    field: dict[str, Any] = {
        "name": column.key,
        "title": column.title,
        "type": kind,
        "description": f"p-value, {_TYPES[kind]}" if column.kind == "p" else _TYPES[kind],
    }
    if column.kind == "p" and kind == "number":
        field["constraints"] = {"minimum": 0, "maximum": 1}
    return field


def _type(column: Column, values: Sequence[Value]) -> str:
    """What every value of the column is; without a value, what the column is for."""
    if not values:
        return "string" if column.kind == "text" else "number"
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if any(isinstance(value, bool | str) for value in values):
        return "string"
    return "integer" if all(isinstance(value, int) for value in values) else "number"
