"""`msc-evidence pool`: several trials together, from the registry or from a user's own data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import (
    FilterOptions,
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
    open_registry,
)
from msc_evidence.cli.pool_options import (
    Added,
    Arms,
    Batch,
    Bias,
    By,
    Categories,
    Cumulative,
    DataFile,
    Definition,
    Detect,
    DoubleZero,
    Evidence,
    Excluded,
    Force,
    Influence,
    Interval,
    LeaveOneOut,
    Level,
    MeasureName,
    Medians,
    ModelName,
    Models,
    Moderators,
    OutcomeId,
    PredictionDegrees,
    PriorScale,
    Studies,
    ZeroCells,
)
from msc_evidence.cli.streams import PIPELINES, chosen_format, note, show

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.pool.own_data import ArmsChoice
    from msc_evidence.statistics.pooling.arm_summaries import MedianMethod
    from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
    from msc_evidence.tables.pool.explored import FurtherRequest
    from msc_evidence.tables.pool.request import Answer, Request
    from msc_evidence.tables.table import Table


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
    of_rows = chosen_format("table", format, output, "table") in PIPELINES
    for remark in (*answer.remarks, *(answer.choices if of_rows else ())):
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
