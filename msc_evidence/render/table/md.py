"""A table as GitHub-flavoured Markdown, numbers to the digits a reader wants."""

from __future__ import annotations

import html
import re

from msc_evidence.render.text import NO_ROWS, on_one_line, value_words
from msc_evidence.tables.table import Block, Heading, Line, Screen, Sentences, Table

SUFFIXES = (".md", ".markdown")
#: What GitHub makes a link or a message of: `@name`, `#12`, `GH-12`, a bare address.
_CALL = re.compile(
    r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|\b(?:https?|ftp):(?=//)|\bwww\.|\bmailto:|\bxmpp:", re.IGNORECASE
)
#: Parts a call without being seen.
_NOTHING = "<!-- -->"
#: What stands between a pair of backticks, with them: letters of a file or a command.
CODE = re.compile(r"(`[^`]+`)")


def render(table: Table) -> str:
    """The table under its columns' titles, its notes below."""
    head = " | ".join(escaped_markdown(column.title) for column in table.columns)
    rule = " | ".join("---" if column.kind == "text" else "---:" for column in table.columns)
    body = (
        " | ".join(
            escaped_markdown(value_words(row.get(column.key), column.kind)) for column in table.columns
        )
        for row in table.rows
    )
    title = [f"**{escaped_markdown(table.title)}**", ""] if table.title else []
    for line in table.header:
        title += [escaped_markdown(line), ""]
    notes = list(map(escaped_markdown, table.notes))
    if not table.rows:
        return "\n".join([*title, "\n\n".join(notes or [NO_ROWS])]) + "\n"
    lines = [*title, *(f"| {line} |" for line in (head, rule, *body))]
    return "\n".join([*lines, *(f"\n{note}" for note in notes)]) + "\n"


def render_screen(screen: Screen) -> str:
    """What a screen shows: headings, paragraphs, lists and tables, one below the other."""
    return "\n".join(filter(None, map(_markdown_block, screen.blocks)))


def _markdown_block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {escaped_markdown(text)}\n"
        case Line(text):
            return f"{escaped_markdown(text)}\n" if text else ""
        case Sentences(items):
            return "".join(f"- {escaped_markdown(item)}\n" for item in items)
    return render(block)


def escaped_markdown(text: str) -> str:
    """The text on one line, with nothing left that Markdown or HTML would act on but `words of a file` in their marks.

    >>> print(escaped_markdown("write `not reported` [*]"))
    write `not reported` \\[\\*\\]
    >>> print(escaped_markdown("@bang of www.x.org"))
    @<!-- -->bang of www.<!-- -->x.org
    """
    parts = CODE.split(on_one_line(text))
    return "".join(
        part.replace("|", "\\|") if at % 2 else _escaped_signs(part) for at, part in enumerate(parts)
    )


def _escaped_signs(text: str) -> str:
    plain = html.escape(text, quote=False)
    parted = _CALL.sub(lambda call: call[0] + _NOTHING, plain)
    return "".join(f"\\{character}" if character in "\\|*_`[]~$" else character for character in parted)
