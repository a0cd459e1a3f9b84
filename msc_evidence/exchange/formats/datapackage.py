"""Tables as a Frictionless tabular data package: a CSV file each, and datapackage.json that describes them.

Data Package and Table Schema, specification version 1 (specs.frictionlessdata.io).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from msc_evidence.exchange.citations import citations_table
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.registry.loader import shipped_registry
from msc_evidence.render.table.csv import render as csv_text
from msc_evidence.tables.review import table_named, table_names
from msc_evidence.tables.table import Column, Table, Value

DESCRIPTION = "datapackage.json"
#: What an empty cell says.
MISSING = ("",)
_TYPES = {
    "string": "text as recorded",
    "integer": "whole number",
    "number": "number at full precision",
    "boolean": "true or false",
    "date": "day",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def render(
    tables: Sequence[Table],
    title: str,
    keys: dict[str, Sequence[str]] | None = None,
    licence: str | None = None,
) -> dict[str, str]:
    """The text of each file of the folder by its name; the description comes last.

    `keys` names the columns that tell a table's rows apart; of one column, other tables with it refer to that table.
    """
    files = {f"{_file_stem(table)}.csv": csv_text(table) for table in tables}
    resources = [
        _described_resource(table, files[f"{_file_stem(table)}.csv"], keys or {}) for table in tables
    ]
    described = {
        "profile": "tabular-data-package",
        "name": _slug(title),
        "title": title,
        **(
            {"licenses": [{"name": licence, "path": f"https://spdx.org/licenses/{licence}.html"}]}
            if licence
            else {}
        ),
        "resources": resources,
    }
    return files | {DESCRIPTION: json.dumps(described, ensure_ascii=False, indent=2) + "\n"}


def _file_stem(table: Table) -> str:
    return _slug(table.name)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-") or "data"


def _described_resource(table: Table, text: str, keys: dict[str, Sequence[str]]) -> dict[str, Any]:
    raw = text.encode()
    return {
        "profile": "tabular-data-resource",
        "name": _file_stem(table),
        "path": f"{_file_stem(table)}.csv",
        **({"title": table.title} if table.title else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True},
        "schema": {
            "fields": [_described_field(column, table.rows) for column in table.columns],
            "missingValues": list(MISSING),
            **_described_keys(table, keys),
        },
    }


def _described_keys(table: Table, keys: dict[str, Sequence[str]]) -> dict[str, Any]:
    """What tells the rows apart, and the tables that a column refers to."""
    keys_described: dict[str, Any] = {"primaryKey": list(keys[table.name])} if table.name in keys else {}
    # Of several tables with a row for each trial, the first is the one that others refer to.
    owners = {key[0]: name for name, key in reversed(keys.items()) if len(key) == 1}
    foreign = [
        {"fields": column, "reference": {"resource": _slug(name), "fields": column}}
        for column, name in owners.items()
        if column in table.keys and name != table.name
    ]
    return keys_described | ({"foreignKeys": foreign} if foreign else {})


def _described_field(column: Column, rows: Sequence[Mapping[str, Value]]) -> dict[str, Any]:
    values = [value for row in rows if (value := row.get(column.key)) is not None]
    kind = _value_type(column, values)
    field: dict[str, Any] = {
        "name": column.key,
        "title": column.title,
        "type": kind,
        "description": f"p-value, {_TYPES[kind]}" if column.kind == "p" else _TYPES[kind],
    }
    if column.kind == "p" and kind == "number":
        field["constraints"] = {"minimum": 0, "maximum": 1}
    return field


def _value_type(column: Column, values: Sequence[Value]) -> str:
    """What every value of the column is; without a value, what the column is for."""
    if not values:
        return "string" if column.kind == "text" else "number"
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, str) and _DAY.fullmatch(value) for value in values):
        return "date"
    if any(isinstance(value, bool | str) for value in values):
        return "string"
    return "integer" if all(isinstance(value, int) for value in values) else "number"


FOLDER = True
OPTIONS = ("--outcome", "--at")
#: Of the registry that comes with the package; what others' registries are under, they say.
LICENCE = "MIT"


def export(request: ExportRequest) -> Exported:
    """Every table as CSV in a folder, described by a Frictionless datapackage.json."""
    query = replace(request.query, every=True)
    named_tables = {name: table_named(name) for name in table_names()}
    data_tables = tuple(
        replace(named_table.table(query), name=name) for name, named_table in named_tables.items()
    )
    keys = {"citations": ("trial",)} | {
        name: named_table.key for name, named_table in named_tables.items() if named_table.key
    }
    licence = LICENCE if request.query.registry.path.resolve() == shipped_registry().resolve() else None
    return Exported((citations_table(request.query.records), *data_tables), keys=keys, licence=licence)
