"""Numbers of one row that contradict each other beyond rounding: errors at the row, before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from msc_evidence.analysis.pool.own_columns import OwnFile
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import StudyFile
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.two_arms.p_values import symmetric

#: Printed numbers are rounded, and so is what they were computed from: a hundredth is no contradiction.
TOLERANCE = 0.01

Data = Mapping[str, Sequence[float]]


def refuse_contradictions(file: OwnFile, measure: str, data: Data) -> None:
    """Raises RegistryError at each row whose numbers contradict each other."""
    ratio = MEASURES[measure].ratio
    rules: tuple[tuple[Sequence[tuple[str, ...]], _Rule], ...] = (
        ([("vi", "sei")], _contradicting_variance),
        ([("ai", "bi", "n1i"), ("ci", "di", "n2i")], _contradicting_totals),
        ([("sd1i", "se1i", "n1i"), ("sd2i", "se2i", "n2i")], _contradicting_spreads),
        ([("ci_lb", "ci_ub"), ("estimate",)], lambda row: _contradicting_interval(row, ratio=ratio)),
        ([("level",)], _impossible_level),
    )
    known = [rule for needed, rule in rules if any(set(names) <= set(data) for names in needed)]
    rows = (_Row(file.studies, at, data) for at in range(len(file.studies.rows))) if known else ()
    problems = [
        Problem(file.studies.place(row.at, column), message)
        for row in rows
        for rule in known
        for column, message in rule(row)
    ]
    if problems:
        raise RegistryError(problems)


def refuse_printed_ratios(file: OwnFile, data: Data) -> None:
    """Raises RegistryError where effects as given lie in their intervals as ratios do, not as logarithms."""
    if not {"yi", "ci_lb", "ci_ub"} <= set(data):
        return
    rows = [_Row(file.studies, at, data) for at in range(len(file.studies.rows))]
    whole = [row for row in rows if row.has("yi", "ci_lb", "ci_ub")]
    if whole and all(_lies_as_ratio(row) for row in whole):
        message = f"{whole[0].stated('yi')}, {whole[0].stated('ci_lb')}, {whole[0].stated('ci_ub')}"
        ratios = "as ratios as printed lie; name the column by its measure (OR, HR), or give logarithms"
        raise RegistryError([Problem(file.studies.place(whole[0].at, "yi"), f"{message}: {ratios}")])


def _lies_as_ratio(row: _Row) -> bool:
    """Whether estimate and limits are above 0 and amid each other on the logarithm, but not as they stand."""
    boxes = [printed_box(row.studies, row.at, name, whole=0.5) for name in ("yi", "ci_lb", "ci_ub")]
    if min(box.lo for box in boxes) <= 0:
        return False
    return symmetric(*boxes, ratio=True) and not symmetric(*boxes, ratio=False)


def printed_box(studies: StudyFile, row: int, column: str, *, whole: float = 0.0) -> Interval:
    """What a printed number can stand for; `whole` is how far a whole one may be off, which may be exact."""
    number = Decimal(studies.number(row, column))
    exponent = number.as_tuple().exponent
    half = 0.5 * 10.0**exponent if isinstance(exponent, int) and exponent < 0 else whole
    return Interval(float(number) - half, float(number) + half)


class _Row:
    """The numbers of one row, what each stands for, and the file's names for them."""

    def __init__(self, studies: StudyFile, at: int, data: Data) -> None:
        self.studies, self.at = studies, at
        self.values = {name: values[at] for name, values in data.items() if not math.isnan(values[at])}

    def has(self, *names: str) -> bool:
        return all(name in self.values for name in names)

    def stated(self, name: str) -> str:
        """`sei is 0.10`."""
        return f"{self.studies.name(name)} is {self.studies.rows[self.at][name]}"

    def box(self, name: str) -> Interval:
        """What the printed number can stand for."""
        return printed_box(self.studies, self.at, name)


#: The columns at which a row contradicts itself, each with what is said of it.
_Rule = Callable[[_Row], Iterator[tuple[str, str]]]


def _contradicting_variance(row: _Row) -> Iterator[tuple[str, str]]:
    if not row.has("vi", "sei"):
        return
    se, vi = row.box("sei"), row.box("vi")
    if not _overlap(max(se.lo, 0.0) ** 2, se.hi**2, vi):
        message = f"{row.stated('sei')}, whose square is {row.values['sei'] ** 2:.4g}, and {row.stated('vi')}"
        yield "sei", f"{message}; one of them is not what its column says"


def _contradicting_totals(row: _Row) -> Iterator[tuple[str, str]]:
    for events, others, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if row.has(events, others, size):
            total = row.values[events] + row.values[others]
            if abs(total - row.values[size]) > 1e-9 * total:
                named = f"{row.studies.name(events)} and {row.studies.name(others)} are {total:g}"
                yield size, f"{row.stated(size)}, but {named}"


def _contradicting_spreads(row: _Row) -> Iterator[tuple[str, str]]:
    for arm in (1, 2):
        sd, se, n = f"sd{arm}i", f"se{arm}i", f"n{arm}i"
        if row.has(sd, se, n) and row.values[n] > 0:
            box, root = row.box(se), math.sqrt(row.values[n])
            if not _overlap(box.lo * root, box.hi * root, row.box(sd)):
                implied = f"{row.values[se] * root:.4g} with {row.values[n]:g} participants"
                yield se, f"{row.stated(se)}, an SD of {implied}, and {row.stated(sd)}"


def _contradicting_interval(row: _Row, *, ratio: bool) -> Iterator[tuple[str, str]]:
    if row.has("ci_lb", "ci_ub") and row.values["ci_lb"] > row.values["ci_ub"]:
        yield "ci_lb", f"{row.stated('ci_lb')}, above {row.stated('ci_ub')}"
        return
    estimate = next((name for name in ("estimate", "yi") if row.has(name)), None)
    if estimate is None:
        return
    printed = [name for name in ("estimate", "ci_lb", "ci_ub") if row.has(name)]
    if ratio and estimate == "estimate" and (wrong := next((n for n in printed if row.values[n] <= 0), None)):
        yield wrong, f"{row.stated(wrong)}; a ratio is above 0 (its logarithm is yi, with vi or sei)"
    elif row.has("ci_lb", "ci_ub") and not row.values["ci_lb"] <= row.values[estimate] <= row.values["ci_ub"]:
        yield (
            estimate,
            f"{row.stated(estimate)}, outside its interval: {row.stated('ci_lb')}, {row.stated('ci_ub')}",
        )


def _impossible_level(row: _Row) -> Iterator[tuple[str, str]]:
    level = row.values.get("level")
    if level is not None and not (0.5 <= level < 1 or 50 <= level < 100):
        yield "level", f"{row.stated('level')}; expected a level in per cent, such as 95"


def _overlap(low: float, high: float, box: Interval) -> bool:
    """Whether two ranges meet, give or take what rounding further back allows."""
    return low <= box.hi * (1 + TOLERANCE) and high >= box.lo * (1 - TOLERANCE)
