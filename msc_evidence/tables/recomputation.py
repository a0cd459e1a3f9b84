"""Every reported statistic beside its recomputation: one row per method, or the screen of `recompute`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.recomputation import Recomputation
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.verdict import Verdict
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.tables.screen import Block, Heading, Line, Screen
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import short_name, with_rounding

COLUMNS = (
    Column("trial", "Trial"),
    Column("outcome", "Outcome"),
    Column("outcome_name", "Outcome, name"),
    Column("timepoint", "At"),
    Column("source", "Source"),
    Column("statistic", "Statistic"),
    Column("reported", "Reported"),
    Column("basis", "From"),
    Column("inputs", "Inputs"),
    Column("method", "Method"),
    Column("recomputed", "Recomputed", "p"),
    Column("recomputed_lb", "Rounding from", "p"),
    Column("recomputed_ub", "Rounding to", "p"),
    Column("verdict", "Verdict"),
    Column("reason", "Reason"),
)
NEEDED_COLUMNS = (
    Column("trial", "Trial", grouped=True),
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At"),
    Column("p", "Reported"),
    Column("source", "Source"),
    Column("reason", "Not recomputable"),
)

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


def recomputed(analysed: Iterable[tuple[str, Trial, AnalysedResult]]) -> Table:
    """One row per reported statistic and method, at full precision."""
    return Table("recomputed", COLUMNS, tuple(row for item in analysed for row in _rows(*item)))


def _rows(name: str, trial: Trial, found: AnalysedResult) -> Iterator[Mapping[str, Value]]:
    for item in found.recomputations:
        shared: dict[str, Value] = {
            "trial": name,
            "outcome": found.result.outcome,
            "outcome_name": found.label,
            "timepoint": None if found.timepoint == "not reported" else found.timepoint,
            "source": found.source,
            "statistic": item.statistic,
            "reported": str(item.reported),
            "basis": item.basis or None,
            "inputs": item.inputs or None,
            "verdict": str(item.verdict),
            "reason": item.reason or None,
        }
        if not item.methods:
            yield shared
        for way in item.methods:
            yield shared | {
                "method": way.method,
                "recomputed": way.value,
                "recomputed_lb": way.interval.lo,
                "recomputed_ub": way.interval.hi,
            }


def recomputation_screen(analysed: Analysed) -> Screen:
    """What could be recomputed as a block each, then a table of what could not and why."""
    blocks: list[Block] = []
    needed = []
    for name, trial, found in analysed:
        for item in found.recomputations:
            if item.methods:
                blocks.extend(_block(name, trial, found, item))
            else:
                needed.append(_needed_row(name, trial, found, item))
    if needed:
        blocks.append(Table("not recomputable", NEEDED_COLUMNS, tuple(needed)))
    return Screen(tuple(blocks))


def _block(name: str, trial: Trial, found: AnalysedResult, item: Recomputation) -> Iterator[Block]:
    source = trial.sources[found.source].kind
    yield Heading(
        " · ".join(
            (
                name,
                f"{found.label} at {found.timepoint}" if found.timepoint != "not reported" else found.label,
                source,
            )
        )
    )
    test = found.result.test or "test not named"
    adjusted = f", adjusted ({found.result.adjusted})" if found.result.adjusted else ""
    yield Line(f"  reported     {item.statistic} {item.reported}   {item.inputs}   {test}{adjusted}")
    for start in range(0, len(item.methods), 2):
        ways = (
            f"{way.method} {with_rounding(way.value, way.interval)}"
            for way in item.methods[start : start + 2]
        )
        yield Line(f"  {'recomputed' if start == 0 else '':<11}  {'   '.join(ways)}")
    yield Line(
        f"  verdict      {item.verdict}: {item.reason}" if item.reason else f"  verdict      {item.verdict}"
    )
    yield Line("")


def _needed_row(name: str, trial: Trial, found: AnalysedResult, item: Recomputation) -> Mapping[str, Value]:
    return {
        "trial": short_name(name, trial),
        "outcome": found.label,
        "timepoint": found.timepoint,
        "p": f"{item.statistic} {item.reported}",
        "source": trial.sources[found.source].kind,
        "reason": item.reason,
    }


def tally(analysed: Analysed) -> str:
    """`19 reported statistics: 2 inconsistent, 17 not recomputable`."""
    verdicts = [item.verdict for _, _, found in analysed for item in found.recomputations]
    counts = [f"{verdicts.count(verdict)} {verdict}" for verdict in Verdict if verdict in verdicts]
    return (
        f"{counted(len(verdicts), 'reported statistic')}: {', '.join(counts)}"
        if counts
        else "nothing reported"
    )
