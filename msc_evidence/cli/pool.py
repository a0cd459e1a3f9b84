"""`msc-evidence pool`: several trials together, from the registry or from a user's own data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Output,
    Quiet,
    RegistryPath,
    Verbose,
    chosen_outcomes,
    chosen_trials,
    complete_outcomes,
    complete_trials,
    open_registry,
)
from msc_evidence.cli.output import show
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.statistics.summary import Confidence


OutcomeId = Annotated[
    str | None,
    typer.Argument(
        metavar="OUTCOME", help="Outcome of the registry to pool.", autocompletion=complete_outcomes
    ),
]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="Only results at this time: 3mo, 90d.")]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        help="OR RR RD PETO MD SMD ROM PS GEN. Default: SMD, or by the data.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="MODEL", help="common MH peto DL PM REML ML EB SJ HE HS bayes. Default: REML."
    ),
]
Interval = Annotated[
    str, typer.Option("--ci", metavar="METHOD", help="z, t, hk (Hartung–Knapp) or hk-adhoc.")
]
Level = Annotated[float, typer.Option("--level", help="Confidence level in per cent.")]
Allocation = Annotated[
    str | None,
    typer.Option("--design", metavar="ALLOCATION", help="Only trials so allocated: randomised, …"),
]
Definition = Annotated[
    str | None,
    typer.Option(
        "--definition", metavar="TEXT", help="Only results so defined ('mRS 0-2'), not the scale itself."
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
        help="Pool a CSV file in metafor's columns instead; - for standard input.",
    ),
]
By = Annotated[
    str | None, typer.Option("--by", metavar="COLUMN", help="With --data: a pool per value of a column.")
]
Batch = Annotated[
    str | None,
    typer.Option("--batch", metavar="COLUMN", help="With --data: many pools at once, one row each."),
]
Moderators = Annotated[
    list[str] | None,
    typer.Option(
        "--moderators",
        metavar="COLUMN",
        help="With --data: meta-regression on a column; repeatable.",
    ),
]
Bias = Annotated[
    bool,
    typer.Option("--bias", help="With --data: Egger, Begg, trim and fill; refused below ten studies."),
]
Force = Annotated[bool, typer.Option("--force", help="--bias below ten studies all the same.")]
LeaveOneOut = Annotated[bool, typer.Option("--leave-one-out", help="Also without each study in turn.")]
Cumulative = Annotated[bool, typer.Option("--cumulative", help="Also study by study, in the order given.")]


@guarded
def command(
    outcome: OutcomeId = None,
    at: At = None,
    measure: MeasureName = None,
    model: ModelName = None,
    ci: Interval = "z",
    level: Level = 95,
    design: Allocation = None,
    definition: Definition = None,
    exclude: Excluded = None,
    data: DataFile = None,
    by: By = None,
    batch: Batch = None,
    moderators: Moderators = None,
    bias: Bias = False,
    force: Force = False,
    leave_one_out: LeaveOneOut = False,
    cumulative: Cumulative = False,
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
    prediction interval; for fewer than five trials the models that ought to stand beside each other.
    """
    from msc_evidence.analysis.pooled import Refused
    from msc_evidence.cli.pooling import Asked, Request, from_data, from_registry

    if (outcome is None) == (data is None):
        raise UsageError("name an outcome of the registry, or give --data FILE: one of the two")
    if data is None and (by or batch or moderators or bias):
        raise UsageError("--by, --batch, --moderators and --bias work on --data FILE")
    request = Request(
        measure,
        model,
        cast("Confidence", ci),
        level / 100,
        leave_one_out=leave_one_out,
        cumulative=cumulative,
    )
    try:
        if data is not None:
            asked = Asked(by, batch, _columns(moderators), bias, force)
            answer = from_data(data, request, asked)
        else:
            opened = open_registry(registry, verbose=verbose)
            chosen_outcomes(opened, [str(outcome)])
            chosen_trials(opened, exclude)
            answer = from_registry(opened, str(outcome), request, at, design, exclude or [], definition)
    except Refused as error:
        raise UsageError(str(error)) from None
    show(answer.table, answer.screen, format, output, ascii_only=ascii)
    for remark in answer.remarks:
        note(remark, quiet=quiet)


def _columns(named: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for name in named or () for part in name.split(",") if part.strip())
