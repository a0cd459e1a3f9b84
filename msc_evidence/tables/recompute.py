"""Every reported statistic beside its recomputation: one row per method, the screen of `recompute`, or by verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.recompute.recomputation import Recomputation
from msc_evidence.analysis.recompute.unreported import (
    ArmStatistic,
    arm_effects,
    unadjusted_tests,
    unreported_tests,
)
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.interval import Interval
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Table, Value
from msc_evidence.tables.words import estimate_words, finite, precise_p, true_minus, with_rounding

#: What stands in place of a verdict where there are no two arms to compare.
NO_COMPARISON = "not of a comparison of two arms"
VERDICT_COLUMNS = (
    Column("verdict", "Verdict", grouped=True),
    Column("why", "From, or for want of"),
    Column("p_values", "p-values", "number"),
    Column("effects", "Effects", "number"),
)
_RESULTS, _TRIALS = Column("results", "Results"), Column("trials", "Trials")


@dataclass(frozen=True, slots=True)
class JudgedStatistic:
    """One reported p-value or effect with its verdict, and what that rests on."""

    verdict: str
    why: str
    is_p: bool
    trial: str
    label: str
    timepoint: str


def by_verdict(analysed: Sequence[AnalysedResult], *, results: bool = True) -> Table:
    """A row per verdict and what it rests on, with the results, or with their trials alone.

    A p-value is counted once with the worst of its verdicts, `not recomputable` only where nothing else is among them.
    A verdict that nothing got stands with zeros.
    """
    every = [found for each in analysed for found in _judged(each)]
    rows = tuple(
        row for verdict in (*map(str, Verdict), NO_COMPARISON) for row in _verdict_rows(verdict, every)
    )
    return Table("by verdict", (*VERDICT_COLUMNS, _RESULTS if results else _TRIALS), rows)


def tally(analysed: Sequence[AnalysedResult]) -> str:
    """`68 reported statistics: 9 reproduced, 2 consistent, 2 inconsistent, 55 not recomputable`."""
    every = [found.verdict for each in analysed for found in _judged(each)]
    counts = [f"{every.count(word)} {word}" for word in (*map(str, Verdict), NO_COMPARISON) if word in every]
    return (
        f"{counted(len(every), 'reported statistic')}: {', '.join(counts)}" if every else "nothing reported"
    )


def _judged(found: AnalysedResult) -> Iterator[JudgedStatistic]:
    label = found.label.removesuffix(", adjusted")
    when = "" if found.timepoint == "not reported" else found.timepoint
    place = (found.trial.shown_name(found.trial_id), label, when)
    if found.p is not None and found.verdict is None:
        yield JudgedStatistic(NO_COMPARISON, "", True, *place)
    decided = [
        item for item in found.recomputations if item.statistic == "p" and item.verdict is found.verdict
    ]
    effects = [item for item in found.recomputations if item.statistic != "p"]
    for item in (*decided[:1], *effects):
        yield JudgedStatistic(str(item.verdict), _why(found, item), item.statistic == "p", *place)


def _why(found: AnalysedResult, item: Recomputation) -> str:
    """From what, or what it would take."""
    if item.verdict is not Verdict.NOT_RECOMPUTABLE:
        return item.basis
    return "needs the data of the adjusted analysis" if found.result.adjusted else item.reason


def _verdict_rows(verdict: str, every: Sequence[JudgedStatistic]) -> Iterator[Mapping[str, Value]]:
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


def _results(given: Sequence[JudgedStatistic]) -> Iterator[str]:
    """`Bang 2005: Barthel Index at 3 mo, 6 mo, 12 mo, modified Rankin Scale at 3 mo`."""
    for trial in dict.fromkeys(each.trial for each in given):
        own = [each for each in given if each.trial == trial]
        labels = dict.fromkeys(each.label for each in own)
        yield f"{trial}: " + ", ".join(_with_times(label, own) for label in labels)


def _with_times(label: str, own: Sequence[JudgedStatistic]) -> str:
    times = dict.fromkeys(each.timepoint for each in own if each.label == label and each.timepoint)
    return f"{label} at {', '.join(times)}" if times else label


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
    Column("recomputed", "Recomputed", "number"),
    Column("recomputed_lb", "Rounding from", "number"),
    Column("recomputed_ub", "Rounding to", "number"),
    Column("ci_lb", "CI from", "number"),
    Column("ci_ub", "CI to", "number"),
    Column("verdict", "Verdict"),
    Column("reason", "Reason"),
)
_EMPTY: Mapping[str, Value] = dict.fromkeys(column.key for column in COLUMNS)
#: The tests of a 2×2 table that are shown one by one where their range says the rest.
_USUAL = ("Fisher exact", "Pearson", "Yates")
NEEDED_COLUMNS = (
    Column("trial", "Trial", grouped=True),
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At"),
    Column("p", "Reported"),
    Column("source", "Source"),
    Column("reason", "Not recomputable"),
)


def recomputed(analysed: Iterable[AnalysedResult]) -> Table:
    """One row per reported statistic and method, and one, without `reported`, per statistic that the arms give."""
    rows = (row for item in analysed for each in (_screen_rows, _arm_rows) for row in each(item))
    return Table("recomputed", COLUMNS, tuple({**_EMPTY, **row} for row in rows))


def _result(found: AnalysedResult) -> dict[str, Value]:
    return {
        "trial": found.trial_id,
        "outcome": found.result.outcome if found.place == "results" else None,
        "outcome_name": found.label,
        "timepoint": None if found.timepoint == "not reported" else found.timepoint,
        "source": found.source,
    }


def _screen_rows(found: AnalysedResult) -> Iterator[Mapping[str, Value]]:
    for item in found.recomputations:
        shared = _result(found) | {
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


def _arm_rows(found: AnalysedResult) -> Iterator[Mapping[str, Value]]:
    for each in (*_tests(found), *_beside(found), *_effects(found)):
        low, high = each.ci or (None, None)
        yield _result(found) | {
            "statistic": each.statistic,
            "basis": each.basis,
            "inputs": each.inputs,
            "method": each.method,
            "recomputed": finite(each.value),
            "recomputed_lb": each.rounding.lo if each.rounding else None,
            "recomputed_ub": each.rounding.hi if each.rounding else None,
            "ci_lb": finite(low) if low is not None else None,
            "ci_ub": finite(high) if high is not None else None,
        }


def _tests(found: AnalysedResult) -> list[ArmStatistic]:
    return list(unreported_tests(found.case)) if found.case else []


def _beside(found: AnalysedResult) -> list[ArmStatistic]:
    return list(unadjusted_tests(found.case)) if found.case else []


def _effects(found: AnalysedResult) -> list[ArmStatistic]:
    # Of differences at baseline only the p is of interest.
    return list(arm_effects(found.case)) if found.case and found.place == "results" else []


def recomputation_screen(analysed: Sequence[AnalysedResult]) -> Screen:
    """What could be recomputed as a block each, then a table of what could not and why, then the counts by verdict."""
    blocks: list[Block] = []
    needed = []
    for found in analysed:
        lines = [*_reported(found), *_unreported(found), *_arms(found)]
        if lines:
            blocks += [Heading(_heading(found)), *lines, Line("")]
        needed += [_needed_row(found, item) for item in found.recomputations if not item.methods]
    if needed:
        blocks.append(Table("not recomputable", NEEDED_COLUMNS, tuple(needed)))
    if len({found.trial_id for found in analysed}) > 1:
        blocks += [Heading("By verdict"), by_verdict(analysed, results=False)]
    return Screen(tuple(blocks))


def _heading(found: AnalysedResult) -> str:
    when = f"{found.label} at {found.timepoint}" if found.timepoint != "not reported" else found.label
    return " · ".join((found.trial_id, when, found.trial.sources[found.source].kind))


def _reported(found: AnalysedResult) -> Iterator[Line]:
    """Each reported statistic with its recomputations and its verdict; how the source got it stands once."""
    for at, item in enumerate(each for each in found.recomputations if each.methods):
        how = f"   {_how(found, item)}" if at == 0 else ""
        yield _line("reported", f"{item.statistic} {item.reported}   {item.inputs}{how}")
        yield from _paired("recomputed", _given(item))
        if item.basis == "distributions" and item.statistic == "p":
            yield from _paired("", [f"{way.method} {precise_p(way.value)}" for way in _beside(found)])
        yield _line("verdict", f"{item.verdict}: {_reason(item)}" if item.reason else str(item.verdict))


def _reason(item: Recomputation) -> str:
    """The reason; where many methods stand above, their number in place of their names."""
    if item.verdict not in (Verdict.INCONSISTENT, Verdict.DECISION_ERROR) or len(item.methods) <= 3:
        return item.reason
    _, divider, rest = item.reason.partition("; ")
    return f"none of these {len(item.methods)} tests gives it{divider}{rest}"


def _how(found: AnalysedResult, item: Recomputation) -> str:
    """The test that the source names, of a p, and what the analysis was adjusted for."""
    test = (found.result.test or "test not named") if item.statistic == "p" else ""
    adjusted = f"adjusted ({found.result.adjusted})" if found.result.adjusted else ""
    return ", ".join(part for part in (test, adjusted) if part)


def _given(item: Recomputation) -> list[str]:
    """What the methods give: each of them, or of many that agree with the source those that do and the range.

    Of an adjusted analysis the verdict gives the range; which test of the unadjusted counts it is makes no odds.
    """
    said = {way.method: f"{way.method} {with_rounding(way.value, way.interval)}" for way in item.methods}
    if item.verdict is Verdict.NOT_RECOMPUTABLE and item.basis != "distributions":
        return []
    if item.basis == "counts" and item.statistic == "p" and item.names:
        values = {way.method: way.value for way in item.methods}
        return _shortened(said, values, item.names)
    return list(said.values())


def _shortened(said: Mapping[str, str], values: Mapping[str, float], names: Sequence[str]) -> list[str]:
    """These methods one by one, and the range of the others."""
    others = [value for method, value in values.items() if method not in names]
    shown = [words for method, words in said.items() if method in names]
    if len(others) < 3:
        return list(said.values())
    return [*shown, f"{len(others)} other tests {precise_p(min(others))} to {precise_p(max(others))}"]


def _unreported(found: AnalysedResult) -> Iterator[Line]:
    """The tests of a p that was not printed, from each basis."""
    tests = _tests(found)
    for basis in dict.fromkeys(each.basis for each in tests):
        ways = [each for each in tests if each.basis == basis]
        yield _line("reported", f"no p   {ways[0].inputs}   {found.result.test or 'test not named'}")
        said = {
            way.method: f"{way.method} {with_rounding(way.value, way.rounding or Interval.point(way.value))}"
            for way in ways
        }
        values = {way.method: way.value for way in ways}
        yield from _paired(
            "it would be", _shortened(said, values, _USUAL) if basis == "counts" else list(said.values())
        )


def _arms(found: AnalysedResult) -> Iterator[Line]:
    """The effect measures that the arms' values give, with their 95% intervals."""
    given = [
        f"{each.statistic} {estimate_words(each.statistic, each.value, each.ci)}" for each in _effects(found)
    ]
    yield from _paired("arms give", given)


def _paired(label: str, said: Sequence[str]) -> Iterator[Line]:
    for start in range(0, len(said), 2):
        yield _line(label if start == 0 else "", "   ".join(said[start : start + 2]))


def _line(label: str, text: str) -> Line:
    return Line(f"  {label:<11}  {true_minus(text)}")


def _needed_row(found: AnalysedResult, item: Recomputation) -> Mapping[str, Value]:
    return {
        "trial": found.trial.shown_name(found.trial_id),
        "outcome": found.label,
        "timepoint": found.timepoint,
        "p": f"{item.statistic} {item.reported}",
        "source": found.trial.sources[found.source].kind,
        "reason": true_minus(item.reason),
    }
