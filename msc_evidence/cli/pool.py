"""`msc-evidence pool`: several trials together, from the registry or from a user's own data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from msc_evidence.cli.completion import (
    complete_arms,
    complete_definitions,
    complete_intervals,
    complete_measures,
    complete_medians,
    complete_models,
    complete_prediction_df,
    one_of,
)
from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import (
    FIELDS,
    FilterOptions,
    complete_attributes,
    filtered,
    known_attribute,
    known_attributes,
    read_query,
    require_arm,
)
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Output,
    Quiet,
    RegistryPath,
    Verbose,
    chosen_trials,
    complete_outcomes,
    complete_trials,
    open_registry,
)
from msc_evidence.cli.streams import chosen_format, note, show

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.pool.own_data import ArmsChoice
    from msc_evidence.statistics.pooling.arm_summaries import MedianMethod
    from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
    from msc_evidence.tables.pool.explored import FurtherRequest
    from msc_evidence.tables.pool.request import Answer, Request
    from msc_evidence.tables.table import Table


OutcomeId = Annotated[
    str | None,
    typer.Argument(
        metavar="OUTCOME", help="Outcome of the registry to pool.", autocompletion=complete_outcomes
    ),
]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        autocompletion=complete_measures,
        help="OR RR RD PETO HR IRR MD SMD ROM PS COR (common odds ratio) GEN. Default: by outcome, or the data.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        autocompletion=complete_models,
        help="common MH peto DL PM REML ML EB SJ HE HS bayes. Default: REML.",
    ),
]
Models = Annotated[
    str,
    typer.Option(
        "--models",
        metavar="WHICH",
        autocompletion=one_of("usual", "all"),
        help="On the screen: usual, of one or two studies only what matters of them; or all.",
    ),
]
Interval = Annotated[
    str,
    typer.Option(
        "--ci",
        metavar="METHOD",
        autocompletion=complete_intervals,
        help="z, t, hk (Hartung–Knapp) or hk-adhoc.",
    ),
]
Level = Annotated[
    float, typer.Option("--level", help="Confidence level in per cent; the rest is the α of --information.")
]
ZeroCells = Annotated[
    str | None,
    typer.Option(
        "--zero-cells",
        metavar="TO",
        autocompletion=one_of("none", "only", "all"),
        help="Tables to whose cells something is added: none, only (those with an empty cell) or all."
        " Default: only for OR and RR, none for RD, where nothing needs it.",
    ),
]
Added = Annotated[float | None, typer.Option("--cc", metavar="VALUE", help="What is added. Default: 0.5.")]
DoubleZero = Annotated[
    str | None,
    typer.Option(
        "--double-zero",
        metavar="WHAT",
        autocompletion=one_of("keep", "drop"),
        help="keep or drop studies without events in either arm, or in everyone."
        " Default: drop for OR and RR, keep for RD.",
    ),
]
PriorScale = Annotated[
    float | None,
    typer.Option(
        "--prior-scale",
        metavar="SCALE",
        help="Scale of the half-normal prior on τ. Default: 0.5 and 1 for log ratios and SMD, no Bayesian row else.",
    ),
]
PredictionDegrees = Annotated[
    str,
    typer.Option(
        "--prediction-df",
        metavar="DF",
        autocompletion=complete_prediction_df,
        help="Of the interval for a new study: k-2 or k-1.",
    ),
]
Definition = Annotated[
    str | None,
    typer.Option(
        "--definition",
        metavar="TEXT",
        autocompletion=complete_definitions,
        help="Only results so defined ('mRS 0-2'), not the scale itself.",
    ),
]
Arms = Annotated[
    str,
    typer.Option(
        "--arms",
        metavar="HOW",
        autocompletion=complete_arms,
        help="Several treatment arms: combine them, split the control among them, or the name of the one to take.",
    ),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="TRIAL", help="Leave out a trial.", autocompletion=complete_trials),
]
DataFile = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help="Pool a CSV file in metafor's columns instead, medians, SE, CI, t or p for SDs too; - for standard input.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="FIELD",
        help=f"A pool per value and the test between them: {FIELDS}; with --data a column.",
        autocompletion=complete_attributes,
    ),
]
Batch = Annotated[
    str | None,
    typer.Option("--batch", metavar="COLUMN", help="With --data: many pools at once, one row each."),
]
Moderators = Annotated[
    list[str] | None,
    typer.Option(
        "--moderators",
        metavar="FIELD",
        help="Meta-regression on an attribute of trials, with --data a column; repeatable.",
        autocompletion=complete_attributes,
    ),
]
Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--categories",
        metavar="FIELD",
        help="The same on one whose numbers are codes; repeatable.",
        autocompletion=complete_attributes,
    ),
]
Medians = Annotated[
    str,
    typer.Option(
        "--medians",
        metavar="METHOD",
        autocompletion=complete_medians,
        help="With --data: how medians become means: luo-wan, as of normal data, or mcgrath, by the best fit.",
    ),
]
Bias = Annotated[
    bool,
    typer.Option("--bias", help="Egger, Begg, trim and fill; refused below ten studies."),
]
Force = Annotated[bool, typer.Option("--force", help="With --bias: test fewer than ten studies too.")]
LeaveOneOut = Annotated[bool, typer.Option("--leave-one-out", help="Also without each study in turn.")]
Cumulative = Annotated[
    str | None,
    typer.Option(
        "--cumulative",
        metavar="FIELD",
        help="Also study by study, by year, dose, … or given: the order of the file; with --data a column.",
        autocompletion=complete_attributes,
    ),
]
Influence = Annotated[
    bool, typer.Option("--influence", help="What each study does to the pool: residual, Cook's distance, …")
]
Studies = Annotated[
    bool, typer.Option("--studies", help="In csv and tsv: a row per study, not per pool; json has both.")
]
Evidence = Annotated[
    bool,
    typer.Option(
        "--information",
        help="Whether the evidence is enough: size needed, sequential boundary, new trial that would change it.",
    ),
]
Detect = Annotated[
    float | None,
    typer.Option(
        "--detect",
        metavar="EFFECT",
        help="With --information: the effect to detect, a ratio for ratio measures; default: the pooled one.",
    ),
]


@guarded
@filtered
def command(
    filters: FilterOptions,
    named: OutcomeId = None,
    measure: MeasureName = None,
    model: ModelName = None,
    ci: Interval = "z",
    level: Level = 95,
    zero_cells: ZeroCells = None,
    cc: Added = None,
    double_zero: DoubleZero = None,
    prior_scale: PriorScale = None,
    prediction_df: PredictionDegrees = "k-2",
    models: Models = "usual",
    definition: Definition = None,
    exclude: Excluded = None,
    arms: Arms = "combine",
    data: DataFile = None,
    by: By = None,
    batch: Batch = None,
    moderators: Moderators = None,
    categories: Categories = None,
    medians: Medians = "luo-wan",
    bias: Bias = False,
    force: Force = False,
    leave_one_out: LeaveOneOut = False,
    cumulative: Cumulative = None,
    influence: Influence = False,
    information: Evidence = False,
    detect: Detect = None,
    studies: Studies = False,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Pool trials, from the registry or your own data.

    Which trials enter, which cannot and why, each one's effect and weight, the pooled result, heterogeneity and a
    prediction interval. With fewer than five trials several models are shown together. What metafor, meta and
    RevMan do by default, and where they differ from this: docs/statistics.md.
    """
    from msc_evidence.analysis.pool.pool import Refused
    from msc_evidence.analysis.pool.selection import Question
    from msc_evidence.tables.pool.explored import FurtherRequest
    from msc_evidence.tables.pool.registry_answer import from_registry
    from msc_evidence.tables.pool.request import Request
    from msc_evidence.tables.trusted import compared_answer

    request = Request(
        measure, model, cast("Confidence", ci), level / 100, leave_one_out, cumulative,
        zero_cells, cc, double_zero, prior_scale, cast("PredictionDf", prediction_df),
        _every_model(models),
    )  # fmt: skip
    further_request = FurtherRequest(
        influence, information, detect, by, tuple(moderators or ()), tuple(categories or ()), bias, force
    )
    fields = (
        ("--by", by),
        ("--batch", batch),
        ("--cumulative", cumulative),
        *(("--moderators", name) for name in further_request.moderators),
        *(("--categories", name) for name in further_request.categories),
    )
    if empty := [option for option, value in fields if value is not None and not value.strip(" ,")]:
        raise UsageError(f"{' and '.join(empty)} names no {'column' if data else 'field'}")
    filters = filters.about(named)
    _require_one_source(filters, data, _registry_options(definition, exclude))
    of_data = {"--batch": batch is not None, "--medians": medians != "luo-wan"}
    if data is None and any(of_data.values()):
        raise UsageError(f"{' and '.join(of_data)} work on --data FILE")
    _refuse_ignored_options(batch, further_request, leave_one_out or cumulative is not None)
    try:
        if data is not None:
            answer = _of_data(data, request, batch, medians, arms, further_request)
        else:
            opened = open_registry(registry, verbose=verbose, quiet=quiet)
            excluded = chosen_trials(opened, exclude) if exclude else []
            filters, window = filters.windowed()
            filters, both_trusted = filters.both_trusted()
            query = read_query(opened, filters, quiet=quiet)
            (outcome,) = query.outcomes
            request = request.resolved(partial(known_attribute, option="--cumulative"))
            further_request = further_request.resolved(
                partial(known_attribute, option="--by"), partial(known_attributes, option="--moderators")
            )
            question = Question(outcome, measure or "", exclude=excluded, definition=definition, arms=arms)
            require_arm(arms, query.records.values())
            at = window or query.at

            def answer_of(asked: Query) -> Answer:
                return from_registry(asked, question, at, request, further_request)

            answer = compared_answer(answer_of, query) if both_trusted else answer_of(query)
        table = _studies_table(answer, format, output) if studies else answer.table
        show(table, answer.screen, format, output, ascii_only=ascii, paged=True)
    except Refused as error:
        raise UsageError(str(error)) from None
    for remark in answer.remarks:
        note(remark, quiet=quiet)


def data_arms(arms: str) -> ArmsChoice:
    """What is done with several rows of a study in own data, whose arms have no names to take one by."""
    from msc_evidence.analysis.pool.own_data import ArmsChoice

    if arms not in get_args(ArmsChoice):
        raise UsageError(f"--arms {arms}: with --data {' or '.join(get_args(ArmsChoice))}")
    return "split" if arms == "split" else "combine"


def _registry_options(definition: str | None, exclude: list[str] | None) -> list[str]:
    """The options given that choose from a registry."""
    given = {"--definition": definition, "--exclude": exclude}
    return [option for option, value in given.items() if value]


def _require_one_source(filters: FilterOptions, data: Path | None, of_registry: list[str]) -> None:
    if (filters.outcome is None) == (data is None):
        raise UsageError("name an outcome of the registry, or give --data FILE: one of the two")
    if data is not None:
        filters.require_none(of_registry)


def _of_data(
    data: Path, request: Request, batch: str | None, medians: str, arms: str, further: FurtherRequest
) -> Answer:
    """The pool of a user's own file, whose reading the registry's pools do without."""
    from msc_evidence.tables.pool.answer import DataRequest, from_data

    return from_data(data, request, DataRequest(batch, _median_method(medians), data_arms(arms)), further)


def _refuse_ignored_options(batch: str | None, further_request: FurtherRequest, sequences: bool) -> None:
    """Raises UsageError for options that would be ignored beside each other."""
    further = (
        further_request.fields
        or further_request.bias
        or further_request.influence
        or further_request.information
    )
    if batch and (further or sequences):
        raise UsageError("--batch gives one row per pool; leave out what is asked beside a pool")
    if further_request.force and not further_request.bias:
        raise UsageError("--force is for --bias below ten studies")
    if further_request.detect is not None and not further_request.information:
        raise UsageError("--detect names the effect of --information")


def _studies_table(answer: Answer, format: str | None, output: Path | None) -> Callable[[], Table]:
    """The table of studies; raises UsageError where the answer has none or shows them anyway."""
    name = chosen_format("table", format, output, "table")
    if name not in ("csv", "tsv"):
        raise UsageError(f"--studies is for csv and tsv; {name} has the studies beside the pool")
    if answer.studies is None:
        raise UsageError("--batch gives one row per pool; leave out --studies")
    return answer.studies


def _every_model(models: str) -> bool:
    if models not in ("usual", "all"):
        raise UsageError(f"unknown --models {models}; known: usual, all")
    return models == "all"


def _median_method(name: str) -> MedianMethod:
    from msc_evidence.statistics.pooling.arm_summaries import MedianMethod

    if name not in get_args(MedianMethod):
        raise UsageError(f"unknown --medians {name}; known: {', '.join(get_args(MedianMethod))}")
    return cast("MedianMethod", name)
