"""The arms of a trial side by side: what was given, what participants were like, what harmed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.registry.model import Also, Trial
from msc_evidence.tables.summary import cells
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import dose_words, values_words

#: What a source may give of an arm's size, and how a row names it.
_SIZES = {"n": "participants", "planned": "planned", "randomised": "randomised", "lost": "lost"}


def arms_table(trial: Trial) -> Table:
    """The arms of a trial as columns, what is known of them as rows."""
    whole = [Column("all", "all participants")] if any(row.all for row in trial.baseline) else []
    arms = [Column(f"arm {name}", arm.label or name) for name, arm in trial.arms.items()]
    return Table("arms", (Column("what", ""), *arms, *whole), tuple(_arm_rows(trial)))


def _arm_rows(trial: Trial) -> Iterator[Mapping[str, Value]]:
    arms = trial.arms.items()
    yield _row("participants", {name: str(arm.n or "not reported") for name, arm in arms})
    yield _row("treatment", {name: cells(arm) for name, arm in arms})
    doses = {name: said for name, arm in arms if arm.cells and (said := dose_words(arm.cells))}
    yield _row("dose", {name: said.removeprefix("dose ") for name, said in doses.items()})
    yield _row("route", {name: arm.cells.route for name, arm in arms if arm.cells and arm.cells.route})
    for row in trial.baseline:
        label = row.variable + (f", {row.unit}" if row.unit else "") + _origin(trial, row.source)
        label += f", p {row.p}" if row.p is not None else ""
        of_arms = {name: values_words(values) for name, values in (row.arms or {}).items()}
        yield _row(label, of_arms) | ({"all": values_words(row.all)} if row.all else {})
    for harm in trial.harms:
        counts = {name: str(count) for name, count in harm.arms.items()}
        counts |= {name: f"{count} events" for name, count in harm.events.items()}
        until = f", {harm.at}" if harm.at else ""
        yield _row(harm.event + until + _origin(trial, harm.source), counts)
    for other in trial.also:
        yield from _also_rows(trial, other)


def _origin(trial: Trial, source: str | None) -> str:
    """` [secondary report]` for what does not come from the trial's first source."""
    return "" if source in (None, trial.first_source) else f" [{trial.sources[str(source)].kind}]"


def _also_rows(trial: Trial, other: Also) -> Iterator[Mapping[str, Value]]:
    """What another source gives of the arms: sizes, doses and routes."""
    origin = _origin(trial, other.source)
    for key, word in _SIZES.items():
        counts = {
            name: str(size) for name, arm in other.arms.items() if (size := getattr(arm, key)) is not None
        }
        if counts:
            yield _row(f"{word}{origin}", counts)
    given = {name: arm.cells for name, arm in other.arms.items() if arm.cells and dose_words(arm.cells)}
    routes = {name: arm.cells.route for name, arm in other.arms.items() if arm.cells and arm.cells.route}
    if routes:
        yield _row(f"route{origin}", routes)
    if given:
        times = {
            name: f" × {cells.times}" if cells.times is not None else "" for name, cells in given.items()
        }
        yield _row(
            f"dose{origin}", {name: f"{dose_words(cells)}{times[name]}" for name, cells in given.items()}
        )


def _row(what: str, by_arm: Mapping[str, str]) -> dict[str, Value]:
    return {"what": what, **{f"arm {name}": said for name, said in by_arm.items()}}
