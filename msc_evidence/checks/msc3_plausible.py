"""MSC316: values that whoever keeps the registry calls impossible of what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msc_evidence.analysis.design import names_subset
from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.groups import Group, location_values, values_outside
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.plausible import PlausibleRange
from msc_evidence.registry.problems import listed


@check("MSC316", "warning")
def implausible_value(subject: Subject) -> Iterator[Hit]:
    """value beyond what the registry calls plausible.

    Mean, median, quartiles and range against the range that the registry's `plausible` gives for the
    variable, where anything that the print stands for is outside. A range is of the outcome or the
    characteristic that bears its name or one under `called`, in its unit; a note, once for each variable,
    where the unit is another or not recorded: nothing is converted. Changes are left alone, and of results
    with a definition those that are not of a subset. Nothing without `plausible`.
    It matters because a slip of the pen, or another variable's values, look like any other number.
    Example: a mean body mass index of 3.73 where 12 to 70 kg/m2 are plausible.
    It cannot see wrong values that are plausible; the ranges are the registry's own, none is built in.

    Flagged:
        plausible: {body mass index: {unit: kg/m2, range: [12, 70], by: Example A}}
        trials:
          one: {baseline: [{variable: body mass index, unit: kg/m2, all: {mean: 3.73}}]}
    Silent:
        plausible: {body mass index: {unit: kg/m2, range: [12, 70], by: Example A}}
        trials:
          one: {baseline: [{variable: body mass index, unit: kg/m2, all: {mean: 37.3}}]}
    """
    ranges = _ranges_by_name(subject.analysis.registry.plausible)
    not_compared: set[tuple[str, str | None]] = set()
    for group in subject.groups if ranges else ():
        found = [given for name in _names_of(group) for given in ranges.get(name, ())]
        values = list(location_values(group.values))
        if not found or not values or not _is_of_the_variable(group, subject):
            continue
        unit = _unit_of(group)
        fitting = [given for given in found if given.is_in(unit)]
        if not fitting and (group.variable, unit) not in not_compared:
            not_compared.add((group.variable, unit))
            yield _other_unit_hit(group, unit, found)
        for given in fitting:
            yield from _outside_hits(group, given)


def _ranges_by_name(plausible: Mapping[str, PlausibleRange]) -> dict[str, list[PlausibleRange]]:
    ranges: dict[str, list[PlausibleRange]] = {}
    for key, given in plausible.items():
        for name in dict.fromkeys(name.casefold() for name in (key, *given.called)):
            ranges.setdefault(name, []).append(given)
    return ranges


def _names_of(group: Group) -> dict[str, None]:
    """What the variable of a group is called: as the row has it, and as its outcome is."""
    outcome = group.outcome
    names = [group.variable, group.outcome_id, *((outcome.name, outcome.short) if outcome else ())]
    return dict.fromkeys(name.casefold() for name in names if name)


def _unit_of(group: Group) -> str | None:
    return group.unit or (group.outcome.unit if group.outcome else None)


def _is_of_the_variable(group: Group, subject: Subject) -> bool:
    """Whether the values are of the variable itself: no change of it, and nothing derived from it."""
    defined = group.result.definition if group.result else None
    return not group.changed and (defined is None or names_subset(subject.trial, defined))


def _outside_hits(group: Group, given: PlausibleRange) -> Iterator[Hit]:
    for key, number in values_outside(group.values, given.range):
        allowed = " ".join(filter(None, [f"{given.range.low} to {given.range.high}", given.unit]))
        message = (
            f"{key} {number} of {group.variable} is outside {allowed}, plausible by the word of {given.by}"
        )
        yield Hit((*group.path, key), message, str(number), allowed, outcome=group.outcome_id)


def _other_unit_hit(group: Group, unit: str | None, found: Iterable[PlausibleRange]) -> Hit:
    stated = f"in {unit}" if unit else "without a unit"
    units = dict.fromkeys(given.unit or "no unit" for given in found)
    message = f"{group.variable} is recorded {stated} and its plausible range is in {listed(list(units))}: not compared"
    return Hit(group.path, message, severity="note", outcome=group.outcome_id)


def ranges_without_values(registry: Registry) -> tuple[str, ...]:
    """The names under `plausible` that no outcome and no characteristic at entry of a trial bears."""
    if not registry.plausible:
        return ()
    analysis = Analysis(registry)
    groups = (group for name in registry.trials for group in Subject(name, analysis).groups)
    borne = {name for group in groups for name in _names_of(group)}
    return tuple(
        key
        for key, given in registry.plausible.items()
        if not borne & {name.casefold() for name in (key, *given.called)}
    )
