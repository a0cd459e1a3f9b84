"""Evidence as code: what clinical trials reported, what it implies and what does not hold up.

The commands as functions: each returns an object whose `to_frame()` is a pandas DataFrame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["check", "compare", "load", "pool", "recompute", "summarize"]

if TYPE_CHECKING:
    from msc_evidence.analysis.chosen import Analysed
    from msc_evidence.registry.loader import Registry
    from msc_evidence.tables.table import Table


def load(path: str | Path | None = None) -> Registry:
    """The registry at `path`, without one the registry that comes with the package.

    Raises RegistryError, which lists every problem with its place.

    >>> list(load().trials)
    ['bang-2005', 'chung-2021']
    """
    from msc_evidence.registry.loader import load as read
    from msc_evidence.registry.shipped import shipped_registry

    return read(Path(path) if path is not None else shipped_registry())


def summarize(registry: Registry, trials: Iterable[str] = (), *, all_sources: bool = False) -> Table:
    """One row per reported result: what was printed, what it implies, the verdict.

    >>> summarize(load(), ["bang-2005"]).to_frame()["holm_p"].round(3).tolist()
    [0.066, 0.085, 0.345, 0.304, 0.345, 0.345]
    """
    from msc_evidence.tables.results import results

    return results(_analysed(registry, trials, all_sources=all_sources))


def compare(registry: Registry, trials: Iterable[str] = ()) -> Table:
    """One row per result with the arms' values, effects, adjusted p and what the group sizes could have shown.

    >>> round(compare(load(), ["bang-2005"]).rows[0]["smallest_significant_d"], 4)
    1.0035
    """
    from msc_evidence.tables.comparison import comparison

    return comparison(_analysed(registry, trials))


def recompute(registry: Registry, trials: Iterable[str] = ()) -> Table:
    """One row per reported statistic and method of recomputing it.

    >>> recomputed = recompute(load(), ["chung-2021"])
    >>> [round(row["recomputed"], 4) for row in recomputed.rows if row["basis"] == "means"]
    [0.0666, 0.0204]
    """
    from msc_evidence.tables.recomputation import recomputed

    return recomputed(_analysed(registry, trials))


def check(registry: Registry, trials: Iterable[str] = (), *, select: Sequence[str] = ()) -> Table:
    """One row per finding: what does not hold up, where, and from which numbers.

    >>> found = check(load(), select=["MSC207"])
    >>> [(row["trial"], row["severity"]) for row in found.rows]
    [('bang-2005', 'warning')]
    """
    from msc_evidence.checks.run import run
    from msc_evidence.render.findings import findings_table

    return findings_table(run(registry, trials, select=select))


def pool(
    data: Mapping[str, Sequence[float]],
    measure: str,
    *,
    studies: Sequence[str] = (),
    model: str = "REML",
    ci: str = "z",
    level: float = 0.95,
) -> Table:
    """Studies in metafor's columns pooled: the model asked for first, where studies are few the others beside it.

    Raises ValueError for a combination that does not exist or a value that cannot be.

    >>> agreeing = pool({"yi": [0.30, 0.35], "vi": [0.10, 0.12]}, "GEN", model="common")
    >>> [round(agreeing.rows[0][key], 3) for key in ("ci_lb", "ci_ub")]
    [-0.135, 0.78]
    """
    from msc_evidence.analysis.pooled import Settings, StudySet, pool_set
    from msc_evidence.tables.pooled import pooled_table

    count = len(next(iter(data.values()), ()))
    labels = list(studies) or [str(at + 1) for at in range(count)]
    found = StudySet.of("", labels, data, measure)
    return pooled_table([("", pool_set(found, Settings(measure, model, ci, level)))])  # type: ignore[arg-type]


def _analysed(registry: Registry, trials: Iterable[str], *, all_sources: bool = True) -> Analysed:
    from msc_evidence.analysis.chosen import analysed

    return analysed(registry, list(trials) or registry.trials, all_sources=all_sources)[0]
