"""A published meta-analysis row by row: what differs from its trials, and what that does to its pooled result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msc_evidence.analysis.comparison.pools import PooledNumbers
from msc_evidence.analysis.published.pools import corrected_alone, corrected_pool
from msc_evidence.analysis.published.review import ReviewedRows, RowFinding
from msc_evidence.analysis.published.rows import is_printed
from msc_evidence.registry.problems import counted
from msc_evidence.tables.pool.screen import NAMES
from msc_evidence.tables.reconcile import pool_words
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value

COLUMNS = (
    Column("line", "Line", "number"),
    Column("study", "Study"),
    Column("trial", "Trial"),
    Column("type", "Type"),
    Column("code", "Check"),
    Column("severity", "Severity"),
    Column("message", "What differs"),
    Column("estimate", "Pool with this corrected", "number"),
    Column("ci_lb", "Lower limit", "number"),
    Column("ci_ub", "Upper limit", "number"),
    Column("crosses", "Moves the interval over no difference"),
    Column("waived", "Accepted because"),
)
_SHOWN = (
    Column("lines", "Line", whole=True),
    Column("study", "Study"),
    Column("type", "Type"),
    Column("message", "What differs"),
)
#: Models by which every program pools alike; estimators of τ² and of standardised differences are many.
_POOLED_ALIKE = {("peto", "PETO"), ("common", "MD"), *(("MH", measure) for measure in ("RR", "OR", "RD"))}
#: The registry may be wrong.
_WHO_ERRED = "The registry and the review differ; which of them is right, the sources say."


def review_table(reviewed: ReviewedRows) -> Table:
    """A row for each line of the file that something was found about, with the pool that its correction gives."""
    published = corrected_pool(reviewed, ())
    alone = zip(reviewed.findings, corrected_alone(reviewed), strict=True)
    rows = [row for found, pool in alone for row in _rows(reviewed, found, pool, published)]
    return Table("review", COLUMNS, tuple(rows))


def _rows(
    reviewed: ReviewedRows, found: RowFinding, pool: PooledNumbers | None, published: PooledNumbers | None
) -> list[Mapping[str, Value]]:
    common: dict[str, Value] = {
        "trial": found.trial,
        "type": found.type,
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "waived": found.waived,
    }
    if pool:
        common |= {"estimate": pool.estimate, "ci_lb": pool.low, "ci_ub": pool.high}
        common["crosses"] = published is not None and published.crosses != pool.crosses
    return [{"line": reviewed.rows[at].line, "study": reviewed.rows[at].study, **common} for at in found.rows]


def review_screen(reviewed: ReviewedRows, file: str, lacking: Sequence[str]) -> Screen:
    """What differs, what it comes to, which rows are not of the registry, and which trials the review lacks."""
    rows = reviewed.rows
    known = sum(trial is not None for trial in reviewed.trials)
    differing = len({at for found in reviewed.findings for at in found.rows})
    head = f"{file}: {counted(len(rows), 'row')}, {known} of trials in the registry; {differing} differ"
    blocks: list[Block] = [Line(head)]
    if reviewed.findings:
        blocks.append(
            Table("review", _SHOWN, tuple(_shown_row(reviewed, found) for found in reviewed.findings))
        )
    blocks += _pool_blocks(reviewed)
    unknown = [
        f"{row.study} (line {row.line})"
        for row, trial in zip(rows, reviewed.trials, strict=True)
        if trial is None
    ]
    sentences = [
        *reviewed.notes,
        *([f"Not found in the registry: {', '.join(unknown)}."] if unknown else []),
        *(
            [f"In the registry with this outcome, not in the review: {', '.join(lacking)}."]
            if lacking
            else []
        ),
        *([_WHO_ERRED] if reviewed.findings else ["No row differs from what its trial reports."]),
    ]
    blocks.append(Sentences(tuple(sentences)))
    return Screen(tuple(blocks))


def _shown_row(reviewed: ReviewedRows, found: RowFinding) -> Mapping[str, Value]:
    return {
        "lines": ", ".join(str(reviewed.rows[at].line) for at in found.rows),
        "study": reviewed.rows[found.rows[0]].study,
        "type": found.type,
        "message": found.message + (f" (accepted: {found.waived})" if found.waived else ""),
    }


def _pool_blocks(reviewed: ReviewedRows) -> list[Block]:
    """The pool as published, with each correction alone, the largest influence first, and with all."""
    published = corrected_pool(reviewed, ())
    if published is None or not (reviewed.findings or reviewed.pooled):
        return []
    alone = zip(reviewed.findings, corrected_alone(reviewed), strict=True)
    moved = [(found, pool) for found, pool in alone if pool is not None and published.differs(pool)]
    moved.sort(key=lambda each: -abs(each[1].estimate - published.estimate))
    lines = [*_printed_lines(reviewed, published), f"  its rows as published  {pool_words(published)}"]
    lines += [
        f"{_mark(published, pool)} {reviewed.rows[found.rows[0]].study}, {found.type}  {pool_words(pool)}"
        for found, pool in moved
    ]
    every = corrected_pool(reviewed, reviewed.findings)
    if every and reviewed.findings:
        lines.append(f"{_mark(published, every)} all corrected  {pool_words(every)}")
    model = NAMES.get(reviewed.model, f"random effects, {reviewed.model}")
    return [Heading(f"Pooled result ({model})"), *map(Line, lines)]


def _printed_lines(reviewed: ReviewedRows, published: PooledNumbers) -> list[str]:
    """The pooled effect that the review prints, and whether its own rows give it."""
    printed = reviewed.pooled
    if printed is None:
        return []
    words = f"{reviewed.measure} {printed.words}"
    given = is_printed((published.estimate, published.low, published.high), printed)
    differs = not given and (reviewed.model, reviewed.measure) in _POOLED_ALIKE
    return [f"  as the review prints it  {words}{', which its rows do not give' if differs else ''}"]


def _mark(before: PooledNumbers, after: PooledNumbers) -> str:
    return "‼" if before.crosses != after.crosses else " "
