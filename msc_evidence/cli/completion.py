"""What completes the values of options whose choices the program knows; completion never complains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from msc_evidence.registry.loader import Registry
    from msc_evidence.registry.model import Result

Completer = Callable[[str], list[str]]


def complete_measures(incomplete: str) -> list[str]:
    """Effect measures, in any case."""
    from msc_evidence.statistics.pooling.measures import MEASURES

    return _beginning(MEASURES, incomplete.upper())


def complete_models(incomplete: str) -> list[str]:
    """Models of pooling."""
    from msc_evidence.analysis.pool.pool import MODELS

    return _beginning(MODELS, incomplete)


def complete_intervals(incomplete: str) -> list[str]:
    """Methods for the interval of a pool."""
    from msc_evidence.statistics.pooling.pooling import CONFIDENCE

    return _beginning(CONFIDENCE, incomplete)


def complete_prediction_df(incomplete: str) -> list[str]:
    """Degrees of freedom of a prediction interval."""
    from msc_evidence.statistics.pooling.pooling import PREDICTION_DF

    return _beginning(PREDICTION_DF, incomplete)


def complete_medians(incomplete: str) -> list[str]:
    """Ways from medians to means."""
    from msc_evidence.statistics.pooling.arm_summaries import MedianMethod

    return _beginning(get_args(MedianMethod), incomplete)


def complete_severities(incomplete: str) -> list[str]:
    """Severities of findings."""
    from msc_evidence.checks.finding import SEVERITIES

    return _beginning(SEVERITIES, incomplete)


def complete_orders(incomplete: str) -> list[str]:
    """Orders of trials."""
    from msc_evidence.analysis.filters import SORTS

    return _beginning(SORTS, incomplete)


def complete_tests(incomplete: str) -> list[str]:
    """Tests that a lone p can be from."""
    from msc_evidence.statistics.feasible.tests_admitted import TESTS

    return _beginning(TESTS, incomplete)


def complete_arms(incomplete: str) -> list[str]:
    """What to do with several treatment arms, or the arm to take."""
    from msc_evidence.analysis.pool.study import COMBINE, SPLIT

    names = (name for registry in _registry() for trial in registry.trials.values() for name in trial.arms)
    return _beginning([COMBINE, SPLIT, *names], incomplete)


def complete_times(incomplete: str) -> list[str]:
    """Times at which the registry has results."""
    return _beginning((str(result.at).replace(" ", "") for result in _results()), incomplete)


def complete_definitions(incomplete: str) -> list[str]:
    """Definitions that results of the registry have."""
    return _beginning((result.definition for result in _results() if result.definition), incomplete)


def one_of(*choices: str) -> Completer:
    """Completes a choice among these."""

    def complete(incomplete: str) -> list[str]:
        return _beginning(choices, incomplete)

    return complete


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    """The words that begin as typed, each once."""
    return [word for word in dict.fromkeys(words) if word.startswith(incomplete)]


def _results() -> Iterator[Result]:
    for registry in _registry():
        for trial in registry.trials.values():
            yield from trial.results


def _registry() -> Iterator[Registry]:
    """The registry that a command would show; nothing where it cannot be read."""
    from msc_evidence.registry.loader import load, nearest_registry, shipped_registry

    try:
        yield load(nearest_registry(Path.cwd()) or shipped_registry())
    except Exception:
        return
