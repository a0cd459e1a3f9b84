"""`msc-evidence read --tables` as users run it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.reading.tables_of import article_xml, table_xml

HEAD = "| | Cells (n = 20) | Control (n = 24) | P |"
ARTICLE = article_xml(
    table_xml(HEAD, "Men, n (%) | 12 (60) | 14 (58) | 0.91"), '<table-wrap id="T2"><graphic/></table-wrap>'
)
UNREAD = "a picture; its numbers cannot be read"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ARTICLE, encoding="utf-8")
    line = json.dumps({"pmcid": "PMC7", "xml": f"<?xml version='1.0'?>\n{ARTICLE}"})
    (tmp_path / "a.jsonl").write_text(f"{line}\n", encoding="utf-8")


def test_the_screen_says_arms_rows_and_what_was_not_read(run: Run) -> None:
    ran = run("read", "--tables", "a.xml", "-f", "text")
    assert (ran.code, ran.err) == (0, "1 of 2 tables read; the others say why not\n")
    assert ran.out.splitlines() == [
        "PMC123 table T1 (Table 1)",
        "  arm Cells: n = 20, column 1",
        "  arm Control: n = 24, column 2",
        "  p: column 3",
        "  r1 Men, n (%):  n_pct (arithmetic)  12 (60) | 14 (58)  p 0.91",
        "",
        "PMC123 table T2",
        f"  not read: {UNREAD}",
    ]


@pytest.mark.parametrize(("file", "pmcid"), [("a.xml", "PMC123"), ("a.jsonl", "PMC7")])
def test_a_line_of_json_a_table(run: Run, file: str, pmcid: str) -> None:
    first, second = map(json.loads, run("read", "--tables", file, "-f", "jsonl").out.splitlines())
    assert (first["pmcid"], first["table"]) == (pmcid, "T1")
    assert [(arm["n"], arm["columns"], arm["n_from"]) for arm in first["arms"]] == [
        (20, [1], "head"),
        (24, [2], "head"),
    ]
    (row,) = first["rows"]
    assert row["cells"][1] == {"address": "r1c2", "text": "14 (58)", "n": 24}
    assert row["p"] == [{"column": 3, "text": "0.91"}]
    assert second["reason"] == UNREAD


def test_a_line_says_which_rows_contradict_themselves(run: Run, tmp_path: Path) -> None:
    body = "Men, n (%) | 12 (60) | 26 (58) |\nWomen, n (%) | 8 (40) | 10 (42) |"
    (tmp_path / "b.xml").write_text(article_xml(table_xml(HEAD, body)), encoding="utf-8")
    (table,) = map(json.loads, run("read", "--tables", "b.xml", "-f", "jsonl").out.splitlines())
    assert [row.get("verdict") for row in table["rows"]] == ["contradiction", None]


def test_rows_of_cells_carry_their_addresses(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("read", "--tables", "a.xml", "-q").out)))
    assert [(row["address"], row["kind"], row["n"], row["text"]) for row in rows] == [
        ("T1!r1c1", "n_pct", "20", "12 (60)"),
        ("T1!r1c2", "n_pct", "24", "14 (58)"),
        ("T1!r1c3", "p", "", "0.91"),
        ("", "not read", "", UNREAD),
    ]


ABSTRACT = "<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>"
REFUSED = {
    "no article": (ABSTRACT, "no article (JATS, HTML, DOCX)"),
    "too deep": (article_xml("<sec>" * 300 + "</sec>" * 300), "nested too deeply"),
    "cut off": (ARTICLE[:-20], "</article>"),
    "entities of its own": (f'<!DOCTYPE article [<!ENTITY a "b">]>{ARTICLE}', "declares entities"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_holds_no_article_is_refused(run: Run, tmp_path: Path, case: str) -> None:
    content, said = REFUSED[case]
    (tmp_path / "b.xml").write_text(content, encoding="utf-8")
    ran = run("read", "--tables", "b.xml")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_tables_are_of_files(run: Run) -> None:
    assert run("read", "--tables", "--pmid", "1").code == 2
    assert run("read", "--tables", "--draft", "a.xml").code == 2


def test_an_article_in_json_lines_has_its_abstract_read(run: Run, tmp_path: Path) -> None:
    line = json.dumps({"pmcid": "PMC7", "xml": article_xml(abstract="Fewer fell (P = .04).")})
    (tmp_path / "b.jsonl").write_text(line, encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(run("read", "b.jsonl").out)))
    assert [(row["id"], row["text"]) for row in rows] == [("PMC7", "P = .04")]
