"""One study of a pool: its data in metafor's columns or as an effect, and what they came from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from msc_evidence.analysis.pool.pool import Pool, PrintedInterval, StudySet
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.arm_summaries import Derived
from msc_evidence.statistics.pooling.measures import MEASURES

#: An effect of this share of its standard error is 0 but for rounding.
ROUNDING = 1e-9
#: The mark of data that are changes from baseline.
CHANGE_MARK = "change from baseline"


@dataclass(frozen=True, slots=True)
class Entry:
    """One study of a pool: its data in metafor's columns, with the effect `yi`, `vi` where they do not give it."""

    study: str
    data: Mapping[str, float]
    #: Participants of both groups, nan where an effect is printed and they are not.
    n1: float
    n2: float
    #: What the data are: "counts", "means", "distribution", "cut", "effect" or "p".
    basis: str
    #: Whether the direction is known; an effect without one can have either sign.
    directed: bool = True
    #: What the printed p can stand for, where the data are a lone p.
    p_interval: Interval | None = None
    #: When it was measured, as printed.
    at: str = ""
    #: The data in words: `counts`, `OR as printed (95% CI)`, `p, as of a t test`.
    words: str = ""
    #: What sets it apart from the others: arms combined, adjusted, not randomised, from another source.
    marks: tuple[str, ...] = ()
    #: The interval as the source prints it, turned as the effect is.
    printed: PrintedInterval | None = None
    #: Means and SDs that its source does not print.
    derived: tuple[Derived, ...] = ()
    #: The arm that it is of, where a trial enters with several.
    part: str = ""
    #: The result that its data are of, and the arms, the treated ones first.
    analysed: AnalysedResult | None = field(default=None, compare=False, repr=False)
    arms: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`Bang 2005`, `Lin 2024, high dose`."""
        return f"{self.study}, {self.part}" if self.part else self.study

    @property
    def is_change(self) -> bool:
        """Whether its data are changes from baseline."""
        return CHANGE_MARK in self.marks

    @property
    def sized(self) -> bool:
        """Whether the sizes of both groups are known."""
        return math.isfinite(self.n1 + self.n2)

    @property
    def participants(self) -> float:
        """Those of both groups, 0 where they are not known."""
        return self.n1 + self.n2 if self.sized else 0.0

    @property
    def arm_words(self) -> tuple[str, str]:
        """`4/123` and `11/139` of counts, the sizes of other data, `–` where they are not known."""
        first, second = (f"{n:.6g}" if self.sized else "–" for n in (self.n1, self.n2))
        if "ai" in self.data:
            return f"{self.data['ai']:.4g}/{first}", f"{self.data['ci']:.4g}/{second}"
        return first, second

    def effect(self, measure: str) -> tuple[float, float]:
        """Effect and sampling variance on the analysis scale."""
        if "yi" in self.data:
            return self.data["yi"], self.data["vi"]
        yi, vi = MEASURES[measure].from_columns({key: [value] for key, value in self.data.items()})
        return float(yi[0]), float(vi[0])

    def has_side(self, measure: str) -> bool:
        """Whether its effect has a direction; what a p of 1 implies has none."""
        yi, vi = self.effect(measure)
        return not abs(yi) <= ROUNDING * math.sqrt(vi)

    def mirrored(self) -> Entry:
        """The same in the other direction."""
        data, printed = dict(self.data), self.printed
        if "direction" in data:
            data["direction"] *= -1
        if "yi" in data:
            data["yi"] *= -1
        if printed:
            printed = replace(printed, ci_lb=-printed.ci_ub, ci_ub=-printed.ci_lb)
        return replace(self, data=data, printed=printed)


@dataclass(frozen=True, slots=True)
class Selection:
    """The studies of one pool, those left out with the reason, and what must be known of them."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...]
    #: Sentences about choices that were made: adjusted beside unadjusted, sources that contradict each other.
    notes: tuple[str, ...] = ()

    def named(self, names: Mapping[str, str]) -> Selection:
        """The same with the names that a reader knows the trials by in place of their ids."""
        entries = tuple(replace(entry, study=names[entry.study]) for entry in self.entries)
        return replace(
            self, entries=entries, left_out=tuple((names[name], reason) for name, reason in self.left_out)
        )

    def scenarios(self, measure: str) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """The entries; where directions are missing, at both ends of what their silence leaves open."""
        open_ = [entry for entry in self.entries if not entry.directed and entry.has_side(measure)]
        if not open_:
            return (("", self.entries),)
        silent = ", ".join(entry.label for entry in open_)
        other = tuple(entry if entry.directed else entry.mirrored() for entry in self.entries)
        return (
            (scenario_words("treatment", silent), self.entries),
            (scenario_words("control", silent), other),
        )

    def study_sets(self, measure: str) -> list[StudySet]:
        """A set of studies for each scenario; none where no trial enters."""
        if not self.entries:
            return []
        return [study_set(name, entries, measure) for name, entries in self.scenarios(measure)]


def scenario_words(arm: str, silent: str) -> str:
    """Which arm is taken to have done better in studies of which no source says.

    >>> scenario_words("treatment", "Chung 2021")
    'if treatment did better in Chung 2021'
    """
    return f"if {arm} did better in {silent}"


def study_set(name: str, entries: Sequence[Entry], measure: str) -> StudySet:
    """The entries as one set of studies, nan in the columns that one of them does not have."""
    pairs = [entry.effect(measure) for entry in entries]
    keys = dict.fromkeys(key for entry in entries for key in entry.data if key not in ("yi", "vi"))
    columns = {key: np.array([entry.data.get(key, np.nan) for entry in entries], dtype=float) for key in keys}
    yi, vi = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    labels, printed = tuple(entry.label for entry in entries), tuple(entry.printed for entry in entries)
    derived = tuple(entry.derived for entry in entries)
    return StudySet(
        name, labels, yi, vi, columns, derived if any(derived) else (), printed if any(printed) else ()
    )


def pooled_entries(entries: Sequence[Entry], pool: Pool) -> list[Entry]:
    """The entries of the studies that the pool could use."""
    labels = {study.label for study in pool.studies}
    return [entry for entry in entries if entry.label in labels]
