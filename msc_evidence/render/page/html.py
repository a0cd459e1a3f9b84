"""A report as one HTML file that needs nothing else: its style and script inside, allowed by their hashes alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from msc_evidence.render.inert import inert
from msc_evidence.render.page import Page, rule_paragraphs
from msc_evidence.render.table.md import CODE
from msc_evidence.render.text import value_words
from msc_evidence.tables.report import SUMMARY, TRIAL_KEYS, Origin, ReportTable, sort_keys
from msc_evidence.tables.table import Column, Table, Value

if TYPE_CHECKING:
    from jinja2 import Environment


#: Matplotlib's rule for every element; inherited, one attribute of the root says the same.
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
#: What a page has no use for.
_DROPPED = ("metadata", "style", "script")
_TARGET = re.compile(r"url\(#([^)]+)\)")
#: The shorthand of matplotlib below 3.9, which is no attribute of SVG.
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+px) (?P<family>.+)"
)


def inlined_svg(svg: str, prefix: str) -> str:
    """The `<svg>` element for a page: styles as attributes, ids and what points at them with the prefix."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for child in [child for child in element if _local_name(str(child.tag)) in _DROPPED]:
            element.remove(child)
        element.tag = _local_name(str(element.tag))
        attributes = dict(_page_attributes(element.attrib, prefix))
        element.attrib.clear()
        element.attrib.update(attributes)
    root.attrib.update(_ROOT)
    root.tail = None
    return ElementTree.tostring(root, encoding="unicode")


def _local_name(name: str) -> str:
    """The name without its namespace, which HTML knows by itself."""
    return name.rpartition("}")[2]


def _page_attributes(given: dict[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        name = _local_name(key)
        if name == "style":
            yield from _style_attributes(value, prefix)
        elif name in ("id", "aria-labelledby"):
            yield name, " ".join(f"{prefix}-{id_}" for id_ in value.split())
        elif name == "href":
            yield name, value.replace("#", f"#{prefix}-", 1)
        elif not name.startswith("on"):
            yield name, _prefixed_targets(value, prefix)


def _style_attributes(style: str, prefix: str) -> Iterator[tuple[str, str]]:
    """`fill: none; stroke: #000` as attributes."""
    for declaration in filter(None, map(str.strip, style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        font = _FONT.fullmatch(value) if name == "font" else None
        if font:
            yield from ((f"font-{key}", setting) for key, setting in font.groupdict().items() if setting)
        else:
            yield name, _prefixed_targets(value, prefix)


def _prefixed_targets(value: str, prefix: str) -> str:
    return _TARGET.sub(rf"url(#{prefix}-\1)", value)


SUFFIXES = (".html", ".htm")
#: Tables of fewer rows are taken in at a glance and have no filter.
FILTERED_FROM = 8
ABOUT = {
    "findings": "What the numbers do not support, and what they contradict.",
    "notes": "What is not reported, or worth knowing, and no fault.",
    "waived": "What was looked at and accepted, with the reason.",
}


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link within the page: what it says and the id it leads to."""

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, what it is sorted by, where its text leads, and the reference after it."""

    text: str
    order: float | None = None
    target: str | None = None
    mark: PageLink | None = None


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of the page."""

    id: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    header: tuple[str, ...] = ()


def render(page: Page) -> str:
    """The page; raises ModuleNotFoundError without jinja2."""
    from markupsafe import Markup

    style, script = (_template_text(f"report.{suffix}") for suffix in ("css", "js"))
    numbers = {reference.trial: reference.number for reference in page.evidence.references}
    # Our own drawings, their texts escaped.
    figures = [
        (
            figure,
            Markup(inlined_svg(figure.svg, f"figure-{figure.name}")),
            Markup(inlined_svg(figure.narrow_svg, f"narrow-{figure.name}")),
        )
        for figure in page.figures
    ]
    parts = [(part, _part_grid(part, numbers)) for part in page.evidence.parts]
    return (
        _template_environment()
        .from_string(_template_text("report.html.jinja"))
        .render(
            page=page,
            policy=_security_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            summary=[pair for pair in parts if pair[0].name == SUMMARY],
            parts=[pair for pair in parts if pair[0].is_open and pair[0].name != SUMMARY],
            folded=[pair for pair in parts if not pair[0].is_open],
            numbers=numbers,
            figures=figures,
            errors=_findings_grid(page, page.errors_and_warnings, numbers),
            notes=_findings_grid(page, page.notes, numbers),
            waived=_findings_grid(page, page.waived, numbers),
            rules=[(rule, rule_paragraphs(rule)) for rule in page.rules],
            filtered_from=FILTERED_FROM,
        )
    )


def _template_environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=_inert_value,
    )  # fmt: skip
    environment.filters["coded"] = _with_code_marks
    return environment


def _inert_value(value: Any) -> Any:
    """The value; a text of the registry without signs that would act instead of being shown."""
    return inert(value) if type(value) is str else value


def _with_code_marks(text: str) -> Any:
    """The text with what stands between backticks as code."""
    from markupsafe import Markup

    parts = CODE.split(inert(text))
    marked = (
        Markup("<code>{}</code>").format(part[1:-1]) if at % 2 else part for at, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _template_text(name: str) -> str:
    return files("msc_evidence.render").joinpath("template", name).read_text(encoding="utf-8")


def _security_policy(style: str, script: str) -> str:
    """Nothing is loaded and nothing runs but these two, recognised by their SHA-256."""
    allowed = (f"style-src '{_csp_hash(style)}'", f"script-src '{_csp_hash(script)}'")
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _csp_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _part_grid(part: ReportTable, numbers: Mapping[str, int]) -> PageTable:
    links = [_row_links(origin, part.table, numbers) for origin in part.origins]
    rows = tuple(zip(*_cell_columns(part.table, links), strict=True))
    return PageTable(
        f"table-{part.name}", part.about, part.table.columns, rows, part.table.notes, part.table.header
    )


def _findings_grid(page: Page, table: Table, numbers: Mapping[str, int]) -> PageTable:
    links = [
        {
            "code": Cell("", target=f"rule-{row['code']}"),
            **_row_links(Origin(str(row["trial"])) if row["trial"] in numbers else None, table, numbers),
        }
        for row in table.rows
    ]
    rows = tuple(zip(*_cell_columns(table, links), strict=True))
    return PageTable(f"table-{table.name}", ABOUT[table.name], table.columns, rows)


def _row_links(origin: Origin | None, table: Table, numbers: Mapping[str, int]) -> dict[str, Cell]:
    """Where the cells of a row lead, by column: the trial's to its reference, the source's to its entry there."""
    if origin is None:
        return {}
    key = next((key for key in TRIAL_KEYS if key in table.keys), None)
    mark = PageLink(f"[{numbers[origin.trial]}]", f"trial-{origin.trial}")
    links = {key: Cell("", mark=mark)} if key else {}
    if origin.source is not None:
        links["source"] = Cell("", target=source_id(origin.trial, origin.source))
    return links


def source_id(trial: str, source: str) -> str:
    """The id of a source's entry; no id of a registry holds a full stop."""
    return f"source-{trial}.{source}"


def _cell_columns(table: Table, links: list[dict[str, Cell]]) -> Iterator[list[Cell]]:
    for column in table.columns:
        values: list[Value] = [row.get(column.key) for row in table.rows]
        keys = sort_keys(column, values) or (None,) * len(values)
        yield [
            _linked_cell(value_words(value, column.kind), key, link.get(column.key))
            for value, key, link in zip(values, keys, links, strict=True)
        ]


def _linked_cell(text: str, key: float | None, link: Cell | None) -> Cell:
    return Cell(text, key, link.target, link.mark) if link else Cell(text, key)
