"""Findings of texts in every format, written as they come where the format allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol, cast

from msc_evidence import __version__
from msc_evidence.render.device import Device
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line
from msc_evidence.tables.table import Column, Table

if TYPE_CHECKING:
    from msc_evidence.checks.audit.texts import TextFinding
    from msc_evidence.checks.finding import Severity

COLUMNS = (
    Column("id", "Text", whole=True),
    Column("code", "Code", whole=True),
    Column("severity", "Severity"),
    Column("reported", "Reported"),
    Column("recomputed", "Recomputed"),
    Column("method", "Method"),
    Column("span", "Span"),
    Column("start", "Start", "number"),
    Column("end", "End", "number"),
    Column("message", "Message"),
    Column("grouping", "Grouping"),
    Column("address", "Address"),
)
Findings = Sequence["TextFinding"]


class Format(Protocol):
    """How findings are written: some at a time, and what closes them."""

    def next_part(self, findings: Findings) -> str: ...

    def closing_part(self, summary: str) -> str: ...


def text_findings_table(findings: Findings, notes: tuple[str, ...] = ()) -> Table:
    """The findings as a table; what a finding does not have is missing."""
    rows = tuple(
        {key: None if value == "" else value for key, value in asdict(finding).items()}
        for finding in findings
    )
    return Table("findings", COLUMNS, rows, notes=notes)


class TextFormat:
    """Each finding on a line, the passage it is about below."""

    def __init__(self, *, colour: bool):
        self._colour = colour

    def next_part(self, findings: Findings) -> str:
        """The findings' lines."""
        return "".join(f"{line}\n" for finding in findings for line in self._finding_lines(finding))

    def closing_part(self, summary: str) -> str:
        """Nothing: the summary goes to standard error."""
        return ""

    def _finding_lines(self, finding: TextFinding) -> tuple[str, str]:
        severity, code = finding.severity, finding.code
        if self._colour:
            from msc_evidence.render.findings.text import BOLD, OFF, SEVERITY_COLOURS

            severity, code = f"{SEVERITY_COLOURS[severity]}{severity}{OFF}", f"{BOLD}{code}{OFF}"
        return (
            f"{inert(finding.id)}: {code} {severity}: {on_one_line(finding.message)}",
            f"    | {on_one_line(finding.span)}",
        )


class SeparatedFormat:
    """Comma- or tab-separated values, the header first."""

    def __init__(self, name: str):
        self._name = name
        self._begun = False

    def next_part(self, findings: Findings) -> str:
        """The findings' rows."""
        from msc_evidence.render import renderer

        header, _, rows = renderer("table", self._name)(text_findings_table(findings)).partition("\n")
        begun, self._begun = self._begun, True
        return rows if begun else f"{header}\n{rows}"

    def closing_part(self, summary: str) -> str:
        """The header alone where there was no text."""
        return "" if self._begun else self.next_part(())


class JsonFormat:
    """The document of a table with its rows, and `summary` at its end."""

    def __init__(self) -> None:
        self._begun = False

    def next_part(self, findings: Findings) -> str:
        """The findings' objects, after the columns where they are the first."""
        from msc_evidence.render.table.json import indented_json, table_document

        texts = []
        for row in table_document(text_findings_table(findings))["rows"]:
            opening = ",\n" if self._begun else f"{self._document_around_rows('')[0]}\n"
            texts.append(opening + "    " + indented_json(row).rstrip("\n").replace("\n", "\n    "))
            self._begun = True
        return "".join(texts)

    def closing_part(self, summary: str) -> str:
        """The summary, and the brackets that are still open."""
        before, after = self._document_around_rows(summary)
        return f"\n  {after}" if self._begun else before + after

    def _document_around_rows(self, summary: str) -> tuple[str, str]:
        """The document without rows, before and after where they stand."""
        from msc_evidence.render.table.json import indented_json, table_document

        whole = table_document(text_findings_table(())) | {"summary": summary}
        before, opening, after = indented_json(whole).partition('"rows": [')
        return before + opening, after


class GatheredFormat:
    """A format that is written at the end, when all findings are known."""

    def __init__(self, render: Callable[[Findings, str], str]):
        self._render = render
        self._findings: list[TextFinding] = []

    def next_part(self, findings: Findings) -> str:
        """Nothing yet."""
        self._findings += findings
        return ""

    def closing_part(self, summary: str) -> str:
        """All findings."""
        return self._render(self._findings, summary)


def _render_markdown(findings: Findings, summary: str) -> str:
    from msc_evidence.render.table.md import render

    return render(text_findings_table(findings, notes=(summary,)))


def _render_github(findings: Findings, summary: str, *, strict: bool = False) -> str:
    from msc_evidence.checks.finding import Finding, Report
    from msc_evidence.render.findings.github import render

    # The place is in a text, not in a file of the repository: the words name it.
    annotated = tuple(
        Finding(
            finding.code,
            cast("Severity", finding.severity),
            finding.id,
            (),
            f"{finding.id}: {finding.message} ({on_one_line(finding.span)})",
        )
        for finding in findings
    )
    failing: tuple[Severity, ...] = ("error", "warning") if strict else ("error",)
    return render(Report(annotated, (), summary, __version__, {}, failing=failing))


def strict_github() -> Format:
    """Annotations among which warnings are errors: with --strict they make the exit code 1."""
    return GatheredFormat(lambda findings, summary: _render_github(findings, summary, strict=True))


def _table_renderer(device: Device) -> Callable[[Findings, str], str]:
    def render(findings: Findings, summary: str) -> str:
        from msc_evidence.render.table.terminal import screen_text
        from msc_evidence.tables.table import Screen

        if not findings:
            return ""
        screen = Screen((text_findings_table(findings),))
        return screen_text(screen, width=device.width, colour=device.colour, ascii=device.ascii)

    return render


#: Format → what writes it, on such a device.
STREAM_FORMATS: dict[str, Callable[[Device], Format]] = {
    "text": lambda device: TextFormat(colour=device.colour),
    "table": lambda device: GatheredFormat(_table_renderer(device)),
    "csv": lambda device: SeparatedFormat("csv"),
    "tsv": lambda device: SeparatedFormat("tsv"),
    "json": lambda device: JsonFormat(),
    "md": lambda device: GatheredFormat(_render_markdown),
    "github": lambda device: GatheredFormat(_render_github),
}
#: Suffix of a file → the format it asks for.
SUFFIXES = {
    **dict.fromkeys((".txt", ".log"), "text"),
    **dict.fromkeys((".md", ".markdown"), "md"),
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
}
