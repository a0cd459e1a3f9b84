"""What trials can be grouped and chosen by: attributes of their record by the name that is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.design import Arm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.judgements import RISKS
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported, Span

#: Stands for an attribute that the record of a trial does not hold.
NOT_RECORDED = "not recorded"
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
    return ", ".join(attribute_values(trial, name)) or NOT_RECORDED


def group_order(group: str) -> tuple[bool, float, str]:
    """A key that sorts groups by the number they begin with, then by the alphabet, `not recorded` last.

    >>> sorted(["not recorded", "10 mg", "oral", "9 mg"], key=group_order)
    ['9 mg', '10 mg', 'oral', 'not recorded']
    """
    number = re.match(r"[<>≤≥= ]*(\d+(?:\.\d+)?(?:e\d+)?)", group)
    return group == NOT_RECORDED, float(number[1]) if number else math.inf, group.casefold()


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


def _worst_risk(trial: Trial) -> Iterable[object]:
    """The worst overall risk of bias of its results."""
    risks = [judged.overall.risk for judged in trial.risk_of_bias]
    return [max(risks, key=RISKS.index)] if risks else []


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
    "stage": _of_participants("stage"),
    "risk-of-bias": _worst_risk,
    "year": lambda trial: [trial.citation.year],
}
