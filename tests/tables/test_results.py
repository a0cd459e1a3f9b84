"""Results of each study: both arms, effect and interval, printed or computed (PRISMA 2020, item 19; BMJ 372:n71)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry
from msc_evidence.tables.harm_words import harm_sentences
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Value

Written = Callable[[str], Registry]


def rows(written: Written, body: str, *, page: bool = True) -> list[dict[str, Value]]:
    made = table_named("results")
    query = Query.of_everything(Analysis(written(body)))
    return [dict(row) for row in (made.page_table if page else made.table)(query).rows]


@pytest.mark.parametrize(
    ("result", "cells"),
    [
        ("{outcome: death, at: 3 mo, p: 0.2, arms: {msc: {events: 6}, control: {events: 2}}}",
         ("6/39", "2/15", "RR 1.15 (0.26 to 5.10)", "computed", "0.2")),
        ("{outcome: death, at: 3 mo, effect: {measure: RR, estimate: 1.2, ci: 0.3-5.1},"
         " arms: {msc: {events: 6}, control: {events: 2}}}",
         ("6/39", "2/15", "RR 1.2 (0.3–5.1)", "printed", None)),
        # MD −0.5, SE √(1/39 + 1/15) = 0.3038
        ("{outcome: mrs, at: 3 mo, arms: {msc: {mean: 3.0, sd: 1}, control: {mean: 3.5, sd: 1}}}",
         ("3.0 ± 1, n 39", "3.5 ± 1, n 15", "MD −0.50 (−1.10 to 0.10)", "computed", None)),
        ("{outcome: mrs, at: 3 mo, p: 0.2}", ("n 39", "n 15", None, None, "0.2")),
    ],
)  # fmt: skip
def test_a_result_stands_with_both_arms_and_where_its_effect_comes_from(
    written: Written, result: str, cells: tuple[str | None, ...]
) -> None:
    (row,) = rows(written, f"results: [{result}]")
    assert tuple(row[key] for key in ("treatment", "control", "effect", "basis", "p")) == cells


def test_an_adverse_event_is_a_row_with_both_arms_and_an_effect(written: Written) -> None:
    """12/100 v 5/100: ln RR ± 1.96 √(1/12 − 1/100 + 1/5 − 1/100) (Katz 1978; R: metafor::escalc)."""
    body = """
    arms: {msc: {role: treatment, n: 100}, control: {role: control, n: 100}}
    harms:
      - {event: Deaths, at: 1 y, arms: {msc: 12, control: 5}}
      - {event: fever, events: {msc: 3}}
    """
    deaths, fever = rows(written, body)
    assert (deaths["outcome"], deaths["timepoint"], deaths["treatment"], deaths["control"]) == (
        "Deaths (harm)", "1 y", "12/100", "5/100",
    )  # fmt: skip
    assert (deaths["effect"], deaths["basis"]) == ("RR 2.40 (0.88 to 6.56)", "computed")
    assert (fever["treatment"], fever["control"], fever["effect"]) == ("3 events, n 100", "not counted", None)
    row = rows(written, body, page=False)[0]
    assert (row["kind"], row["outcome"], row["estimate"]) == ("harm", "death", pytest.approx(2.4))


@pytest.mark.parametrize(
    ("events", "said"), [(3, ""), (4, "; 1 more counted in both arms"), (6, "; 3 more counted in both arms")]
)
def test_three_adverse_events_are_told_and_the_others_counted(
    written: Written, events: int, said: str
) -> None:
    """12/100 v 5/100 each."""
    harms = "".join(
        f"\n  - {{event: event {at}, at: 1 y, arms: {{msc: 12, control: 5}}}}" for at in range(events)
    )
    body = f"arms: {{msc: {{role: treatment, n: 100}}, control: {{role: control, n: 100}}}}\nharms:{harms}"
    (sentence,) = harm_sentences(Query.of_everything(Analysis(written(body))))
    told = "; ".join(
        f"event {at} until 1 y: Doe 2020 12/100 v 5/100, RR 2.40 (0.88 to 6.56)" for at in range(3)
    )
    assert sentence == f"Harms: {told}{said} (msc-evidence table results)."
