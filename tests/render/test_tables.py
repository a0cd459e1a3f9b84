"""What each format of a table must not do to its values."""

from __future__ import annotations

import csv
import io
import json

import pytest

from msc_evidence.render import renderer
from msc_evidence.tables.table import Column, Table, Value


def one(value: Value, kind: str = "text") -> Table:
    return Table("one", (Column("key", "Title", kind),), ({"key": value},))  # type: ignore[arg-type]


def csv_cell(value: Value) -> str:
    rows = list(csv.reader(io.StringIO(renderer("table", "csv")(one(value)), newline="")))
    assert len(rows) == 2
    assert rows[0] == ["key"]
    return rows[1][0] if rows[1] else ""


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.1 + 0.2, "0.3"),
        (-0.5, "-0.5"),
        (1.403e-05, "1.403e-05"),
        (float("nan"), ""),
        (float("-inf"), ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (30, "30"),
        ("0.110", "0.110"),
        ("-1.2", "-1.2"),
        ("+.5e-3", "+.5e-3"),
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("−0.11 to 1.86", "−0.11 to 1.86"),
        ('a "quoted", text', 'a "quoted", text'),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_csv_cell(value: Value, cell: str) -> None:
    assert csv_cell(value) == cell


def test_tsv_has_one_line_per_row_and_one_tab_between_cells() -> None:
    columns = (Column("a", "A"), Column("b", "B"))
    table = Table("t", columns, ({"a": "x\ty\nz", "b": "=1"}, {"a": None, "b": 0.1 + 0.2}))
    assert renderer("table", "tsv")(table) == "a\tb\nx y z\t'=1\n\t0.3\n"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333333),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
        (True, True),
        ("−1 脳", "−1 脳"),
    ],
)
def test_json_has_twelve_digits_and_is_strict(value: Value, read: Value) -> None:
    text = renderer("table", "json")(one(value))
    found = json.loads(text, parse_constant=pytest.fail)
    assert found["rows"] == [{"key": read}]
    assert (found["schema"], found["table"]) == (1, "one")
    assert found["columns"] == [{"key": "key", "title": "Title", "kind": "text"}]
    assert "\\u" not in text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        ("a|b", "text", r"a\|b"),
        ("a\nb", "text", "a b"),
        ("<script>", "text", "&lt;script&gt;"),
        ("[x](y)", "text", r"\[x\](y)"),
        ("*_`\\", "text", r"\*\_\`" + "\\\\"),
        (0.0203978, "p", "0.0204"),
        (-0.112345, "number", "−0.1123"),
        (12345.678, "number", "12346"),
        (2005.0, "number", "2005"),
        (float("nan"), "number", ""),
        (None, "p", ""),
        (True, "text", "yes"),
    ],
)
def test_markdown_cell(value: Value, kind: str, cell: str) -> None:
    lines = renderer("table", "md")(one(value, kind)).splitlines()
    assert lines[1] == ("| --- |" if kind == "text" else "| ---: |")
    assert lines[2] == f"| {cell} |"


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "md", "table"])
def test_a_table_without_rows_is_its_head(name: str) -> None:
    table = Table("none", (Column("key", "Title"),), ())
    assert renderer("table", name)(table)


@pytest.mark.parametrize("name", ["table", "md"])
@pytest.mark.parametrize(("notes", "said"), [(("No trial.",), "No trial."), ((), "Nothing to show.")])
def test_a_page_without_rows_is_a_sentence_and_no_frame(name: str, notes: tuple[str, ...], said: str) -> None:
    text = renderer("table", name)(Table("none", (Column("key", "Title"),), (), "About", notes))
    assert [line for line in text.replace("*", "").splitlines() if line] == ["About", said]
