"""`msc-evidence plot`: pictures of the evidence, in the terminal or in a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, filtered, known_attribute, read_query, require_arm
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Quiet,
    RegistryPath,
    Verbose,
    complete_outcomes,
    open_registry,
)
from msc_evidence.cli.pool import data_arms
from msc_evidence.cli.pool_options import (
    Added,
    Arms,
    By,
    Cumulative,
    DataFile,
    Definition,
    DoubleZero,
    Interval,
    LeaveOneOut,
    Level,
    MeasureName,
    ModelName,
    PredictionDegrees,
    PriorScale,
    ZeroCells,
)
from msc_evidence.cli.streams import emit, note
from msc_evidence.cli.whole_files import replace_file
from msc_evidence.plots import plot_named, plot_names, plot_summary
from msc_evidence.render.device import Device

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.pool.own_data import ArmsChoice
    from msc_evidence.plots.drawing import Drawing
    from msc_evidence.plots.panels import Arrangement, PoolPanel
    from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
    from msc_evidence.tables.pool.request import Request

#: Columns of a drawing where the terminal does not say.
WIDTH = 80
#: By fewer columns than this the signs of a line grow when they are spelled in ASCII.
SPELLED = 10


def _complete_names(incomplete: str) -> list[str]:
    return [name for name in plot_names() if name.startswith(incomplete)]


Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help=f"{', '.join(plot_names())}; without one, what each shows.",
        autocompletion=_complete_names,
    ),
]
OutcomeId = Annotated[
    str | None,
    typer.Argument(metavar="OUTCOME", help="Only this outcome.", autocompletion=complete_outcomes),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Draw to this file: .svg, .pdf or .png. Default: the terminal."
    ),
]
Width = Annotated[
    int | None,
    typer.Option("--width", metavar="MM", help="Width in a file: 85 or 174 mm, one column or two."),
]


@guarded
@filtered
def command(
    filters: FilterOptions,
    name: Name = None,
    only_outcome: OutcomeId = None,
    definition: Definition = None,
    measure: MeasureName = None,
    model: ModelName = None,
    ci: Interval = "z",
    arms: Arms = "combine",
    level: Level = 95,
    zero_cells: ZeroCells = None,
    cc: Added = None,
    double_zero: DoubleZero = None,
    prior_scale: PriorScale = None,
    prediction_df: PredictionDegrees = "k-2",
    data: DataFile = None,
    by: By = None,
    leave_one_out: LeaveOneOut = False,
    cumulative: Cumulative = None,
    width: Width = None,
    registry: RegistryPath = None,
    output: File = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Draw the evidence, in the terminal or to a file.

    Without -o the picture is made of text. Files need matplotlib: pip install matplotlib.
    """
    from msc_evidence.analysis.pool.pool import Refused
    from msc_evidence.plots.drawing import Drawing
    from msc_evidence.plots.pools import plot_data
    from msc_evidence.plots.scope import Scope
    from msc_evidence.plots.trusted import headed_by_trust, trusted_panels
    from msc_evidence.tables.pool.request import Request

    if name is None:
        emit(_plot_list(), None)
        return
    plot = _known_plot(name)
    format = _file_format(output, width)
    request = Request(
        measure, model, cast("Confidence", ci), level / 100,
        zero_cells=zero_cells, cc=cc, double_zero=double_zero, prior_scale=prior_scale,
        prediction_df=cast("PredictionDf", prediction_df),
    )  # fmt: skip
    filters = filters.about(only_outcome)
    chosen_by = {"OUTCOME": filters.outcome, "--at": filters.at, "--definition": definition}
    given_of = [option for option, value in chosen_by.items() if value]
    if data is not None:
        filters.require_none(["--definition"] * bool(definition))
    of_pool = {
        "--measure": measure, "--model": model, "--ci": ci != "z", "--arms": arms != "combine",
        "--level": level != 95, "--zero-cells": zero_cells, "--cc": cc, "--double-zero": double_zero,
        "--prior-scale": prior_scale, "--prediction-df": prediction_df != "k-2",
    }  # fmt: skip
    _refuse_ignored(name, plot, data, given_of, [option for option, value in of_pool.items() if value])
    arrangement = _arrangement(name, by, leave_one_out, cumulative)
    if ascii and output is not None:
        raise UsageError("--ascii is for the terminal; leave out -o, or --ascii")
    try:
        if data is not None:
            drawn_from: Any = _own_pools(data, request, arrangement, data_arms(arms), quiet)
        else:
            opened = open_registry(registry, verbose=verbose, quiet=quiet)
            filters, window = filters.windowed() if plot.of == "pools" else (filters, None)
            filters, both_trusted = filters.both_trusted() if name == "forest" else (filters, False)
            query = read_query(opened, filters, quiet=quiet)
            require_arm(arms, query.records.values())
            (only,) = query.outcomes if filters.outcome else (None,)
            of_trials = arrangement.resolved(
                partial(known_attribute, option="--by"), partial(known_attribute, option="--cumulative")
            )

            def data_of(asked: Query) -> Any:
                scope = Scope.of(asked, only, definition, arms, window)
                return plot_data(plot, scope, request.settings, request.measure, of_trials)

            drawn_from = trusted_panels(query, data_of) if both_trusted else data_of(query)
            drawn_from = headed_by_trust(query, drawn_from) if plot.of == "pools" else drawn_from
        drawing = Drawing(plot, plot.picture(drawn_from))
    except Refused as error:
        raise UsageError(str(error)) from None
    if output is not None and format is not None:
        replace_file(output, _picture_file(drawing, format, width))
        return
    device = Device.now(to_file=False, ascii_only=ascii)
    emit(_terminal_text(drawing, device.width or WIDTH, ascii=ascii), None)


def _plot_list() -> str:
    wide = max(map(len, plot_names())) + 2
    return "".join(f"{name:<{wide}}{plot_summary(name)}\n" for name in plot_names())


def _known_plot(name: str) -> Any:
    """The plot of this name; raises UsageError for one there is not."""
    from msc_evidence.registry.problems import nearest_hint

    if name not in plot_names():
        raise UsageError(f"unknown plot '{name}'{nearest_hint(name, plot_names())}")
    return plot_named(name)


def _file_format(output: Path | None, width: int | None) -> str | None:
    """The format that the file's suffix means; raises UsageError for none, and for a width that is no column's."""
    from msc_evidence.plots.paper import FORMATS, WIDTHS

    if width is not None and output is None:
        raise UsageError("--width is that of a file; give one with -o")
    if width is not None and width not in WIDTHS:
        raise UsageError(f"--width {width} is not {' or '.join(map(str, WIDTHS))}")
    if output is None:
        return None
    suffix = output.suffix.casefold().removeprefix(".")
    if suffix not in FORMATS:
        raise UsageError(f"{output}: the name of a picture ends in .{', .'.join(FORMATS)}")
    return suffix


def _refuse_ignored(name: str, plot: Any, data: Path | None, options: list[str], of_pool: list[str]) -> None:
    """Raises UsageError for options that would be ignored."""
    if data is not None and plot.of != "pools":
        pooled = " and ".join(known for known in plot_names() if plot_named(known).of == "pools")
        raise UsageError(f"--data draws {pooled}, not {name}")
    if of_pool and plot.of != "pools":
        raise UsageError(f"{' and '.join(of_pool)} of a pool; {name} pools nothing")
    ignored = [option for option in options if option not in plot.chosen_by]
    if ignored:
        raise UsageError(f"{' and '.join(ignored)} would change nothing in {name}; leave it out")


def _arrangement(name: str, by: str | None, leave_one_out: bool, cumulative: str | None) -> Arrangement:
    """How the studies of a forest stand; raises UsageError for another plot, and for two ways at once."""
    from msc_evidence.plots.panels import Arrangement

    given = {"--by": by, "--leave-one-out": leave_one_out, "--cumulative": cumulative}
    typed = [option for option, value in given.items() if value not in (None, False)]
    if typed and name != "forest":
        raise UsageError(f"{' and '.join(typed)} arranges the studies of the forest plot, not of {name}")
    if len(typed) > 1:
        raise UsageError(f"one forest at a time: {' or '.join(typed)}")
    if empty := [
        option for option in typed if isinstance(given[option], str) and not str(given[option]).strip()
    ]:
        raise UsageError(f"{empty[0]} names no field")
    return Arrangement(by, leave_one_out, cumulative)


def _own_pools(
    file: Path, request: Request, arrangement: Arrangement, arms: ArmsChoice, quiet: bool
) -> tuple[PoolPanel, ...]:
    """The panel of a user's own studies, read as `pool --data` reads them."""
    from msc_evidence.analysis.pool import own_data
    from msc_evidence.analysis.pool.own_columns import named_column, recognised
    from msc_evidence.analysis.pool.own_facts import own_facts
    from msc_evidence.plots.own_pools import own_panel
    from msc_evidence.registry.studies import open_studies

    name = "standard input" if str(file) == "-" else file.name
    own = recognised(open_studies(file, name))
    column = partial(named_column, own.studies)
    arrangement = arrangement.resolved(column, column)
    measure = own_data.usual_measure(own) if request.measure is None else request.measure
    settings = request.settings(measure)
    if request.measure is None:
        note(f"measure {settings.measure}, by the columns; --measure names another", quiet=quiet)
    read = own_data.own_studies(own, settings.measure, arrangement.by, sizes=True, arms=arms)
    for remark in read.remarks:
        note(remark, quiet=quiet)
    return (own_panel(name, read.whole, settings, own_facts(read.studies), arrangement),)


def _terminal_text(drawing: Drawing, width: int, *, ascii: bool) -> str:
    """The picture in lines of at most so many columns."""
    lines = drawing.lines(width)
    if ascii:
        lines = _ascii_lines(lines)
        for narrower in range(1, SPELLED):  # some signs take more letters in ASCII
            if max(map(len, lines)) <= width:
                break
            lines = _ascii_lines(drawing.lines(width - narrower))
    return "\n".join(lines) + "\n"


def _ascii_lines(lines: list[str]) -> list[str]:
    from msc_evidence.plots.canvas import PLAIN
    from msc_evidence.render.ascii import to_ascii

    return [to_ascii(line.translate(PLAIN)) for line in lines]


def _picture_file(drawing: Drawing, format: str, width: int | None) -> bytes:
    """The picture as a file; raises UsageError where matplotlib is not installed."""
    from msc_evidence.plots.paper import UndrawableError

    try:
        return drawing.file(format, width)
    except UndrawableError as error:
        raise UsageError(str(error)) from None
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        hint = "drawing to a file needs matplotlib: pip install matplotlib; without -o it draws here"
        raise UsageError(hint) from None
