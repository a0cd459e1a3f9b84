"""Which column of a form a heading names, as the schema has it or as people shorten it."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.exchange.form_layout import FormColumn, FormSheet, form_sheets

#: What one person calls a column otherwise than the schema.
_ALSO_CALLED = {"note": "notes"}


def columns_about(section: FormSheet) -> list[FormColumn]:
    """The columns of a section, then those of the other sheets about the same entries."""
    others = [each for each in form_sheets() if each.base == section.base and each is not section]
    columns = [
        *section.columns,
        *(column for each in others for column in each.columns if not column.line_key),
    ]
    return list({column.path: column for column in columns}.values())


def column_named(text: str, section: FormSheet, columns: Sequence[FormColumn]) -> FormColumn | None:
    """The column that a heading names without doubt."""
    own = [column for column in section.columns if text in (column.heading, column.words)]
    every = own or [column for column in columns if text in (column.heading, column.words)]
    if len(every) == 1:
        return every[0]
    last = [column for column in columns if column.words.rpartition(" ")[2] == text]
    return last[0] if len(last) == 1 and not every else None


def column_called(
    text: str, section: FormSheet, columns: Sequence[FormColumn], prefixes: set[str]
) -> FormColumn | None:
    """The column of a heading: its own, its last word where one column ends so, or that of a part in use beside."""
    if column := column_named(text, section, columns):
        return column
    last = [column for column in columns if column.words.rpartition(" ")[2] == text]
    beside = [column for column in last if column.words.rpartition(" ")[0] in prefixes]
    if len(beside) == 1:
        return beside[0]
    first = [column for column in columns if column.words.split(" ")[0] == text]
    if first and " " in first[0].words:
        return first[0]
    also = _ALSO_CALLED.get(text)
    return column_named(also, section, columns) if also else None
