"""The screen of `summarize`: who was treated with what, what was reported, what it implies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.contrast import arm_size, main_contrast
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.verdict import ALPHA, Verdict
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Arm, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.screen import Block, Heading, Screen, Sentences
from msc_evidence.tables.table import Column, Table
from msc_evidence.tables.words import (
    adjusted_p,
    cell_dose,
    effect,
    favoured,
    fixed,
    in_order,
    listed,
    measure,
    short_name,
)

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4

TRIAL_COLUMNS = (
    Column("trial", "Trial", whole=True),
    Column("design", "Design"),
    Column("sizes", "Cells / control", whole=True),
    Column("cells", "Cells"),
    Column("since", "Since stroke"),
)
RESULT_COLUMNS = (
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At", grouped=True),
    Column("trial", "Trial"),
    Column("p", "p reported", whole=True),
    Column("favours", "Favours"),
    Column("g", "Implied g (95 % CI)", whole=True),
    Column("holm", "p, Holm", whole=True),
)

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


def summary(registry: Registry, names: Sequence[str], shown: Analysed) -> Screen:
    """The whole screen for the trials named and the results to show; findings are counted elsewhere."""
    trials = {name: registry.trials[name] for name in names}
    blocks: list[Block] = [
        Heading(_headline(registry.title, trials)),
        Table("trials", TRIAL_COLUMNS, tuple(_trial_row(name, trial) for name, trial in trials.items())),
        Table("results", RESULT_COLUMNS, tuple(_result_rows(shown)), notes=tuple(_notes(shown))),
        Sentences(tuple(_sentences(trials, shown))),
    ]
    return Screen(tuple(blocks))


def _headline(title: str | None, trials: Mapping[str, Trial]) -> str:
    sizes = {role: list(_role_sizes(trials, role)) for role in ("treatment", "control")}
    controlled = sum(main_contrast(trial) is not None for trial in trials.values())
    known = {role: sum(n for n in found if n is not None) for role, found in sizes.items()}
    arms = f"({known['treatment']:,} cells, {known['control']:,} control)"
    whole = None not in [*sizes["treatment"], *sizes["control"]] and all(sizes.values())
    people = f"{sum(known.values()):,} participants {arms}" if whole else "not every group size is reported"
    kind = "controlled trial" if controlled == len(trials) else "trial"
    return " · ".join(part for part in (title, counted(len(trials), kind), people) if part)


def _role_sizes(trials: Mapping[str, Trial], role: str) -> Iterator[int | None]:
    for trial in trials.values():
        for name, arm in trial.arms.items():
            if arm.role == role:
                yield arm_size(trial, name)


def _trial_row(name: str, trial: Trial) -> Mapping[str, str | None]:
    given = dict.fromkeys(cells(arm) for arm in trial.arms.values() if arm.cells)
    return {
        "trial": short_name(name, trial),
        "design": design(trial),
        "sizes": " / ".join(" + ".join(_sizes(trial, role)) or "–" for role in ("treatment", "control")),
        "cells": "; ".join(given) or "not recorded",
        "since": since_stroke(trial),
    }


def _sizes(trial: Trial, role: str) -> list[str]:
    """The sizes of the arms of a role, `?` where one is not reported."""
    return [str(arm_size(trial, name) or "?") for name, arm in trial.arms.items() if arm.role == role]


def design(trial: Trial) -> str:
    """`randomised 2:1, open label, blinded assessment`; silent items are named together."""
    parts = {
        "allocation": trial.design.allocation,
        "ratio": trial.design.ratio,
        "masking": trial.design.masking,
    }
    silent = [word for word, value in parts.items() if str(value) == "not reported"]
    absent = [word for word, value in parts.items() if value is None]
    told = {word: str(value) for word, value in parts.items() if word not in (*silent, *absent)}
    start = " ".join(told[word] for word in ("allocation", "ratio") if word in told)
    found = [part for part in (start, told.get("masking")) if part]
    if trial.design.assessment in ("blinded", "not blinded"):
        found.append(f"{trial.design.assessment} assessment")
    found += [f"{listed(silent)} not reported"] if silent else []
    found += [f"{listed(absent)} not recorded"] if absent else []
    return ", ".join(found)


def cells(arm: Arm) -> str:
    """`autologous MSC, culture-expanded, 1×10⁸, intravenous`."""
    given = arm.cells
    if given is None:
        return arm.comparator or "not reported"
    kind = " ".join(word for word in (given.origin, given.type) if word and word != "not reported")
    dose = cell_dose(given.dose) if given.dose is not None else None
    times = f"given {counted(given.times.count or 0, 'time')}" if given.times else None
    return ", ".join(part for part in (kind, given.preparation, dose, times, given.route) if part)


def since_stroke(trial: Trial) -> str:
    """`≤ 90 d, mean 20.2 d`, from the window of entry and what participants had."""
    found = [] if trial.design.window is None else [str(trial.design.window)]
    for row in trial.baseline:
        if row.all and row.all.mean is not None and "stroke" in row.variable and "time" in row.variable:
            found.append(f"mean {row.all.mean} {row.unit or ''}".strip())
    return ", ".join(found) or "not recorded"


def _result_rows(shown: Analysed) -> Iterator[Mapping[str, str | None]]:
    homes = {id(found): (name, trial) for name, trial, found in shown}
    for found in in_order([found for _, _, found in shown]):
        yield _result_row(*homes[id(found)], found)


def _result_row(name: str, trial: Trial, found: AnalysedResult) -> Mapping[str, str | None]:
    g = found.implied_g
    return {
        "outcome": measure(found.outcome, found),
        "timepoint": found.timepoint,
        "trial": short_name(name, trial),
        "p": f"{found.p}{' ¹' if found.result.primary else ''}" if found.p else "not reported",
        "favours": favoured(found, trial),
        "g": effect(g, found.sign) if g else None,
        "holm": adjusted_p(found.p, found.holm_p),
    }


def _notes(shown: Analysed) -> Iterator[str]:
    if any(found.result.primary for _, _, found in shown):
        yield "¹ primary outcome"
    if any(found.sign is None and found.implied_g for _, _, found in shown):
        yield "± direction not reported: the interval covers both signs"
    if any(found.implied_g for _, _, found in shown):
        yield "g is what p would imply had it come from a t test; above 0 it favours treatment"


def _sentences(trials: Mapping[str, Trial], shown: Analysed) -> Iterator[str]:
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [found for at, _, found in shown if at == name])
    yield from _verdict_sentence(trials, shown)


def _trial_sentence(name: str, trial: Trial, found: Sequence[AnalysedResult]) -> Iterator[str]:
    said = list(_primary_words(trial, found)) or list(_significance_words(found))
    contrast = main_contrast(trial)
    if contrast and contrast.sizes and sum(contrast.sizes) > 2:
        n1, n2 = contrast.sizes
        least = fixed(smallest_significant_d(n1, n2))
        said.append(
            f"With {n1} against {n2} participants a t test calls no difference below d = {least} significant."
        )
    if said:
        yield f"{short_name(name, trial)}: {' '.join(said)}"


def _primary_words(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    for found in results:
        if not found.result.primary or found.p is None or found.p.comparator != "=":
            continue
        if float(found.p) >= ALPHA:
            silent = found.sign is None and not found.result.arms and not found.result.effect
            kind = trial.sources[found.source].kind
            rest = f"; the {kind} reports neither its direction nor its size" if silent else ""
            yield f"no significant difference on the primary outcome (p {found.p}){rest}."
        else:
            yield f"significant difference on the primary outcome (p {found.p})."


def _significance_words(results: Sequence[AnalysedResult]) -> Iterator[str]:
    tested = [found for found in results if found.p is not None]
    below = sum(_below(found.p) for found in tested)
    after = sum(found.holm_p is not None and found.holm_p < ALPHA for found in tested)
    if not tested:
        return
    verb = "is" if below == 1 else "are"
    surviving = "none" if after == 0 else str(after)
    tail = f", {surviving} after Holm's correction" if below and len(tested) > 1 else ""
    yield f"{below or 'none'} of {counted(len(tested), 'p-value')} {verb} below {ALPHA}{tail}."


def _below(p: Reported | None) -> bool:
    return (
        p is not None
        and p.comparator != ">"
        and float(p) <= ALPHA
        and (p.comparator == "<" or float(p) < ALPHA)
    )


def _verdict_sentence(trials: Mapping[str, Trial], shown: Analysed) -> Iterator[str]:
    tested = [found for _, _, found in shown if found.p is not None]
    if not tested:
        return
    possible = [found for found in tested if found.verdict not in (None, Verdict.NOT_RECOMPUTABLE)]
    bare = all(not found.result.arms and not found.result.effect for found in tested)
    if not possible and bare:
        kinds = listed(sorted({trial.sources[found.source].kind for _, trial, found in shown if found.p}))
        yield f"No p-value can be recomputed: for these results the {kinds} gives no values per arm and no interval."
    elif not possible:
        yield "No p-value can be recomputed; msc-evidence recompute says what each one needs."
    else:
        tally = [f"{sum(found.verdict is verdict for found in possible)} {verdict}" for verdict in Verdict]
        said = listed([word for word in tally if not word.startswith("0 ")][: len(Verdict)])
        yield f"{len(possible)} of {counted(len(tested), 'p-value')} can be recomputed: {said}."
