"""The table `sof`: GRADE's Summary of Findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.judgements import LOWERING, RAISING, Certainty
from msc_evidence.registry.problems import counted
from msc_evidence.tables.table import Column, Heading, Line, Screen, Table, Value

if TYPE_CHECKING:
    from msc_evidence.analysis.body import Body
    from msc_evidence.analysis.certainty import Proposal
    from msc_evidence.tables.sof.notes import Footnotes
    from msc_evidence.tables.sof.question import Header

OPTIONS = ("--outcome", "--at", "--all")
_NUMBERS = (
    *("trials", "participants", "reporting", "estimate", "ci_lb", "ci_ub", "control_risk", "treated_risk"),
    *("control_mean", "difference_per_1000", "difference_lb", "difference_ub", *LOWERING, *RAISING),
    *("treated_events", "treated_n", "control_events", "control_n"),
    *("nnt", "i2", "tau2", "pi_lb", "pi_ub", "proposed_imprecision"),
)
_KEYS = (
    *("outcome", "at", "definition", "trials", "participants", "reporting", "randomised", "measure"),
    *("estimate", "ci_lb", "ci_ub", "effect", "effect_notes", "control_mean"),
    *("treated_events", "treated_n", "control_events", "control_n"),
    *("risk_of", "control_risk", "control_risk_source", "treated_risk"),
    *("difference_per_1000", "difference_lb", "difference_ub", "nnt", "model", "ci_method", "i2", "tau2"),
    *("pi_lb", "pi_ub", "certainty", "start", *LOWERING, *RAISING),
    *(
        "reasons",
        "by",
        "date",
        "proposed_imprecision",
        "proposed_because",
        "not_in_effect",
        "counted_as_harm",
    ),
    "in_words",
)
#: `nnt` is how many are treated for one event more or fewer, 1 over the absolute difference (Cochrane Handbook,
#: chapter 15); I² in per cent and the 95% prediction interval are those of the first scenario.
#: Domains have the levels that they change the certainty by; limits without an estimate are those over both directions
#: of a result whose direction no source gives.
COLUMNS = tuple(Column(key, key.replace("_", " "), "number" if key in _NUMBERS else "text") for key in _KEYS)
SHOWN = (
    Column("outcome", "Outcome"),
    Column("participants", "Participants (trials)"),
    Column("relative", "Relative effect (95% CI)"),
    Column("control", "Anticipated absolute effects (95% CI): risk with control"),
    Column("treated", "Risk with the intervention"),
    Column("difference", "Difference"),
    Column("certainty", "Certainty"),
    Column("in_words", "What happens"),
)
NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row: the evidence, what was judged of it, and what the numbers propose."""

    body: Body
    certainty: Certainty | None
    proposal: Proposal | None
    #: Why the numbers propose nothing, None where they do or where there is no effect.
    unproposed: str | None
    names: Mapping[str, str]
    intervention: str


def table(chosen: Query) -> Table:
    """GRADE's Summary of Findings: effects relative and per 1000, certainty with its reasons, a plain sentence.

    Up to seven outcomes, or all with `--all`: those the registry's summary lists, or its own in their order.
    """
    found, further = evidence_rows(chosen)
    return Table("sof", COLUMNS, tuple(map(_row, found)), _title(chosen), _further(further))


def page_table(chosen: Query) -> Table:
    """The table as a review prints it."""
    return _page(chosen)


def screen(chosen: Query) -> Screen:
    """The header above the table."""
    made = _page(chosen)
    lines = tuple(Line(said) for said in (*made.header, ""))
    return Screen((Heading(made.title), *lines, replace(made, title="", header=())))


def _title(chosen: Query) -> str:
    from msc_evidence.tables.sof.question import answering, header

    return header(answering(chosen)[0]).title


def _further(count: int) -> tuple[str, ...]:
    return (f"{counted(count, 'further outcome')} not shown; --all shows all",) if count else ()


def evidence_rows(chosen: Query) -> tuple[list[EvidenceRow], int]:
    """The rows of the question, and how many outcomes there are beyond them."""
    from msc_evidence.analysis.body import body
    from msc_evidence.analysis.certainty import proposed_imprecision, why_no_proposal
    from msc_evidence.registry.lookup import shown_names
    from msc_evidence.tables.sof.question import answering, certainty_of, header, rows

    chosen, _ = answering(chosen)
    asked, further = rows(chosen)
    names = shown_names(chosen.records)
    intervention = header(chosen).subject
    found = []
    for each in asked:
        evidence = body(each, chosen.trials, chosen.analysis)
        judged = certainty_of(each, chosen.registry.certainty)
        unproposed = why_no_proposal(evidence) if evidence.scenarios else None
        proposal = proposed_imprecision(evidence)
        found.append(EvidenceRow(evidence, judged, proposal, unproposed, names, intervention))
    return found, further


def _row(found: EvidenceRow) -> Mapping[str, Value]:
    from msc_evidence.tables.sof.notes import of_effect, of_harms
    from msc_evidence.tables.sof.sentence import in_words
    from msc_evidence.tables.sof.words import relative_words, scale_words, when

    body = found.body
    row: dict[str, Value] = {
        "outcome": body.asked.outcome,
        "at": when(body),
        "definition": body.asked.definition,
        "trials": body.trials,
        "participants": None if body.unsized and not body.participants else body.participants,
        "reporting": len(body.reporting),
        "randomised": body.randomised,
        "measure": body.measure,
        "effect": relative_words(body) or scale_words(body),
        "effect_notes": " ".join(of_effect(body, found.names)) or None,
        "not_in_effect": "; ".join(f"{name}: {why}" for name, why in body.left_out) or None,
        "counted_as_harm": " ".join(of_harms(body, found.names)) or None,
        "in_words": in_words(body, found.certainty, found.intervention),
    }
    if found.proposal:
        row |= {
            "proposed_imprecision": -found.proposal.levels,
            "proposed_because": found.proposal.because,
        }
    if body.totals:
        treated, control = body.totals
        row |= {"treated_events": treated.participants, "treated_n": treated.n}
        row |= {"control_events": control.participants, "control_n": control.n}
    return row | _effect(body) | _judged(found.certainty)


def _effect(body: Body) -> dict[str, Value]:
    from msc_evidence.tables.sof.notes import control_source

    if not body.hull:
        return {}
    single = body.scenarios[0].estimate if len(body.scenarios) == 1 else None
    row: dict[str, Value] = {"estimate": single, "ci_lb": body.hull[0], "ci_ub": body.hull[1]}
    if body.studies and (means := body.studies.control_means):
        row["control_mean"] = median(means)
    if found := body.absolute:
        row |= {
            "risk_of": "staying without the event" if body.of_absence else "the event",
            "control_risk": found.control,
            "control_risk_source": control_source(body, {}),
            "treated_risk": found.treated,
            "difference_per_1000": 1000 * found.difference,
            "difference_lb": 1000 * found.ci_lb,
            "difference_ub": 1000 * found.ci_ub,
            "nnt": 1 / abs(found.difference) if found.difference else None,
        }
    if body.studies and (heterogeneity := body.studies.heterogeneity):
        row |= {
            "model": body.studies.settings.model,
            "ci_method": body.studies.settings.ci,
            "i2": heterogeneity.i2,
            "tau2": heterogeneity.tau2,
            "pi_lb": heterogeneity.pi_lb,
            "pi_ub": heterogeneity.pi_ub,
        }
    return row


def _judged(certainty: Certainty | None) -> dict[str, Value]:
    if certainty is None:
        return {}
    row: dict[str, Value] = dict.fromkeys(LOWERING, 0)
    for name, sign in (*((name, -1) for name in LOWERING), *((name, 1) for name in RAISING)):
        if rating := getattr(certainty, name):
            row[name] = sign * rating.levels
    reasons = "; ".join(f"{domain}: {because}" for domain, _, because in certainty.ratings)
    about: dict[str, Value] = {"start": certainty.start, "by": certainty.by, "date": certainty.date}
    return {**row, **about, "certainty": certainty.word, "reasons": reasons or None}


def _page(chosen: Query) -> Table:
    from msc_evidence.tables.sof.notes import NO_QUESTION, Footnotes, legend
    from msc_evidence.tables.sof.question import answering, header

    found, further = evidence_rows(chosen)
    footnotes = Footnotes()
    rows = tuple(_cells(each, footnotes) for each in found)
    explained = legend([each.body for each in found], [each.certainty for each in found if each.certainty])
    unasked = () if chosen.registry.summary else (NO_QUESTION,)
    answered, others = answering(chosen)
    notes = (*footnotes.lines, *explained, *unasked, *others, *_further(further))
    return Table("sof", _shown_columns(header(answered)), rows, _title(chosen), notes, header(answered).lines)


def _shown_columns(asked: Header) -> tuple[Column, ...]:
    """The columns with the names of what is compared, as GRADE's tables head them."""
    titles = {
        "control": f"Anticipated absolute effects (95% CI): risk with {asked.control_name}",
        "treated": f"Risk with {asked.subject}",
    }
    return tuple(replace(column, title=titles.get(column.key, column.title)) for column in SHOWN)


def _cells(found: EvidenceRow, footnotes: Footnotes) -> Mapping[str, Value]:
    """The cells of a row, from left to right as their footnotes are numbered."""
    from msc_evidence.tables.sof import notes as sof_notes
    from msc_evidence.tables.sof import words

    body = found.body
    at = words.when(body)
    time = "" if at is None else f", {at}" if at[0].isdigit() else f", time {at}"
    return {
        "outcome": words.what(body) + time + footnotes.marks(sof_notes.of_outcome(body)),
        "participants": words.participants_words(body) + footnotes.marks(sof_notes.of_participants(body)),
        **_effects(found, footnotes),
        "certainty": _certainty(found)
        + footnotes.marks(sof_notes.of_certainty(body, found.certainty, found.proposal, found.unproposed)),
        "in_words": _happens(found) + footnotes.marks(sof_notes.of_trials(body, found.names)),
    }


def _effects(found: EvidenceRow, footnotes: Footnotes) -> dict[str, Value]:
    """The effect relative and absolute; what is to be known of it stands at the first of the two that there is."""
    from msc_evidence.tables.sof import notes as sof_notes
    from msc_evidence.tables.sof import words

    body, absolute = found.body, found.body.absolute
    relative, of_effect = words.relative_words(body), tuple(sof_notes.of_effect(body, found.names))
    if relative:
        relative += footnotes.marks(of_effect)
    if not absolute and body.totals and (crude := _crude_cells(found, footnotes, relative)):
        return crude
    control = f"{round(1000 * absolute.control):,} per 1000" if absolute else words.control_words(body)
    if control:
        control += footnotes.marks(sof_notes.of_control(body, found.names))
    difference = words.difference_words(absolute) if absolute else words.scale_words(body)
    if difference and not relative:
        difference += footnotes.marks(of_effect)
    treated = words.treated_words(absolute) if absolute else None
    return {"relative": relative, "control": control, "treated": treated, "difference": difference}


def _crude_cells(found: EvidenceRow, footnotes: Footnotes, relative: str | None) -> dict[str, Value]:
    """The risks as they were, where no control risk leads to another: no event in either arm, or in none of one."""
    from msc_evidence.statistics.two_arms.effects import AbsoluteEffect, risk_difference
    from msc_evidence.tables.sof import notes as sof_notes
    from msc_evidence.tables.sof import words

    if found.body.totals is None:
        return {}
    treated, control = found.body.totals
    events = treated.participants or 0, control.participants or 0
    if all(events):
        return {}
    marks = footnotes.marks(sof_notes.of_empty_arms(found.body))
    cells: dict[str, Value] = {
        "relative": relative,
        "control": words.crude_words(control) + marks,
        "treated": words.crude_words(treated),
        "difference": None,
    }
    if not any(events):
        cells["difference"] = words.no_event_words(treated, control)
    elif found.body.trials == 1:
        effect = risk_difference(events[0], treated.n or 0, events[1], control.n or 0)
        absolute = AbsoluteEffect(0.0, 0.0, effect.estimate, effect.ci_lb, effect.ci_ub)
        cells["difference"] = words.difference_words(absolute)
    return cells


def _certainty(found: EvidenceRow) -> str:
    from msc_evidence.tables.sof.words import circles

    judged = found.certainty
    return f"{circles(judged.level)} {judged.word}" if judged else NOT_JUDGED


def _happens(found: EvidenceRow) -> str:
    from msc_evidence.tables.sof.sentence import in_words

    if not found.body.reporting and found.body.harms_aside:
        return "Counted as a harm, not pooled."
    if not found.body.reporting:
        return f"No trial {'compares its arms on' if found.body.within else 'reports'} this outcome."
    if not found.body.scenarios:
        totals = found.body.totals
        none = totals is not None and not any(arm.participants for arm in totals)
        return "No event in either arm: no relative effect." if none else "No effect can be computed."
    return in_words(found.body, found.certainty, found.intervention) or f"{NOT_JUDGED.capitalize()}."
