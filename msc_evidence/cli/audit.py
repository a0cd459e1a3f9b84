"""`msc-evidence audit`: the checks that need only a text, over texts of any number and format."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.check import Codes, Ignored
from msc_evidence.cli.exits import MOST_SHOWN, Exit, UsageError, guarded
from msc_evidence.cli.options import Ascii, Debug, Output, Quiet
from msc_evidence.cli.streams import OutputSink, ProgressBar, ReaderGone, note, progress_bar

if TYPE_CHECKING:
    from msc_evidence.checks.audit.corpus import ChunkResult
    from msc_evidence.checks.audit.texts import TextFinding
    from msc_evidence.reading.texts.inputs import Input
    from msc_evidence.render.findings_stream import Format


class AuditTally:
    """Counts part after part, and says at once what is malformed and where."""

    def __init__(self, select: Sequence[str] | None, ignore: Sequence[str] | None, *, quiet: bool):
        """Raises UsageError for codes that no check of texts has."""
        self._select, self._ignore = _selected_and_ignored(select, ignore)
        self._quiet = quiet
        self._said = 0
        self._counts: Counter[str] = Counter()

    @property
    def texts(self) -> int:
        """The texts that were checked."""
        return self._counts["texts"]

    @property
    def faults(self) -> int:
        """The texts that a fault of this program kept from being checked."""
        return self._counts["faults"]

    def count_part(self, part: ChunkResult) -> list[TextFinding]:
        """The findings of a part that are asked for."""
        for item in part.malformed:
            self._note_malformed(f"{item.place}: {item.problem}; skipped")
        findings = [
            item
            for item in part.findings
            if item.code.startswith(self._select) and not item.code.startswith(self._ignore)
        ]
        self._counts.update(part.counts)
        self._counts["malformed"] += len(part.malformed) - part.counts["faults"]
        self._counts.update(item.severity for item in findings)
        return findings

    def _note_malformed(self, message: str) -> None:
        self._said += 1
        if self._said <= MOST_SHOWN:
            note(message, quiet=self._quiet)
        elif self._said == MOST_SHOWN + 1:
            note("… and more, which are counted only", quiet=self._quiet)

    @property
    def checked_nothing(self) -> bool:
        """Whether no figures of any text could be set against each other, nor anything was found."""
        counts = self._counts
        return not (counts["checked"] or counts["error"] or counts["warning"] or counts["note"])

    @property
    def summary(self) -> str:
        """The closing line: texts, figures, groups, those checked, findings."""
        from msc_evidence.reading.read import MOST_FIGURES

        counts = self._counts
        aside = [
            f"{counts['malformed']:,} malformed, skipped" if counts["malformed"] else "",
            f"{counts['empty']:,} without an abstract" if counts["empty"] else "",
            f"of {counts['bodies']:,} body and tables are not read, only the abstract"
            if counts["bodies"]
            else "",
            f"{_count_words(counts['tables'], 'table')}, {counts['unread_tables']:,} of them not read"
            if counts["tables"]
            else "",
            f"of {counts['cut']:,} only the first {MOST_FIGURES:,} figures are read" if counts["cut"] else "",
            f"{_count_words(counts['faults'], 'fault')} of this program" if counts["faults"] else "",
        ]
        beside_texts = "; ".join(part for part in aside if part)
        severities = ", ".join(_count_words(counts[kind], kind) for kind in ("error", "warning", "note"))
        return (
            f"{_count_words(counts['texts'], 'text')}{f' ({beside_texts})' if beside_texts else ''},"
            f" {_count_words(counts['figures'], 'figure')}, {_count_words(counts['groups'], 'group')}:"
            f" {counts['checked']:,} checked; {severities}"
        )

    def exit_code(self, *, strict: bool, fail_on_unread: bool) -> int:
        """The exit code that the findings mean; a fault of this program outweighs them, then what was not read."""
        if self._counts["faults"]:
            return int(Exit.BUG)
        if fail_on_unread and self._counts["malformed"]:
            return int(Exit.USAGE)
        failing = self._counts["error"] or (strict and self._counts["warning"])
        return int(Exit.FOUND if failing else Exit.OK)


def _count_words(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _selected_and_ignored(
    select: Sequence[str] | None, ignore: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes to report and those to leave out, as their beginnings."""
    from msc_evidence.checks.audit import tables, texts
    from msc_evidence.checks.run import NothingToCheckError, expanded_codes

    codes = tuple(sorted({*texts.CODES, *tables.CODES}))
    try:
        selected = expanded_codes(select or (), codes, " of texts") or ("",)
        ignored = expanded_codes(ignore or (), codes, " of texts")
    except NothingToCheckError as error:
        raise UsageError(str(error)) from None
    if not any(code.startswith(selected) and not code.startswith(ignored) for code in codes):
        raise UsageError("--select and --ignore leave no check to run")
    return selected, ignored


BytesRead = Callable[[int], None]


def complete_formats(incomplete: str) -> list[str]:
    """Formats of findings of texts."""
    from msc_evidence.render.findings_stream import STREAM_FORMATS

    return [name for name in STREAM_FORMATS if name.startswith(incomplete)]


def complete_parts(incomplete: str) -> list[str]:
    """Parts of texts."""
    from msc_evidence.checks.audit.articles import PARTS

    return [part for part in PARTS if part.startswith(incomplete)]


@guarded
def command(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files, folders of them, or - for standard input: plain text, PubMed XML, JATS XML, MEDLINE,"
            " JSON lines, HTML, DOCX; also .gz.",
        ),
    ],
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes. Default: one per processor."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume", metavar="FILE", help="Keep a journal in this file, and continue where it ends."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Work on the Dask cluster with this scheduler (tcp://…)."
        ),
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            "--parts",
            metavar="PARTS",
            autocompletion=complete_parts,
            help="What is read of each text, joined by commas: abstract, body, tables. Default: all that it has.",
        ),
    ] = None,
    select: Codes = None,
    ignore: Ignored = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    fail_on_unread: Annotated[
        bool, typer.Option("--fail-on-unread", help="Exit 2 where a file or record was skipped.")
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=complete_formats,
            help="text, table, csv, tsv, json, md or github.",
        ),
    ] = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Check each text of a corpus: its numbers against each other.

    Read are abstracts: those of PubMed, MEDLINE and JATS records and of JSON lines; of a plain text what follows a line
    "Abstract", else the whole. Of articles (JATS, JSON lines with `xml`, HTML, DOCX) the sections of results and
    discussion are read too, and the tables, each row as a record that the same checks look at; methods, introduction,
    references, figures and supplements are not. The closing line says what was left unread.

    An error: numbers whose grouping grammar makes certain contradict each other, whatever was rounded. A warning: they
    do so under the usual methods. A note: they do, but the grouping is not certain, or a word of the text
    (a correction for multiplicity, a paired design, a margin) may explain it; notes never change the exit code.
    """
    if scheduler is not None and jobs is not None:
        raise UsageError(
            "--jobs is for this machine; with --scheduler the cluster says how many work at a time"
        )
    tally = AuditTally(select, ignore, quiet=quiet)
    wanted = _wanted_parts(parts)
    name = _format_name(format, output)
    findings_format = _findings_format(name, output, ascii_only=ascii, strict=strict)
    files = _input_files(paths, [path for path in (resume, output) if path is not None])
    with (
        progress_bar(files, quiet=quiet) as watch,
        closing(_audited_parts(files, jobs, scheduler, resume, watch.read, wanted)) as results,
    ):
        try:
            with OutputSink(output, ascii_only=ascii, commands=name == "github") as sink:
                _write_findings(results, tally, findings_format, sink, watch)
        except ReaderGone:
            raise SystemExit(tally.exit_code(strict=strict, fail_on_unread=fail_on_unread)) from None
    note(tally.summary, quiet=quiet)
    raise SystemExit(tally.exit_code(strict=strict, fail_on_unread=fail_on_unread))


def _write_findings(
    parts: Iterable[ChunkResult], tally: AuditTally, format: Format, sink: OutputSink, watch: ProgressBar
) -> None:
    """Writes the findings as they come; raises UsageError where nothing in any text could be checked."""

    def written(text: str) -> None:
        if text:
            with watch.aside():
                sink.write(text)

    for part in parts:
        written(format.next_part(tally.count_part(part)))
        watch.texts(tally.texts)
    if tally.checked_nothing and not tally.faults:
        raise UsageError(f"nothing could be checked: {tally.summary}")
    written(format.closing_part(tally.summary))


def _wanted_parts(parts: str | None) -> tuple[str, ...]:
    """The parts that are asked for, in the order of an article."""
    from msc_evidence.checks.audit.articles import PARTS
    from msc_evidence.registry.problems import nearest_hint

    if parts is None:
        return PARTS
    asked = [part.strip() for part in parts.split(",")]
    for part in asked:
        if part not in PARTS:
            raise UsageError(f"--parts: '{part}' is no part of a text{nearest_hint(part, PARTS)}")
    return tuple(part for part in PARTS if part in asked)


def _format_name(name: str | None, output: Path | None) -> str:
    """The format asked for, else the one that the output's suffix means, else what suits the place."""
    from msc_evidence.registry.problems import nearest_hint
    from msc_evidence.render.findings_stream import STREAM_FORMATS, SUFFIXES

    if name is None and output is not None and output.suffix:
        name = SUFFIXES.get(output.suffix.lower())
        if name is None:
            raise UsageError(f"{output}: no format has the suffix '{output.suffix}'; give one with --format")
    name = name or ("github" if os.environ.get("GITHUB_ACTIONS") and output is None else "text")
    if name not in STREAM_FORMATS:
        raise UsageError(f"unknown format '{name}'{nearest_hint(name, STREAM_FORMATS)}")
    return name


def _findings_format(name: str, output: Path | None, *, ascii_only: bool, strict: bool) -> Format:
    """What writes the findings."""
    from msc_evidence.render.device import Device
    from msc_evidence.render.findings_stream import STREAM_FORMATS, strict_github

    if strict and name == "github":
        return strict_github()
    return STREAM_FORMATS[name](Device.now(to_file=output is not None, ascii_only=ascii_only))


def _input_files(paths: list[str], without: list[Path]) -> tuple[Input, ...]:
    from msc_evidence.reading.texts.inputs import inputs
    from msc_evidence.reading.texts.xml import UnreadableText

    try:
        return inputs(paths, without=without)
    except UnreadableText as error:
        raise UsageError(str(error)) from None


def _audited_parts(
    files: tuple[Input, ...],
    jobs: int | None,
    scheduler: str | None,
    resume: Path | None,
    read: BytesRead,
    wanted: tuple[str, ...],
) -> Generator[ChunkResult, None, None]:
    """The parts of the run, those that the journal holds first."""
    from importlib.util import find_spec

    from msc_evidence.checks.audit.corpus import TooFewTexts, audit_corpus
    from msc_evidence.checks.audit.journal import Journal, JournalError
    from msc_evidence.checks.processes import processor_count
    from msc_evidence.reading.texts.documents import records
    from msc_evidence.reading.texts.xml import UnreadableText

    if scheduler is not None and find_spec("distributed") is None:
        raise UsageError("--scheduler needs Dask: pip install distributed")
    try:
        journal = Journal(resume, files, wanted) if resume is not None else None
        done = journal.done if journal else 0
        try:
            parts = audit_corpus(
                records(files, read),
                jobs=jobs or processor_count(),
                scheduler=scheduler,
                done=done,
                parts=wanted,
            )
        except TooFewTexts as surplus:
            raise JournalError(f"{resume} is of other texts: {surplus}; remove it and begin anew") from None
        if journal:
            yield from journal.known_results()
            yield from journal.write_each(parts)
        else:
            yield from parts
    except (JournalError, UnreadableText) as error:
        raise UsageError(str(error)) from None
