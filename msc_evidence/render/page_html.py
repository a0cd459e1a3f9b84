"""A report as one HTML file that needs nothing else: its style and script inside, allowed by their hashes alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from msc_evidence.render.inline_svg import inlined
from msc_evidence.render.page import Page, paragraphs
from msc_evidence.render.table_md import CODE
from msc_evidence.render.values import shown
from msc_evidence.render.wrapping import inert
from msc_evidence.tables.report import TRIAL_KEYS, Origin, Part, order
from msc_evidence.tables.table import Column, Table, Value

if TYPE_CHECKING:
    from jinja2 import Environment

SUFFIXES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Mark:
    """A link within the page: what it says and the id it leads to."""

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, what it is sorted by, where its text leads, and the reference after it."""

    text: str
    order: float | None = None
    target: str | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Grid:
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

    style, script = (_template(f"report.{suffix}") for suffix in ("css", "js"))
    numbers = {reference.trial: reference.number for reference in page.evidence.references}
    figures = [
        (figure, Markup(inlined(figure.svg, f"figure-{figure.name}")))  # our own drawing, its texts escaped
        for figure in page.figures
    ]
    return _environment().from_string(_template("report.html.jinja")).render(
        page=page,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        parts=[(part, _part_grid(part, numbers)) for part in page.evidence.parts],
        figures=figures,
        findings=_findings_grid(page, numbers),
        rules=[(rule, paragraphs(rule)) for rule in page.rules],
    )  # fmt: skip


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=_harmless,
    )  # fmt: skip
    environment.filters["coded"] = _coded
    return environment


def _harmless(value: Any) -> Any:
    """The value; a text of the registry without signs that would act instead of being shown."""
    return inert(value) if type(value) is str else value


def _coded(text: str) -> Any:
    """The text with what stands between backticks as code."""
    from markupsafe import Markup

    parts = CODE.split(inert(text))
    marked = (
        Markup("<code>{}</code>").format(part[1:-1]) if at % 2 else part for at, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _template(name: str) -> str:
    return files("msc_evidence.render").joinpath("template", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing is loaded and nothing runs but these two, recognised by their SHA-256."""
    allowed = (f"style-src '{_hash(style)}'", f"script-src '{_hash(script)}'")
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _part_grid(part: Part, numbers: Mapping[str, int]) -> Grid:
    links = [_links(origin, part.table, numbers) for origin in part.origins]
    rows = tuple(zip(*_columns(part.table, links), strict=True))
    return Grid(
        f"table-{part.name}", part.about, part.table.columns, rows, part.table.notes, part.table.header
    )


def _findings_grid(page: Page, numbers: Mapping[str, int]) -> Grid:
    links = [
        {
            "code": Cell("", target=f"rule-{row['code']}"),
            **_links(Origin(str(row["trial"])) if row["trial"] in numbers else None, page.found, numbers),
        }
        for row in page.found.rows
    ]
    rows = tuple(zip(*_columns(page.found, links), strict=True))
    about = "What the numbers do not support, what is not reported, and what was accepted with a reason."
    return Grid("table-findings", about, page.found.columns, rows)


def _links(origin: Origin | None, table: Table, numbers: Mapping[str, int]) -> dict[str, Cell]:
    """Where the cells of a row lead, by column: the trial's to its reference, the source's to its entry there."""
    if origin is None:
        return {}
    key = next((key for key in TRIAL_KEYS if key in table.keys), None)
    mark = Mark(f"[{numbers[origin.trial]}]", f"trial-{origin.trial}")
    links = {key: Cell("", mark=mark)} if key else {}
    if origin.source is not None:
        links["source"] = Cell("", target=source_id(origin.trial, origin.source))
    return links


def source_id(trial: str, source: str) -> str:
    """The id of a source's entry; no id of a registry holds a full stop."""
    return f"source-{trial}.{source}"


def _columns(table: Table, links: list[dict[str, Cell]]) -> Iterator[list[Cell]]:
    for column in table.columns:
        values: list[Value] = [row.get(column.key) for row in table.rows]
        keys = order(column, values) or (None,) * len(values)
        yield [
            _cell(shown(value, column.kind), key, link.get(column.key))
            for value, key, link in zip(values, keys, links, strict=True)
        ]


def _cell(text: str, key: float | None, link: Cell | None) -> Cell:
    return Cell(text, key, link.target, link.mark) if link else Cell(text, key)
