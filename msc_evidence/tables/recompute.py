"""Every reported statistic beside its recomputation: one row per method, the screen of `recompute`, or by verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.feasible_means import possible_under_ranks
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
from msc_evidence.tables.words import at_time, estimate_words, finite, precise_p, true_minus, with_rounding

#: What stands in place of a verdict where there are no two arms to compare.
NO_COMPARISON = "not of a comparison of two arms"
VERDICT_COLUMNS = (
    Column("verdict", "Verdict", grouped=True),
    Column("why", "From, or what is missing"),
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


def verdict_table(analysed: Sequence[AnalysedResult], *, results: bool = True) -> Table:
    """A row per verdict and what it rests on, with the results, or with their trials alone.

    A p-value is counted once with the worst of its verdicts, `not recomputable` only where nothing else is among them.
    A verdict that nothing got stands with zeros.
    """
    statistics = [statistic for result in analysed for statistic in _judged_statistics(result)]
    rows = tuple(
        row for verdict in (*map(str, Verdict), NO_COMPARISON) for row in _verdict_rows(verdict, statistics)
    )
    return Table("by verdict", (*VERDICT_COLUMNS, _RESULTS if results else _TRIALS), rows)


def verdict_tally(analysed: Sequence[AnalysedResult]) -> str:
    """`68 reported statistics: 9 reproduced, 2 consistent, 2 inconsistent, 55 not recomputable`."""
    verdicts = [statistic.verdict for result in analysed for statistic in _judged_statistics(result)]
    counts = [
        f"{verdicts.count(word)} {word}" for word in (*map(str, Verdict), NO_COMPARISON) if word in verdicts
    ]
    return (
        f"{counted(len(verdicts), 'reported statistic')}: {', '.join(counts)}"
        if verdicts
        else "nothing reported"
    )


def _judged_statistics(result: AnalysedResult) -> Iterator[JudgedStatistic]:
    label = result.label.removesuffix(", adjusted")
    when = "" if result.timepoint == "not reported" else result.timepoint
    place = (result.trial.shown_name(result.trial_id), label, when)
    if result.p is not None and result.verdict is None:
        yield JudgedStatistic(NO_COMPARISON, "", True, *place)
    decided = [
        recomputation
        for recomputation in result.recomputations
        if recomputation.statistic == "p" and recomputation.verdict is result.verdict
    ]
    effects = [recomputation for recomputation in result.recomputations if recomputation.statistic != "p"]
    for recomputation in (*decided[:1], *effects):
        yield JudgedStatistic(
            str(recomputation.verdict),
            _verdict_basis(result, recomputation),
            recomputation.statistic == "p",
            *place,
        )


def _verdict_basis(result: AnalysedResult, recomputation: Recomputation) -> str:
    """What the verdict rests on, or what a recomputation would need."""
    if recomputation.verdict is not Verdict.NOT_RECOMPUTABLE:
        return recomputation.basis
    if result.result.altered:
        return f"needs the data of the {'adjusted' if result.result.adjusted else 'imputed'} analysis"
    return recomputation.reason


def _verdict_rows(verdict: str, statistics: Sequence[JudgedStatistic]) -> Iterator[Mapping[str, Value]]:
    judged = [statistic for statistic in statistics if statistic.verdict == verdict]
    for why in dict.fromkeys(statistic.why for statistic in judged):
        alike = [statistic for statistic in judged if statistic.why == why]
        yield {
            "verdict": verdict,
            "why": why or None,
            "p_values": sum(statistic.is_p for statistic in alike),
            "effects": sum(not statistic.is_p for statistic in alike),
            "trials": ", ".join(dict.fromkeys(statistic.trial for statistic in alike)),
            "results": "; ".join(_result_lists(alike)),
        }
    if not judged:
        yield {"verdict": verdict, "p_values": 0, "effects": 0}


def _result_lists(statistics: Sequence[JudgedStatistic]) -> Iterator[str]:
    """`Bang 2005: Barthel Index at 3 mo, 6 mo, 12 mo, modified Rankin Scale at 3 mo`."""
    for trial in dict.fromkeys(statistic.trial for statistic in statistics):
        of_trial = [statistic for statistic in statistics if statistic.trial == trial]
        labels = dict.fromkeys(statistic.label for statistic in of_trial)
        yield f"{trial}: " + ", ".join(_with_times(label, of_trial) for label in labels)


def _with_times(label: str, statistics: Sequence[JudgedStatistic]) -> str:
    times = dict.fromkeys(
        statistic.timepoint for statistic in statistics if statistic.label == label and statistic.timepoint
    )
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
_USUAL_TESTS = ("Fisher exact", "Pearson", "Yates")
NEEDED_COLUMNS = (
    Column("trial", "Trial", grouped=True),
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At"),
    Column("p", "Reported"),
    Column("source", "Source"),
    Column("reason", "Not recomputable"),
)


def recomputation_table(analysed: Iterable[AnalysedResult]) -> Table:
    """One row per reported statistic and method, and one, without `reported`, per statistic that the arms give."""
    rows = (
        row
        for result in analysed
        for rows_of in (_recomputation_rows, _arm_statistic_rows)
        for row in rows_of(result)
    )
    return Table("recomputed", COLUMNS, tuple({**_EMPTY, **row} for row in rows))


def _result_cells(result: AnalysedResult) -> dict[str, Value]:
    return {
        "trial": result.trial_id,
        "outcome": result.result.outcome if result.place == "results" else None,
        "outcome_name": result.label,
        "timepoint": None if result.timepoint == "not reported" else result.timepoint,
        "source": result.source,
    }


def _recomputation_rows(result: AnalysedResult) -> Iterator[Mapping[str, Value]]:
    for recomputation in result.recomputations:
        shared = _result_cells(result) | {
            "statistic": recomputation.statistic,
            "reported": str(recomputation.reported),
            "basis": recomputation.basis or None,
            "inputs": recomputation.inputs or None,
            "verdict": str(recomputation.verdict),
            "reason": f"{recomputation.reason}{_ranks_words(result, recomputation)}" or None,
        }
        if not recomputation.methods:
            yield shared
        for way in recomputation.methods:
            yield shared | {
                "method": way.method,
                "recomputed": way.value,
                "recomputed_lb": way.interval.lo,
                "recomputed_ub": way.interval.hi,
            }


def _arm_statistic_rows(result: AnalysedResult) -> Iterator[Mapping[str, Value]]:
    for statistic in (*_arm_tests(result), *_unadjusted_tests(result), *_arm_effects(result)):
        low, high = statistic.ci or (None, None)
        yield _result_cells(result) | {
            "statistic": statistic.statistic,
            "basis": statistic.basis,
            "inputs": statistic.inputs,
            "method": statistic.method,
            "recomputed": finite(statistic.value),
            "recomputed_lb": statistic.rounding.lo if statistic.rounding else None,
            "recomputed_ub": statistic.rounding.hi if statistic.rounding else None,
            "ci_lb": finite(low) if low is not None else None,
            "ci_ub": finite(high) if high is not None else None,
        }


def _arm_tests(result: AnalysedResult) -> list[ArmStatistic]:
    return list(unreported_tests(result.case)) if result.case else []


def _unadjusted_tests(result: AnalysedResult) -> list[ArmStatistic]:
    return list(unadjusted_tests(result.case)) if result.case else []


def _arm_effects(result: AnalysedResult) -> list[ArmStatistic]:
    # Of differences at baseline only the p is of interest.
    return list(arm_effects(result.case)) if result.case and result.place == "results" else []


def recomputation_screen(analysed: Sequence[AnalysedResult]) -> Screen:
    """What could be recomputed as a block each, then a table of what could not and why, then the counts by verdict."""
    blocks: list[Block] = []
    needed = []
    for result in analysed:
        lines = [*_reported_lines(result), *_unreported_lines(result), *_arm_effect_lines(result)]
        if lines:
            blocks += [Heading(_result_heading(result)), *lines, Line("")]
        needed += [
            _not_recomputable_row(result, recomputation)
            for recomputation in result.recomputations
            if not recomputation.methods
        ]
    if needed:
        blocks.append(Table("not recomputable", NEEDED_COLUMNS, tuple(needed)))
    if len({result.trial_id for result in analysed}) > 1:
        blocks += [Heading("By verdict"), verdict_table(analysed, results=False)]
    return Screen(tuple(blocks))


def _result_heading(result: AnalysedResult) -> str:
    kind = result.trial.sources[result.source].kind
    return f"{result.trial_id} · {result.label}{at_time(result)} · {kind}"


def _reported_lines(result: AnalysedResult) -> Iterator[Line]:
    """Each reported statistic with its recomputations and its verdict; how the source got it stands once."""
    for at, recomputation in enumerate(
        recomputation for recomputation in result.recomputations if recomputation.methods
    ):
        how = f"   {_test_words(result, recomputation)}" if at == 0 else ""
        yield _labelled_line(
            "reported", f"{recomputation.statistic} {recomputation.reported}   {recomputation.inputs}{how}"
        )
        yield from _two_per_line("recomputed", _method_words(recomputation))
        if recomputation.basis == "distributions" and recomputation.statistic == "p":
            yield from _two_per_line(
                "", [f"{way.method} {precise_p(way.value)}" for way in _unadjusted_tests(result)]
            )
        yield _labelled_line(
            "verdict",
            f"{recomputation.verdict}: {_reason_words(recomputation)}{_ranks_words(result, recomputation)}"
            if recomputation.reason
            else str(recomputation.verdict),
        )


def _ranks_words(result: AnalysedResult, recomputation: Recomputation) -> str:
    """That the means, SDs and p are possible together under a rank-sum test, where a data set shows it."""
    if not possible_under_ranks(result, recomputation):
        return ""
    return ", but data sets with these means and SDs have this p by one"


def _reason_words(recomputation: Recomputation) -> str:
    """The reason; where many methods stand above, their number in place of their names."""
    if (
        recomputation.verdict not in (Verdict.INCONSISTENT, Verdict.DECISION_ERROR)
        or len(recomputation.methods) <= 3
    ):
        return recomputation.reason
    _, divider, rest = recomputation.reason.partition("; ")
    return f"none of these {len(recomputation.methods)} tests gives it{divider}{rest}"


def _test_words(result: AnalysedResult, recomputation: Recomputation) -> str:
    """The test that the source names, of a p, and what the analysis was adjusted for or filled in by."""
    test = (result.result.test or "test not named") if recomputation.statistic == "p" else ""
    adjusted = f"adjusted ({result.result.adjusted})" if result.result.adjusted else ""
    imputed = f"imputed ({result.result.imputed})" if result.result.imputed else ""
    return ", ".join(part for part in (test, adjusted, imputed) if part)


def _method_words(recomputation: Recomputation) -> list[str]:
    """What the methods give: each of them, or of many that agree with the source those that do and the range.

    Of an adjusted analysis the verdict gives the range; which test of the unadjusted counts gives it does not matter.
    """
    words = {
        way.method: f"{way.method} {with_rounding(way.value, way.interval)}" for way in recomputation.methods
    }
    if recomputation.verdict is Verdict.NOT_RECOMPUTABLE and recomputation.basis != "distributions":
        return []
    if recomputation.basis == "counts" and recomputation.statistic == "p" and recomputation.names:
        values = {way.method: way.value for way in recomputation.methods}
        return _named_and_range(words, values, recomputation.names)
    return list(words.values())


def _named_and_range(
    words: Mapping[str, str], values: Mapping[str, float], names: Sequence[str]
) -> list[str]:
    """These methods one by one, and the range of the others."""
    others = [value for method, value in values.items() if method not in names]
    named = [method_words for method, method_words in words.items() if method in names]
    if len(others) < 3:
        return list(words.values())
    return [*named, f"{len(others)} other tests {precise_p(min(others))} to {precise_p(max(others))}"]


def _unreported_lines(result: AnalysedResult) -> Iterator[Line]:
    """The tests of a p that was not printed, from each basis."""
    tests = _arm_tests(result)
    for basis in dict.fromkeys(test.basis for test in tests):
        of_basis = [test for test in tests if test.basis == basis]
        yield _labelled_line(
            "reported", f"no p   {of_basis[0].inputs}   {result.result.test or 'test not named'}"
        )
        words = {
            way.method: f"{way.method} {with_rounding(way.value, way.rounding or Interval.point(way.value))}"
            for way in of_basis
        }
        values = {way.method: way.value for way in of_basis}
        yield from _two_per_line(
            "it would be",
            _named_and_range(words, values, _USUAL_TESTS) if basis == "counts" else list(words.values()),
        )


def _arm_effect_lines(result: AnalysedResult) -> Iterator[Line]:
    """The effect measures that the arms' values give, with their 95% intervals."""
    effects = [
        f"{effect.statistic} {estimate_words(effect.statistic, effect.value, effect.ci)}"
        for effect in _arm_effects(result)
    ]
    yield from _two_per_line("arms give", effects)


def _two_per_line(label: str, parts: Sequence[str]) -> Iterator[Line]:
    for start in range(0, len(parts), 2):
        yield _labelled_line(label if start == 0 else "", "   ".join(parts[start : start + 2]))


def _labelled_line(label: str, text: str) -> Line:
    return Line(f"  {label:<11}  {true_minus(text)}")


def _not_recomputable_row(result: AnalysedResult, recomputation: Recomputation) -> Mapping[str, Value]:
    return {
        "trial": result.trial.shown_name(result.trial_id),
        "outcome": result.label,
        "timepoint": result.timepoint,
        "p": f"{recomputation.statistic} {recomputation.reported}",
        "source": result.trial.sources[result.source].kind,
        "reason": true_minus(recomputation.reason),
    }
