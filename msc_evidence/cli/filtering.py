"""The filters of every command that shows trials: their options, their defaults, and what they leave out."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from msc_evidence.cli.completion import complete_times, one_of
from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.options import (
    chosen_outcomes,
    chosen_trials,
    complete_outcomes,
    complete_trials,
    open_registry,
)
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query, TrialFilter
    from msc_evidence.analysis.pool.times import TimeWindow
    from msc_evidence.registry.loader import Registry
    from msc_evidence.registry.model import Trial
    from msc_evidence.registry.reported import Time

#: The heading that the options stand under.
PANEL = "Filters"
#: Which trials by their judged trustworthiness.
TRUST = ("exclude", "only", "both")
#: The attributes that help names; `--where` and `--by` know them all.
FIELDS = (
    "intervention, cells, origin, tissue, route, dose, window, design, subtype, stage, risk-of-bias, year"
)


def complete_designs(incomplete: str) -> list[str]:
    """Designs."""
    from msc_evidence.analysis.filters import DESIGNS

    return [name for name in DESIGNS if name.startswith(incomplete)]


def _value_completer(name: str) -> Callable[[str], list[str]]:
    """What completes a filter: the values of the registry; nothing where it cannot be read."""

    def complete(incomplete: str) -> list[str]:
        from msc_evidence.analysis.filters import recorded_values

        try:
            values = recorded_values(open_registry(None, quiet=True), name)
        except Exception:
            return []
        return [value for value in values if value.casefold().startswith(incomplete.casefold())]

    return complete


def complete_attributes(incomplete: str) -> list[str]:
    """Attributes of trials."""
    from msc_evidence.analysis.attributes import ATTRIBUTES

    return [name for name in ATTRIBUTES if name.startswith(incomplete)]


def complete_conditions(incomplete: str) -> list[str]:
    """Attributes of trials with `=`, then the values that the registry has."""
    name, equals, _ = incomplete.partition("=")
    if not equals:
        return [f"{attribute}=" for attribute in complete_attributes(name)]
    if name not in complete_attributes(name):
        return []
    complete = _value_completer(name)
    return [f"{name}={value}" for value in complete(incomplete.partition("=")[2])]


#: Trials of a command with filters.
TrialNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TRIAL",
        help="Trials by id, name, PMID, DOI or registration; without one those that the filters let pass.",
        autocompletion=complete_trials,
    ),
]


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What was typed to choose trials and results."""

    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome", metavar="OUTCOME", rich_help_panel=PANEL, autocompletion=complete_outcomes,
            help="Only this outcome, by id, name or abbreviation; may be repeated.",
        ),
    ] = None  # fmt: skip
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", autocompletion=complete_times, rich_help_panel=PANEL,
            help="Only results at this time: 3mo, 90d; of pools also 3mo..12mo or last, the last of each trial.",
        ),
    ] = None  # fmt: skip
    design: Annotated[
        str | None,
        typer.Option(
            "--design", metavar="DESIGN", rich_help_panel=PANEL, autocompletion=complete_designs,
            help="controlled, randomised, non-randomised, single-arm or any. Default: that of the registry's question,"
            " else controlled.",
        ),
    ] = None  # fmt: skip
    cells: Annotated[
        str | None,
        typer.Option(
            "--cells", metavar="TYPE", rich_help_panel=PANEL, autocompletion=_value_completer("cells"),
            help="Type of the cells, or any. Default: that of the registry's question.",
        ),
    ] = None  # fmt: skip
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin", metavar="ORIGIN", rich_help_panel=PANEL, autocompletion=_value_completer("origin"),
            help="Origin of the cells: autologous, allogeneic or any.",
        ),
    ] = None  # fmt: skip
    route: Annotated[
        str | None,
        typer.Option(
            "--route", metavar="ROUTE", rich_help_panel=PANEL, autocompletion=_value_completer("route"),
            help="Route of the treatment: intravenous, oral, …, or any.",
        ),
    ] = None  # fmt: skip
    subtype: Annotated[
        str | None,
        typer.Option(
            "--subtype", metavar="SUBTYPE", rich_help_panel=PANEL, autocompletion=_value_completer("subtype"),
            help="Subtype of the condition: ischaemic, haemorrhagic or any. Default: that of the registry's question.",
        ),
    ] = None  # fmt: skip
    since: Annotated[
        int | None,
        typer.Option(
            "--since", metavar="YEAR", rich_help_panel=PANEL, help="Only trials published since this year."
        ),
    ] = None  # fmt: skip

    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="FIELD=VALUE", rich_help_panel=PANEL, autocompletion=complete_conditions,
            help="Only trials whose record says so: dose=1e8, tissue='bone marrow', stage=chronic; repeatable.",
        ),
    ] = None  # fmt: skip

    trust: Annotated[
        str | None,
        typer.Option(
            "--trust", metavar="WHICH", rich_help_panel=PANEL, autocompletion=one_of(*TRUST),
            help="exclude trials judged to raise serious concerns about trustworthiness; only those judged to raise"
            " none; of pools both: all, then without serious, then without any concerns.",
        ),
    ] = None  # fmt: skip

    @property
    def given(self) -> list[str]:
        """The options that were typed."""
        return [f"--{option.name}" for option in fields(self) if getattr(self, option.name) is not None]

    def require_none(self, others: list[str]) -> None:
        """Raises UsageError where filters, or other options of the registry, stand beside a user's own data."""
        if given := [*self.given, *others]:
            verb = "chooses" if len(given) == 1 else "choose"
            raise UsageError(f"{' and '.join(given)} {verb} from the registry, not from --data")

    def both_trusted(self) -> tuple[FilterOptions, bool]:
        """The same without `--trust both`, and whether it was typed."""
        return (replace(self, trust=None), True) if self.trust == "both" else (self, False)

    def windowed(self) -> tuple[FilterOptions, TimeWindow | None]:
        """The same without a time where several were asked for, and these; raises UsageError for what are none."""
        from msc_evidence.analysis.pool.times import TimeWindow, is_window

        if self.at is None or not is_window(self.at):
            return self, None
        try:
            return replace(self, at=None), TimeWindow.read(self.at)
        except ValueError as unreadable:
            raise UsageError(f"--at: {unreadable}; expected {TimeWindow.expected}") from None

    def about(self, outcome: str | None) -> FilterOptions:
        """These filters for one outcome, named by --outcome or as the argument OUTCOME; raises UsageError for two."""
        named = [*([outcome] if outcome else []), *(self.outcome or ())]
        if len(named) > 1:
            raise UsageError(f"one outcome at a time: {' or '.join(named)}")
        return replace(self, outcome=named or None)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of FilterOptions in place of its parameter `filters`."""
    options = get_type_hints(FilterOptions, include_extras=True)
    own = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name == "filters":
            parameters += [
                _typer_parameter(option.name, option.default, options[option.name])
                for option in fields(FilterOptions)
            ]
        else:
            parameters.append(parameter.replace(annotation=own[parameter.name]))

    @wraps(command)
    def run(**given: Any) -> None:
        filter_values = {name: given.pop(name) for name in options if name in given}
        command(filters=FilterOptions(**filter_values), **given)

    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _typer_parameter(name: str, default: object, annotation: object) -> inspect.Parameter:
    value = None if default is MISSING else default
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=value, annotation=annotation
    )


#: Groups of trials, in commands that show them so.
By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="FIELD", rich_help_panel=PANEL, autocompletion=complete_attributes,
        help=f"In groups: {FIELDS}.",
    ),
]  # fmt: skip


def read_query(
    registry: Registry, filters: FilterOptions, trials: list[str] | None = None, *, quiet: bool
) -> Query:
    """What the filters ask of the registry; says on standard error what they leave out.

    Trials that are named are asked for whatever the registry's own question is. Raises UsageError for a value that
    the registry does not have, and where nothing is left.
    """
    from msc_evidence.analysis.filters import Query, eligible_trials, exclusion_sentences, registry_question
    from msc_evidence.analysis.results import Analysis

    names, outcomes = chosen_trials(registry, trials), chosen_outcomes(registry, filters.outcome)
    typed = _typed_filter(registry, filters)
    criteria = typed if trials else typed.filled_from(registry_question(registry))
    eligible = eligible_trials(registry, names, criteria)
    exclusions = list(exclusion_sentences(eligible, typed, criteria))
    if not eligible.names:
        raise UsageError(f"no trial is left of {len(names)}: {'; '.join(exclusions)}")
    for words in exclusions:
        note(words, quiet=quiet)
    time = asked_time(filters.at)
    if time is not None:
        _require_reported_time(time, [registry.trials[name] for name in eligible.names], outcomes)
    return Query(
        Analysis(registry), eligible.names, tuple(outcomes), time, criteria, left_out=tuple(exclusions)
    )


def _typed_filter(registry: Registry, filters: FilterOptions) -> TrialFilter:
    """What was typed about trials; raises UsageError for a value that there is not."""
    from msc_evidence.analysis.filters import TrialFilter, UnknownValueError, recognised_filter

    where = tuple(map(_condition, filters.where or ()))
    if filters.trust not in (None, *TRUST):
        raise UsageError(f"--trust {filters.trust}: expected {', '.join(TRUST[:-1])} or {TRUST[-1]}")
    if filters.trust == "both":
        raise UsageError(
            "--trust both sets pools beside each other: pool, table sof, plot forest, report; here exclude or only"
        )
    typed = TrialFilter(
        design=filters.design,
        cells=filters.cells,
        origin=filters.origin,
        route=filters.route,
        subtype=filters.subtype,
        since=filters.since,
        where=where,
        trust=filters.trust,
    )
    try:
        return recognised_filter(registry, typed)
    except UnknownValueError as error:
        raise UsageError(str(error)) from None


def _condition(typed: str) -> tuple[str, str]:
    """The attribute and value of `--where FIELD=VALUE`; raises UsageError for what is none."""
    name, equals, value = (part.strip() for part in typed.partition("="))
    if not equals or not value:
        raise UsageError(
            f"--where: {typed!r} is no condition; expected FIELD=VALUE, such as route=intravenous"
        )
    return known_attribute(name, "--where"), value


def known_attribute(name: str, option: str) -> str:
    """The attribute of this name; raises UsageError for none."""
    from msc_evidence.analysis.attributes import ATTRIBUTES
    from msc_evidence.registry.problems import nearest_hint

    folded = name.casefold().replace("_", "-")
    if folded not in ATTRIBUTES:
        raise UsageError(f"{option}: unknown field '{name}'{nearest_hint(folded, ATTRIBUTES)}")
    return folded


def known_attributes(names: Iterable[str], option: str) -> tuple[str, ...]:
    """The attributes of these names, parted by commas too; raises UsageError for one that there is not."""
    parts = (part.strip() for name in names for part in name.split(",") if part.strip())
    return tuple(dict.fromkeys(known_attribute(part, option) for part in parts))


def asked_time(at: str | None) -> Time | None:
    """The time of `--at`; raises UsageError for what is none."""
    from msc_evidence.registry.reported import Time

    try:
        return None if at is None else Time.read(at)
    except ValueError as unreadable:
        raise UsageError(f"--at: {unreadable}; expected {Time.expected}") from None


def _require_reported_time(at: Time, trials: Iterable[Trial], outcomes: list[str]) -> None:
    """Raises UsageError, naming the times there are, where no result is at this one; near ones are never merged."""
    from msc_evidence.analysis.filters import reported_times
    from msc_evidence.analysis.pool.times import near_times
    from msc_evidence.registry.problems import LISTED, counted

    times_reported = Counter(reported_times(trials, outcomes))
    if at in times_reported:
        return
    if not times_reported:
        raise UsageError(f"--at: no result at {at}; none of these results has a time")
    times = sorted(times_reported, key=lambda time: time.months)
    near = near_times(at, times)
    listed = [f"{time} ({counted(times_reported[time], 'result')})" for time in near or times[:LISTED]]
    more = ", …" if not near and len(times) > LISTED else ""
    lead = "near it" if near else "there are" if len(listed) > 1 else "there is"
    raise UsageError(f"--at: no result at {at}; {lead}: {', '.join(listed)}{more}")


def require_arm(arms: str, trials: Iterable[Trial]) -> None:
    """Raises UsageError for `--arms NAME` where no trial has an arm of this name."""
    from msc_evidence.registry.problems import nearest_hint

    known = dict.fromkeys(name for trial in trials for name in trial.arms)
    if arms not in ("combine", "split", *known):
        raise UsageError(
            f"--arms: no trial has an arm '{arms}'{nearest_hint(arms, ['combine', 'split', *known])}"
        )
