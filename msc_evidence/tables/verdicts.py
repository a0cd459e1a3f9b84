"""The reported statistics by verdict: how many, from what or for want of what, and of which results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.recompute.recomputation import Recomputation
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import short_name

#: What stands in place of a verdict where there are no two arms to compare.
NO_COMPARISON = "not of a comparison of two arms"
COLUMNS = (
    Column("verdict", "Verdict", grouped=True),
    Column("why", "From, or for want of"),
    Column("p_values", "p-values", "number"),
    Column("effects", "Effects", "number"),
)
_RESULTS, _TRIALS = Column("results", "Results"), Column("trials", "Trials")

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One reported p-value or effect with its verdict, and what that rests on."""

    verdict: str
    why: str
    is_p: bool
    trial: str
    label: str
    timepoint: str


def by_verdict(analysed: Analysed, *, results: bool = True) -> Table:
    """A row per verdict and what it rests on, with the results, or with their trials alone.

    A p-value is counted once with the worst of its verdicts, `not recomputable` only where nothing else is among them.
    A verdict that nothing got stands with zeros.
    """
    every = [found for each in analysed for found in _judged(*each)]
    rows = tuple(row for verdict in (*map(str, Verdict), NO_COMPARISON) for row in _rows(verdict, every))
    return Table("by verdict", (*COLUMNS, _RESULTS if results else _TRIALS), rows)


def tally(analysed: Analysed) -> str:
    """`68 reported statistics: 9 reproduced, 2 consistent, 2 inconsistent, 55 not recomputable`."""
    every = [found.verdict for each in analysed for found in _judged(*each)]
    counts = [f"{every.count(word)} {word}" for word in (*map(str, Verdict), NO_COMPARISON) if word in every]
    return (
        f"{counted(len(every), 'reported statistic')}: {', '.join(counts)}" if every else "nothing reported"
    )


def _judged(name: str, trial: Trial, found: AnalysedResult) -> Iterator[Judged]:
    label = found.label.removesuffix(", adjusted")
    when = "" if found.timepoint == "not reported" else found.timepoint
    place = (short_name(name, trial), label, when)
    if found.p is not None and found.verdict is None:
        yield Judged(NO_COMPARISON, "", True, *place)
    decided = [
        item for item in found.recomputations if item.statistic == "p" and item.verdict is found.verdict
    ]
    effects = [item for item in found.recomputations if item.statistic != "p"]
    for item in (*decided[:1], *effects):
        yield Judged(str(item.verdict), _why(found, item), item.statistic == "p", *place)


def _why(found: AnalysedResult, item: Recomputation) -> str:
    """From what, or what it would take."""
    if item.verdict is not Verdict.NOT_RECOMPUTABLE:
        return item.basis
    return "needs the data of the adjusted analysis" if found.result.adjusted else item.reason


def _rows(verdict: str, every: Sequence[Judged]) -> Iterator[Mapping[str, Value]]:
    found = [each for each in every if each.verdict == verdict]
    for why in dict.fromkeys(each.why for each in found):
        given = [each for each in found if each.why == why]
        yield {
            "verdict": verdict,
            "why": why or None,
            "p_values": sum(each.is_p for each in given),
            "effects": sum(not each.is_p for each in given),
            "trials": ", ".join(dict.fromkeys(each.trial for each in given)),
            "results": "; ".join(_results(given)),
        }
    if not found:
        yield {"verdict": verdict, "p_values": 0, "effects": 0}


def _results(given: Sequence[Judged]) -> Iterator[str]:
    """`Bang 2005: Barthel Index at 3 mo, 6 mo, 12 mo, modified Rankin Scale at 3 mo`."""
    for trial in dict.fromkeys(each.trial for each in given):
        own = [each for each in given if each.trial == trial]
        labels = dict.fromkeys(each.label for each in own)
        yield f"{trial}: " + ", ".join(_with_times(label, own) for label in labels)


def _with_times(label: str, own: Sequence[Judged]) -> str:
    times = dict.fromkeys(each.timepoint for each in own if each.label == label and each.timepoint)
    return f"{label} at {', '.join(times)}" if times else label
