"""A report as Markdown: the same parts as the page, pictures drawn in text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.checks.finding import Rule
from msc_evidence.render.inert import inert
from msc_evidence.render.page import Page, PageFigure, rule_paragraphs
from msc_evidence.render.table.md import escaped_markdown
from msc_evidence.render.table.md import render as table
from msc_evidence.tables.report import ReportTable
from msc_evidence.tables.review.references import Link, ListedTrial

SUFFIXES = (".md", ".markdown")


def render(page: Page) -> str:
    """Summary, tables, figures, findings with what they mean, references."""
    return "\n\n".join(_page_markdown(page)) + "\n"


def _page_markdown(page: Page) -> Iterator[str]:
    evidence, stamp = page.evidence, page.stamp
    yield f"# {escaped_markdown(evidence.title)}"
    yield f"Made by msc-evidence {stamp.version} from {escaped_markdown(stamp.registry)}, SHA-256 `{stamp.sha256}`."
    yield "## Summary"
    yield escaped_markdown(evidence.headline)
    yield "\n".join(
        f"- {escaped_markdown(sentence)}" for sentence in (*evidence.sentences, page.findings.summary)
    )
    for part in evidence.parts:
        yield from _table_markdown(part, page)
    yield "## Figures"
    for figure in page.figures:
        yield from _figure_markdown(figure)
    for sentence in page.missing:
        yield escaped_markdown(sentence)
    yield "## Findings"
    yield table(page.findings_table).rstrip() if page.findings_table.rows else "No findings."
    for rule in page.rules:
        yield from _rule_markdown(rule)
    yield "## References"
    yield from map(_reference_markdown, evidence.references)


def _table_markdown(part: ReportTable, page: Page) -> Iterator[str]:
    """The table without its title, which the heading has, and the references of its trials."""
    yield f"## {escaped_markdown(part.title)}"
    yield escaped_markdown(part.about)
    yield table(part.untitled).rstrip() if part.table.rows else "Nothing to show."
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
