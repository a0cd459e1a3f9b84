"""Articles saved as PDF: lines put together from the characters of its pages, as running text without its tables.

A page of a PDF has characters with places and nothing else: no paragraphs, no cells, no marks. What is read here is the
text in the order of print; where columns stand side by side, or a rule is all that parts two tables, it may go wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from msc_evidence.reading.texts.flow import Block, article_of_blocks
from msc_evidence.reading.texts.xml import UnreadableText

#: No article has more pages, nor more characters.
MOST_PAGES, MOST_CHARACTERS = 300, 3_000_000
_LACKING = (
    "a PDF; to read its text install the extra `documents` (pip install 'msc-evidence[documents]'),"
    " or save it as HTML"
)
#: A gap of this many times the size of the letters lies between cells, not between words.
_CELL_GAP = 1.6
#: How much of the usual length a line has that only text fills.
_FULL = 0.85
#: How much smaller raised letters are, and where lines part paragraphs, in sizes of the letters.
_RAISED, _PARTED = 0.9, 1.45
_SECTION = re.compile(
    r"(?:\d+\.?\s+)?(?:abstract|introduction|background|(?:materials? and |patients and )?methods|results|discussion"
    r"|conclusions?|references|acknowledge?ments?)",
    re.IGNORECASE,
)
#: The number of a section before its title, and what fonts of heavy letters are called.
_NUMBERED, _BOLD = re.compile(r"\d+(?:\.\d+)*\.?"), re.compile(rb"(?i)bold|black|heavy|demi|cmbx|sfbx|-bd\b")
#: A label, and not a sentence that begins with one.
_TABLE = re.compile(r"(?:Table|TABLE)\s*[A-Z]?\d+\b[.:]?(?=\s*(?:[^\sa-z),;.]|\Z))")
#: What is raised besides letters and digits; other signs have low boxes.
_MARKS = "*†‡§¶#,–-−+[]"
#: Signs that stand for a hyphen at the end of a line, and ligatures.
_SOFT = ("\ufffe", "\u00ad", "\u0002")
#: Letters around a hyphen that belongs to a word: AUDIT-C, 3-month.
_IN_NAME = re.compile(r"[A-Z\d].\Z|[A-Z\d]\Z")
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"})


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character with its box, the size of its letters, and whether it is bold; `after` is a blank before it."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    bold: bool
    after: bool


@dataclass(slots=True)
class _Line:
    """Characters on one baseline; raised ones are between `⁅` and `⁆`."""

    bottom: float
    size: float
    left: float
    right: float
    page: int
    bold: bool
    text: str = ""
    cells: bool = False
    raised: bool = False
    #: Where its last character begins.
    begun: float = 0.0
    sizes: Counter[float] = field(default_factory=Counter)

    def add(self, glyph: _Glyph, *, raised: bool) -> None:
        """The next character."""
        gap = glyph.left - self.right
        self.cells = self.cells or (gap > _CELL_GAP * self.size and not _NUMBERED.fullmatch(self.text))
        if self.raised and not raised:
            self.text += "⁆"
        blank = bool(self.text) and (
            gap > 0.18 * self.size if raised or self.raised else glyph.after or gap > 0.3 * self.size
        )
        self.text += " " if blank and not self.text.endswith(" ") else ""
        if raised and not self.raised:
            self.text += "⁅"
        self.text += glyph.text
        self.raised, self.right, self.begun = raised, glyph.right, glyph.left
        self.bold = self.bold and (glyph.bold or not glyph.text.isalpha())
        if not raised:
            # Brackets have taller boxes than letters.
            self.sizes[glyph.size] += 1
            self.size = self.sizes.most_common(1)[0][0]

    def begin_raised(self, glyph: _Glyph) -> None:
        """What stood on the line so far was raised above the baseline of this character."""
        self.text, self.raised = f"⁅{self.text}", True
        self.bottom, self.size, self.bold = glyph.bottom, glyph.size, glyph.bold
        self.sizes.clear()

    @property
    def words(self) -> str:
        """Its text."""
        return (self.text + "⁆" * self.raised).strip()


def article_of_pdf(raw: bytes) -> Element:
    """The article of a PDF; raises UnreadableText where it has no text, or its reader is not installed."""
    lines = [line for page in _pages(raw) for line in page if line.words]
    if not lines:
        raise UnreadableText("a PDF without text: its pages are pictures")
    blocks = list(_blocks(_without_tables(_without_running_heads(lines))))
    return article_of_blocks(blocks)


def _pages(raw: bytes) -> Iterator[list[_Line]]:
    """The lines of each page, in the order of print."""
    try:
        import pypdfium2
    except ImportError:
        raise UnreadableText(_LACKING) from None
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError:
        raise UnreadableText("a PDF that is damaged or encrypted") from None
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableText(f"a PDF of more than {MOST_PAGES} pages; no article has so many")
        left = MOST_CHARACTERS
        for number in range(len(document)):
            glyphs = list(_glyphs(document[number].get_textpage(), left))
            left -= len(glyphs)
            yield _lines(glyphs, number)
    except pypdfium2.PdfiumError:
        raise UnreadableText("a PDF that is damaged") from None
    finally:
        document.close()


def _glyphs(page: Any, most: int) -> Iterator[_Glyph]:
    """The characters of a page; those that the reader adds only say where a blank is."""
    import ctypes

    import pypdfium2.raw as pdfium

    rectangle, name, flags = pdfium.FS_RECTF(), ctypes.create_string_buffer(128), ctypes.c_int()
    after = False
    for at in range(min(pdfium.FPDFText_CountChars(page), most)):
        code = pdfium.FPDFText_GetUnicode(page, at)
        text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if text.isspace() or pdfium.FPDFText_IsGenerated(page, at) == 1 or not text:
            after = after or text == " "
            continue
        pdfium.FPDFText_GetLooseCharBox(page, at, rectangle)
        pdfium.FPDFText_GetFontInfo(page, at, name, 128, flags)
        bold = bool(_BOLD.search(name.value))
        size = round(float(rectangle.top - rectangle.bottom), 1)
        yield _Glyph(
            text.translate(_LIGATURES), rectangle.left, rectangle.right, rectangle.bottom, size, bold, after
        )
        after = False


def _lines(glyphs: Sequence[_Glyph], page: int) -> list[_Line]:
    lines: list[_Line] = []
    for glyph in glyphs:
        line = lines[-1] if lines else None
        place = _place_on(line, glyph) if line else None
        if line is None or place is None:
            line = _Line(glyph.bottom, glyph.size, glyph.left, glyph.left, page, glyph.bold)
            lines.append(line)
        if place == "below":
            line.begin_raised(glyph)
        line.add(glyph, raised=place == "raised")
    return lines


def _place_on(line: _Line, glyph: _Glyph) -> str | None:
    """Whether a character goes on with a line, on its baseline or raised above it; None where it begins another."""
    # The letters of a ligature have one box.
    if glyph.left < min(line.right - 0.5 * line.size, line.begun):
        return None
    rise = glyph.bottom - line.bottom
    if abs(rise) < 0.15 * line.size:
        return "line"
    smaller = glyph.size < _RAISED * line.size
    near = glyph.left - line.right < line.size
    if smaller and near and 0 < rise < 0.8 * line.size:
        return "raised" if glyph.text.isalnum() or glyph.text in _MARKS else "line"
    if line.size < _RAISED * glyph.size and near and 0 < -rise < 0.8 * glyph.size and "⁅" not in line.text:
        return "below"
    return "line" if smaller and near and -0.5 * line.size < rise <= 0 else None


def _without_running_heads(lines: Sequence[_Line]) -> list[_Line]:
    """The lines without those that recur on the pages, digits aside."""
    pages = {line.page for line in lines}
    often = Counter(words for words, _ in {(re.sub(r"\d+", "", line.words), line.page) for line in lines})
    most = max(2, len(pages) // 2)
    return [line for line in lines if often[re.sub(r"\d+", "", line.words)] <= most]


def _without_tables(lines: Sequence[_Line]) -> list[_Line]:
    """The lines of running text: a table begins with its label or a gap between cells, and ends where text fills lines.

    What is set as a heading right before that line is the heading of the text, and no row of the table.
    """
    body = _body_size(lines)
    width = median(line.right - line.left for line in lines if _is_of(line, body))
    kept: list[_Line] = []
    headings: list[_Line] = []
    in_table = cells = False
    before = lines[0]
    for line in lines:
        full = _is_of(line, body) and not line.cells and line.right - line.left > _FULL * width
        if line.cells or _TABLE.match(line.words):
            in_table, cells = True, line.cells
        elif (full and (cells or _is_parted(before, line))) or _SECTION.fullmatch(line.words):
            kept += headings
            in_table = False
        headings = [*headings, line] if in_table and _is_heading(line, body) else []
        if not in_table and (_is_of(line, body) or line.size > body or line.bold):
            kept.append(line)
        before = line
    return kept


def _is_parted(before: _Line, line: _Line) -> bool:
    """Whether a line stands apart from the one before it: a caption goes on without a gap."""
    drop = before.bottom - line.bottom
    return line.page != before.page or not 0 <= drop < _PARTED * line.size


def _body_size(lines: Sequence[_Line]) -> float:
    sizes = sum((line.sizes for line in lines), Counter[float]())
    return sizes.most_common(1)[0][0]


def _is_of(line: _Line, size: float) -> bool:
    return abs(line.size - size) < 0.08 * size


def _is_heading(line: _Line, body: float) -> bool:
    """Whether a line is set as a heading, or is the name of a section alone."""
    words = line.words.rstrip(":.")
    set_apart = (line.size > 1.08 * body or line.bold) and line.size > 0.95 * body
    return bool(_SECTION.fullmatch(words)) or (
        set_apart and len(words) < 200 and any(map(str.isalpha, words))
    )


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    body = _body_size(lines)
    sizes = _sizes_of_headings([line.size for line in lines if _is_heading(line, body)])
    gathered: list[_Line] = []
    for line in lines:
        if gathered and not _goes_on(gathered[-1], line, body):
            yield _block(gathered, sizes, body)
            gathered = []
        gathered.append(line)
    if gathered:
        yield _block(gathered, sizes, body)


def _sizes_of_headings(found: Sequence[float]) -> list[float]:
    """The sizes that headings have, the greatest first; those that differ by less than a twentieth are one."""
    sizes: list[float] = []
    for size in sorted(found, reverse=True):
        if not sizes or size < 0.95 * sizes[-1]:
            sizes.append(size)
    return sizes


def _goes_on(before: _Line, line: _Line, body: float) -> bool:
    """Whether a line is of the same heading or paragraph as the one before it."""
    heading = _is_heading(line, body)
    if heading != _is_heading(before, body) or (heading and line.size != before.size):
        return False
    if line.page != before.page or before.bottom < line.bottom:
        return not heading and not before.words.endswith((".", ":", "?"))
    return not _is_parted(before, line)


def _block(lines: Sequence[_Line], sizes: Sequence[float], body: float) -> Block:
    """A heading, its level by the size of its letters, or a paragraph."""
    heading = _is_heading(lines[0], body)
    level = next(at for at, size in enumerate(sizes, 1) if lines[0].size >= 0.95 * size) if heading else 0
    return Block(_element(_joined(lines)), level)


def _joined(lines: Sequence[_Line]) -> str:
    """The text of lines; a hyphen that the setting put at the end of one goes, one of the word stays."""
    text = ""
    for line in lines:
        words = line.words
        if text.endswith(_SOFT):
            text = f"{text[:-1]}{'-' if _IN_NAME.search(text[-2:-1] + words[:1]) else ''}{words}"
        elif text.endswith(("-", "–")) and text[-2:-1].strip():
            text += words
        else:
            text += f" {words}" if text else words
    return "".join(character for character in text if character not in _SOFT)


def _element(text: str) -> Element:
    """A paragraph; raised characters as `sup`."""
    element = Element("p")
    element.text, *pieces = re.split(r"[⁅⁆]", text)
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            SubElement(element, "sup").text = piece
        else:
            element[-1].tail = piece
    return element
