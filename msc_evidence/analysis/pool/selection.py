"""Which trials of a registry enter a pool, with which data, and why the others cannot.

Where a p-value is all that trials report, their p-values are combined in one direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from msc_evidence.analysis.pool.pool import Refused, StudySet
from msc_evidence.analysis.recompute.bases import Case, possible_events, sd_interval
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.combining import (
    METHODS,
    combined_interval,
    one_sided,
    one_sided_interval,
)
from msc_evidence.statistics.pooling.measures import MEASURES

#: Measures whose sign is turned so that above 0 (or ½) the treatment arm did better.
ORIENTED = ("SMD", "PS")
COUNTED = ("OR", "RR", "RD", "PETO")


@dataclass(frozen=True, slots=True)
class Entry:
    """One study of a pool: its data in metafor's columns."""

    study: str
    data: Mapping[str, float]
    n1: int
    n2: int
    #: What the data are: "counts", "means" or "p".
    basis: str
    #: Whether the direction is known; an effect without one can have either sign.
    directed: bool = True
    #: What the printed p can stand for, where the data are a lone p.
    p_interval: Interval | None = None

    def effect(self, measure: str) -> tuple[float, float]:
        """Effect and sampling variance on the analysis scale."""
        yi, vi = MEASURES[measure].from_columns({key: [value] for key, value in self.data.items()})
        return float(yi[0]), float(vi[0])

    def mirrored(self) -> Entry:
        """The same p-value in the other direction."""
        return replace(self, data={**self.data, "direction": -self.data["direction"]})


@dataclass(frozen=True, slots=True)
class Selection:
    """The studies of one pool, and those left out with the reason."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...]

    def named(self, names: Mapping[str, str]) -> Selection:
        """The same with the names that a reader knows the trials by in place of their ids."""
        entries = tuple(replace(entry, study=names[entry.study]) for entry in self.entries)
        return Selection(entries, tuple((names[name], reason) for name, reason in self.left_out))

    def scenarios(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """The entries; where directions are missing, at both ends of what their silence leaves open."""
        silent = ", ".join(entry.study for entry in self.entries if not entry.directed)
        if not silent:
            return (("", self.entries),)
        other = tuple(entry if entry.directed else entry.mirrored() for entry in self.entries)
        return (
            (f"had {silent} favoured treatment", self.entries),
            (f"had {silent} favoured control", other),
        )

    def study_sets(self, measure: str) -> list[StudySet]:
        """A set of studies for each scenario; raises Refused where no trial enters."""
        if not self.entries:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in self.left_out)
            raise Refused(f"no trial enters the pool as {measure}: {reasons}")
        return [study_set(name, entries, measure) for name, entries in self.scenarios()]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be pooled: outcome, time, measure, and which trials do not count."""

    outcome: str
    at: Time | None = None
    measure: str = "SMD"
    exclude: Sequence[str] = ()
    #: What was compared when not the scale itself ("mRS 0-2"): different definitions are different results.
    definition: str | None = None


def select(
    question: Question, results: Mapping[str, Sequence[AnalysedResult]], trials: Mapping[str, Trial]
) -> Selection:
    """The pool that answers the question: one result of each trial, the first that gives the measure.

    `results` are those that may enter, by trial; `trials` are the records, that of a whole perhaps not among them.
    """
    every = {name: _entry(name, own, question) for name, own in results.items()}
    counted = {name for name, found in every.items() if isinstance(found, Entry) and not trials[name].part_of}
    entries, left_out = [], []
    for name, found in every.items():
        whole = trials[name].part_of
        if isinstance(found, Entry) and whole is not None and whole in counted:
            name_of_whole = trials[whole].shown_name(whole) if whole in trials else whole
            reason = f"part of {name_of_whole}, whose participants the pool counts already"
            left_out.append((name, reason))
        elif isinstance(found, Entry):
            entries.append(found)
            counted.add(whole or name)
        else:
            left_out.append((name, found))
    return Selection(tuple(entries), tuple(left_out))


def study_set(name: str, entries: Sequence[Entry], measure: str) -> StudySet:
    """The entries as one set of studies, with the columns that all of them have."""
    pairs = [entry.effect(measure) for entry in entries]
    keys = [key for key in entries[0].data if all(key in entry.data for entry in entries)]
    columns = {key: np.array([entry.data[key] for entry in entries], dtype=float) for key in keys}
    yi, vi = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    return StudySet(name, tuple(entry.study for entry in entries), yi, vi, columns)


def _entry(name: str, own: Sequence[AnalysedResult], question: Question) -> Entry | str:
    if name in question.exclude:
        return "excluded on request"
    results = [found for found in own if found.result.outcome == question.outcome]
    if not results:
        return "no result of this outcome"
    timed = [found for found in results if question.at is None or found.result.at == question.at]
    if not timed:
        return f"no result at {question.at}"
    same = [found for found in timed if found.result.definition == question.definition]
    if not same:
        others = ", ".join(sorted({f"'{found.result.definition or 'the scale itself'}'" for found in timed}))
        return f"compares {others}; --definition pools what is defined alike"
    tried = [_data(name, found, question.measure) for found in sorted(same, key=_preference)]
    return next((found for found in tried if isinstance(found, Entry)), tried[0])


def _preference(found: AnalysedResult) -> tuple[bool, bool]:
    """Unadjusted before adjusted, values per arm before a lone p."""
    return found.result.adjusted is not None, found.result.arms is None


def _data(study: str, found: AnalysedResult, measure: str) -> Entry | str:
    """The data of one result for a measure, or what it lacks."""
    if found.contrast is None or found.contrast.sizes is None:
        return "group sizes are not reported"
    case = Case(found.result, found.contrast, found.outcome)
    if measure in COUNTED:
        return _counts(study, case, found.contrast.sizes) or "events in both arms are not reported"
    means = _means(study, case, found.contrast.sizes, measure)
    lone = _lone_p(study, found) if measure in ORIENTED else None
    return means or lone or "mean and SD of both arms are not reported"


def _counts(study: str, case: Case, sizes: tuple[int, int]) -> Entry | None:
    pair = case.values()
    events = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)] if pair else []
    if len(events) != 2 or any(len(possible) != 1 for possible in events):
        return None
    (first,), (second,) = events
    data = {"ai": first, "n1i": sizes[0], "ci": second, "n2i": sizes[1]}
    return Entry(study, data, *sizes, "counts")


def _means(study: str, case: Case, sizes: tuple[int, int], measure: str) -> Entry | None:
    pair = case.values()
    if not pair or pair[0].mean is None or pair[1].mean is None:
        return None
    spreads = [sd_interval(values, n) for values, n in zip(pair, sizes, strict=True)]
    if spreads[0] is None or spreads[1] is None:
        return None
    lower_is_better = measure in ORIENTED and case.outcome.better == "lower"
    sign = -1.0 if lower_is_better else 1.0
    data = {
        "m1i": sign * float(pair[0].mean),
        "sd1i": spreads[0].middle,
        "n1i": sizes[0],
        "m2i": sign * float(pair[1].mean),
        "sd2i": spreads[1].middle,
        "n2i": sizes[1],
    }
    directed = measure not in ORIENTED or case.outcome.better is not None
    return Entry(study, data, *sizes, "means") if directed else None


def _lone_p(study: str, found: AnalysedResult) -> Entry | None:
    if found.testable is None or found.p is None:
        return None
    p, n1, n2 = found.testable
    data = {"pi": p, "n1i": n1, "n2i": n2, "direction": float(found.sign or 1)}
    box = Interval(*found.p.bounds).clipped(0.0, 1.0)
    return Entry(study, data, n1, n2, "p", found.sign is not None, box)


@dataclass(frozen=True, slots=True)
class Combined:
    """One method's p against "no trial favours treatment", with what the rounding of the p-values allows."""

    method: str
    p: float
    interval: Interval


def combine(entries: Sequence[Entry]) -> tuple[Combined, ...]:
    """Every method over the trials' one-sided p; none unless each trial is one that reports a p."""
    if len(entries) < 2 or any(entry.p_interval is None for entry in entries):
        return ()
    favours = [entry.data["direction"] > 0 for entry in entries]
    values = [one_sided(entry.data["pi"], favours=sign) for entry, sign in zip(entries, favours, strict=True)]
    boxes = [
        one_sided_interval(entry.p_interval, favours=sign)
        for entry, sign in zip(entries, favours, strict=True)
        if entry.p_interval is not None
    ]
    return tuple(
        Combined(name, method(values), combined_interval(method, boxes)) for name, method in METHODS.items()
    )
