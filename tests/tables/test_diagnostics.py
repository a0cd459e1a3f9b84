"""Diagnostics of single studies as a person reads them."""

from __future__ import annotations

from msc_evidence.tables.pool.diagnostics import influence_shown, influence_table


def test_influential_studies_are_marked_in_words_and_the_others_are_not() -> None:
    whole = influence_table([{"study": "Kim", "influential": True}, {"study": "Lee", "influential": False}])
    shown = influence_shown(whole)
    assert [row["influential"] for row in shown.rows] == ["influential", None]
    assert {column.key for column in shown.columns} < {column.key for column in whole.columns}
