"""The export `revman`: the study data of RevMan's data rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.body import PRINTED_RATIOS, EffectStudies, as_reported
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.selection import Entry, Question, Selection, select
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.export import Asked, Exported
from msc_evidence.tables.table import Column, Table, Value

WRITTEN = ("table", "csv")
OPTIONS = ("--outcome", "--at")
#: The columns of `data-rows.csv` in RevMan's data package, in its order; True for numbers.
COLUMNS = {
    "Analysis group": True, "Analysis number": True, "Analysis name": False, "Subgroup": False,
    "Applicability": False, "Study": False, "Study year": True, "GIV Mean": True, "GIV SE": True,
    "Experimental mean": True, "Experimental SD": True, "Experimental cases": True, "Experimental N": True,
    "Control mean": True, "Control SD": True, "Control cases": True, "Control N": True, "O-E": True,
    "Variance": True, "Weight": True, "Mean": True, "CI start": True, "CI end": True, "Footnotes": False,
}  # fmt: skip
#: metafor's name → RevMan's.
_NAMES = {
    "m1i": "Experimental mean",
    "sd1i": "Experimental SD",
    "ai": "Experimental cases",
    "n1i": "Experimental N",
    "m2i": "Control mean",
    "sd2i": "Control SD",
    "ci": "Control cases",
    "n2i": "Control N",
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one analysis compares: an outcome, so defined, at one time."""

    outcome: str
    definition: str | None
    change: bool
    #: As the registry prints it: equal times are one analysis.
    at: object

    @classmethod
    def of(cls, result: Result) -> Analysis:
        """The analysis that a result belongs to."""
        return cls(result.outcome, result.definition, result.change, result.at)

    def name(self, title: str) -> str:
        """The outcome's name with what sets this analysis apart."""
        change = ", change from baseline" * self.change
        definition = f" ({self.definition})" if self.definition else ""
        return f"{title}{definition}{change}" + (f" at {self.at}" if isinstance(self.at, Time) else "")


def export(asked: Asked) -> Exported:
    """Data rows as RevMan's data package has them: counts, or means and SD, of each outcome at each time.

    Ratios that are printed with their intervals and no more are its generic inverse variance. Estimates and weights
    are left to RevMan. Raises Refused where no result has the data of both arms.
    """
    rows: list[dict[str, Value]] = []
    left_out: dict[tuple[str, str], list[str]] = {}
    number = 0
    for analysis in _analyses(asked):
        name = analysis.name(asked.registry.outcomes[analysis.outcome].name)
        found = _selected(asked, analysis)
        printed = {} if found.entries else _printed(asked, analysis)
        number += bool(found.entries or printed)
        head: dict[str, Value] = {
            "Analysis group": 1,
            "Analysis number": number,
            "Analysis name": name,
        }
        rows += [head | _row(asked.records[entry.study], entry) for entry in found.entries]
        rows += [head | _label(asked.records[study], study) | row for study, row in printed.items()]
        for pair in found.left_out:
            if pair[0] in printed:
                continue
            left_out.setdefault(pair, []).append(f"'{name}'")
    remarks = tuple(
        f"{trial} is not in {', '.join(names)}: {reason}" for (trial, reason), names in left_out.items()
    )
    if not rows:
        raise Refused(f"no result has counts, or means and SD, of both arms: {'; '.join(remarks)}")
    columns = tuple(Column(key, key, "number" if number else "text") for key, number in COLUMNS.items())
    return Exported((Table("data-rows", columns, tuple(rows)),), remarks)


def _analyses(asked: Asked) -> Iterator[Analysis]:
    """The analyses in the order of the outcomes, then of their first result."""
    every = (result for trial in asked.records.values() for result in trial.results)
    results = [result for result in every if asked.at in (None, result.at)]
    for outcome in asked.outcomes:
        yield from dict.fromkeys(Analysis.of(result) for result in results if result.outcome == outcome)


def _selected(asked: Asked, analysis: Analysis) -> Selection:
    """The trials that report the analysis with counts or with means, whichever more of them do."""
    trials = {name: _restricted(trial, analysis) for name, trial in asked.records.items()}
    reporting = {name: trial for name, trial in trials.items() if trial.results}
    found = [
        select(
            Question(analysis.outcome, None, measure, definition=analysis.definition),
            reporting,
            asked.registry.outcomes,
        )
        for measure in ("OR", "MD")
    ]
    best = max(found, key=lambda selection: len(selection.entries))
    if best.entries:
        return best
    reason = "neither counts nor means and SD of both arms are reported"
    return Selection((), tuple((name, reason) for name in reporting))


def _printed(asked: Asked, analysis: Analysis) -> dict[str, dict[str, Value]]:
    """ln of each trial's printed ratio with its SE, on the measure that most of them print."""
    trials = {name: _restricted(trial, analysis) for name, trial in asked.records.items()}
    tried = [as_reported(measure, trials) for measure in PRINTED_RATIOS]
    known = [each for each in tried if isinstance(each, EffectStudies)]
    if not known:
        return {}
    found = max(known, key=lambda each: len(each.names))
    (studies,) = found.sets
    pairs = zip(studies.labels, studies.yi, studies.vi, strict=True)
    return {
        name: {"GIV Mean": float(yi), "GIV SE": math.sqrt(vi), "Footnotes": f"ln {found.measure}"}
        for name, yi, vi in pairs
    }


def _restricted(trial: Trial, analysis: Analysis) -> Trial:
    results = [result for result in trial.results if Analysis.of(result) == analysis]
    return trial.model_copy(update={"results": results})


def _row(trial: Trial, entry: Entry) -> dict[str, Value]:
    data = {_NAMES[key]: value for key, value in entry.data.items()}
    return {**_label(trial, entry.study), **data}


def _label(trial: Trial, study: str) -> dict[str, Value]:
    return {"Study": trial.name or study, "Study year": trial.citation.year}
