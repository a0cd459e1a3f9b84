"""The table `rob`: risk of bias of each result, by RoB 2; the shape of `robins` as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.filters import Query
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.judgements import DOMAINS, ResultBias, RobinsBias
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--all")
KEY = ("trial", "Study")
NOT_JUDGED = "? not judged"


@dataclass(frozen=True, slots=True)
class BiasTool:
    """A tool that risk of bias is judged by: its domains, its words and which trials it is for."""

    name: str
    #: The registry's key of its judgements.
    key: str
    #: Its domains by the keys they are recorded under.
    domains: Mapping[str, str]
    #: Signs as robvis draws them, each beside its word.
    signs: Mapping[str, str]
    #: Whether it is for randomised trials or for those that are not.
    randomised: bool
    rule: str

    @property
    def codes(self) -> tuple[str, ...]:
        """`D1`, `D2`, …: its domains as robvis numbers them."""
        return tuple(f"D{at}" for at in range(1, len(self.domains) + 1))

    @property
    def title(self) -> str:
        """The title of its table."""
        return f"Risk of bias ({self.name})"

    @property
    def legend(self) -> str:
        """Which code is which domain."""
        return (
            "; ".join(
                f"{code} {words}" for code, words in zip(self.codes, self.domains.values(), strict=True)
            )
            + "."
        )

    @property
    def how(self) -> str:
        """What a registry without a judgement is told."""
        keys = ", ".join(name.replace("_", "-") for name in self.domains)
        return (
            f"To record a judgement, give the trial a list `{self.key}`; each item names outcome, at, by and date"
            f" (definition, where the result has one), and for {keys} and overall a risk ({', '.join(self.signs)})"
            " and its support."
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as robvis reads them by place (McGuinness & Higgins 2021, 10.1002/jrsm.1411), then ours."""
        return (
            *(Column(key, key) for key in ("Study", *self.codes, "Overall")),
            Column("Weight", "Weight", "number"),
            *(
                Column(key, key.capitalize())
                for key in ("trial", "outcome", "at", "definition", "source", "by", "date")
            ),
            *(Column(f"{key}_support", f"{key}, support") for key in (*self.codes, "Overall")),
        )

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of a page."""
        return (
            Column("study", "Trial", grouped=True, whole=True),
            Column("result", "Result"),
            *(Column(key, key) for key in (*self.codes, "Overall")),
        )

    def judgements(self, trial: Trial) -> list[ResultBias] | list[RobinsBias]:
        """What was judged by it of the trial's results."""
        return trial.risk_of_bias if self.randomised else trial.robins_i


ROB2 = BiasTool(
    "RoB 2",
    "risk-of-bias",
    DOMAINS,
    {"low": "+ low", "some concerns": "- some concerns", "high": "x high"},
    randomised=True,
    rule="RoB 2's rule: the worst domain, or high where several raise some concerns (Sterne 2019, BMJ 366:l4898)",
)
#: What a registry without a judgement is told.
HOW = ROB2.how


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """One result (outcome, time, definition and source) of a trial, and what was judged of it, if anything."""

    trial_id: str
    trial: Trial
    result: Result
    bias: ResultBias | RobinsBias | None

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
    return judgement_table(query, ROB2, "rob")


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below; a trial's results that nobody judged in one row."""
    return judgement_page(query, ROB2, "rob")


def judgement_table(query: Query, tool: BiasTool, name: str) -> Table:
    """A row for each result that the tool is for, with what was judged of it."""
    rows = tuple(_judgement_row(query, tool, result) for result in judged_results(query, tool))
    return Table(name, tool.columns, rows, tool.title, (tool.legend,))


def judgement_page(query: Query, tool: BiasTool, name: str) -> Table:
    """The same with a sign and a word per domain; a sentence in place of rows where nobody judged anything."""
    results = list(judged_results(query, tool))
    others = tuple(_other_design_notes(query, tool))
    if not results:
        kind = "randomised" if tool.randomised else "recorded as not randomised"
        return Table(name, tool.shown, (), tool.title, (f"No trial is {kind}.", *others))
    if not any(result.bias for result in results):
        said = (_nothing_judged_words(tool, results), *others, tool.how)
        return Table(name, tool.shown, (), tool.title, said)
    notes = [note for result in results for note in _bias_notes(query, tool, result)]
    rows = tuple(_sign_rows(query, tool, results))
    return Table(name, tool.shown, rows, tool.title, (tool.legend, *others, *notes))


def is_for(tool: BiasTool, trial: Trial) -> bool:
    """Whether the tool is for the trial's design; one whose allocation is not recorded counts as randomised."""
    return tool.randomised == (trial.design.allocation not in ("non-randomised", "single-arm"))


def judged_results(query: Query, tool: BiasTool) -> Iterator[JudgedResult]:
    """The results of the trials that the tool is for, and those judged by it though it is for others."""
    for name, trial in query.records.items():
        seen: set[tuple[object, ...]] = set()
        for result in trial.results:
            source = trial.source_of(result)
            bias = _bias_of(trial, tool, result)
            key = (source, result.outcome, result.at, bias.definition if bias else result.definition)
            shown_or_judged = bias or (is_for(tool, trial) and (query.every or source == trial.first_source))
            in_question = result.outcome in query.outcomes and query.at in (None, result.at)
            if key not in seen and shown_or_judged and in_question and not result.within:
                seen.add(key)
                yield JudgedResult(name, trial, result, bias)


def _bias_of(trial: Trial, tool: BiasTool, result: Result) -> ResultBias | RobinsBias | None:
    """The judgement of exactly this definition, else one that names none and so is of every definition."""
    same = [
        bias
        for bias in tool.judgements(trial)
        if (trial.source_of(bias), bias.outcome, bias.at)
        == (trial.source_of(result), result.outcome, result.at)
        and bias.definition in (None, result.definition)
    ]
    return max(same, key=lambda bias: bias.definition is not None, default=None)


def _result_words(query: Query, result: JudgedResult) -> str:
    """`modified Rankin Scale (mRS 0-2) at 3 mo`; without the definition where the judgement is of every one."""
    at, definition = result.result.at, result.bias.definition if result.bias else result.result.definition
    when = ", time not reported" if at is NOT_REPORTED else f" at {at}"
    defined = f" ({definition})" if definition else ""
    other_source = "" if result.source == result.trial.first_source else f" ({result.source})"
    return f"{query.registry.outcomes[result.result.outcome].name}{defined}{when}{other_source}"


def _judgement_row(query: Query, tool: BiasTool, result: JudgedResult) -> Mapping[str, Value]:
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
        domains = [*(risk for _, risk in result.bias.domains), result.bias.overall]
        for code, judged in zip((*tool.codes, "Overall"), domains, strict=True):
            row |= {code: judged.risk.capitalize(), f"{code}_support": judged.support}
    return row


def _sign_rows(query: Query, tool: BiasTool, results: list[JudgedResult]) -> Iterator[Mapping[str, Value]]:
    codes = (*tool.codes, "Overall")
    for name, trial in query.records.items():
        own = [judged_result for judged_result in results if judged_result.trial_id == name]
        study = {"study": trial.shown_name(name)}
        for judged_result in own:
            if judged_result.bias:
                risks = [*(risk for _, risk in judged_result.bias.domains), judged_result.bias.overall]
                signs = {code: tool.signs[judged.risk] for code, judged in zip(codes, risks, strict=True)}
                yield {**study, "result": _result_words(query, judged_result), **signs}
        left = sum(judged_result.bias is None for judged_result in own)
        if left:
            result = _result_words(query, own[0]) if left == len(own) == 1 else counted(left, "result")
            yield {**study, "result": result, **dict.fromkeys(codes, NOT_JUDGED)}


def _nothing_judged_words(tool: BiasTool, results: list[JudgedResult]) -> str:
    """What is said in place of a table in which nobody judged anything."""
    trials = counted(len({result.trial_id for result in results}), "trial")
    whose = "the result" if len(results) == 1 else f"the {counted(len(results), 'result')}"
    return f"Nobody has judged the risk of bias of {whose} of {trials} by {tool.name}."


def _bias_notes(query: Query, tool: BiasTool, result: JudgedResult) -> Iterator[str]:
    """Who judged and why; where the overall judgement departs from the rule; a tool that is for other designs."""
    bias = result.bias
    if bias is None:
        return
    judged = [f"{words}: {risk.risk} ({risk.support})" for words, risk in bias.domains]
    judgements = "; ".join([*judged, f"overall: {bias.overall.risk} ({bias.overall.support})"])
    about = f"{result.trial.shown_name(result.trial_id)}, {_result_words(query, result)}"
    yield f"{about}, judged by {bias.by} on {bias.date}. {judgements}."
    if bias.departure:
        yield f"{about}: {bias.departure}. {tool.rule}."
    if not is_for(tool, result.trial):
        design = "a randomised" if not tool.randomised else f"a {result.trial.design.allocation}"
        other = "RoB 2" if not tool.randomised else "ROBINS-I"
        yield f"{about}: {tool.name} on {design} trial, which {other} is for."


def _other_design_notes(query: Query, tool: BiasTool) -> Iterator[str]:
    """How many trials the other tool is for."""
    others = sum(not is_for(tool, trial) for trial in query.records.values())
    if others and tool.randomised:
        yield f"{counted(others, 'trial')} not randomised: `msc-evidence table robins`."
