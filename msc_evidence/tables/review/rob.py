"""The table `rob`: risk of bias of each result, by RoB 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.filters import Query
from msc_evidence.registry.fields import NOT_REPORTED, NotReported
from msc_evidence.registry.judgements import DOMAINS, ResultBias
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Time
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--all")
KEY = ("trial", "outcome", "at", "source")
TITLE = "Risk of bias (RoB 2)"
CODES = tuple(f"D{at}" for at in range(1, len(DOMAINS) + 1))
#: The first eight as robvis reads them (McGuinness & Higgins 2021, 10.1002/jrsm.1411), by place.
COLUMNS = (
    *(Column(key, key) for key in ("Study", *CODES, "Overall")),
    Column("Weight", "Weight", "number"),
    *(Column(key, key.capitalize()) for key in ("trial", "outcome", "at", "source", "by", "date")),
    *(Column(f"{key}_support", f"{key}, support") for key in (*CODES, "Overall")),
)
SHOWN = (
    Column("study", "Trial", grouped=True, whole=True),
    Column("result", "Result"),
    *(Column(key, key) for key in (*CODES, "Overall")),
)
#: Signs as robvis draws them, each beside its word.
SIGNS = {"low": "+ low", "some concerns": "- some concerns", "high": "x high"}
NOT_JUDGED = "? not judged"
#: What a registry without a judgement is told.
HOW = (
    "To record a judgement, give the trial a list `risk-of-bias`; each item names outcome, at, by and date, and for"
    f" {', '.join(name.replace('_', '-') for name in DOMAINS)} and overall a risk (low, some concerns or high) and"
    " its support."
)
LEGEND = "; ".join(f"{code} {words}" for code, words in zip(CODES, DOMAINS.values(), strict=True)) + "."


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """One result (outcome, time and source) of a trial, and what was judged of it, if anything."""

    trial_id: str
    trial: Trial
    result: Result
    bias: ResultBias | None

    @property
    def source(self) -> str:
        """The source of the result."""
        return self.trial.source_of(self.result)

    @property
    def participants(self) -> int | None:
        """Participants in both arms, None where either is not known."""
        contrast = contrast_of(self.trial, self.result)
        return sum(contrast.sizes) if contrast and contrast.sizes else None


def table(query: Query) -> Table:
    """Risk of bias of each result by RoB 2: five domains, overall, who judged; csv as robvis reads it.

    The weight is the number of participants. Results that only a secondary source reports are there once judged, or
    with `--all`.
    """
    rows = tuple(_judgement_row(query, result) for result in _judged_results(query))
    return Table("rob", COLUMNS, rows, TITLE, (LEGEND,))


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below; a trial's results that nobody judged in one row."""
    results = list(_judged_results(query))
    if not any(result.bias for result in results):
        return Table("rob", SHOWN, (_nothing_judged_row(results),), TITLE, (LEGEND, HOW))
    notes = tuple(_support_note(query, result.bias, result) for result in results if result.bias)
    return Table("rob", SHOWN, tuple(_sign_rows(query, results)), TITLE, (LEGEND, *notes))


def _judged_results(query: Query) -> Iterator[JudgedResult]:
    for name, trial in query.records.items():
        seen: set[tuple[object, ...]] = set()
        for result in trial.results:
            source = trial.source_of(result)
            key = (source, result.outcome, result.at)
            bias = _bias_of(trial, key)
            shown_or_judged = bias or query.every or source == trial.first_source
            in_question = result.outcome in query.outcomes and query.at in (None, result.at)
            if key not in seen and shown_or_judged and in_question and not result.within:
                seen.add(key)
                yield JudgedResult(name, trial, result, bias)


def _bias_of(trial: Trial, key: tuple[str, str, Time | NotReported]) -> ResultBias | None:
    keyed = {(trial.source_of(bias), bias.outcome, bias.at): bias for bias in trial.risk_of_bias}
    return keyed.get(key)


def _result_words(query: Query, result: JudgedResult) -> str:
    """`modified Rankin Scale at 3 mo`."""
    at = result.result.at
    when = ", time not reported" if at is NOT_REPORTED else f" at {at}"
    other_source = "" if result.source == result.trial.first_source else f" ({result.source})"
    return f"{query.registry.outcomes[result.result.outcome].name}{when}{other_source}"


def _judgement_row(query: Query, result: JudgedResult) -> Mapping[str, Value]:
    row: dict[str, Value] = {
        "Study": f"{result.trial.shown_name(result.trial_id)}: {_result_words(query, result)}",
        "Weight": result.participants,
        "trial": result.trial_id,
        "outcome": result.result.outcome,
        "at": str(result.result.at),
        "source": result.source,
    }
    if result.bias:
        row |= {"by": result.bias.by, "date": result.bias.date}
        domains = [*(risk for _, risk in result.bias.domains), result.bias.overall]
        for code, judged in zip((*CODES, "Overall"), domains, strict=True):
            row |= {code: judged.risk.capitalize(), f"{code}_support": judged.support}
    return row


def _sign_rows(query: Query, results: list[JudgedResult]) -> Iterator[Mapping[str, Value]]:
    for name, trial in query.records.items():
        own = [judged_result for judged_result in results if judged_result.trial_id == name]
        study = {"study": trial.shown_name(name)}
        for judged_result in own:
            if judged_result.bias:
                risks = [*(risk for _, risk in judged_result.bias.domains), judged_result.bias.overall]
                signs = {
                    code: SIGNS[judged.risk] for code, judged in zip((*CODES, "Overall"), risks, strict=True)
                }
                yield {**study, "result": _result_words(query, judged_result), **signs}
        left = sum(judged_result.bias is None for judged_result in own)
        if left:
            result = _result_words(query, own[0]) if left == len(own) == 1 else counted(left, "result")
            yield {**study, "result": result, **dict.fromkeys((*CODES, "Overall"), NOT_JUDGED)}


def _nothing_judged_row(results: list[JudgedResult]) -> Mapping[str, Value]:
    """The one row of a registry in which nobody judged anything."""
    trials = counted(len({result.trial_id for result in results}), "trial")
    unjudged = dict.fromkeys((*CODES, "Overall"), NOT_JUDGED)
    return {"study": trials, "result": counted(len(results), "result"), **unjudged}


def _support_note(query: Query, bias: ResultBias, result: JudgedResult) -> str:
    """`Bang 2005, mRS at 3 mo, judged by Doe J, 2024-05-31: randomisation process: low, central; …`."""
    judged = [f"{words}: {risk.risk} ({risk.support})" for words, risk in bias.domains]
    judgements = "; ".join([*judged, f"overall: {bias.overall.risk} ({bias.overall.support})"])
    study = result.trial.shown_name(result.trial_id)
    return f"{study}, {_result_words(query, result)}, judged by {bias.by} on {bias.date}. {judgements}."
