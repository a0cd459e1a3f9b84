"""Evidence as code: what clinical trials reported, what it implies, and which statements the numbers do not support.

The commands as functions: each returns an object whose `to_frame()` is a pandas DataFrame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

__version__ = "0.1.0"
__all__ = ["check", "compare", "explain", "load", "pool", "recompute", "summarize", "table"]

if TYPE_CHECKING:
    from msc_evidence.analysis.pool.pool import StudySet
    from msc_evidence.analysis.results import AnalysedResult
    from msc_evidence.registry.loader import Registry
    from msc_evidence.statistics.pooling.pooling import Confidence
    from msc_evidence.tables.table import Table


def load(path: str | Path | None = None) -> Registry:
    """The registry at `path`, without one the registry that comes with the package.

    Raises RegistryError, which lists every problem with its place.

    >>> list(load().trials)[:2]
    ['bang-2005', 'chung-2021']
    """
    from msc_evidence.registry.loader import load as read
    from msc_evidence.registry.loader import shipped_registry

    return read(Path(path) if path is not None else shipped_registry())


def summarize(registry: Registry, trials: Iterable[str] = (), *, all_sources: bool = False) -> Table:
    """One row per reported result: what was printed, what it implies, the verdict.

    >>> summarize(load(), ["bang-2005"]).to_frame()["holm_p"].round(3).tolist()
    [0.066, 0.085, 0.345, 0.304, 0.345, 0.345]
    """
    from msc_evidence.tables.result_rows import results_table

    return results_table(_analysed(registry, trials, all_sources=all_sources))


def compare(registry: Registry, trials: Iterable[str] = ()) -> Table:
    """One row per result with the arms' values, effects, adjusted p and what the group sizes could have shown.

    >>> round(compare(load(), ["bang-2005"]).rows[0]["smallest_significant_d"], 4)
    1.0035
    """
    from msc_evidence.tables.compare import comparison_table

    return comparison_table(_analysed(registry, trials))


def explain(word: str) -> str:
    """What a check (`MSC413`) does, why it matters and cannot see, or what a word of the output (`Holm`) means.

    Raises ValueError where it is neither.

    >>> print(explain("PS").splitlines()[0])
    PS, probability of superiority
    """
    from msc_evidence.checks.explanations import explanations

    return "\n".join(explanations(word))


def recompute(registry: Registry, trials: Iterable[str] = ()) -> Table:
    """One row per reported statistic and method of recomputing it; without `reported`, what the arms give besides.

    >>> recomputed = recompute(load(), ["chung-2021"])
    >>> [round(row["recomputed"], 4) for row in recomputed.rows if row["reported"] == "0.023" and row["basis"]]
    [0.0666, 0.0204]
    """
    from msc_evidence.analysis.baseline import with_baseline
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.tables.recompute import recomputation_table

    return recomputation_table(with_baseline(Analysis(registry), _known(registry, trials)))


def check(registry: Registry, trials: Iterable[str] = (), *, select: Sequence[str] = ()) -> Table:
    """One row per finding: what the numbers do not support, where, and from which numbers.

    Raises ValueError for a code that no check has, and where nothing is left to check.

    >>> found = check(load(), ["bang-2005", "chung-2021"], select=["MSC207"])
    >>> [(row["trial"], row["severity"]) for row in found.rows]
    [('bang-2005', 'warning')]
    """
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.checks.run import run_checks
    from msc_evidence.render.findings import findings_table

    return findings_table(run_checks(Analysis(registry), _known(registry, trials), select=select))


def table(registry: Registry, name: str, trials: Iterable[str] = (), *, every: bool = False) -> Table:
    """The table of this name, such as `sof` or `consort`, with every column; `every` is `--all`.

    Raises ValueError for a name or trial there is not.

    >>> rows = table(load(), "claims", ["bang-2005"]).rows
    >>> rows[0]["says"], rows[0]["outcome"]
    ('benefit', 'barthel')
    """
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.tables.review import table_named, table_names

    if name not in table_names():
        raise ValueError(f"unknown table {name!r}; known: {', '.join(table_names())}")
    chosen = Query(Analysis(registry), tuple(_known(registry, trials)), tuple(registry.outcomes), every=every)
    return table_named(name).table(chosen)


@overload
def pool(
    data: Mapping[str, Sequence[float]],
    measure: str,
    /,
    *,
    studies: Sequence[str] = (),
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
) -> Table: ...


@overload
def pool(
    registry: Registry,
    outcome: str,
    /,
    *,
    at: str | None = None,
    measure: str = "SMD",
    definition: str | None = None,
    design: str | None = None,
    exclude: Sequence[str] = (),
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
) -> Table: ...


def pool(  # the signatures above, together
    source: Registry | Mapping[str, Sequence[float]],
    name: str,
    /,
    *,
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
    **chosen: Any,
) -> Table:
    """Studies pooled: the model asked for first, then, with fewer than five studies, other models to compare it with.

    Either study data in metafor's columns and their measure, with the names of the `studies`; or a registry and one
    of its outcomes, with what the command takes: `at`, `measure`, `definition`, `design`, `exclude`. The column
    `set` names the scenario where a trial reports no direction. `level` is in per cent. Raises ValueError for a
    combination that does not exist or a value that cannot be.

    >>> agreeing = pool({"yi": [0.30, 0.35], "vi": [0.10, 0.12]}, "GEN", model="common")
    >>> [round(agreeing.rows[0][key], 3) for key in ("ci_lb", "ci_ub")]
    [-0.135, 0.78]
    >>> both = pool(load(), "mrs", at="3 mo", model="common").rows
    >>> [round(row["estimate"], 3) for row in both if row["model"] == "common"]
    [0.311, 0.16]
    """
    from msc_evidence.analysis.pool.pool import Settings, pool_set
    from msc_evidence.tables.pool.screen import pooled_table

    if isinstance(source, Mapping):
        settings = Settings.usual(name, model, ci, level / 100)
        sets = _sets_of_data(source, name, **chosen)
    else:
        settings = Settings.usual(chosen.get("measure", "SMD"), model, ci, level / 100)
        sets = _sets_of_registry(source, name, **chosen)
    return pooled_table((each.name, pool_set(each, settings)) for each in sets)


def _sets_of_data(
    data: Mapping[str, Sequence[float]], measure: str, *, studies: Sequence[str] = ()
) -> list[StudySet]:
    from msc_evidence.analysis.pool.pool import StudySet

    count = len(next(iter(data.values()), ()))
    labels = list(studies) or [str(at + 1) for at in range(count)]
    if len(labels) != count:
        raise ValueError(f"{len(labels)} studies are named; the columns have {count} values")
    return [StudySet.of("", labels, data, measure)]


def _sets_of_registry(
    registry: Registry,
    outcome: str,
    *,
    at: str | None = None,
    measure: str = "SMD",
    definition: str | None = None,
    design: str | None = None,
    exclude: Sequence[str] = (),
) -> list[StudySet]:
    from msc_evidence.analysis.filters import TrialFilter, eligible_trials, recognised_filter
    from msc_evidence.analysis.pool.selection import Question, select
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.registry.problems import nearest_hint
    from msc_evidence.registry.reported import Time
    from msc_evidence.tables.words import shown_names

    if outcome not in registry.outcomes:
        raise ValueError(f"unknown outcome '{outcome}'{nearest_hint(outcome, registry.outcomes)}")
    time = None if at is None else Time.read(at)
    excluded = _known(registry, exclude) if exclude else []
    question = Question(outcome, time, measure, excluded, definition)
    asked = recognised_filter(registry, TrialFilter(design))
    eligible = eligible_trials(registry, registry.trials, asked).names
    analysis = Analysis(registry)
    results = {name: analysis.results(name) for name in eligible}
    found = select(question, results, registry.trials)
    return found.named(shown_names(registry.trials)).study_sets(measure)


def _analysed(registry: Registry, trials: Iterable[str], *, all_sources: bool = True) -> list[AnalysedResult]:
    from msc_evidence.analysis.results import Analysis, chosen_results

    return chosen_results(Analysis(registry), _known(registry, trials), all_sources=all_sources)[0]


def _known(registry: Registry, trials: Iterable[str]) -> list[str]:
    """The ids of the trials named, each once, all of the registry without one; raises ValueError for one it lacks."""
    from msc_evidence.registry.lookup import find_trial

    return list(dict.fromkeys(find_trial(registry, name) for name in trials)) or list(registry.trials)
