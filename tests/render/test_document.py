"""DOCX: a real table with a repeated header, and footnotes that Word and LibreOffice number."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.render import document_renderer
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


def part(name: str) -> ElementTree.Element:
    package = zipfile.ZipFile(io.BytesIO(document_renderer("docx")(TABLE)))
    assert package.testzip() is None
    return ElementTree.fromstring(package.read(name))


def words(element: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def test_the_table_is_a_table_and_its_header_is_repeated() -> None:
    (table,) = part("word/document.xml").iter(f"{W}tbl")
    rows = list(table.iter(f"{W}tr"))
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert [[words(cell) for cell in row.iter(f"{W}tc")] for row in rows] == [
        ["Outcome", "n", "Certainty"],
        ["death <6 mo>", "84", "low"],
        ["10⁸ cells", "–", "high2"],
    ]


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


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(document_renderer("docx")(TABLE))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", tmp_path, tmp_path / "t.docx"],
        check=True, capture_output=True,
    )  # fmt: skip
    opened = ElementTree.parse(tmp_path / "t.fodt")
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    assert len(list(opened.iter("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table"))) == 1
    notes = ["".join(note.find(f"{text}note-body").itertext()) for note in opened.iter(f"{text}note")]
    assert [note.strip() for note in notes] == ["One trial.", "Judged by Doe J."]
