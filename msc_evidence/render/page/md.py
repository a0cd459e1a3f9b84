"""A report as Markdown: the same parts as the page, pictures drawn in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from msc_evidence.checks.finding import Rule
from msc_evidence.render.forest import PageForest
from msc_evidence.render.inert import inert
from msc_evidence.render.page import Page, PageFigure, rule_paragraphs
from msc_evidence.render.table.md import escaped_markdown
from msc_evidence.render.table.md import render as table
from msc_evidence.tables.report import SUMMARY, ReportTable
from msc_evidence.tables.review.references import Link, ListedTrial

SUFFIXES = (".md", ".markdown")


def render(page: Page) -> str:
    """The question, its answer and the Summary of Findings first, then the parts of the page in its order."""
    return "\n\n".join(_page_markdown(page)) + "\n"


def _page_markdown(page: Page) -> Iterator[str]:
    evidence, stamp = page.evidence, page.stamp
    yield f"# {escaped_markdown(evidence.title)}"
    yield from map(escaped_markdown, [evidence.question] if evidence.question else [])
    yield f"**{escaped_markdown(evidence.answer)}**"
    yield from _tables_markdown(page, lambda part: part.name == SUMMARY)
    yield from _forests_markdown(page.summary_forests)
    yield "### What was printed"
    yield escaped_markdown(evidence.headline)
    yield "\n".join(
        f"- {escaped_markdown(sentence)}" for sentence in (*evidence.sentences, page.findings.summary)
    )
    yield from _tables_markdown(page, lambda part: part.is_open and part.name != SUMMARY)
    yield "## What does not hold up"
    yield table(page.findings_table).rstrip() if page.findings_table.rows else "No findings."
    for rule in page.rules:
        yield from _rule_markdown(rule)
    yield from _tables_markdown(page, lambda part: not part.is_open)
    yield from _figures_markdown(page)
    yield "## References"
    yield from map(_reference_markdown, evidence.references)
    yield f"Made by msc-evidence {stamp.version} from {escaped_markdown(stamp.registry)}, SHA-256 `{stamp.sha256}`."


def _tables_markdown(page: Page, wanted: Callable[[ReportTable], bool]) -> Iterator[str]:
    for part in filter(wanted, page.evidence.parts):
        yield from _table_markdown(part, page)


def _figures_markdown(page: Page) -> Iterator[str]:
    yield "## Further figures"
    yield from _forests_markdown(page.further_forests)
    for figure in page.figures:
        yield from _figure_markdown(figure)
    for sentence in (*page.undrawn, *page.missing):
        yield escaped_markdown(sentence)


def _forests_markdown(forests: Iterable[PageForest]) -> Iterator[str]:
    """The numbers of each forest as a table."""
    for forest in forests:
        yield f"### {escaped_markdown(forest.title)}"
        yield table(replace(forest.table, title="")).rstrip()


def _table_markdown(part: ReportTable, page: Page) -> Iterator[str]:
    """The table without its title, which the heading has, and the references of its trials."""
    yield f"## {escaped_markdown(part.title)}"
    yield escaped_markdown(part.about)
    yield table(part.untitled).rstrip()
    numbers = {reference.trial: reference.number for reference in page.evidence.references}
    cited = sorted({numbers[origin.trial] for origin in part.origins if origin})
    if cited:
        yield "References: " + ", ".join(f"[{number}](#reference-{number})" for number in cited)


def _figure_markdown(figure: PageFigure) -> Iterator[str]:
    text = "\n".join(map(inert, figure.text))
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"### {escaped_markdown(figure.title)}"
    yield f"{fence}text\n{text}\n{fence}"


def _rule_markdown(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code}: {escaped_markdown(rule.title)}"
    yield " ".join(map(escaped_markdown, rule_paragraphs(rule)))


def _reference_markdown(reference: ListedTrial) -> str:
    anchor = f'<a id="reference-{reference.number}"></a>{reference.number}\\.'
    name, citation = escaped_markdown(reference.name), escaped_markdown(reference.citation)
    head = f"{anchor} **{name}.** {citation}.{_links_markdown(reference.links)}"
    sources = (
        f"- {escaped_markdown(source.words)}.{_links_markdown(source.links)}" for source in reference.sources
    )
    return "\n".join([head, "", *sources])


def _links_markdown(links: tuple[Link, ...]) -> str:
    return "".join(f" {_link_markdown(link)}" for link in links)


def _link_markdown(link: Link) -> str:
    if link.address is None:
        return escaped_markdown(link.words)
    return f"[{escaped_markdown(link.words)}](<{link.address}>)"
