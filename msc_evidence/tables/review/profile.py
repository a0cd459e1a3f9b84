"""The table `profile`: GRADE's evidence profile, the certainty of each outcome domain by domain.

Source: Guyatt 2011, 10.1016/j.jclinepi.2010.04.026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.judgements import LOWERING, RAISING, Certainty, Rating
from msc_evidence.registry.problems import counted
from msc_evidence.tables.review.sof import NOT_JUDGED, OPTIONS, evidence_rows
from msc_evidence.tables.table import Column, Table, Value

if TYPE_CHECKING:
    from msc_evidence.tables.review.sof import EvidenceRow
    from msc_evidence.tables.sof.notes import Footnotes

__all__ = ["OPTIONS", "page_table", "table"]

TITLE = "Evidence profile"
#: What a registry without a judgement is told.
HOW = (
    "To record a judgement, give the registry a list `certainty`; each item names outcome, at, start, by and date,"
    f" and for {', '.join(name.replace('_', '-') for name in LOWERING)} the levels down, each with its reason."
)
#: How a domain's levels down are worded.
SERIOUS = ("not serious", "serious", "very serious", "extremely serious")
COLUMNS = (
    Column("outcome", "Outcome"),
    Column("trials", "Trials", "number"),
    Column("design", "Design"),
    *(Column(key, words[0].upper() + words[1:]) for key, words in LOWERING.items()),
    Column("other", "Other considerations"),
    Column("treated", "Treated"),
    Column("control", "Control"),
    Column("relative", "Relative effect (95% CI)"),
    Column("absolute", "Absolute effect (95% CI)"),
    Column("certainty", "Certainty"),
)


def table(query: Query) -> Table:
    """GRADE's evidence profile: each domain of each outcome with its reason, effects, certainty."""
    from msc_evidence.tables.sof.notes import Footnotes, legend

    rows, further = evidence_rows(query)
    footnotes = Footnotes()
    cells = tuple(_profile_row(row, footnotes) for row in rows)
    judged = [row.certainty for row in rows if row.certainty]
    left = (f"{further} further outcomes not shown; --all shows all",) if further else ()
    notes = (*footnotes.lines, *legend([row.body for row in rows], judged), *left)
    return Table("profile", COLUMNS, cells, TITLE, notes)


def page_table(query: Query) -> Table:
    """The same where anything was judged; else the sentence that nothing was, in place of a table."""
    made = table(query)
    if not made.rows or any(row["certainty"] != NOT_JUDGED for row in made.rows):
        return made
    outcomes = counted(len(made.rows), "outcome")
    said = f"Nobody has judged the certainty of {outcomes}; the effects stand in `msc-evidence table sof`."
    return Table(made.name, made.columns, (), made.title, (said, HOW))


def _profile_row(row: EvidenceRow, footnotes: Footnotes) -> Mapping[str, Value]:
    from msc_evidence.tables.sof import words

    body = row.body
    at = words.when(body)
    design = {True: "randomised", False: "not recorded as randomised", None: None}[body.randomised]
    return {
        "outcome": words.what(body) + (f", {at}" if at else ""),
        "trials": body.trials,
        "design": design,
        **{key: _domain_words(row.certainty, key, footnotes) for key in LOWERING},
        "other": _raised_words(row.certainty, footnotes),
        **_arm_cells(row),
        "relative": words.relative_words(body),
        "absolute": words.absolute_words(body),
        "certainty": f"{words.circles(row.certainty.level)} {row.certainty.word}"
        if row.certainty
        else NOT_JUDGED,
    }


def _domain_words(certainty: Certainty | None, key: str, footnotes: Footnotes) -> str:
    if certainty is None:
        return NOT_JUDGED
    rating: Rating = getattr(certainty, key)
    return SERIOUS[rating.levels] + footnotes.marks(
        [f"{LOWERING[key].capitalize()}: {rating.because.rstrip('.')}."]
    )


def _raised_words(certainty: Certainty | None, footnotes: Footnotes) -> str:
    """`large effect (+1) ¹`; `none` where nothing raises the certainty."""
    if certainty is None:
        return NOT_JUDGED
    raised = [
        f"{words} (+{rating.levels})"
        + footnotes.marks([f"{words.capitalize()}: {rating.because.rstrip('.')}."])
        for key, words in RAISING.items()
        if (rating := getattr(certainty, key)) is not None and rating.levels
    ]
    return ", ".join(raised) or "none"


def _arm_cells(row: EvidenceRow) -> dict[str, Value]:
    """`24/60 (40%)` on each side, where events were counted."""
    if row.body.totals is None:
        return {"treated": None, "control": None}
    treated, control = row.body.totals
    shares = (f"{arm.participants}/{arm.n} ({100 * (arm.risk or 0):.1f}%)" for arm in (treated, control))
    return dict(zip(("treated", "control"), shares, strict=True))
