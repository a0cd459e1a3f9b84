"""Articles saved as PDF: lines, paragraphs and headings from the places of characters; nothing of tables."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from msc_evidence.reading.texts.articles import Article, article_of
from msc_evidence.reading.texts.body import paragraphs
from msc_evidence.reading.texts.document import Malformed, Record, TextDocument
from msc_evidence.reading.texts.documents import inputs, read, records

#: Left, height, size, whether bold, and the text of a piece of a page.
Piece = tuple[float, float, float, bool, str]


def pdf(*pages: list[Piece]) -> bytes:
    """A PDF with these pieces of text on its pages, in the two fonts that every reader has."""
    fonts = ("Helvetica", "Helvetica-Bold")
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    bodies += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>" for font in fonts
    ]
    kids = []
    for pieces in pages:
        shown = "\n".join(
            f"BT /F{int(bold)} {size} Tf {left} {height} Td ({text.translate(ESCAPED)}) Tj ET"
            for left, height, size, bold, text in pieces
        )
        bodies.append(f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}\nendstream")
        kids.append(f"{len(bodies) + 1} 0 R")
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F0 3 0 R /F1 4 0 R >> >>"
            f" /Contents {len(bodies)} 0 R >>"
        )
    bodies[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    raw, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(raw))
        raw += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\n"
    return raw + f"{end}startxref\n{len(raw)}\n%%EOF\n".encode()


ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})
FIRST: list[Piece] = [
    (50, 760, 20, True, "A trial of cells"),
    (50, 720, 14, True, "Abstract"),
    (50, 700, 10, False, "Recovery was no better with cells than with placebo (P = .04)."),
    (50, 660, 14, True, "1"),
    (80, 660, 14, True, "Results"),
    (
        50,
        640,
        10,
        False,
        "Of 44 participants, 12 fell within the 6 months that followed the first of the infu-",
    ),
    (50, 628, 10, False, "sions, and the mean was 63.2 (SD 11.4) with cells; mortality fell in three trials"),
    (391, 632, 6, False, "5"),
    (395, 628, 10, False, ". That"),
    (
        50,
        616,
        10,
        False,
        "was the first part of this story, which goes on in the right-hand column of the page;",
    ),
    (
        50,
        590,
        10,
        False,
        "Table 1 Characteristics of everybody who took part in the trial, all 44 of them, at",
    ),
    (50, 578, 10, False, "entry; mean (SD)"),
    (50, 560, 10, False, "Age"),
    (150, 560, 10, False, "63.2 (11.4)"),
    (250, 560, 10, False, "64.0 (12.0)"),
    (50, 548, 10, False, "in years"),
    (
        50,
        520,
        10,
        False,
        "The text goes on below the table, 3 of the 44 participants had a stroke in these months.",
    ),
]
SECOND: list[Piece] = [
    (50, 760, 14, True, "2"),
    (80, 760, 14, True, "Methods"),
    (
        50,
        740,
        10,
        False,
        "We planned 40 participants, which is what nobody wants to read as a result of the trial.",
    ),
]


def article(raw: bytes, name: str = "a.pdf") -> Article:
    pytest.importorskip("pypdfium2", reason="needs the extra documents")
    found = article_of(Record("pdf", raw, name))
    assert isinstance(found, Article)
    return found


def test_text_in_the_order_of_print_without_its_tables(tmp_path: Path) -> None:
    raw = pdf(FIRST, SECOND)
    found = article(raw)
    assert found.unverified
    (first, second) = paragraphs(found.root)
    assert first.text == (
        "Of 44 participants, 12 fell within the 6 months that followed the first of the infusions, and the mean was"
        " 63.2 (SD 11.4) with cells; mortality fell in three trials^5. That was the first part of this story, which"
        " goes on in the right-hand column of the page;"
    )
    assert second.text == (
        "The text goes on below the table, 3 of the 44 participants had a stroke in these months."
    )
    (tmp_path / "a.pdf").write_bytes(raw)
    (record,) = records(inputs([tmp_path]))
    assert not isinstance(record, Malformed)
    document = read(record)
    assert isinstance(document, TextDocument)
    assert document.text == "Recovery was no better with cells than with placebo (P = .04)."


def test_a_smaller_heading_stands_within_the_section_before_it() -> None:
    pieces: list[Piece] = [
        (50, 760, 20, True, "A trial of cells"),
        (50, 720, 14, True, "Results"),
        (50, 690, 12, True, "Harms"),
        (50, 670, 10, False, "Of 44 participants, 12 fell within the months that followed the infusions."),
        (50, 630, 14, True, "Methods"),
        (50, 610, 10, False, "We planned 40 participants, which is what nobody wants to read as a result."),
    ]
    (found,) = paragraphs(article(pdf(pieces)).root)
    assert found.text.startswith("Of 44 participants")


def test_running_heads_are_left_out() -> None:
    pages: list[list[Piece]] = [
        [
            (50, 780, 10, False, f"J Cells 2020; page {number}"),
            (50, 740, 10, False, f"{words} participants fell."),
        ]
        for number, words in enumerate(("Twelve", "Thirteen", "Fourteen", "Fifteen"), 1)
    ]
    root = article(pdf([(50, 760, 14, True, "Results"), *pages[0]], *pages[1:])).root
    assert "J Cells" not in " ".join(root.itertext())
    assert "Fifteen" in " ".join(root.itertext())


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.4", "a PDF that is damaged or encrypted"),
        (pdf([]), "a PDF without text: its pages are pictures"),
        (pdf(*[[]] * 301), "a PDF of more than 300 pages"),
    ],
)
def test_what_cannot_be_read_is_said(raw: bytes, said: str) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra documents")
    found = article_of(Record("pdf", raw, "a.pdf"))
    assert isinstance(found, Malformed)
    assert said in found.problem


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    found = article_of(Record("pdf", pdf(FIRST), "a.pdf"))
    assert isinstance(found, Malformed)
    assert "install the extra `documents`" in found.problem
