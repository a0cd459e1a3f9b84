"""`msc-evidence audit` over whole articles: abstract, results, tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.reading.tables_of import article_xml, table_xml

TABLE = table_xml("| | Cells (n = 20) | Control (n = 24) |", "Men, n (%) | 12 (60) | 26 (58)")
PICTURE = '<table-wrap id="T2"><graphic/></table-wrap>'
BODY = (
    "<p>Of the men 21 of 31 (60%) fell, as before [<xref ref-type='bibr'>5</xref>].</p>"
    "<sec><title>Statistical methods</title><p>We expected 22 of 31 (80%).</p></sec>"
)
OTHERS = "</sec><sec><title>Introduction</title><p>Others saw 3 of 31 (80%).</p>"
ARTICLE = article_xml(BODY, TABLE, PICTURE, OTHERS, abstract="Of the women 11 of 31 (30%) fell.")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ARTICLE, encoding="utf-8")


FOUND = {
    "abstract": {"11 of 31 (30%": ""},
    "body": {"21 of 31 (60%": "Results ¶1"},
    "tables": {"26 (58)": "T1!r1c2"},
}


@pytest.mark.parametrize("parts", ["abstract", "body", "tables", "tables, body", None])
def test_each_part_is_looked_at_where_it_is_asked_for(run: Run, parts: str | None) -> None:
    wanted = [part.strip() for part in parts.split(",")] if parts else list(FOUND)
    ran = run("audit", "a.xml", "-f", "csv", *(["--parts", parts] if parts else []))
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert ran.code == 1
    assert {row["span"]: row["address"] for row in rows} == {
        span: address for part in wanted for span, address in FOUND[part].items()
    }


def test_the_closing_line_says_what_was_not_read(run: Run) -> None:
    assert "1 text (2 tables, 1 of them not read)" in run("audit", "a.xml").err
    assert "of 1 body and tables are not read" in run("audit", "a.xml", "--parts", "abstract").err


def test_an_unknown_part_is_refused(run: Run) -> None:
    ran = run("audit", "a.xml", "--parts", "table")
    assert (ran.code, ran.out) == (2, "")
    assert "'table' is no part of a text; did you mean 'tables'?" in ran.err


def test_a_journal_is_of_the_same_parts(run: Run) -> None:
    run("audit", "a.xml", "--resume", "run.journal", "--parts", "body")
    ran = run("audit", "a.xml", "--resume", "run.journal")
    assert ran.code == 2
    assert "is of other parts of the texts: body" in ran.err
