"""A table as one HTML page that needs nothing else: no script, no font, no address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.inert import inert
from msc_evidence.render.text import value_words
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value

SUFFIXES = (".html", ".htm")

_FURTHER = re.compile("[^\\x00-\\x7f]")
#: Nothing is loaded and nothing runs; the style of the page itself is all there is.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 2rem; font: 1rem/1.4 system-ui, sans-serif; }
table { border-collapse: collapse; border-block: 2px solid; }
caption { padding-block: 0.5rem; font-weight: bold; text-align: start; }
caption h1 { margin: 0; font: inherit; }
th, td { padding: 0.25rem 0.75rem; text-align: start; vertical-align: top; font-variant-numeric: tabular-nums; }
th { font-weight: 600; }
thead { border-block-end: 1px solid; }
.number { text-align: end; white-space: nowrap; }
.whole { white-space: nowrap; }
.note { max-width: 60rem; font-size: 0.875rem; }
"""


def render(table: Table) -> str:
    """The page: the table under its columns' titles, numbers to the digits a reader wants, its notes below."""
    titled = replace(table, title=table.title or table.name)
    return _html_page(titled.title, "\n".join(_html_lines(titled, heading=True)))


def render_screen(screen: Screen) -> str:
    """What a screen shows as one page: headings, paragraphs, lists and tables, one below the other."""
    titles = (block.text for block in screen.blocks if isinstance(block, Heading | Line) and block.text)
    first = next((block for block in screen.blocks if isinstance(block, Heading)), None)
    blocks = (_html_block(block, "h1" if block is first else "h2") for block in screen.blocks)
    return _html_page(next(titles, "msc-evidence"), "\n".join(filter(None, blocks)))


def _html_block(block: Block, heading: str) -> str:
    match block:
        case Heading(text):
            return f"<{heading}>{escaped_html(text)}</{heading}>"
        case Line(text):
            return f"<p>{escaped_html(text)}</p>" if text else ""
        case Sentences(items):
            listed = "\n".join(f"<li>{escaped_html(item)}</li>" for item in items)
            return f"<ul>\n{listed}\n</ul>" if items else ""
    return html_fragment(block)


def _html_page(title: str, body: str) -> str:
    title = escaped_html(" ".join(title.split()))
    return "".join(
        f"{line}\n"
        for line in (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>\n{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            body,
            "</main>",
            "</body>",
            "</html>",
        )
    )


def html_fragment(table: Table) -> str:
    """The table and its notes alone, for a page that has its own style."""
    return "\n".join(_html_lines(table))


def escaped_html(text: str) -> str:
    """The text with nothing left that HTML would act on, nor once it is spelled in ASCII; its line breaks are kept."""
    return "<br>".join(
        _FURTHER.sub(_character_reference, html.escape(inert(line))) for line in text.splitlines()
    )


def _character_reference(match: re.Match[str]) -> str:
    """A sign that ASCII spells with one that HTML acts on as a reference: `≤`, the full-width `＜`."""
    return f"&#{ord(match[0])};" if set(to_ascii(match[0])) & set("<>&") else match[0]


def _html_lines(table: Table, *, heading: bool = False) -> Iterator[str]:
    """The table and its notes; its title is the page's heading where the page has no other."""
    for line in table.header:
        yield f'<p class="note">{escaped_html(line)}</p>'
    yield "<table>"
    if table.title:
        title = escaped_html(table.title)
        yield f"<caption>{f'<h1>{title}</h1>' if heading else title}</caption>"
    heads = (
        f'<th scope="col"{_class_attribute(column)}>{escaped_html(column.title)}</th>'
        for column in table.columns
    )
    yield f"<thead>\n<tr>{''.join(heads)}</tr>\n</thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_html_cells(table, row))}</tr>"
    yield "</tbody>\n</table>"
    for note in table.notes:
        yield f'<p class="note">{escaped_html(note)}</p>'


def _html_cells(table: Table, row: Mapping[str, Value]) -> Iterator[str]:
    """The cells of a row; the first names it."""
    for at, column in enumerate(table.columns):
        tag, scope = ("td", "") if at else ("th", ' scope="row"')
        text = escaped_html(value_words(row.get(column.key), column.kind)) or "–"
        yield f"<{tag}{scope}{_class_attribute(column)}>{text}</{tag}>"


def _class_attribute(column: Column) -> str:
    return ' class="number"' if column.kind != "text" else ' class="whole"' if column.whole else ""
