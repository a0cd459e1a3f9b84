"""MSC110: what a draft left to a person."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import Part

#: What a draft writes where a person must decide, and how the ids begin that stand for an outcome nobody named.
LEFT, LEFT_ID = "to do", "to-do"
#: A draft needs a year and this one is before all trials.
_NO_YEAR = 1900


@check("MSC110", "warning")
def left_to_do(subject: Subject) -> Iterator[Hit]:
    """draft left unfinished.

    A text of the record is still `to do`, an outcome is still called `to-do…`, or the year is still 1900, as
    `read --draft` and `import` write them.
    It matters because what nobody decided reads like a decision once it stands in a table.
    Example: `arm-1: {label: to do}`.
    It cannot see a `# to do` in a comment, nor whether what replaced it is right.

    Flagged:
        arms: {msc: {role: treatment, label: to do}, control: {role: control}}
    Silent:
        arms: {msc: {role: treatment, label: MSC}, control: {role: control}}
    """
    trial = subject.trial
    if trial.citation.year == _NO_YEAR:
        yield Hit(("citation", "year"), f"the year is still {_NO_YEAR}; write that of the publication")
    for path, text in _texts(trial, ()):
        if text == LEFT:
            yield Hit(path, f"{path[-1]} is still 'to do'")
        elif path[-1] == "outcome" and text.startswith(LEFT_ID):
            yield Hit(path, f"outcome is still '{text}'; write the id of an outcome of the registry")


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Part):
        for name in sorted(value.model_fields_set):
            key = type(value).model_fields[name].alias or name
            yield from _texts(getattr(value, name), (*path, key))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
