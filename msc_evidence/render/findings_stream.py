"""Findings of texts in every format, written as they come where the format allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol, cast

from msc_evidence import __version__
from msc_evidence.render.device import Device
from msc_evidence.render.text import inert
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
)
Findings = Sequence["TextFinding"]


class Format(Protocol):
    """How findings are written: some at a time, and what closes them."""

    def more(self, findings: Findings) -> str: ...

    def end(self, summary: str) -> str: ...


def findings_table(findings: Findings, notes: tuple[str, ...] = ()) -> Table:
    """The findings as a table; what a finding does not have is missing."""
    rows = tuple(
        {key: None if value == "" else value for key, value in asdict(found).items()} for found in findings
    )
    return Table("findings", COLUMNS, rows, notes=notes)


class Text:
    """Each finding on a line, the passage it is about below."""

    def __init__(self, *, colour: bool = False):
        self._colour = colour

    def more(self, findings: Findings) -> str:
        """The findings' lines."""
        return "".join(f"{line}\n" for found in findings for line in self._lines(found))

    def end(self, summary: str) -> str:
        """Nothing: the closing line is a remark, not an answer."""
        return ""

    def _lines(self, found: TextFinding) -> tuple[str, str]:
        severity, code = found.severity, found.code
        if self._colour:
            from msc_evidence.render.findings.text import BLUE, BOLD, OFF, RED, YELLOW

            colours = {"error": RED, "warning": YELLOW, "note": BLUE}
            severity, code = f"{colours[severity]}{severity}{OFF}", f"{BOLD}{code}{OFF}"
        return f"{inert(found.id)}: {code} {severity}: {_line(found.message)}", f"    | {_line(found.span)}"


class Separated:
    """Comma- or tab-separated values, the header first."""

    def __init__(self, name: str):
        self._name = name
        self._begun = False

    def more(self, findings: Findings) -> str:
        """The findings' rows."""
        from msc_evidence.render import renderer

        header, _, rows = renderer("table", self._name)(findings_table(findings)).partition("\n")
        begun, self._begun = self._begun, True
        return rows if begun else f"{header}\n{rows}"

    def end(self, summary: str) -> str:
        """The header alone where there was no text."""
        return "" if self._begun else self.more(())


class Json:
    """The document of a table with its rows, and `summary` at its end."""

    def __init__(self) -> None:
        self._begun = False

    def more(self, findings: Findings) -> str:
        """The findings' objects, after the columns where they are the first."""
        from msc_evidence.render.table.json import document, dumped

        texts = []
        for row in document(findings_table(findings))["rows"]:
            opening = ",\n" if self._begun else f"{self._empty('')[0]}\n"
            texts.append(opening + "    " + dumped(row).rstrip("\n").replace("\n", "\n    "))
            self._begun = True
        return "".join(texts)

    def end(self, summary: str) -> str:
        """The summary, and the brackets that are still open."""
        before, after = self._empty(summary)
        return f"\n  {after}" if self._begun else before + after

    def _empty(self, summary: str) -> tuple[str, str]:
        """The document without rows, before and after where they stand."""
        from msc_evidence.render.table.json import document, dumped

        before, opening, after = dumped(document(findings_table(())) | {"summary": summary}).partition(
            '"rows": ['
        )
        return before + opening, after


class Gathered:
    """A format that is written at the end, when all findings are known."""

    def __init__(self, render: Callable[[Findings, str], str]):
        self._render = render
        self._findings: list[TextFinding] = []

    def more(self, findings: Findings) -> str:
        """Nothing yet."""
        self._findings += findings
        return ""

    def end(self, summary: str) -> str:
        """All findings."""
        return self._render(self._findings, summary)


def _markdown(findings: Findings, summary: str) -> str:
    from msc_evidence.render.table.md import render

    return render(findings_table(findings, notes=(summary,)))


def _github(findings: Findings, summary: str, *, strict: bool = False) -> str:
    from msc_evidence.checks.finding import Finding, Report
    from msc_evidence.render.findings.github import render

    # The place is in a text, not in a file of the repository: the words name it.
    told = tuple(
        Finding(
            found.code,
            cast("Severity", found.severity),
            found.id,
            (),
            f"{found.id}: {found.message} ({_line(found.span)})",
        )
        for found in findings
    )
    failing: tuple[Severity, ...] = ("error", "warning") if strict else ("error",)
    return render(Report(told, (), summary, __version__, {}, failing=failing))


def strict_github() -> Format:
    """Annotations among which warnings are errors: with --strict they make the exit code 1."""
    return Gathered(lambda findings, summary: _github(findings, summary, strict=True))


def _table(device: Device) -> Callable[[Findings, str], str]:
    def render(findings: Findings, summary: str) -> str:
        from msc_evidence.render.table.terminal import display
        from msc_evidence.tables.table import Screen

        if not findings:
            return ""
        screen = Screen((findings_table(findings),))
        return display(screen, width=device.width, colour=device.colour, ascii=device.ascii)

    return render


#: Format → what writes it, on such a device.
FORMATS: dict[str, Callable[[Device], Format]] = {
    "text": lambda device: Text(colour=device.colour),
    "table": lambda device: Gathered(_table(device)),
    "csv": lambda device: Separated("csv"),
    "tsv": lambda device: Separated("tsv"),
    "json": lambda device: Json(),
    "md": lambda device: Gathered(_markdown),
    "github": lambda device: Gathered(_github),
}
#: Suffix of a file → the format it asks for.
SUFFIXES = {
    **dict.fromkeys((".txt", ".log"), "text"),
    **dict.fromkeys((".md", ".markdown"), "md"),
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
}


def _line(text: str) -> str:
    return inert(" ".join(text.split()))
