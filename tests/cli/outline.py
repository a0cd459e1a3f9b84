"""A page as an outline: its elements with their classes, links and words, without pictures, styles and scripts."""

from __future__ import annotations

from html.parser import HTMLParser

#: Of a picture its place is told by the element around it, and what it shows by other tests.
_SKIPPED = ("svg", "style", "script")
_VOID = ("meta", "link", "br", "img", "input", "hr", "col", "wbr")
_TOLD = (
    "id",
    "class",
    "href",
    "title",
    "aria-label",
    "aria-labelledby",
    "scope",
    "open",
    "colspan",
    "rowspan",
)


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.depth = self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipped += 1
        if not self.skipped:
            told = "".join(f" {key}={value}" for key, value in attrs if key in _TOLD)
            self.lines.append(f"{' ' * self.depth}<{tag}{told}>")
        self.depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag in _SKIPPED
        self.depth -= tag not in _VOID

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.skipped:
            self.lines[-1] += f" {' '.join(data.split())}" if self.lines else data


def outline(page: str) -> str:
    """The outline of a page, an element a line."""
    made = _Outline()
    made.feed(page)
    return "\n".join(made.lines)
