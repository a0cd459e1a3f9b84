"""A report as Markdown: the same parts as the page, pictures drawn in text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.checks.finding import Rule
from msc_evidence.render.page import Page, PageFigure, rule_paragraphs
from msc_evidence.render.table.md import escaped
from msc_evidence.render.table.md import render as table
from msc_evidence.render.text import inert
from msc_evidence.tables.report import ReportTable
from msc_evidence.tables.review.references import Link, ListedTrial

SUFFIXES = (".md", ".markdown")


def render(page: Page) -> str:
    """Summary, tables, figures, findings with what they mean, references."""
    return "\n\n".join(_page_blocks(page)) + "\n"


def _page_blocks(page: Page) -> Iterator[str]:
    evidence, stamp = page.evidence, page.stamp
    yield f"# {escaped(evidence.title)}"
    yield f"Made by msc-evidence {stamp.version} from {escaped(stamp.registry)}, SHA-256 `{stamp.sha256}`."
    yield "## Summary"
    yield escaped(evidence.headline)
    yield "\n".join(f"- {escaped(said)}" for said in (*evidence.sentences, page.findings.summary))
    for part in evidence.parts:
        yield from _table_blocks(part, page)
    yield "## Figures"
    for figure in page.figures:
        yield from _figure_blocks(figure)
    for said in page.missing:
        yield escaped(said)
    yield "## Findings"
    yield table(page.findings_table).rstrip() if page.findings_table.rows else "No findings."
    for rule in page.rules:
        yield from _rule_blocks(rule)
    yield "## References"
    yield from map(_reference_list, evidence.references)


def _table_blocks(part: ReportTable, page: Page) -> Iterator[str]:
    """The table without its title, which the heading has, and the references of its trials."""
    yield f"## {escaped(part.title)}"
    yield escaped(part.about)
    yield table(part.untitled).rstrip() if part.table.rows else "Nothing to show."
    numbers = {reference.trial: reference.number for reference in page.evidence.references}
    cited = sorted({numbers[origin.trial] for origin in part.origins if origin})
    if cited:
        yield "References: " + ", ".join(f"[{number}](#reference-{number})" for number in cited)


def _figure_blocks(figure: PageFigure) -> Iterator[str]:
    text = "\n".join(map(inert, figure.text))
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"### {escaped(figure.title)}"
    yield f"{fence}text\n{text}\n{fence}"


def _rule_blocks(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code}: {escaped(rule.title)}"
    yield " ".join(map(escaped, rule_paragraphs(rule)))


def _reference_list(reference: ListedTrial) -> str:
    lead = f'<a id="reference-{reference.number}"></a>{reference.number}\\. '
    lines = [
        f"{lead}**{escaped(reference.name)}.** {escaped(reference.citation)}.{_joined_links(reference.links)}"
    ]
    lines += [f"    - {escaped(source.words)}.{_joined_links(source.links)}" for source in reference.sources]
    return "\n".join([lines[0], "", *(line.removeprefix("    ") for line in lines[1:])])


def _joined_links(links: tuple[Link, ...]) -> str:
    return "".join(f" {_link_markup(link)}" for link in links)


def _link_markup(link: Link) -> str:
    if link.address is None:
        return escaped(link.words)
    return f"[{escaped(link.words)}](<{link.address}>)"
