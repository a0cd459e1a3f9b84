"""Which judgement of risk of bias is of which result."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.risk_of_bias import INSTRUMENTS, Instrument, JudgedBias


def bias_of(trial: Trial, result: Result, instrument: Instrument) -> JudgedBias | None:
    """The judgement of exactly this definition, else one that names none and so is of every definition."""
    about = trial.source_of(result), result.outcome, result.at
    same = [
        bias
        for bias in trial.biases(instrument)
        if (trial.source_of(bias), bias.outcome, bias.at) == about
        and bias.definition in (None, result.definition)
    ]
    return max(same, key=lambda bias: bias.definition is not None, default=None)


def biases_of(trial: Trial, result: Result) -> Iterator[JudgedBias]:
    """What was judged of a result, by each instrument that it was judged by."""
    for instrument in INSTRUMENTS:
        if bias := bias_of(trial, result, instrument):
            yield bias
