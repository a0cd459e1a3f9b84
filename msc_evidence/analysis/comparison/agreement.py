"""How far two sets of records agree: item by item, kappa for what is coded, identical shares for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.analysis.comparison.differences import ComparedField, Comparison
from msc_evidence.analysis.comparison.values import OMISSIONS
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.agreement import (
    Kappa,
    NumberAgreement,
    cohen_kappa,
    gwet_ac1,
    number_agreement,
)

#: With fewer pairs a kappa or limits of agreement say too little to be printed.
FEW = 10
#: Equal in value, however it is written.
AGREEING = (None, "precision", "unit")
CODED = ("coded", "id")
#: Codes that have an order, in that order: judgements of risk of bias and of concern.
ORDERS = (
    ("low", "some concerns", "high"),
    ("low", "unclear", "high"),
    ("low", "moderate", "serious", "critical"),
)
NUMBERS = ("number", "span", "time", "ratio")


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """The agreement on one item over all trials."""

    section: str
    item: str
    #: `coded`, `numbers` or `words`.
    kind: str
    pairs: int
    same: int
    kappa: Kappa | None = None
    ac1: float | None = None
    #: Kappa with linear and with quadratic weights, of codes that have an order.
    weighted: tuple[Kappa, Kappa] | None = None
    numbers: NumberAgreement | None = None
    #: Why no statistic is given.
    because: str = ""


def item_agreements(comparison: Comparison) -> tuple[ItemAgreement, ...]:
    """The agreement on each coded item and each kind of number, in the order of the records."""
    items: dict[tuple[str, str, str], list[ComparedField]] = {}
    for each in comparison.compared:
        if each.a.identifies or each.b.identifies:
            continue
        if each.a.kind in CODED and each.b.kind in CODED:
            items.setdefault((each.section, _item_name(each), "coded"), []).append(each)
        elif each.a.kind in NUMBERS and each.b.kind in NUMBERS:
            items.setdefault((each.section, _number_name(each), "numbers"), []).append(each)
    return tuple(_agreement(*key, fields) for key, fields in items.items())


def _item_name(each: ComparedField) -> str:
    """An item without the row that it stands in."""
    return "/".join(part.partition("[")[0] for part in each.item.split("/"))


def _number_name(each: ComparedField) -> str:
    """The last step of a number with what it is of: `results[barthel]/mean`; scales are never mixed."""
    steps = each.item.split("/")
    of = steps[0].partition("[")[2].rstrip("]").split(", ")[0]
    return f"{each.section}{f'[{of}]' if of else ''}/{steps[-1]}"


def _agreement(section: str, item: str, kind: str, fields: Sequence[ComparedField]) -> ItemAgreement:
    same = sum(each.cls in AGREEING for each in fields)
    if kind == "coded":
        return _coded(section, item, fields, same)
    pairs = [
        (float(each.a.value), float(each.b.value))
        for each in fields
        if isinstance(each.a.value, Reported) and isinstance(each.b.value, Reported)
    ]
    if len(pairs) < FEW:
        return ItemAgreement(section, item, kind, len(fields), same, because=f"fewer than {FEW} pairs")
    found = number_agreement([a for a, _ in pairs], [b for _, b in pairs])
    return ItemAgreement(section, item, kind, len(fields), same, numbers=found)


def _coded(section: str, item: str, fields: Sequence[ComparedField], same: int) -> ItemAgreement:
    pairs = [(str(each.a.value), str(each.b.value)) for each in fields]
    used = {code for pair in pairs for code in pair}
    order = next((order for order in ORDERS if used <= {*order}), None)
    table = code_table(pairs, order or sorted(used))
    if len(fields) < FEW:
        return ItemAgreement(section, item, "coded", len(fields), same, because=f"fewer than {FEW} pairs")
    kappa = cohen_kappa(table)
    if kappa is None:
        words = "both used one category only"
        return ItemAgreement(section, item, "coded", len(fields), same, because=words)
    linear, quadratic = (
        (cohen_kappa(table, "linear"), cohen_kappa(table, "quadratic")) if order else (None, None)
    )
    weighted = (linear, quadratic) if linear and quadratic else None
    return ItemAgreement(section, item, "coded", len(fields), same, kappa, gwet_ac1(table), weighted)


def code_table(pairs: Sequence[tuple[str, str]], codes: Sequence[str]) -> list[list[int]]:
    """The counts of each pair of codes.

    >>> code_table([("low", "low"), ("low", "high")], ["low", "high"])
    [[1, 1], [0, 0]]
    """
    return [[sum(pair == (a, b) for pair in pairs) for b in codes] for a in codes]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a summary says of a comparison."""

    numbers_a: int
    numbers_b: int
    numbers: int
    numbers_same: int
    numbers_conflicting: int
    coded: int
    coded_same: int
    omitted_a: int
    omitted_b: int

    @property
    def of_either(self) -> int:
        """Numbers that either side recorded."""
        return self.numbers_a + self.numbers_b - self.numbers


def totals(comparison: Comparison) -> Totals:
    """The counts of numbers and coded items, and of what one side lacks."""
    numbers = [
        each
        for each in comparison.compared
        if {each.a.kind, each.b.kind} <= {*NUMBERS} and not each.a.identifies
    ]
    coded = [
        each
        for each in comparison.compared
        if {each.a.kind, each.b.kind} <= {*CODED} and not each.a.identifies
    ]
    omitted = [each for each in comparison.differences if each.cls in OMISSIONS]
    return Totals(
        comparison.numbers_a,
        comparison.numbers_b,
        len(numbers),
        sum(each.cls in AGREEING for each in numbers),
        sum(each.cls not in AGREEING for each in numbers),
        len(coded),
        sum(each.cls is None for each in coded),
        sum(each.cls == "only b" for each in omitted),
        sum(each.cls == "only a" for each in omitted),
    )
