"""DOCX: a real table with a repeated header, and footnotes that Word and LibreOffice number."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.pages.report import report_page
from msc_evidence.registry.loader import load
from msc_evidence.render import document_renderer, page_document_renderer
from msc_evidence.render.page import Page
from msc_evidence.tables.table import Column, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TABLE = Table(
    "sof",
    (Column("outcome", "Outcome"), Column("n", "n", "number"), Column("certainty", "Certainty")),
    (
        {"outcome": "death <6 mo>", "n": 84, "certainty": "low ¹ ²"},
        {"outcome": "10⁸ cells", "n": None, "certainty": "high ²"},
    ),
    "Findings & more",
    ("¹ One trial.", "² Judged by Doe J.", "CI confidence interval."),
    ("Setting: hospitals",),
)


def part(name: str, document: bytes | None = None) -> ElementTree.Element:
    package = zipfile.ZipFile(io.BytesIO(document or document_renderer("docx")(TABLE)))
    assert package.testzip() is None
    return ElementTree.fromstring(package.read(name))


@pytest.fixture(scope="module")
def page() -> Page:
    registry = load(Path(__file__).parents[2] / "docs" / "judged.yaml")
    return report_page(Query.of_everything(Analysis(registry)), drawn=False)


def words(element: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def test_the_table_is_a_table_and_its_header_is_repeated() -> None:
    (table,) = part("word/document.xml").iter(f"{W}tbl")
    rows = list(table.iter(f"{W}tr"))
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert [[words(cell) for cell in row.iter(f"{W}tc")] for row in rows] == [
        ["Outcome", "n", "Certainty"],
        ["death <6 mo>", "84", "low,"],
        ["10⁸ cells", "–", "high2"],
    ]


def test_numbers_alone_stand_to_the_right() -> None:
    document = part("word/document.xml")
    right = [words(each) for each in document.iter(f"{W}p") if each.find(f"{W}pPr/{W}jc") is not None]
    assert right == ["84", "–"]


def test_heads_alone_are_bold_and_each_column_has_room_for_its_longest_word() -> None:
    """Of 9,638 twentieths of a point `84` and `Certainty` get 105 for each letter and 2.3 more; the rest the words."""
    (table,) = part("word/document.xml").iter(f"{W}tbl")
    bold = [words(run) for run in table.iter(f"{W}r") if run.find(f"{W}rPr/{W}b") is not None]
    assert bold == ["Outcome", "n", "Certainty"]
    assert [column.get(f"{W}w") for column in table.iter(f"{W}gridCol")] == ["8000", "451", "1186"]


def test_marks_that_a_note_explains_are_footnotes_and_other_notes_stand_below() -> None:
    document, footnotes = part("word/document.xml"), part("word/footnotes.xml")
    referred = [note.get(f"{W}id") for note in document.iter(f"{W}footnoteReference")]
    texts = {note.get(f"{W}id"): words(note) for note in footnotes.iter(f"{W}footnote")}
    assert [texts[note] for note in referred] == [" One trial.", " Judged by Doe J."]
    below = [words(paragraph) for paragraph in document.findall(f"{W}body/{W}p")]
    assert below == ["Findings & more", "Setting: hospitals", "CI confidence interval."]


def test_the_same_table_gives_the_same_bytes() -> None:
    render = document_renderer("docx")
    assert render(TABLE) == render(TABLE)


def test_a_report_has_its_tables_and_footnotes_numbered_through(page: Page) -> None:
    document = page_document_renderer("docx")(page)
    body, footnotes = part("word/document.xml", document), part("word/footnotes.xml", document)
    shown = [table.table for table in page.evidence.parts if table.table.rows]
    assert len(list(body.iter(f"{W}tbl"))) == len(shown) + len(page.forests) + bool(page.findings_table.rows)
    said = [words(paragraph) for paragraph in body.findall(f"{W}body/{W}p")]
    assert said[1:3] == [page.evidence.question, page.evidence.answer]
    explained = [
        note[1:].lstrip("⁰¹²³⁴⁵⁶⁷⁸⁹") for table in shown for note in table.notes if note[0] in "¹²³⁴⁵⁶⁷⁸⁹"
    ]
    texts = {note.get(f"{W}id"): words(note) for note in footnotes.iter(f"{W}footnote")}
    referred = [texts.get(note.get(f"{W}id")) for note in body.iter(f"{W}footnoteReference")]
    assert sorted(filter(None, referred)) == sorted(explained)
    assert len(explained) > 30
    style = f"{W}pPr/{W}pStyle[@{W}val='Heading2']"
    headings = [words(each) for each in body.iter(f"{W}p") if each.find(style) is not None]
    titles = [table.title for table in page.evidence.parts]
    assert headings == ["Summary", *titles, "Figures, in words", "Findings", "References"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_them(tmp_path: Path, page: Page) -> None:
    written = {"table": document_renderer("docx")(TABLE), "report": page_document_renderer("docx")(page)}
    for name, document in written.items():
        (tmp_path / f"{name}.docx").write_bytes(document)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", tmp_path, *tmp_path.glob("*.docx")],
        check=True, capture_output=True,
    )  # fmt: skip
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    for name, document in written.items():
        opened = ElementTree.parse(tmp_path / f"{name}.fodt")
        body, footnotes = part("word/document.xml", document), part("word/footnotes.xml", document)
        tables = opened.iter("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table")
        assert len(list(tables)) == len(list(body.iter(f"{W}tbl")))
        notes = [
            "".join(note.find(f"{text}note-body").itertext()).strip() for note in opened.iter(f"{text}note")
        ]
        assert notes == [words(note).strip() for note in footnotes.iter(f"{W}footnote")][2:]
