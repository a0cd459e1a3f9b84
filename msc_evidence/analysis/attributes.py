"""What trials can be grouped and chosen by: attributes of their record by the name that is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.design import Arm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.risk_of_bias import NO_INFORMATION, JudgedBias

#: Stands for an attribute that the record of a trial does not hold, and for the one that reviewers give.
NOT_RECORDED, NOT_JUDGED = "not recorded", "not judged"
#: The attribute that is judged, of single results.
RISK_OF_BIAS = "risk-of-bias"
#: Risks of bias from best to worst, those of all instruments that mean alike together.
_SEVERITY: tuple[tuple[str, ...], ...] = (
    ("low",),
    ("some concerns", "unclear", "moderate"),
    ("high", "serious"),
    ("critical",),
    (NO_INFORMATION,),
)
#: A dose of at least this much is named by its power of ten.
_POWER_FROM = 5


def attribute_values(trial: Trial, name: str) -> list[str]:
    """What a trial's record says of an attribute, each value once; nothing where it does not say."""
    values = (str(value) for value in ATTRIBUTES[name](trial) if value is not None)
    return [value for value in dict.fromkeys(values) if value not in ("", str(NOT_REPORTED))]


def attribute_group(trial: Trial, name: str) -> str:
    """The group that a trial belongs to: its values together, else `not recorded`.

    >>> attribute_group(Trial.model_construct(arms={}), "route")
    'not recorded'
    """
    return ", ".join(attribute_values(trial, name)) or no_value(name)


def no_value(name: str) -> str:
    """What stands for an attribute that a record does not hold."""
    return NOT_JUDGED if name == RISK_OF_BIAS else NOT_RECORDED


def group_order(group: str) -> tuple[bool, float, str]:
    """A key that sorts groups: by severity or the number they begin with, then by the alphabet, what is silent last.

    >>> sorted(["not recorded", "10 mg", "oral", "9 mg"], key=group_order)
    ['9 mg', '10 mg', 'oral', 'not recorded']
    >>> sorted(["not judged", "high", "low", "some concerns"], key=group_order)
    ['low', 'some concerns', 'high', 'not judged']
    """
    number = re.match(r"[<>≤≥= ]*(\d+(?:\.\d+)?(?:e\d+)?)", group)
    first = group.partition(", ")[0]
    severity = next((rank for rank, risks in enumerate(_SEVERITY) if first in risks), None)
    place = float(number[1]) if number else math.inf if severity is None else float(severity)
    return group in (NOT_RECORDED, NOT_JUDGED), place, group.casefold()


def worst_risk(biases: Iterable[JudgedBias]) -> str | None:
    """The worst overall risk of bias by any instrument, None where nobody judged one."""
    risks = [bias.whole.risk for bias in biases if bias.whole]
    return max(risks, key=lambda risk: group_order(risk)[1], default=None)


def _given(key: str) -> Callable[[Trial], Iterable[object]]:
    """The values of a key of what the arms were given, cells or another intervention."""
    return lambda trial: [getattr(arm.given, key, None) for arm in trial.arms.values()]


def _cell_types(trial: Trial) -> Iterable[object]:
    return [arm.cells.type for arm in trial.arms.values() if arm.cells]


def _doses(trial: Trial) -> Iterable[object]:
    return [_dose_words(arm) for arm in trial.arms.values()]


def _dose_words(arm: Arm) -> str | None:
    """`1e8`, `2e6 per kg`, `10–40 mg`: doses alike however they are printed."""
    given = arm.given
    size = given and (given.dose or given.dose_range)
    if given is None or size is None or str(size) == str(NOT_REPORTED):
        return None
    number = f"{_plain(size.low)}–{_plain(size.high)}" if isinstance(size, Span) else _plain(size)
    per = getattr(given, "per", None)
    unit = getattr(given, "unit", None) or (f"per {per}" if per else None)
    return f"{number} {unit}" if unit else number


def _plain(number: object) -> str:
    if not isinstance(number, Reported):
        return str(number)
    exponent = number.value.adjusted()
    if exponent < _POWER_FROM:
        return f"{number.value.normalize():f}"
    return f"{number.value.scaleb(-exponent).normalize():f}e{exponent}"


def _of_design(key: str) -> Callable[[Trial], Iterable[object]]:
    return lambda trial: [stated_attribute(trial, "design", key).best]


def _of_participants(key: str) -> Callable[[Trial], Iterable[object]]:
    return lambda trial: [stated_attribute(trial, "participants", key).best]


#: The attributes by name.
ATTRIBUTES: Mapping[str, Callable[[Trial], Iterable[object]]] = {
    "intervention": _given("name"),
    "cells": _cell_types,
    "origin": _given("origin"),
    "tissue": _given("tissue"),
    "route": _given("route"),
    "dose": _doses,
    "schedule": _given("schedule"),
    "design": _of_design("allocation"),
    "structure": _of_design("structure"),
    "masking": _of_design("masking"),
    "setting": _of_design("setting"),
    "window": _of_design("window"),
    "condition": _of_participants("condition"),
    "subtype": _of_participants("subtype"),
    "stage": _of_participants("stage"),
    RISK_OF_BIAS: lambda trial: [worst_risk(trial.biases())],
    "year": lambda trial: [] if trial.citation.year is None else [trial.citation.year],
}
