"""`check --update-fingerprints` for numbers from the tables of an article, as users run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.reading.tables_of import article_xml, table_xml

HEAD = "| | Cells (n = 20) | Control (n = 24) | P |"
BODY = "Age, mean (SD) | 63.2 (11.4) | 64.0 (12.0) | 0.82\nMen, n (%) | 12 (60) | 14 (58) | 0.91"
ASKED = ("check", "-r", "draft.yaml", "--texts", "texts")


def written(folder: Path, body: str) -> None:
    abstract = "We randomised 44 patients to cells (n = 20) or control (n = 24)."
    table = table_xml(HEAD, body, caption="Baseline characteristics")
    (folder / "texts" / "pmc123.xml").write_text(article_xml(table, abstract=abstract), encoding="utf-8")


@pytest.fixture
def draft(run: Run, tmp_path: Path) -> Path:
    """A record drafted from an article that lies beside it."""
    (tmp_path / "texts").mkdir()
    written(tmp_path, BODY)
    file = tmp_path / "draft.yaml"
    file.write_text(run("read", "--draft", "texts/pmc123.xml").out, encoding="utf-8")
    return file


def test_the_cells_of_a_corrected_article_are_listed_anew_and_nothing_else_is_touched(
    run: Run, draft: Path, tmp_path: Path
) -> None:
    text = draft.read_text(encoding="utf-8")
    assert run(*ASKED, "--update-fingerprints").code == 0
    current = draft.read_text(encoding="utf-8")
    assert [line for line in current.splitlines() if "!r" in line] == [
        line for line in text.splitlines() if "!r" in line
    ]
    written(tmp_path, BODY.replace("63.2 (11.4)", "63.4 (11.4)"))
    assert "MSC612 error" in run(*ASKED).out
    assert run(*ASKED, "--update-fingerprints").code == 0
    assert draft.read_text(encoding="utf-8").count("63.4 (11.4)") == 1
    out = run(*ASKED).out
    assert "63.2 is not in T1!r1c1, which prints 63.4 (11.4)" in out
    assert "MSC612" not in out
    assert "MSC613" not in out


def test_cells_that_an_article_has_no_more_are_said(run: Run, draft: Path, tmp_path: Path) -> None:
    written(tmp_path, BODY.splitlines()[0])
    ran = run(*ASKED, "--update-fingerprints")
    assert ran.code == 0
    assert "the article has no T1!r2c1, T1!r2c2, T1!r2c3; they are listed no more" in ran.err
