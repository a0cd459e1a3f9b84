"""How two readings of one value differ: a rule for each kind of value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from msc_evidence.analysis.comparison.fields import Field, proportions
from msc_evidence.registry.reported import Ratio, Reported, Span, Time

DifferenceClass = Literal[
    "value", "rounded", "coded", "silence against value", "only a", "only b", "derivable", "precision", "unit",
    "silence", "words", "renamed",
]  # fmt: skip
#: What needs a decision.
CONFLICTS: frozenset[DifferenceClass] = frozenset({"value", "rounded", "coded", "silence against value"})
#: What one of the two lacks.
OMISSIONS: frozenset[DifferenceClass] = frozenset({"only a", "only b"})


def difference_class(first: Field, second: Field) -> DifferenceClass | None:
    """The class of the difference between two fields of one key, None where they say the same."""
    silent = [found.kind == "silence" for found in (first, second)]
    if all(silent):
        return None
    if any(silent):
        return "silence against value"
    if first.kind != second.kind:
        return "value"
    if first.kind in _RULES:
        return _RULES[first.kind](first.value, second.value)
    if first.value == second.value:
        return None
    return "coded" if first.kind in ("coded", "id") else "words"


def number_class(first: Reported, second: Reported) -> DifferenceClass | None:
    """The class of the difference of two printed numbers.

    >>> [number_class(Reported.read("0.110"), Reported.read(other)) for other in (".110", "0.11", "0.1", "<0.110")]
    [None, 'precision', 'rounded', 'value']
    >>> number_class(Reported.read("1e8"), Reported.read("100,000,000"))
    'unit'
    """
    if first.key == second.key:
        return None
    if first.comparator != second.comparator:
        return "value"
    if first.value == second.value:
        return "unit" if first.decimals < 0 or second.decimals < 0 else "precision"
    if first.comparator == "=" and (_rounds_to(first, second) or _rounds_to(second, first)):
        return "rounded"
    return "value"


def _rounds_to(finer: Reported, coarser: Reported) -> bool:
    """Whether a number with more decimals lies in what one with fewer stands for."""
    if finer.decimals <= coarser.decimals:
        return False
    low, high = coarser.bounds
    return low <= float(finer.value) <= high


def _span_class(first: Span, second: Span) -> DifferenceClass | None:
    ends = [number_class(first.low, second.low), number_class(first.high, second.high)]
    order: tuple[DifferenceClass, ...] = ("value", "rounded", "precision", "unit")
    return next((each for each in order if each in ends), None)


def _time_class(first: Time, second: Time) -> DifferenceClass | None:
    if first != second:
        return "value"
    return None if first.unit == second.unit else "unit"


def _ratio_class(first: Ratio, second: Ratio) -> DifferenceClass | None:
    return None if proportions(first) == proportions(second) else "value"


#: The rule of each kind of value that has one.
_RULES: dict[str, Callable[[Any, Any], DifferenceClass | None]] = {
    "number": number_class,
    "span": _span_class,
    "time": _time_class,
    "ratio": _ratio_class,
}


def slip(first: Reported, second: Reported) -> str | None:
    """The slip of a hand that makes one number of the other, None where no single one does.

    >>> slip(Reported.read("17.1"), Reported.read("11.7")), slip(Reported.read("2.5"), Reported.read("25"))
    ('two digits exchanged', 'the decimal point moved')
    """
    texts = [f"{abs(number.value):f}" for number in (first, second)]
    if first.value and first.value == -second.value:
        return "the sign"
    if _moved_point(first.value, second.value):
        return "the decimal point moved"
    one, other = texts
    if len(one) == len(other):
        unlike = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        exchanged = len(unlike) == 2 and unlike[1] - unlike[0] <= 2 and sorted(one) == sorted(other)
        if exchanged and "." not in (one[unlike[0]], one[unlike[1]]):
            return "two digits exchanged"
        return "one digit" if len(unlike) == 1 else None
    shorter, longer = sorted(texts, key=len)
    if len(longer) == len(shorter) + 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    ):
        return "a digit left out or doubled"
    return None


def _moved_point(first: Decimal, second: Decimal) -> bool:
    if not first or not second:
        return False
    share = first / second
    return any(share == Decimal(10) ** power for power in (-3, -2, -1, 1, 2, 3))
