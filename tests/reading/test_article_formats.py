"""The same article as JATS, as a web page and as DOCX: the same abstract, paragraphs and tables."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.texts.articles import Article, article_of
from msc_evidence.reading.texts.body import paragraphs
from msc_evidence.reading.texts.document import LONGEST_RECORD, Malformed, Record, TextDocument
from msc_evidence.reading.texts.documents import inputs, read, records

JATS = """<article><front><article-meta><title-group><article-title>A trial</article-title></title-group>
<abstract><sec><title>Results</title><p>It fell (P = .04).</p></sec></abstract></article-meta></front><body>
<sec><title>Methods</title><p>We planned 40.</p></sec><sec><title>Results</title><p>Of 44, 12 fell
[<xref ref-type="bibr">3</xref>].</p><table-wrap id="T1"><label>Table 1</label><caption><p>Who took part</p></caption>
<table><thead><tr><th rowspan="2"></th><th>Cells</th><th>Control</th></tr><tr><th>(n = 20)</th><th>(n = 24)</th></tr>
</thead><tbody><tr><td>Men, n (%)</td><td>12 (60)<sup>a</sup></td><td>14<break/>(58)</td></tr></tbody></table>
<table-wrap-foot><p><sup>a</sup>n = 18</p></table-wrap-foot></table-wrap></sec></body></article>"""
#: Without the end tags that HTML does not ask for.
PAGE = """<!DOCTYPE html><html><head><title>No</title><style>p{}</style></head><body><nav><p>Home 99%</nav>
<h1>A trial</h1><h2>Abstract</h2><h3>Results</h3><p>It fell (P = .04).<h2>Methods</h2><p>We planned 40.
<h2>Results</h2><p>Of 44, 12 fell [<sup>3</sup>].<figure id="T1"><p class="caption"><b>Table 1</b> Who took part</p>
<table><thead><tr><th rowspan="2"><th>Cells<th>Control<tr><th>(n = 20)<th>(n = 24)<tbody>
<tr><td>Men, n (%)<td>12 (60)<sup>a</sup><td>14<br>(58)</table><p class="foot"><sup>a</sup>n = 18</p></figure>"""
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'


def paragraph(text: str, style: str = "BodyText") -> str:
    """A paragraph; what stands between carets is raised."""
    pieces = text.split("^")
    runs = [
        f"<w:r>{RAISED if at % 2 else ''}<w:t>{piece}</w:t></w:r>" for at, piece in enumerate(pieces) if piece
    ]
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def row(*cells: str, head: bool = False) -> str:
    """A row of a table."""
    mark = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{mark}{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


#: A cell with a change: 99 was deleted, a raised mark was inserted.
CHANGED = (
    "<w:p><w:r><w:t>12 (60)</w:t></w:r><w:del><w:r><w:t>99</w:t></w:r></w:del>"
    f"<w:ins><w:r>{RAISED}<w:t>a</w:t></w:r></w:ins></w:p>"
)
DOCUMENT = (
    f"<w:document {W}><w:body>"
    + paragraph("A trial", "Title")
    + paragraph("Abstract", "Heading2")
    + paragraph("Results", "Heading3")
    + paragraph("It fell (P = .04).")
    + paragraph("Methods", "Heading2")
    + paragraph("We planned 40.")
    + paragraph("Results", "Heading2")
    + paragraph("Of 44, 12 fell [^3^].")
    + paragraph("Table 1 Who took part")
    + "<w:tbl>"
    + row(
        f'<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph("")}',
        paragraph("Cells"),
        paragraph("Control"),
        head=True,
    )
    + row("<w:tcPr><w:vMerge/></w:tcPr><w:p/>", paragraph("(n = 20)"), paragraph("(n = 24)"), head=True)
    + row(paragraph("Men, n (%)"), CHANGED, paragraph("14") + paragraph("(58)"))
    + "</w:tbl>"
    + paragraph("^a^n = 18")
    + "</w:body></w:document>"
)


def docx(document: str, name: str = "word/document.xml") -> bytes:
    """A package with one part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, document)
    return stream.getvalue()


FORMATS = {"a.xml": JATS.encode(), "a.html": PAGE.encode(), "a.docx": docx(DOCUMENT)}


def only(folder: Path, name: str, content: bytes) -> Record | Malformed:
    """The one record of a file."""
    (folder / name).write_bytes(content)
    (record,) = records(inputs([folder / name]))
    return record


def whole(record: Record | Malformed) -> Article:
    assert isinstance(record, Record)
    article = article_of(record)
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_article(tmp_path: Path, name: str) -> None:
    record = only(tmp_path, name, FORMATS[name])
    document, article = read(record), whole(record)
    assert isinstance(document, TextDocument)
    assert document.text == "Results: It fell (P = .04)."
    assert [(each.section, each.text) for each in paragraphs(article.root)] == [
        ("Results", "Of 44, 12 fell.")
    ]
    (table,) = article_tables(article.root)
    source = table.source
    assert (source.id, source.label, source.caption) == ("T1", "Table 1", "Who took part")
    assert [(arm.label, arm.n) for arm in table.arms] == [("Cells", 20), ("Control", 24)]
    assert [(cell.address, cell.cell.text, cell.n) for cell in table.rows[0].cells] == [
        ("r2c1", "12 (60)", 18),
        ("r2c2", "14 (58)", 24),
    ]


FEET = {
    "Values shown in bold are significant at p of 0.05": True,
    "Data are mean (SD).": True,
    "^a^n = 18": True,
    "Data of 12 (P = .04) were lost.": False,
    "Of 12, 4 fell (P = .04).": False,
}


@pytest.mark.parametrize("below", FEET)
def test_what_stands_below_a_table_of_a_document_is_its_foot_or_the_text_going_on(
    tmp_path: Path, below: str
) -> None:
    document = DOCUMENT.replace(paragraph("^a^n = 18"), paragraph(below))
    article = whole(only(tmp_path, "a.docx", docx(document)))
    assert [each.text for each in paragraphs(article.root)][1:] == ([] if FEET[below] else [below])


REFUSED = {
    "a page without an article": ("a.html", b"<html><body>x</body></html>", "without headings and tables"),
    "a page that nests without end": ("a.html", b"<html>" + b"<div>" * 300, "nested too deeply"),
    "another zip": ("a.docx", docx("x", "other.txt"), "no word/document.xml"),
    "a cut package": ("a.docx", docx(DOCUMENT)[:200], "damaged, cut off"),
    "a bomb": ("a.docx", docx(" " * (LONGEST_RECORD + 1)), "unpacks to more than"),
    "entities of its own": ("a.docx", docx('<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "declares entities"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_article_is_refused(tmp_path: Path, case: str) -> None:
    name, content, said = REFUSED[case]
    found = read(only(tmp_path, name, content))
    assert isinstance(found, Malformed)
    assert said in found.problem


def test_a_letter_without_sections_is_read_whole() -> None:
    letter = JATS[: JATS.index("<sec>", JATS.index("<body>"))] + "<p>Of 44, 12 fell.</p></body></article>"
    record = Record("xml", letter.encode(), "a.xml")
    article = article_of(record)
    assert isinstance(article, Article)
    assert [(each.section, each.text, each.kind) for each in paragraphs(article.root)] == [
        ("no sections", "Of 44, 12 fell.", "discussion")
    ]
