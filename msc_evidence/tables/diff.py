"""Two versions of a registry: numbers that changed, what follows from them, and how much did not move."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msc_evidence.analysis.comparison.differences import NUMBERS, Comparison, Difference
from msc_evidence.analysis.comparison.pools import SAME, registry_pools
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.reported import Time
from msc_evidence.tables.reconcile import pool_words
from msc_evidence.tables.review import sof
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value

Part = Literal["trial", "number", "pool", "summary of findings", "verdict", "finding", "field"]
#: What moves when a number does; findings stand apart, as they may be about the record alone.
CONCLUSIONS: tuple[Part, ...] = ("pool", "summary of findings", "verdict")
#: In which order a person reads them, under which title.
_SECTIONS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    ("Trials", ("trial",)),
    ("Numbers", ("number",)),
    ("What follows", CONCLUSIONS),
    ("Findings", ("finding",)),
    ("Words and choices", ("field",)),
)
#: What a part is called, one and several.
_NAMES: tuple[tuple[Part, str, str], ...] = (
    ("trial", "trial", "trials"),
    ("number", "number", "numbers"),
    ("pool", "pooled result", "pooled results"),
    ("summary of findings", "row of the Summary of Findings", "rows of the Summary of Findings"),
    ("verdict", "verdict", "verdicts"),
    ("finding", "finding", "findings"),
    ("field", "other field", "other fields"),
)
#: The marks of what changed, appeared and went.
_MARKS = {"changed": " ", "appeared": "+", "gone": "-"}

COLUMNS = (
    Column("part", "Part", grouped=True),
    Column("change", "Change"),
    Column("crosses", "Crosses"),
    Column("trial", "Trial"),
    Column("what", "What"),
    Column("old", "Old"),
    Column("new", "New"),
    Column("source", "Source"),
    Column("where", "Line"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that follows from a registry: what it is about, in words, and what makes it another."""

    part: Part
    what: str
    text: str
    #: What is compared; texts alone may round a change away.
    values: tuple[Value, ...]
    #: Which side of a line it is on: of no difference, of a decision error, of a level of certainty.
    side: Hashable = None
    trial: str | None = None
    where: str | None = None
    #: Whether it is no news when it only appears or goes with its trial.
    quiet: bool = False


Facts = Mapping[Hashable, Fact]


@dataclass(frozen=True, slots=True)
class Move:
    """One change between two versions."""

    part: Part
    change: str
    what: str
    old: str | None
    new: str | None
    crosses: bool = False
    trial: str | None = None
    source: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two versions, and how much was compared and is the same."""

    moves: tuple[Move, ...]
    same: Mapping[Part, int]

    def of(self, *parts: Part) -> tuple[Move, ...]:
        """The changes of some parts, those that cross a line first."""
        return tuple(
            sorted((each for each in self.moves if each.part in parts), key=lambda move: not move.crosses)
        )


def changes(comparison: Comparison, facts: tuple[Facts, Facts], sources: Mapping[str, str]) -> Changes:
    """The changes between two versions; `sources` names the source of each trial's numbers."""
    recorded = [_recorded_move(each, sources) for each in comparison.differences if each.cls != "renamed"]
    old, new = facts
    moved: list[Move] = []
    same: dict[Part, int] = {}
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        move = _fact_move(before, after)
        if move is None and (before is None or after is None):
            continue
        if move:
            moved.append(move)
        elif before:
            same[before.part] = same.get(before.part, 0) + 1
    for each in comparison.compared:
        if each.cls is None:
            part = _part_of(each.a.kind)
            same[part] = same.get(part, 0) + 1
    same["trial"] = len(comparison.pairs)
    return Changes((*recorded, *moved), same)


def _part_of(kind: str) -> Part:
    return "trial" if kind == "trial" else "number" if kind in NUMBERS else "field"


def _recorded_move(each: Difference, sources: Mapping[str, str]) -> Move:
    change = "gone" if each.b is None else "appeared" if each.a is None else "changed"
    place = (each.place_a or each.place_b or "").removeprefix("trials/").removeprefix(f"{each.trial}/")
    place = "record" if each.kind == "trial" else place
    where = each.where_b or each.where_a or None
    return Move(
        _part_of(each.kind), change, place, each.a, each.b, trial=each.trial or None,
        source=sources.get(each.trial), where=where,
    )  # fmt: skip


def _fact_move(before: Fact | None, after: Fact | None) -> Move | None:
    known = after or before
    assert known is not None
    if before is None or after is None:
        if known.quiet:
            return None
        change = "appeared" if after else "gone"
        old, new = (before.text if before else None), (after.text if after else None)
        return Move(known.part, change, known.what, old, new, trial=known.trial, where=known.where)
    if _equal(before.values, after.values):
        return None
    crosses = before.side != after.side
    return Move(
        known.part, "changed", known.what, before.text, after.text, crosses, known.trial, where=known.where
    )


def _equal(before: Sequence[Value], after: Sequence[Value]) -> bool:
    return len(before) == len(after) and all(map(_same_value, before, after))


def _same_value(before: Value, after: Value) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=SAME, abs_tol=SAME)
    return before == after


def registry_facts(analysis: Analysis) -> dict[Hashable, Fact]:
    """What follows from a registry: its pools, its Summary of Findings, the verdicts on its p-values."""
    return {**_pool_facts(analysis), **_summary_facts(analysis), **_verdict_facts(analysis)}


def _pool_facts(analysis: Analysis) -> dict[Hashable, Fact]:
    outcomes = analysis.registry.outcomes
    return {
        ("pool", key): Fact(
            "pool",
            key.words(outcomes[key.outcome].name),
            pool_words(pool),
            (pool.measure, pool.k, pool.estimate, pool.low, pool.high),
            (pool.crosses, pool.k),
        )
        for key, pool in registry_pools(analysis).items()
    }


#: What is compared of a Summary of Findings: not who judged and when, nor how a time is written.
_SUMMARY_COLUMNS = tuple(
    column.key for column in sof.COLUMNS if column.key not in ("at", "by", "date", "follow_up")
)


def _summary_facts(analysis: Analysis) -> dict[Hashable, Fact]:
    registry = analysis.registry
    rows = sof.table(Query.of_everything(analysis)).rows if registry.outcomes else ()
    facts: dict[Hashable, Fact] = {}
    for row in rows:
        key = ("summary", row["outcome"], row.get("definition"), row.get("risk_group"))
        name = registry.outcomes[str(row["outcome"])].name
        defined = f" ({row['definition']})" if row.get("definition") else ""
        values = tuple(_without_time(row.get(name), row.get("at")) for name in _SUMMARY_COLUMNS)
        facts[key] = Fact(
            "summary of findings",
            f"{name}{defined}",
            "; ".join(
                str(part) for part in (row.get("effect"), row.get("certainty"), row.get("in_words")) if part
            ),
            values,
            row.get("certainty"),
        )
    return facts


def _without_time(value: Value, at: Value) -> Value:
    """A value of a row; its words without the time, which may be written in another unit."""
    return value.replace(str(at), "") if isinstance(value, str) and at else value


def _verdict_facts(analysis: Analysis) -> dict[Hashable, Fact]:
    facts: dict[Hashable, Fact] = {}
    for trial in analysis.registry.trials:
        for each in analysis.results(trial):
            if each.p is None or each.verdict is None:
                continue
            result = each.result
            at = result.at.months if isinstance(result.at, Time) else None
            key: Hashable = (
                "verdict", trial, result.outcome, at, result.definition, result.change, result.arm, result.against,
                result.within, result.adjusted, result.imputed, each.source,
            )  # fmt: skip
            what = f"{each.label} at {each.timepoint}"
            text = f"p {each.p}: {each.verdict}"
            facts[key] = Fact(
                "verdict", what, text, (str(each.verdict),), each.verdict is Verdict.DECISION_ERROR, trial,
                quiet=each.verdict is Verdict.NOT_RECOMPUTABLE,
            )  # fmt: skip
    return facts


def diff_table(found: Changes) -> Table:
    """Every change, one row each: numbers, then what follows, then findings."""
    rows = tuple(_row(move) for _, parts in _SECTIONS for move in found.of(*parts))
    return Table("changes", COLUMNS, rows)


def _row(move: Move) -> Mapping[str, Value]:
    return {
        "part": move.part,
        "change": move.change,
        "crosses": move.crosses,
        "trial": move.trial,
        "what": move.what,
        "old": move.old,
        "new": move.new,
        "source": move.source,
        "where": move.where,
    }


def headline(found: Changes) -> str:
    """The change in one line: `1 number changed; 1 pooled result moved; 1 crosses a line`."""
    counts = {part: len(found.of(part)) for part, _, _ in _NAMES}
    recorded = [_counted(counts[part], part) for part in ("trial", "number", "field") if counts[part]]
    moved = [_counted(counts[part], part) for part in CONCLUSIONS if counts[part]]
    crossing = sum(move.crosses for move in found.moves)
    words = [
        f"{', '.join(recorded)} changed" if recorded else "no record changed",
        f"{', '.join(moved)} moved" if moved else "no conclusion moved",
        f"{crossing} {'crosses' if crossing == 1 else 'cross'} a line" if crossing else "",
    ]
    return "; ".join(filter(None, words))


def _counted(count: int, part: Part) -> str:
    one, several = next((one, several) for name, one, several in _NAMES if name == part)
    return f"{count:,} {one if count == 1 else several}"


def diff_screen(found: Changes, compared: str) -> Screen:
    """What a person reads: the numbers, what follows from them, findings, and what did not move."""
    blocks: list[Block] = [Line(f"diff {compared} · {headline(found)}")]
    for title, parts in _SECTIONS:
        moves = found.of(*parts)
        if moves:
            blocks += [Heading(title), *(Line(_words(move)) for move in moves)]
    blocks.append(Sentences((unmoved_words(found),)))
    return Screen(tuple(blocks))


def _mark(move: Move) -> str:
    return "‼" if move.crosses else _MARKS[move.change]


def _words(move: Move) -> str:
    of = f"{move.trial} " if move.trial else ""
    about = "" if move.part not in CONCLUSIONS else f"{move.part}: "
    values = (
        f"{move.old} → {move.new}"
        if move.change == "changed"
        else str(move.new if move.new is not None else move.old)
    )
    beside = "  ".join(part for part in (move.source, move.where) if part)
    return f"{_mark(move)} {about}{of}{move.what}   {values}" + (f"   {beside}" if beside else "")


def unmoved_words(found: Changes) -> str:
    """`The same: 3 trials, 70 numbers, 2 pooled results, …, 9 findings.`"""
    return f"The same: {', '.join(_counted(found.same.get(part, 0), part) for part, _, _ in _NAMES)}."


#: A comment on a pull request shows this many rows; the others are folded.
SHOWN_ROWS = 20


def diff_markdown(found: Changes, compared: str) -> str:
    """A comment on a pull request: a first line fit for a title, a table, the rest folded."""
    first = ("What follows", CONCLUSIONS)
    sections = (first, *(section for section in _SECTIONS if section != first))
    moves = [move for _, parts in sections for move in found.of(*parts)]
    head = ["| | what | old | new |", "|---|---|---|---|"]
    rows = [
        f"| {_mark(move).strip()} | {_cell(_about(move))} | {_cell(move.old)} | {_cell(move.new)} |"
        for move in moves
    ]
    lines = [f"### {headline(found)}", "", f"`{compared}`", ""]
    lines += [*head, *rows[:SHOWN_ROWS], ""] if rows else []
    if rows[SHOWN_ROWS:]:
        summary = f"<details><summary>{len(rows) - SHOWN_ROWS} more</summary>"
        lines += [summary, "", *head, *rows[SHOWN_ROWS:], "", "</details>", ""]
    return "\n".join([*lines, unmoved_words(found)]) + "\n"


def _about(move: Move) -> str:
    return " ".join(part for part in (move.part, move.trial, move.what) if part)


def _cell(text: str | None) -> str:
    return "" if text is None else text.replace("|", "\\|").replace("\n", " ")
