"""Tables of articles for tests, written as lines with bars between their cells."""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree


def cell_xml(text: str, tag: str) -> str:
    """A cell; `>>2` at its beginning spans columns, `vv2` rows, and `^a^` is a raised mark."""
    spans = ""
    for sign, name in ((">>", "colspan"), ("vv", "rowspan")):
        if text.startswith(sign):
            spans, text = f' {name}="{text[2]}"', text[3:].strip()
    pieces = escape(text, quote=False).split("^")
    marked = "".join(f"<sup>{piece}</sup>" if at % 2 else piece for at, piece in enumerate(pieces))
    return f"<{tag}{spans}>{marked}</{tag}>"


def rows_xml(lines: str, tag: str) -> str:
    """The rows of a section, one a line; cells stand between bars."""
    rows = [line.strip().strip("|").split("|") for line in lines.strip().splitlines()]
    return "".join(f"<tr>{''.join(cell_xml(cell.strip(), tag) for cell in row)}</tr>" for row in rows)


def table_xml(head: str, body: str, *, caption: str = "", foot: str = "", id: str = "T1") -> str:
    """A table as JATS writes it."""
    number = id.lstrip("Tt")
    return (
        f'<table-wrap id="{id}"><label>Table {number}</label><caption><p>{caption}</p></caption>'
        f"<table><thead>{rows_xml(head, 'th')}</thead><tbody>{rows_xml(body, 'td')}</tbody></table>"
        f"<table-wrap-foot><p>{foot}</p></table-wrap-foot></table-wrap>"
    )


def article_xml(*blocks: str, title: str = "A trial of cells", abstract: str = "") -> str:
    """An article with these blocks in its results."""
    return (
        '<article><front><article-meta><article-id pub-id-type="pmc">123</article-id><title-group>'
        f"<article-title>{title}</article-title></title-group><abstract><p>{abstract}</p></abstract></article-meta>"
        f"</front><body><sec><title>Results</title>{''.join(blocks)}</sec></body></article>"
    )


def article(*blocks: str, title: str = "A trial of cells", abstract: str = "") -> ElementTree.Element:
    """The same as an element."""
    return ElementTree.fromstring(article_xml(*blocks, title=title, abstract=abstract))
