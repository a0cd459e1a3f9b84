"""What is known of the studies of a pool beside their results: their groups, and what may explain their effects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

from msc_evidence.analysis.attributes import RISK_OF_BIAS, attribute_values, group_order, no_value
from msc_evidence.analysis.judged import biases_of
from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.problems import listed

#: A column of study data: numbers, or texts.
Column = Sequence[float] | Sequence[str]
#: The order in which studies stand in the file.
AS_GIVEN = "given"
#: Attributes that are amounts; others are categories.
AMOUNTS = ("dose", "year")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:e\d+)?)(?: (.+))?")


@dataclass(frozen=True, slots=True)
class Grouping:
    """The group of each study of a set by one thing known of them."""

    title: str
    values: tuple[str, ...]
    #: The group of those of which it is not known.
    silent: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """`route intravenous`: the group of each study as pools are named."""
        return tuple(f"{self.title} {value}" for value in self.values)

    @property
    def order(self) -> list[str]:
        """The names of the groups: of a registry's as tables order them, of a file's as they first appear."""
        values = dict.fromkeys(self.values)
        return [
            f"{self.title} {value}" for value in (sorted(values, key=group_order) if self.silent else values)
        ]

    @property
    def silent_name(self) -> str:
        """`route not recorded`."""
        return f"{self.title} {self.silent}"


@dataclass(frozen=True, slots=True)
class Moderator:
    """One thing known of studies, as amounts or categories; None of those of which it is not known."""

    title: str
    values: tuple[float | str | None, ...]
    #: Why there is no value.
    silent: str = ""


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What is known of the studies of one set, in their order, by the names that are asked for."""

    grouping: Callable[[str], Grouping]
    #: A moderator of the studies at these places, which may be told to be categories.
    moderator: Callable[[str, Sequence[int], bool], Moderator]

    def order(self, name: str) -> list[int]:
        """The places of the studies by what is known of each, those of which it is not known last."""
        values = self.grouping(name).values
        return sorted(range(len(values)), key=lambda at: _number_first(values[at]))


def _number_first(value: str) -> tuple[bool, float, str]:
    """A key that sorts negative numbers too."""
    try:
        return False, float(value), ""
    except ValueError:
        return group_order(value)


def registry_facts(entries: Sequence[Entry]) -> StudyFacts:
    """The attributes of trials: of the arms that are compared, and of risk of bias what was judged of the result."""

    def grouping(attribute: str) -> Grouping:
        silent = no_value(attribute)
        values = (", ".join(entry_values(entry, attribute)) or silent for entry in entries)
        return Grouping(attribute_words(attribute), tuple(values), silent)

    def moderator(attribute: str, rows: Sequence[int], categories: bool) -> Moderator:
        title = attribute_words(attribute)
        values = [entry_values(entries[row], attribute) for row in rows]
        if attribute not in AMOUNTS or categories:
            kinds = tuple(", ".join(several) or None for several in values)
            return Moderator(title, kinds, f"{title} {no_value(attribute)}")
        amounts, unit = _amounts(
            title, {entries[row].label: several for row, several in zip(rows, values, strict=True)}
        )
        return Moderator(
            f"{title}, {unit}" if unit else title, amounts, f"{title} {no_value(attribute)} as one number"
        )

    return StudyFacts(grouping, moderator)


def column_facts(columns: Mapping[str, Column]) -> StudyFacts:
    """Columns of study data: numbers are amounts, texts categories.

    >>> column_facts({"region": ["north", "south"]}).grouping("region").names
    ('region north', 'region south')
    """

    def grouping(column: str) -> Grouping:
        return Grouping(column, tuple(map(_category, columns[column])))

    def moderator(column: str, rows: Sequence[int], categories: bool) -> Moderator:
        values = [columns[column][row] for row in rows]
        amounts = [float(value) for value in values if isinstance(value, Real)]
        if categories or len(amounts) < len(values):
            return Moderator(column, tuple(map(_category, values)))
        return Moderator(column, tuple(amounts))

    return StudyFacts(grouping, moderator)


def _category(value: float | str) -> str:
    return f"{float(value):g}" if isinstance(value, Real) else str(value)


def attribute_words(attribute: str) -> str:
    """`risk of bias`."""
    return attribute.replace("-", " ")


def entry_values(entry: Entry, attribute: str) -> list[str]:
    """What the record says of an attribute of the arms compared; of risk of bias what was judged of the result."""
    analysed = entry.analysed
    if analysed is None:
        return []
    if attribute == RISK_OF_BIAS:
        risks = (bias.whole.risk for bias in biases_of(analysed.trial, analysed.result) if bias.whole)
        return list(dict.fromkeys(risks))
    trial = analysed.trial
    parts = [part for arm in entry.arms for part in trial.arms[arm].combines or ()]
    compared = {name: arm for name, arm in trial.arms.items() if name in (*entry.arms, *parts)}
    return attribute_values(trial.model_copy(update={"arms": compared}), attribute)


def _amounts(title: str, values: Mapping[str, Sequence[str]]) -> tuple[tuple[float | None, ...], str]:
    """The one amount of each study and their unit; raises Refused for several units."""
    amounts: list[float | None] = []
    units: dict[str, list[str]] = {}
    for label, several in values.items():
        read = _AMOUNT.fullmatch(several[0]) if len(several) == 1 else None
        amounts.append(float(read[1]) if read else None)
        if read:
            units.setdefault(read[2] or "", []).append(label)
    if len(units) > 1:
        named = "; ".join(f"{unit or 'no unit'}: {listed(labels)}" for unit, labels in units.items())
        raise Refused(f"{title} stands in several units ({named}); --categories or --by takes it as it is")
    return tuple(amounts), next(iter(units), "")
