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


def table(chosen: Query) -> Table:
    """Risk of bias of each result by RoB 2: five domains, overall, who judged; csv as robvis reads it.

    The weight is the number of participants. Results that only a secondary source reports are there once judged, or
    with `--all`.
    """
    rows = tuple(_row(chosen, found) for found in _results(chosen))
    return Table("rob", COLUMNS, rows, TITLE, (LEGEND,))


def shown(chosen: Query) -> Table:
    """A sign and a word per domain, what supports them below; a trial's results that nobody judged in one row."""
    found = list(_results(chosen))
    if not any(each.bias for each in found):
        return Table("rob", SHOWN, (_nothing(found),), TITLE, (LEGEND, HOW))
    notes = tuple(_support(chosen, each.bias, each) for each in found if each.bias)
    return Table("rob", SHOWN, tuple(_signs(chosen, found)), TITLE, (LEGEND, *notes))


def _results(chosen: Query) -> Iterator[JudgedResult]:
    for name, trial in chosen.records.items():
        seen: set[tuple[object, ...]] = set()
        for result in trial.results:
            source = trial.source_of(result)
            key = (source, result.outcome, result.at)
            bias = _bias_of(trial, key)
            wanted = bias or chosen.every or source == trial.first_source
            asked = result.outcome in chosen.outcomes and chosen.at in (None, result.at)
            if key not in seen and wanted and asked and not result.within:
                seen.add(key)
                yield JudgedResult(name, trial, result, bias)


def _bias_of(trial: Trial, key: tuple[str, str, Time | NotReported]) -> ResultBias | None:
    keyed = {(trial.source_of(bias), bias.outcome, bias.at): bias for bias in trial.risk_of_bias}
    return keyed.get(key)


def _what(chosen: Query, found: JudgedResult) -> str:
    """`modified Rankin Scale at 3 mo`."""
    at = found.result.at
    when = ", time not reported" if at is NOT_REPORTED else f" at {at}"
    told = "" if found.source == found.trial.first_source else f" ({found.source})"
    return f"{chosen.registry.outcomes[found.result.outcome].name}{when}{told}"


def _row(chosen: Query, found: JudgedResult) -> Mapping[str, Value]:
    row: dict[str, Value] = {
        "Study": f"{found.trial.shown_name(found.trial_id)}: {_what(chosen, found)}",
        "Weight": found.participants,
        "trial": found.trial_id,
        "outcome": found.result.outcome,
        "at": str(found.result.at),
        "source": found.source,
    }
    if found.bias:
        row |= {"by": found.bias.by, "date": found.bias.date}
        domains = [*(risk for _, risk in found.bias.domains), found.bias.overall]
        for code, judged in zip((*CODES, "Overall"), domains, strict=True):
            row |= {code: judged.risk.capitalize(), f"{code}_support": judged.support}
    return row


def _signs(chosen: Query, found: list[JudgedResult]) -> Iterator[Mapping[str, Value]]:
    for name, trial in chosen.records.items():
        own = [each for each in found if each.trial_id == name]
        study = {"study": trial.shown_name(name)}
        for each in own:
            if each.bias:
                risks = [*(risk for _, risk in each.bias.domains), each.bias.overall]
                signs = {
                    code: SIGNS[judged.risk] for code, judged in zip((*CODES, "Overall"), risks, strict=True)
                }
                yield {**study, "result": _what(chosen, each), **signs}
        left = sum(each.bias is None for each in own)
        if left:
            result = _what(chosen, own[0]) if left == len(own) == 1 else counted(left, "result")
            yield {**study, "result": result, **dict.fromkeys((*CODES, "Overall"), NOT_JUDGED)}


def _nothing(found: list[JudgedResult]) -> Mapping[str, Value]:
    """The one row of a registry in which nobody judged anything."""
    trials = counted(len({each.trial_id for each in found}), "trial")
    unjudged = dict.fromkeys((*CODES, "Overall"), NOT_JUDGED)
    return {"study": trials, "result": counted(len(found), "result"), **unjudged}


def _support(chosen: Query, bias: ResultBias, found: JudgedResult) -> str:
    """`Bang 2005, mRS at 3 mo, judged by Doe J, 2024-05-31: randomisation process: low, central; …`."""
    judged = [f"{words}: {risk.risk} ({risk.support})" for words, risk in bias.domains]
    said = "; ".join([*judged, f"overall: {bias.overall.risk} ({bias.overall.support})"])
    study = found.trial.shown_name(found.trial_id)
    return f"{study}, {_what(chosen, found)}, judged by {bias.by} on {bias.date}. {said}."
