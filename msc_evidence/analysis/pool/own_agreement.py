"""An estimate or a p beside the counts or means of one row: refused or remarked on where they are of another result."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from msc_evidence.analysis.pool.own_columns import OwnFile
from msc_evidence.analysis.pool.own_contradictions import TOLERANCE, printed_box
from msc_evidence.analysis.pool.own_p_values import p_column
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import StudyFile
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.pooling.measures import MEASURES

#: A printed p is of another size where its z is so far from that of the row's data.
FAR_APART = 1.0
#: A p may be a bound or cut off beyond this z, p 0.001.
LARGEST_Z = 3.29

Data = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class ComputedEffects:
    """The effects on the analysis scale that counts or means of a file give, nan where they give none."""

    #: What they are computed from: `counts` or `means`.
    kind: str
    yi: Sequence[float]
    vi: Sequence[float]


def printed_columns(studies: StudyFile, names: Iterable[str]) -> dict[str, list[float]]:
    """Those of the columns that the file has and that are numbers; nothing is pooled from them."""
    found = {}
    for name in names:
        if name in studies.header:
            with suppress(RegistryError):
                found[name] = p_column(studies) if name == "pi" else studies.number_column(name)
    return found


def refuse_other_estimates(file: OwnFile, measure: str, data: Data, computed: ComputedEffects) -> None:
    """Raises RegistryError at each printed estimate whose interval leaves out what the row's own data give."""
    problems = [
        Problem(
            file.studies.place(at, "estimate"),
            f"{_stated(file, at, measure, computed)}, outside the printed interval: one of them is of other arms or"
            " another outcome, or the arms are swapped (an adjusted estimate stands in a row without"
            f" {computed.kind})",
        )
        for at in _disagreeing(file, measure, data, computed)
        if _outside_interval(file, measure, data, computed, at)
    ]
    if problems:
        raise RegistryError(problems)


def agreement_remarks(
    file: OwnFile, measure: str, labels: Sequence[str], data: Data, computed: ComputedEffects
) -> Iterator[str]:
    """What differs between data and the estimate or p printed beside them, of which the data are taken."""
    if measure != "SMD":  # Hedges' g is no Cohen's d
        for at in _disagreeing(file, measure, data, computed):
            stated = _stated(file, at, measure, computed)
            yield f"{labels[at]}: {stated}; the {computed.kind} are taken (is the estimate adjusted?)"
    for at, p in enumerate(data.get("pi", ())):
        effect, variance = computed.yi[at], computed.vi[at]
        if 0 < p <= 1 and math.isfinite(effect) and variance > 0:
            z, printed = (min(each, LARGEST_Z) for each in (abs(effect) / math.sqrt(variance), z_from_p(p)))
            if abs(z - printed) > FAR_APART:
                yield (
                    f"{labels[at]}: {file.studies.name('pi')} is {file.studies.rows[at]['pi']}, but its"
                    f" {computed.kind} give about {_p_words(z)}; the {computed.kind} are taken"
                )


def _p_words(z: float) -> str:
    p = math.erfc(z / math.sqrt(2))
    return "0.001 or less" if z >= LARGEST_Z else f"{p:.2g}"


def _disagreeing(file: OwnFile, measure: str, data: Data, computed: ComputedEffects) -> Iterator[int]:
    """The rows whose printed estimate is not what their own data give, rounding aside."""
    for at, estimate in enumerate(data.get("estimate", ())):
        effect = computed.yi[at]
        if math.isnan(estimate) or not math.isfinite(effect) or not computed.vi[at] > 0:
            continue
        natural = _as_printed(measure, effect)
        box, room = printed_box(file.studies, at, "estimate"), TOLERANCE * abs(natural)
        if not _has_empty_cell(data, at) and not box.lo - room <= natural <= box.hi + room:
            yield at


def _has_empty_cell(data: Data, at: int) -> bool:
    """Whether an arm has no event, or one in everybody: what is done about it is a choice."""
    pairs = [
        (data[events][at], data[size][at])
        for events, size in (("ai", "n1i"), ("ci", "n2i"))
        if events in data
    ]
    return any(events in (0, size) for events, size in pairs)


def _outside_interval(file: OwnFile, measure: str, data: Data, computed: ComputedEffects, at: int) -> bool:
    """Whether what the data give lies outside the printed interval; without one, the estimate outside theirs."""
    limits = ("ci_lb", "ci_ub")
    if all(name in data and not math.isnan(data[name][at]) for name in limits):
        low, high = (printed_box(file.studies, at, name) for name in limits)
        return not low.lo <= _as_printed(measure, computed.yi[at]) <= high.hi
    reach = 1.96 * math.sqrt(computed.vi[at])
    low_limit, high_limit = (_as_printed(measure, computed.yi[at] + sign * reach) for sign in (-1, 1))
    return not low_limit <= data["estimate"][at] <= high_limit


def _as_printed(measure: str, effect: float) -> float:
    return math.exp(effect) if MEASURES[measure].ratio else effect


def _stated(file: OwnFile, at: int, measure: str, computed: ComputedEffects) -> str:
    """`estimate is 2.0, but the counts give RR 0.50`."""
    printed = f"{file.studies.name('estimate')} is {file.studies.rows[at]['estimate']}"
    return f"{printed}, but the {computed.kind} give {measure} {_as_printed(measure, computed.yi[at]):.3g}"
