"""Rows of a summary of many trials: short enough that the whole stays on one screen."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.stated import Stated, stated
from msc_evidence.registry.model import Arm, Trial
from msc_evidence.tables.words import measure

Row = Mapping[str, str | None]
SILENT = "not reported"


def compact_trial(row: Row, trial: Trial) -> Row:
    """The row of a trial with only its allocation, and of its cells only origin, type and route."""
    given = dict.fromkeys(_cells(arm) for arm in trial.arms.values() if arm.cells)
    said = " ".join(_marked(part) for part in shown_design(trial) if part.known or part.others)
    since = row["since"] if row["since"] not in (SILENT, "not recorded") else None
    return {**row, "design": said or None, "cells": "; ".join(given) or None, "since": since}


def shown_design(trial: Trial) -> tuple[Stated, ...]:
    """What a compact row says of the design."""
    return stated(trial, "design", "allocation"), stated(trial, "design", "ratio")


def _marked(part: Stated) -> str:
    """`randomised`, `non-randomised ²` by another source, `not reported (non-randomised ²)` beside the first."""
    others = ", ".join(dict.fromkeys(str(value) for _, value in part.others))
    if not others:
        return str(part.first)
    return f"{others} ²" if part.first is None else f"{part.first} ({others} ²)"


def compact_result(row: Row, found: AnalysedResult) -> Row:
    """The row of a result with the outcome's abbreviation; what was not reported is left to a note."""
    outcome = found.outcome
    short = {key: None if value == SILENT else value for key, value in row.items()}
    return {**short, "outcome": measure(outcome, found, outcome.short)}


def _cells(arm: Arm) -> str:
    given = arm.cells
    kind = [word for word in (given and given.origin, given and given.type) if word and word != SILENT]
    return ", ".join(part for part in (" ".join(kind), given and given.route) if part)
