"""The table `sof`: GRADE's Summary of Findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    from msc_evidence.statistics.two_arms.effects import AbsoluteEffect
    from msc_evidence.tables.sof.notes import Footnotes
    from msc_evidence.tables.sof.question import Header

OPTIONS = ("--outcome", "--at", "--all", "--nnt")
_NUMBERS = (
    *("trials", "participants", "reporting", "estimate", "ci_lb", "ci_ub", "control_risk", "treated_risk"),
    *("control_mean", "difference_per_1000", "difference_lb", "difference_ub", *LOWERING, *RAISING),
    *("treated_events", "treated_n", "control_events", "control_n"),
    *("nnt", "i2", "tau2", "pi_lb", "pi_ub", "proposed_imprecision"),
)
_KEYS = (
    *("outcome", "at", "definition", "trials", "participants", "reporting", "randomised", "follow_up"),
    "measure",
    *("estimate", "ci_lb", "ci_ub", "effect", "effect_notes", "control_mean"),
    *("treated_events", "treated_n", "control_events", "control_n"),
    *("risk_of", "risk_group", "control_risk", "control_risk_source", "treated_risk"),
    *(
        "difference_per_1000",
        "difference_lb",
        "difference_ub",
        "nnt",
        "nnt_words",
        "model",
        "ci_method",
        "i2",
        "tau2",
    ),
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
    *("in_words", "not_pooled"),
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
    Column("nnt", "Number needed to treat"),
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
    rows = tuple(row for each in found for row in _rows(each))
    return Table("sof", COLUMNS, rows, _title(chosen), _further(further))


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


def _rows(found: EvidenceRow) -> Iterator[Mapping[str, Value]]:
    """The row of an outcome, and one for each further risk that the question names."""
    row = _row(found)
    yield row
    for risk, absolute in found.body.baselines:
        of_risk = {"risk_group": risk.name, "control_risk_source": risk.source}
        yield {**row, **_absolute_numbers(found.body, absolute), **of_risk}


def _row(found: EvidenceRow) -> Mapping[str, Value]:
    from msc_evidence.tables.sof.narrative import not_pooled_words
    from msc_evidence.tables.sof.notes import of_effect, of_harms
    from msc_evidence.tables.sof.sentence import in_words
    from msc_evidence.tables.sof.words import follow_up_words, relative_words, scale_words, when

    body = found.body
    row: dict[str, Value] = {
        "outcome": body.asked.outcome,
        "at": when(body),
        "definition": body.asked.definition,
        "trials": body.trials,
        "participants": None if body.unsized and not body.participants else body.participants,
        "reporting": len(body.reporting),
        "randomised": body.randomised,
        "follow_up": follow_up_words(body),
        "measure": body.measure,
        "effect": relative_words(body) or scale_words(body),
        "effect_notes": " ".join(of_effect(body, found.names)) or None,
        "not_in_effect": "; ".join(f"{name}: {why}" for name, why in body.left_out) or None,
        "counted_as_harm": " ".join(of_harms(body, found.names)) or None,
        "in_words": in_words(body, found.certainty, found.intervention),
        "not_pooled": not_pooled_words(body, found.names) if body.reporting and not body.scenarios else None,
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
        row |= {**_absolute_numbers(body, found), "control_risk_source": control_source(body, {})}
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


def _absolute_numbers(body: Body, absolute: AbsoluteEffect) -> dict[str, Value]:
    from msc_evidence.tables.sof.words import nnt_words

    return {
        "risk_of": "staying without the event" if body.of_absence else "the event",
        "control_risk": absolute.control,
        "treated_risk": absolute.treated,
        "difference_per_1000": 1000 * absolute.difference,
        "difference_lb": 1000 * absolute.ci_lb,
        "difference_ub": 1000 * absolute.ci_ub,
        "nnt": 1 / abs(absolute.difference) if absolute.difference else None,
        "nnt_words": nnt_words(absolute, body.benefit),
    }


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
    rows = tuple(row for each in found for row in _page_rows(each, footnotes))
    judged = [each.certainty for each in found if each.certainty]
    explained = legend([each.body for each in found], judged, nnt=chosen.nnt)
    unasked = () if chosen.registry.summary else (NO_QUESTION,)
    answered, others = answering(chosen)
    notes, asked = (
        (*footnotes.lines, *explained, *unasked, *others, *_further(further)),
        header(answered),
    )
    columns = [
        column
        for column in _shown_columns(asked, nnt=chosen.nnt)
        if column.key != "in_words" or any(row.get("in_words") for row in rows)
    ]
    return Table("sof", tuple(columns), rows, _title(chosen), notes, asked.lines)


def _shown_columns(asked: Header, *, nnt: bool) -> tuple[Column, ...]:
    """The columns with the names of what is compared, as GRADE's tables head them; with `nnt` the number needed."""
    shown = [column for column in SHOWN if nnt or column.key != "nnt"]
    titles = {
        "control": f"Anticipated absolute effects (95% CI): risk with {asked.control_name}",
        "treated": f"Risk with {asked.subject}",
    }
    return tuple(replace(column, title=titles.get(column.key, column.title)) for column in shown)


def _page_rows(found: EvidenceRow, footnotes: Footnotes) -> Iterator[Mapping[str, Value]]:
    """The row of an outcome, and one for each further risk, which is of the same relative effect."""
    from msc_evidence.tables.sof import words
    from msc_evidence.tables.sof.notes import of_baseline

    yield _cells(found, footnotes)
    for risk, absolute in found.body.baselines:
        yield {
            "outcome": f"{words.what(found.body)}: {risk.name}",
            "relative": words.relative_words(found.body),
            "control": words.per_1000_words(absolute.control) + footnotes.marks([of_baseline(risk)]),
            **_risk_cells(found.body, absolute),
        }


def _risk_cells(body: Body, absolute: AbsoluteEffect) -> dict[str, Value]:
    """The risk with the intervention, the difference and the number needed to treat."""
    from msc_evidence.tables.sof import words

    return {
        "treated": words.treated_words(absolute),
        "difference": words.difference_words(absolute),
        "nnt": words.nnt_words(absolute, body.benefit),
    }


def _cells(found: EvidenceRow, footnotes: Footnotes) -> Mapping[str, Value]:
    """The cells of a row, from left to right as their footnotes are numbered."""
    from msc_evidence.tables.sof import notes as sof_notes
    from msc_evidence.tables.sof import words

    body, happens = found.body, _happens(found)
    of_trials = list(sof_notes.of_trials(body, found.names))
    at = words.when(body)
    time = "" if at is None else f", {at}" if at[0].isdigit() else f", time {at}"
    return {
        "outcome": words.what(body) + time + footnotes.marks(sof_notes.of_outcome(body)),
        "participants": words.participants_words(body)
        + footnotes.marks([*sof_notes.of_participants(body), *([] if happens else of_trials)]),
        **_effects(found, footnotes),
        "certainty": _certainty(found)
        + footnotes.marks(sof_notes.of_certainty(body, found.certainty, found.proposal, found.unproposed)),
        "in_words": happens and happens + footnotes.marks(of_trials),
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
    control = words.per_1000_words(absolute.control) if absolute else words.control_words(body)
    if control:
        control += footnotes.marks(sof_notes.of_control(body, found.names))
    cells: dict[str, Value] = {"relative": relative, "control": control}
    cells |= _risk_cells(body, absolute) if absolute else {"difference": words.scale_words(body)}
    if cells["difference"] and not relative:
        cells["difference"] = str(cells["difference"]) + footnotes.marks(of_effect)
    return cells


def _crude_cells(found: EvidenceRow, footnotes: Footnotes, relative: str | None) -> dict[str, Value]:
    """The risks as they were, where no control risk leads to another: no event in either arm, or in none of one."""
    from msc_evidence.tables.sof import notes as sof_notes
    from msc_evidence.tables.sof import words

    body = found.body
    if body.totals is None:
        return {}
    treated, control = body.totals
    marks = footnotes.marks(sof_notes.of_empty_arms(body))
    crude = body.crude
    return {
        "relative": relative,
        "control": words.crude_words(control) + marks,
        "treated": words.crude_words(treated),
        "difference": words.crude_difference_words(body),
        "nnt": words.nnt_words(crude, body.benefit) if crude else None,
    }


def _certainty(found: EvidenceRow) -> str:
    from msc_evidence.tables.sof.words import circles

    judged = found.certainty
    return f"{circles(judged.level)} {judged.word}" if judged else NOT_JUDGED


def _happens(found: EvidenceRow) -> str | None:
    """The plain sentence, or why there is no effect; None for an effect whose certainty nobody judged."""
    from msc_evidence.tables.sof.narrative import not_pooled_words
    from msc_evidence.tables.sof.sentence import in_words

    if not found.body.reporting and found.body.harms_aside:
        return "Counted as a harm, not pooled."
    if not found.body.reporting:
        return f"No trial {'compares its arms on' if found.body.within else 'reports'} this outcome."
    if not found.body.scenarios:
        return not_pooled_words(found.body, found.names)
    return in_words(found.body, found.certainty, found.intervention)
