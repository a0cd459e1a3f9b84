"""Bounds of what the arms could have been: a row for each measure under each test, and the screen for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msc_evidence.statistics.feasible.question import Bound, Counts, DataSet, End
from msc_evidence.statistics.feasible.tests_admitted import TESTS
from msc_evidence.tables.feasible_sections import FeasibleSection
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value
from msc_evidence.tables.words import fixed

if TYPE_CHECKING:
    from msc_evidence.statistics.feasible.bounds import Feasible

COLUMNS = (
    Column("trial", "Trial", grouped=True),
    Column("outcome", "Outcome", grouped=True),
    Column("at", "At", grouped=True),
    Column("test", "If p is from", grouped=True),
    Column("measure", "Measure"),
    Column("low", "From", "number"),
    Column("high", "To", "number"),
    Column("low_status", "Lower end"),
    Column("high_status", "Upper end"),
    Column("low_data", "Data set of the lower end"),
    Column("high_data", "Data set of the upper end"),
    Column("reason", "Why there is none"),
)
#: What stands in a row of the screen.
MEASURES = {
    "PS": "PS",
    "g": "g",
    "MD": "Mean difference",
    "RD": "RD at a cut",
    "common OR": "Common OR",
    "utility": "Utility",
}
POSSIBLE = "Every value shown is that of a possible data set"
NOTES = (
    "The ranges say what p leaves open, not what is likely; sampling error comes on top.",
    "One line for each test: their union says nothing.",
)
OPEN_ENDS = "≤ ≥ an end that a data set has, and that others may pass"
OUTER_ENDS = (
    "[ ] an end that is proved, and perhaps not reached: the search for its data set would take too long"
)


def feasible_table(sections: Iterable[FeasibleSection]) -> Table:
    """A row for each measure under each test, or why there is none."""
    rows = tuple(row for section in sections for row in _section_rows(section))
    registry = any(row["trial"] is not None for row in rows)
    return Table("feasible", COLUMNS if registry else COLUMNS[3:], rows)


def _section_rows(section: FeasibleSection) -> Iterator[Mapping[str, Value]]:
    trial, outcome, at = section.keys or (None, None, None)
    of = {"trial": trial, "outcome": outcome, "at": at}
    if section.reason:
        yield {**of, "reason": section.reason}
    for answer in section.answers:
        if answer.reason:
            yield {**of, "test": answer.test, "reason": answer.reason}
        for bound in answer.bounds:
            yield {
                **of,
                "test": answer.test,
                "measure": bound.measure,
                "low": _number(bound.low.value),
                "high": _number(bound.high.value),
                "low_status": bound.low.status,
                "high_status": bound.high.status,
                "low_data": data_words(bound.low.data),
                "high_data": data_words(bound.high.data),
            }


def _number(value: float) -> Value:
    # Formats without infinity would drop it: a bound that is infinite is none that is missing.
    return value + 0.0 if math.isfinite(value) else "inf" if value > 0 else "-inf"


def data_words(data: DataSet | None) -> str | None:
    """`0 0 2 2 1|0 19 6 0 0`: the counts of both arms, the worst category first."""
    return "|".join(" ".join(map(str, counts)) for counts in data) if data else None


def feasible_screen(sections: Sequence[FeasibleSection], *, examples: bool) -> Screen:
    """For each result its bounds by test, what cannot be, and with `examples` the data sets of the ends."""
    blocks: list[Block] = []
    for section in sections:
        blocks += _section_blocks(section, examples=examples)
    if any(answer.bounds for section in sections for answer in section.answers):
        blocks.append(Sentences(tuple(_notes(sections))))
    return Screen(tuple(blocks))


def _section_blocks(section: FeasibleSection, *, examples: bool) -> Iterator[Block]:
    yield Heading(section.title)
    if section.reason:
        yield Line(section.reason)
    bounded = [answer for answer in section.answers if answer.bounds]
    if bounded:
        merged = [{**_measures(answer), "test": TESTS[answer.test][1]} for answer in bounded]
        shown = [name for name in MEASURES if any(name in row for row in merged)]
        columns = [
            Column("test", "If p is from", whole=True),
            *(Column(name, MEASURES[name], whole=True) for name in shown),
        ]
        yield Table("feasible", tuple(columns), tuple(merged))
    for reason, names in _reasons(section.answers).items():
        yield Line(f"{names}: {reason}")
    if examples and bounded:
        yield _example_table(section, bounded)


def _reasons(answers: Iterable[Feasible]) -> dict[str, str]:
    """Why tests leave nothing open, with the tests."""
    reasons: dict[str, list[str]] = {}
    for answer in answers:
        if answer.reason:
            words = f"cannot be: {answer.reason}" if answer.impossible else answer.reason
            reasons.setdefault(words, []).append(TESTS[answer.test][1].removesuffix(" (two categories)"))
    return {words: ", ".join(names) for words, names in reasons.items()}


def _measures(answer: Feasible) -> dict[str, str]:
    """The bounds of a test in words; of the risk differences at all cuts together."""
    cells = {bound.measure: bound_words(bound) for bound in answer.bounds if bound.measure in MEASURES}
    cuts = [bound for bound in answer.bounds if bound.measure.startswith("RD>=")]
    if cuts:
        low = min((bound.low for bound in cuts), key=lambda end: end.value)
        high = max((bound.high for bound in cuts), key=lambda end: end.value)
        cells["RD"] = bound_words(Bound("RD", low, high))
    return cells


def bound_words(bound: Bound) -> str:
    """`0.70 to 0.75`; one number where both ends read alike; with marks where an end is not exact.

    >>> bound_words(Bound("MD", End(-1.697, "attained"), End(1.964, "exact")))
    '≤−1.70 to 1.96'
    """
    low, high = _end_words(bound.low, "≤"), _end_words(bound.high, "≥")
    proved = bound.low.status == bound.high.status != "attained"
    return low if proved and low == high else f"{low} to {high}"


def _end_words(end: End, mark: str) -> str:
    if math.isinf(end.value):
        return "∞" if end.value > 0 else "−∞"
    words = fixed(end.value, 2 if abs(end.value) < 10 else 1)
    if end.status == "outer":
        return f"[{words}]"
    return words if end.status == "exact" else f"{mark}{words}"


def _notes(sections: Sequence[FeasibleSection]) -> Iterator[str]:
    """What the values are, what they are not, and what the marks of their ends mean."""
    statuses = {
        end.status
        for section in sections
        for answer in section.answers
        for bound in answer.bounds
        for end in (bound.low, bound.high)
    }
    proved = " but those in brackets" if "outer" in statuses else ""
    yield f"{POSSIBLE}{proved}. {NOTES[0]}"
    yield NOTES[1]
    if "attained" in statuses:
        yield OPEN_ENDS
    if "outer" in statuses:
        yield OUTER_ENDS


def _example_table(section: FeasibleSection, answers: Sequence[Feasible]) -> Table:
    """The data sets of the ends; of a long scale only the points that anyone stands at."""
    points = section.points
    title = (
        f"Data sets of the ends, {points[0]} to {points[-1]}"
        if points
        else "Data sets of the ends, the worst category first"
    )
    columns = (
        Column("test", "If p is from", grouped=True),
        Column("end", "End", whole=True),
        Column("first", section.arms[0]),
        Column("second", section.arms[1]),
    )
    rows = []
    for answer in answers:
        for bound in answer.bounds:
            for end in (bound.low, bound.high):
                if end.data is not None and bound.measure != "win odds":
                    first, second = (_counts_words(counts, points) for counts in end.data)
                    words = f"{bound.measure} {_end_words(end, '')}"
                    row = {"test": TESTS[answer.test][1], "end": words, "first": first, "second": second}
                    rows.append(row)
    return Table("examples", columns, tuple(rows), title)


def _counts_words(counts: Counts, points: Sequence[str]) -> str:
    """`0 0 2 2 1`, or `2 at 15, 3 at 40` on a scale of many points."""
    if len(counts) <= 11 or not points:
        return " ".join(map(str, counts))
    return ", ".join(f"{count} at {point}" for count, point in zip(counts, points, strict=True) if count)
