"""The printed p of a trial's ordinal distributions beside every test of a shift that the distributions give."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.analysis.recompute.unreported import unadjusted_tests
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import at_time, precise_p

PRINTED = "as printed"


def shift_tests(results: Sequence[AnalysedResult]) -> Table:
    """A row per test and a column per result that prints both distributions and a p; the printed p stands first."""
    printed_columns = [column for result in results if (column := _result_column(result))]
    columns = (Column("test", "Test"), *(Column(key, key) for key, _ in printed_columns))
    tests = dict.fromkeys(test for _, values in printed_columns for test in values)
    rows = tuple(
        {"test": test, **{key: values.get(test) for key, values in printed_columns}} for test in tests
    )
    return Table("shift tests", columns, rows)


def _result_column(result: AnalysedResult) -> tuple[str, dict[str, Value]] | None:
    """`modified Rankin Scale at 90 d`, and its p by test in words."""
    items = [item for item in result.recomputations if (item.statistic, item.basis) == ("p", "distributions")]
    if not items or result.case is None:
        return None
    named = ", ".join(part for part in (result.result.test, result.result.adjusted and "adjusted") if part)
    values: dict[str, Value] = {f"{PRINTED} ({named})" if named else PRINTED: str(items[0].reported)}
    values |= {way.method: precise_p(way.value) for way in items[0].methods}
    values |= {way.method: precise_p(way.value) for way in unadjusted_tests(result.case)}
    return f"{result.label.removesuffix(', adjusted')}{at_time(result)}", values
