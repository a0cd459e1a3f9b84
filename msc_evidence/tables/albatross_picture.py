"""The albatross plot of an outcome: p against the number of participants, by direction (Harrison 2017)."""

from __future__ import annotations

from dataclasses import dataclass

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.statistics.pooling.combining import balanced_size
from msc_evidence.statistics.two_arms.implied import implied_g
from msc_evidence.tables.registry_picture import NO_RESULT, Scope, Unplaced, reasons
from msc_evidence.tables.words import effect

#: Small, medium, large and very large standardised mean differences (Cohen 1988; Sawilowsky 2009).
CONTOURS = (0.2, 0.5, 0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Point:
    """One result: its printed two-sided p, its participants as if in equal arms, and who did better."""

    label: str
    p: float
    printed: str
    n: float
    arms: str
    #: +1 favours treatment, −1 favours control, None where no source says.
    sign: int | None
    effect: str


@dataclass(frozen=True, slots=True)
class AlbatrossPanel:
    """The results of one outcome, and those without a place among them."""

    title: str
    points: tuple[Point, ...]
    contours: tuple[float, ...]
    unplaced: tuple[Unplaced, ...]

    @property
    def alternative(self) -> str:
        """The panel in words."""
        side = {1: "favours treatment", -1: "favours control", None: "direction not reported"}
        marks = [f"{each.label}, {each.arms}: p {each.printed}, {side[each.sign]}" for each in self.points]
        marks += [f"not placed: {reason}" for reason in reasons(self.unplaced)]
        return f"{self.title}: {'; '.join(marks)}."


def albatross_panels(scope: Scope) -> tuple[AlbatrossPanel, ...]:
    """A panel for each outcome with results; raises Refused where none has a place."""
    panels = [_panel(scope, outcome) for outcome in scope.chosen()]
    placed = [panel for panel in panels if panel.points or scope.outcome]
    if not any(panel.points for panel in panels):
        said = reasons([each for panel in panels for each in panel.unplaced])
        raise Refused(f"no result can be placed: {'; '.join(said) or 'there is none'}")
    return tuple(placed)


def _panel(scope: Scope, outcome: str) -> AlbatrossPanel:
    names, points, unplaced = scope.names(), [], []
    seen: set[tuple[object, ...]] = set()
    for key, _, found in scope.results(outcome):
        result = found.result
        same = (key, result.at, result.arm, result.against, result.change, result.p)
        if same in seen:  # a secondary source repeats what the first one reports
            continue
        seen.add(same)
        label = _label(names[key], found)
        reason = _no_place(found)
        if reason:
            unplaced.append((label, reason))
        else:
            points.append(_point(label, found))
    silent = [name for key, name in names.items() if not any(k == key for k, *_ in seen)]
    unplaced += [(name, NO_RESULT) for name in silent if scope.outcome]
    title = scope.outcomes[outcome].name + (f" ({scope.definition})" if scope.definition else "")
    return AlbatrossPanel(title, tuple(points), CONTOURS, tuple(unplaced))


def _label(name: str, found: AnalysedResult) -> str:
    silent = found.timepoint == "not reported"
    when = "at a time not reported" if silent else f"at {found.timepoint}"
    return f"{name} {when}{' (change)' if found.result.change else ''}"


def _no_place(found: AnalysedResult) -> str | None:
    if found.p is None:
        return "no p reported"
    if found.p.comparator != "=" or float(found.p) <= 0:
        return f"p printed as {found.p}, no single value"
    if found.result.within:
        return "a comparison within one arm"
    if found.result.sides != "two":
        return "one-sided p"
    if found.result.adjusted:
        return "adjusted analysis"
    if found.testable is not None:
        return None
    sizes = found.contrast.sizes if found.contrast else None
    return "no comparison of a scale itself" if sizes else "group sizes are not reported"


def _point(label: str, found: AnalysedResult) -> Point:
    if found.testable is None:
        raise ValueError(f"{label} has no place")
    p, n1, n2 = found.testable
    words = effect(implied_g(p, n1, n2), found.sign)
    return Point(label, p, str(found.p), balanced_size(n1, n2), f"{n1} v {n2}", found.sign, words)
