"""The table `rob`: risk of bias of each result, by RoB 2; the shape of the tables of other instruments as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.judged import bias_of, biases_of
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.risk_of_bias import (
    ROB_1,
    ROB_2,
    ROBINS_I,
    ROBINS_I_V2,
    Instrument,
    JudgedBias,
)
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--all")
KEY = ("trial", "Study")
NOT_JUDGED = "? not judged"


def how_to_record(tool: Instrument) -> str:
    """What a registry without a judgement is told."""
    keys = ", ".join(name.replace("_", "-") for name in tool.domains)
    return (
        f"To record a judgement, give the trial a list `{tool.key}`; each item names outcome, at, by and date"
        f" (definition, where the result has one), and for {keys} and overall a risk"
        f" ({', '.join(f'{sign} {risk}' for risk, sign in tool.signs.items())}) and its support."
    )


#: The tables by their tool, and the tools that a result nobody judged is asked to be judged by.
TABLES = {ROB_2: "rob", ROB_1: "rob1", ROBINS_I: "robins", ROBINS_I_V2: "robins2"}
USUAL = (ROB_2, ROBINS_I)
#: What a registry without a judgement is told.
HOW = how_to_record(ROB_2)


def _title(tool: Instrument) -> str:
    return f"Risk of bias ({tool.name})"


def _columns(tool: Instrument) -> tuple[Column, ...]:
    """The columns as robvis reads them by place (McGuinness & Higgins 2021, 10.1002/jrsm.1411), then ours."""
    return (
        *(Column(key, key) for key in ("Study", *tool.codes, "Overall")),
        Column("Weight", "Weight", "number"),
        *(
            Column(key, key.capitalize())
            for key in ("trial", "outcome", "at", "definition", "source", "by", "date")
        ),
        *(Column(f"{key}_support", f"{key}, support") for key in (*tool.codes, "Overall")),
    )


def _shown_columns(tool: Instrument) -> tuple[Column, ...]:
    """The columns of a page."""
    return (
        Column("study", "Trial", grouped=True, whole=True),
        Column("result", "Result"),
        *(Column(key, key) for key in (*tool.codes, "Overall")),
    )


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """One result (outcome, time, definition and source) of a trial, and what was judged of it, if anything."""

    trial_id: str
    trial: Trial
    result: Result
    bias: JudgedBias | None

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
    with `--all`. Trials that are not randomised stand in `robins`.
    """
    return judgement_table(query, ROB_2)


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below; a trial's results that nobody judged in one row."""
    return judgement_page(query, ROB_2)


def unused_tables(query: Query) -> list[str]:
    """The tables of instruments that nobody used here, but for the usual ones, which name what is not judged."""
    return [
        name
        for tool, name in TABLES.items()
        if tool not in USUAL and not any(any(trial.biases(tool)) for trial in query.records.values())
    ]


def judgement_table(query: Query, tool: Instrument) -> Table:
    """A row for each result that the tool is for, with what was judged of it."""
    rows = tuple(_judgement_row(query, tool, result) for result in judged_results(query, tool))
    return Table(TABLES[tool], _columns(tool), rows, _title(tool), (f"{tool.legend}.",))


def judgement_page(query: Query, tool: Instrument) -> Table:
    """The same with a sign and a word per domain; a sentence in place of rows where nobody judged anything."""
    results = list(judged_results(query, tool))
    columns, others = _shown_columns(tool), tuple(_other_tool_notes(query, tool))
    if not results:
        return Table(TABLES[tool], columns, (), _title(tool), (_why_none(query, tool), *others))
    if not any(result.bias for result in results):
        said = (_nothing_judged_words(tool, results), *others, how_to_record(tool))
        return Table(TABLES[tool], columns, (), _title(tool), said)
    notes = [note for result in results for note in _bias_notes(query, tool, result)]
    rows = tuple(_sign_rows(query, tool, results))
    return Table(TABLES[tool], columns, rows, _title(tool), (f"{tool.legend}.", *others, *notes))


def is_for(tool: Instrument, trial: Trial) -> bool:
    """Whether the tool is for the trial's design; one whose allocation is not recorded counts as randomised."""
    return tool.randomised == (trial.design.allocation not in ("non-randomised", "single-arm"))


def judged_results(query: Query, tool: Instrument) -> Iterator[JudgedResult]:
    """The results judged by a tool, and those that nobody judged of the trials that it is the usual one for."""
    for name, trial in query.records.items():
        seen: set[tuple[object, ...]] = set()
        for result in trial.results:
            source = trial.source_of(result)
            bias = bias_of(trial, result, tool)
            key = (source, result.outcome, result.at, bias.definition if bias else result.definition)
            lacking = tool in USUAL and is_for(tool, trial) and (query.every or source == trial.first_source)
            shown = bias or (lacking and not any(biases_of(trial, result)))
            in_question = result.outcome in query.outcomes and query.at in (None, result.at)
            if key not in seen and shown and in_question and not result.within:
                seen.add(key)
                yield JudgedResult(name, trial, result, bias)


def _result_words(query: Query, result: JudgedResult) -> str:
    """`modified Rankin Scale (mRS 0-2) at 3 mo`; without the definition where the judgement is of every one."""
    at, definition = result.result.at, result.bias.definition if result.bias else result.result.definition
    when = ", time not reported" if at is NOT_REPORTED else f" at {at}"
    defined = f" ({definition})" if definition else ""
    other_source = "" if result.source == result.trial.first_source else f" ({result.source})"
    return f"{query.registry.outcomes[result.result.outcome].name}{defined}{when}{other_source}"


def _judgement_row(query: Query, tool: Instrument, result: JudgedResult) -> Mapping[str, Value]:
    row: dict[str, Value] = {
        "Study": f"{result.trial.shown_name(result.trial_id)}: {_result_words(query, result)}",
        "Weight": result.participants,
        "trial": result.trial_id,
        "outcome": result.result.outcome,
        "at": str(result.result.at),
        "definition": result.bias.definition if result.bias else result.result.definition,
        "source": result.source,
    }
    if result.bias:
        row |= {"by": result.bias.by, "date": result.bias.date}
        for code, judged in zip((*tool.codes, "Overall"), result.bias.judged, strict=True):
            if judged is not None:
                row |= {code: judged.risk.capitalize(), f"{code}_support": judged.support}
    return row


def _sign_rows(query: Query, tool: Instrument, results: list[JudgedResult]) -> Iterator[Mapping[str, Value]]:
    codes = (*tool.codes, "Overall")
    for name, trial in query.records.items():
        own = [judged_result for judged_result in results if judged_result.trial_id == name]
        study = {"study": trial.shown_name(name)}
        for judged_result in own:
            if judged_result.bias:
                judged = zip(codes, judged_result.bias.judged, strict=True)
                signs = {code: f"{tool.signs[each.risk]} {each.risk}" for code, each in judged if each}
                yield {**study, "result": _result_words(query, judged_result), **signs}
        left = sum(judged_result.bias is None for judged_result in own)
        if left:
            result = _result_words(query, own[0]) if left == len(own) == 1 else counted(left, "result")
            yield {**study, "result": result, **dict.fromkeys(codes, NOT_JUDGED)}


def _nothing_judged_words(tool: Instrument, results: list[JudgedResult]) -> str:
    """What is said in place of a table in which nobody judged anything."""
    trials = counted(len({result.trial_id for result in results}), "trial")
    whose = "the result" if len(results) == 1 else f"the {counted(len(results), 'result')}"
    return f"Nobody has judged the risk of bias of {whose} of {trials} by {tool.name}."


def _bias_notes(query: Query, tool: Instrument, result: JudgedResult) -> Iterator[str]:
    """Who judged and why; where the overall judgement departs from the rule; a tool that is for other designs."""
    bias = result.bias
    if bias is None:
        return
    judged = [f"{words}: {risk.risk} ({risk.support})" for words, risk in bias.domains]
    if bias.whole:
        judged.append(f"overall: {bias.whole.risk} ({bias.whole.support})")
    judgements = "; ".join(judged)
    about = f"{result.trial.shown_name(result.trial_id)}, {_result_words(query, result)}"
    yield f"{about}, judged {bias.signed}. {judgements}."
    if bias.departure:
        yield f"{about}: {bias.departure}. {tool.rule}."
    if not is_for(tool, result.trial):
        design = "a randomised" if not tool.randomised else f"a {result.trial.design.allocation}"
        other = ROB_2.name if not tool.randomised else ROBINS_I.name
        yield f"{about}: {tool.name} on {design} trial, which {other} is for."


def _why_none(query: Query, tool: Instrument) -> str:
    if any(is_for(tool, trial) for trial in query.records.values()):
        return f"No result is judged by {tool.name}."
    return f"No trial is {'randomised' if tool.randomised else 'recorded as not randomised'}."


def _other_tool_notes(query: Query, tool: Instrument) -> Iterator[str]:
    """How many trials the tool of the other design is for, and how many another tool of this one judged."""
    others = sum(not is_for(tool, trial) for trial in query.records.values())
    if others and tool.randomised:
        yield f"{counted(others, 'trial')} not randomised: `msc-evidence table robins`."
    for other, name in TABLES.items():
        judged = sum(any(trial.biases(other)) for trial in query.records.values())
        if judged and other is not tool and other.randomised == tool.randomised:
            yield f"{counted(judged, 'trial')} judged by {other.name}: `msc-evidence table {name}`."
