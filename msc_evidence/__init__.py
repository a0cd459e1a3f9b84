"""Evidence as code: what clinical trials reported, what it implies, and which statements the numbers do not support.

The commands as functions: each returns an object whose `to_frame()` is a pandas DataFrame and that a notebook shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from msc_evidence.library_texts import library_texts
from msc_evidence.notebook import shown_in_notebooks

__version__ = "0.1.0"
__all__ = [
    "audit", "check", "compare", "draft", "explain", "export", "feasible", "load", "plot", "pool", "read", "recompute",
    "report", "summarize", "table",
]  # fmt: skip

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.analysis.pool.study_facts import Column
    from msc_evidence.analysis.results import AnalysedResult
    from msc_evidence.plots.drawing import Drawing
    from msc_evidence.registry.loader import Registry
    from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
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


@shown_in_notebooks
def summarize(registry: Registry, trials: Iterable[str] = (), *, all_sources: bool = False) -> Table:
    """One row per reported result: what was printed, what it implies, the verdict.

    >>> summarize(load(), ["bang-2005"]).to_frame()["holm_p"].round(3).tolist()
    [0.066, 0.085, 0.345, 0.304, 0.345, 0.345]
    """
    from msc_evidence.tables.result_rows import results_table

    return results_table(_analysed(registry, trials, all_sources=all_sources))


@shown_in_notebooks
def compare(registry: Registry, trials: Iterable[str] = ()) -> Table:
    """One row per result with the arms' values, effects, adjusted p and what the group sizes could have shown.

    >>> round(compare(load(), ["bang-2005"]).rows[0]["smallest_significant_d"], 4)
    1.0035
    """
    from msc_evidence.tables.compare import comparison_table

    return comparison_table(_analysed(registry, trials))


@shown_in_notebooks
def feasible(
    registry: Registry | None = None,
    trials: Iterable[str] = (),
    *,
    outcome: str | None = None,
    at: str | None = None,
    tests: Iterable[str] = (),
    sizes: tuple[int, int] | None = None,
    scale: str | None = None,
    p: str | None = None,
    favours: Literal["treatment", "control", "any"] = "any",
) -> Table:
    """One row per measure and test: what the data behind a p could have been, with a data set for each end.

    Of the results of a registry with a p-value between two arms; or, without one, of group `sizes`, a `scale` ("0-6",
    "0-100/5"), `p` as printed (".076", "<.05") and whom its test favours. Without `tests` of those that the source
    names, else of all usual ones. Raises ValueError for what is missing or none of these.

    >>> rows = feasible(sizes=(5, 25), scale="0-6", p=".076", favours="treatment", tests=["rank-sum normal"]).rows
    >>> [(row["low"], row["high"], row["low_status"]) for row in rows if row["measure"] == "PS"]
    [(0.704, 0.752, 'exact')]
    """
    from msc_evidence.tables.feasible import feasible_table
    from msc_evidence.tables.feasible_sections import known_tests, registry_sections, typed_section

    asked = known_tests(tests)
    if registry is not None:
        if (sizes, scale, p) != (None, None, None) or favours != "any":
            raise ValueError("sizes, scale, p and favours are of no registry's trial")
        return feasible_table(registry_sections(_question(registry, trials, outcome, at), asked))
    if sizes is None or scale is None or p is None:
        raise ValueError("without a registry, sizes, scale and p are needed")
    try:
        return feasible_table([typed_section(f"{sizes[0]},{sizes[1]}", scale, p, favours, asked)])
    except ValueError as error:  # it names the option of the command
        raise ValueError(str(error).removeprefix("--")) from None


def explain(word: str) -> str:
    """What a check (`MSC413`) does, why it matters and cannot see, or what a word of the output (`Holm`) means.

    Raises ValueError where it is neither.

    >>> print(explain("PS").splitlines()[0])
    PS, probability of superiority
    """
    from msc_evidence.checks.explanations import explanations

    return "\n".join(explanations(word))


@shown_in_notebooks
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


@shown_in_notebooks
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


@shown_in_notebooks
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
    named_table = table_named(name)
    if named_table.needs_findings:
        from msc_evidence.checks.trust_evidence import with_trust_findings

        chosen = with_trust_findings(chosen)
    return named_table.table(chosen)


def report(registry: Registry, trials: Iterable[str] = (), *, format: Literal["html", "md"] = "html") -> str:
    """The evidence on one page: summary, tables, plots, findings, references; as HTML it needs jinja2 and matplotlib.

    Without trials it answers the registry's own question, as the command does.

    >>> report(load(), ["bang-2005"], format="md").splitlines()[0]
    '# Mesenchymal stem cells (MSC) for ischaemic stroke'
    """
    from msc_evidence.pages.report import report_page
    from msc_evidence.render import renderer

    written: str = renderer("page", format)(report_page(_question(registry, trials), drawn=format == "html"))
    return written


def plot(
    registry: Registry,
    name: str,
    outcome: str | None = None,
    *,
    trials: Iterable[str] = (),
    at: str | None = None,
    definition: str | None = None,
    measure: str | None = None,
    model: str | None = None,
    ci: Confidence = "z",
    by: str | None = None,
    leave_one_out: bool = False,
    cumulative: str | None = None,
) -> Drawing:
    """The plot of this name: `str()` draws it in text, `.file("svg")` (pdf, png) on paper, a notebook shows it.

    A forest has its studies in groups, without each in turn, or one by one in the order of an attribute or as `given`.
    Raises ValueError for a name there is not, and Refused, a ValueError, where there is nothing to draw.

    >>> str(plot(load(), "timeline", trials=["bang-2005"])).splitlines()[0]
    'Months from treatment; before it the window from stroke to entry'
    """
    from msc_evidence.analysis.attributes import ATTRIBUTES
    from msc_evidence.analysis.pool.pool import Settings
    from msc_evidence.plots import plot_named, plot_names
    from msc_evidence.plots.drawing import Drawing
    from msc_evidence.plots.panels import Arrangement
    from msc_evidence.plots.pools import plot_data
    from msc_evidence.plots.scope import Scope

    kind = plot_named(_known_name(name, plot_names(), "plot"))
    query = _question(registry, trials, outcome, at)
    (only,) = query.outcomes if outcome is not None else (None,)
    scope, settings = Scope.of(query, only, definition), partial(Settings.usual, model=model, ci=ci)
    for field in filter(None, (by, None if cumulative == "given" else cumulative)):
        _known_name(field, list(ATTRIBUTES), "field")
    arranged = Arrangement(by, leave_one_out, cumulative)
    return Drawing(kind, kind.picture(plot_data(kind, scope, settings, measure, arranged)))


def export(
    registry: Registry,
    name: str,
    trials: Iterable[str] = (),
    *,
    outcome: str | None = None,
    at: str | None = None,
    definition: str | None = None,
    measure: str | None = None,
) -> str | bytes | Mapping[str, str]:
    """What `export NAME` writes: a text, the bytes of a workbook, or the texts of a folder's files by their names.

    >>> export(load(), "metafor", outcome="mrs", at="3 mo", measure="SMD").splitlines()[0].split(",")[:3]
    ['study', 'pi', 'n1i']
    """
    from msc_evidence.exchange.export import ExportRequest, export_named, export_names

    exporter = export_named(_known_name(name, export_names(), "export"))
    exported = exporter.make(ExportRequest(_question(registry, trials, outcome, at), definition, measure))
    return exporter.written(exported, registry.title or registry.path.name)


@shown_in_notebooks
def read(source: str | Path) -> Table:
    """One row per figure of a text, or of the texts of a file given as a Path: what it is and where it stands.

    >>> [(row["kind"], row["value"]) for row in read("mRS 0-1 in 34 of 97 (p = .02)").rows if row["kind"] == "p"]
    [('p', '0.02')]
    """
    from msc_evidence.reading.read import CUT
    from msc_evidence.reading.read import read as read_text
    from msc_evidence.reading.rows import typed_figures
    from msc_evidence.render.figures import figures_table

    found = [(doc.id, doc.text, read_text(doc.text)) for doc, _ in library_texts(source)]
    return figures_table(
        ((id, typed_figures(reading, text)) for id, text, reading in found),
        tuple(f"{id}: {CUT}" for id, _, reading in found if reading.cut),
    )


def draft(source: str | Path) -> str:
    """A registry to complete from a text, or from the texts of a file given as a Path: what `read --draft` prints.

    >>> draft("Recovery was more frequent with cells (p = 0.02).").splitlines()[0]
    '# Draft of a record. What the text is sure of is filled in; every `to do` needs you.'
    """
    from msc_evidence.exchange.drafts_of_texts import registry_of_drafts
    from msc_evidence.reading.draft import draft as text_draft
    from msc_evidence.reading.texts.citation import citation_of

    return registry_of_drafts(
        [text_draft(text, citation_of(record)) for text, record in library_texts(source)]
    )


@shown_in_notebooks
def audit(source: str | Path) -> Table:
    """One row per finding in a text, or in the texts of a file or folder given as a Path, from its own numbers alone.

    >>> [row["code"] for row in audit("The risk ratio was 0.80 (95% CI 0.85 to 0.97).").rows]
    ['MSC401']
    """
    from msc_evidence.checks.audit.texts import audit_text
    from msc_evidence.reading.read import CUT, MOST_FIGURES
    from msc_evidence.render.findings_stream import text_findings_table

    audited = [(doc.id, audit_text(doc.id, doc.text)) for doc, _ in library_texts(source)]
    return text_findings_table(
        [finding for _, each in audited for finding in each.findings],
        tuple(f"{id}: {CUT}" for id, each in audited if each.figures == MOST_FIGURES),
    )


@overload
def pool(
    data: Mapping[str, Column],
    measure: str,
    /,
    *,
    studies: Sequence[str] = (),
    by: str | None = None,
    moderators: Sequence[str] = (),
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
    zero_cells: str | None = None,
    cc: float | None = None,
    double_zero: str | None = None,
    prior_scale: float | None = None,
    prediction_df: PredictionDf = "k-2",
) -> Table: ...


@overload
def pool(
    registry: Registry,
    outcome: str,
    /,
    *,
    at: str | None = None,
    measure: str | None = None,
    definition: str | None = None,
    design: str | None = None,
    exclude: Sequence[str] = (),
    arms: str = "combine",
    by: str | None = None,
    moderators: Sequence[str] = (),
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
    zero_cells: str | None = None,
    cc: float | None = None,
    double_zero: str | None = None,
    prior_scale: float | None = None,
    prediction_df: PredictionDf = "k-2",
) -> Table: ...


@shown_in_notebooks
def pool(  # the signatures above, together
    source: Registry | Mapping[str, Column],
    name: str,
    /,
    *,
    model: str | None = None,
    ci: Confidence = "z",
    level: float = 95,
    zero_cells: str | None = None,
    cc: float | None = None,
    double_zero: str | None = None,
    prior_scale: float | None = None,
    prediction_df: PredictionDf = "k-2",
    **chosen: Any,
) -> Table:
    """Studies pooled: the model asked for first, then, with fewer than five studies, other models to compare it with.

    Either study data in metafor's columns and their measure, with the names of the `studies`; or a registry and one
    of its outcomes, with what the command takes: `at`, `measure`, `definition`, `design`, `exclude`, `arms`. `by` a
    field of the trials, or a further column of the data, there are pools of groups and the test between them; with
    `moderators` the table is of their terms. The column `set` names the time where there are several, the scenario
    where a trial reports no direction, and the group. `level` is in per cent; `zero_cells`, `cc`, `double_zero`,
    `prior_scale` and `prediction_df` are the command's options of these
    names. Raises ValueError for a combination that does not exist or a value that cannot be.

    >>> agreeing = pool({"yi": [0.30, 0.35], "vi": [0.10, 0.12]}, "GEN", model="common")
    >>> [round(agreeing.rows[0][key], 3) for key in ("ci_lb", "ci_ub")]
    [-0.135, 0.78]
    >>> both = pool(load(), "mrs", at="3 mo", measure="SMD", exclude=["houkin-2024"], model="common").rows
    >>> [round(row["estimate"], 3) for row in both if row["model"] == "common"]
    [0.311, 0.16]
    """
    from msc_evidence.library_pools import data_pools, registry_pools

    asked = {"model": model, "ci": ci, "level": level, "zero_cells": zero_cells, "cc": cc}
    asked |= {"double_zero": double_zero, "prior_scale": prior_scale, "prediction_df": prediction_df}
    if isinstance(source, Mapping):
        return data_pools(source, name, asked, **chosen)
    excluded = _known(source, chosen["exclude"]) if chosen.get("exclude") else []
    return registry_pools(source, name, asked, **{**chosen, "exclude": excluded})


def _analysed(registry: Registry, trials: Iterable[str], *, all_sources: bool = True) -> list[AnalysedResult]:
    from msc_evidence.analysis.results import Analysis, chosen_results

    return chosen_results(Analysis(registry), _known(registry, trials), all_sources=all_sources)[0]


def _known(registry: Registry, trials: Iterable[str]) -> list[str]:
    """The ids of the trials named, each once, all of the registry without one; raises ValueError for one it lacks."""
    from msc_evidence.registry.lookup import find_trial

    return list(dict.fromkeys(find_trial(registry, name) for name in trials)) or list(registry.trials)


def _known_name(name: str, names: Sequence[str], kind: str) -> str:
    if name not in names:
        raise ValueError(f"unknown {kind} {name!r}; known: {', '.join(names)}")
    return name


def _question(
    registry: Registry, trials: Iterable[str] = (), outcome: str | None = None, at: str | None = None
) -> Query:
    """The trials named, or those of the registry's own question; of an outcome or all, at a time or all."""
    from msc_evidence.analysis.filters import (
        Query,
        TrialFilter,
        eligible_trials,
        exclusion_sentences,
        registry_question,
    )
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.registry.lookup import find_outcome
    from msc_evidence.registry.reported import Time

    given = list(trials)
    criteria = TrialFilter() if given else registry_question(registry)
    eligible = eligible_trials(registry, _known(registry, given), criteria)
    outcomes = registry.outcomes if outcome is None else [find_outcome(registry, outcome)]
    left_out = tuple(exclusion_sentences(eligible, TrialFilter(), criteria))
    time = None if at is None else Time.read(at)
    return Query(Analysis(registry), eligible.names, tuple(outcomes), time, criteria, left_out=left_out)
