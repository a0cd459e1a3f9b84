"""A user's own study data as sets of studies: the measure, what each row fills, and every value that cannot be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from msc_evidence.analysis.pool.own_agreement import (
    ComputedEffects,
    agreement_remarks,
    printed_columns,
    refuse_other_estimates,
)
from msc_evidence.analysis.pool.own_arms import (
    SharedControl,
    arm_labels,
    kept_apart,
    like_controls,
    shared_controls,
    with_combined_arms,
    with_split_control,
)
from msc_evidence.analysis.pool.own_cells import spreads_hint
from msc_evidence.analysis.pool.own_columns import OwnFile
from msc_evidence.analysis.pool.own_contradictions import refuse_contradictions, refuse_printed_ratios
from msc_evidence.analysis.pool.own_limits import refuse_extreme_numbers
from msc_evidence.analysis.pool.own_p_values import p_column
from msc_evidence.analysis.pool.own_remarks import effect_scale, remarks_on
from msc_evidence.analysis.pool.pool import Array, PrintedInterval, Refused, StudySet
from msc_evidence.registry.problems import Problem, RegistryError, quoted_value
from msc_evidence.registry.review_rows import has_data_rows
from msc_evidence.registry.studies import StudyFile, refuse_repeated_labels
from msc_evidence.registry.study_numbers import is_missing
from msc_evidence.statistics.distributions import normal_quantile, z_from_p
from msc_evidence.statistics.pooling.arm_summaries import MEANS, SOURCES, Derived, MedianMethod, derivable
from msc_evidence.statistics.pooling.measures import MEASURES, InvalidValueError, validated

#: The measure meant where none is named, by the column that gives it away.
_OF_ARMS = (("ai", "OR"), ("m1i", "MD"), ("med1i", "MD"))
#: Participants of each arm.
_SIZES = ("n1i", "n2i")
_CELLS, _TOTALS = ("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i")
_LONE_P = ("pi", "n1i", "n2i", "direction")
_LIMITS = ("ci_lb", "ci_ub")

Data = dict[str, list[float]]
#: What is done with several rows of a study against one control group.
ArmsChoice = Literal["combine", "split"]


@dataclass(frozen=True, slots=True)
class OwnStudies:
    """The studies of a file, what each one's effect comes from, and what must be known of them."""

    whole: StudySet
    #: `counts`, `means`, `p`, `given` or `estimate`; "" for a study without an effect.
    kinds: tuple[str, ...]
    #: The rows of the studies: those of the file, without rows that were combined with another.
    studies: StudyFile
    remarks: tuple[str, ...]
    #: What effects as given are taken for, "" where their column says it.
    scale: str


def usual_measure(file: OwnFile) -> str:
    """The measure that the columns with any value suggest; raises Refused where they suggest none."""
    studies = file.studies
    filled = {name for name in studies.header if not all(map(is_missing, studies.text_column(name)))}
    suggested = _measure_suggested_by(file, filled) or _measure_suggested_by(file, set(studies.header))
    if suggested:
        return suggested
    if "estimate" in filled:
        called = studies.name("estimate")
        if file.measure:
            raise Refused(
                f"{called} needs its interval beside it (ci_lb and ci_ub, or cells as 0.50-0.98 below 95% CI), or its p"
            )
        raise Refused(
            f"{called}: on which scale? --measure OR, RR or HR reads ratios, MD, SMD, RD or GEN differences"
        )
    if hint := spreads_hint(studies):
        raise Refused(hint)
    known_columns = "; ".join(f"{name}: {' '.join(measure.columns[0])}" for name, measure in MEASURES.items())
    message = f"no column of a measure among {', '.join(map(studies.name, studies.header))}; known are {known_columns}"
    raise Refused(f"{message}; and estimate ci_lb ci_ub of any")


def _measure_suggested_by(file: OwnFile, columns: set[str]) -> str:
    """The measure that the columns give away, "" where they do not."""
    for column, measure in _OF_ARMS:
        if column in columns:
            named = file.measure or measure
            return named if (_TOTALS if column == "ai" else MEANS) in MEASURES[named].columns else measure
    if "yi" in columns or (file.measure and columns & {*_LIMITS, "pi"}):
        return file.measure or "GEN"
    return "SMD" if "pi" in columns and "estimate" not in columns else ""


def own_studies(
    file: OwnFile,
    measure: str,
    group: str | None = None,
    *,
    sizes: bool = False,
    medians: MedianMethod = "luo-wan",
    arms: ArmsChoice = "combine",
    moderators: Sequence[str] = (),
) -> OwnStudies:
    """All studies of a file, each by the first kind of data that its row fills.

    These are counts, means and SDs or what they can be derived from, a p-value with its direction, an effect with its
    variance, an estimate with its interval. `sizes` asks for the group sizes n1i and n2i too, where the measure does
    without but the file has them; `medians` is how these become means. Rows of one study with the same
    control group have their treatment arms combined or their control split, unless `moderators` need them apart.
    Raises RegistryError at each value that cannot be and at values that contradict each other, Refused without the
    columns.
    """
    studies = file.studies
    studies.require_columns([group] if group else [])
    _refuse_several_analyses(studies, group)
    labels = _study_labels(studies)
    available = _available_kinds(file, measure)
    if not available:
        _refuse_missing_columns(studies, measure)
    data = _read_columns(file, measure, available, sizes=sizes)
    try:
        validated({name: values for name, values in data.items() if name in (*_CELLS, *_SIZES)})
        if "counts" in available:
            data = _with_arm_totals(data)
        found_groups = groups(studies, group) if group else [""] * len(labels)
        shared = shared_controls(labels, found_groups, data)
        _refuse_repeated(studies, labels, found_groups, shared)
        disagreements = list(_disagreements(file, measure, labels, data, available))
        like = list(like_controls(labels, found_groups, data, shared))
        file, labels, data, arm_remarks = _with_controls_counted_once(
            file, labels, data, shared, arms, moderators
        )
        effects_by_kind = {kind: _effects_by_kind(kind, file, measure, data, medians) for kind in available}
    except InvalidValueError as error:
        message = f"{studies.name(error.column)} is {error.value:g}; {error.expected}"
        raise RegistryError([Problem(file.studies.place(error.row, error.column), message)]) from None
    whole, kinds = _by_best_kind(labels, data, effects_by_kind)
    if "estimate" in kinds:
        whole = replace(
            whole, printed=_printed_intervals(kinds, data, file.level, ratio=MEASURES[measure].ratio)
        )
    remarks = remarks_on(file, measure, labels, kinds, data, {control.study for control in shared})
    scale = effect_scale(file, measure, labels, kinds)
    return OwnStudies(
        whole, tuple(kinds), file.studies, (*arm_remarks, *like, *disagreements, *remarks), scale
    )


def _with_controls_counted_once(
    file: OwnFile,
    labels: list[str],
    data: Data,
    shared: Sequence[SharedControl],
    arms: ArmsChoice,
    moderators: Sequence[str],
) -> tuple[OwnFile, list[str], Data, list[str]]:
    """File, labels and data in which no control group counts twice, and what was done about those that would."""
    remarks, dropped = [], set[int]()
    names = arm_labels(labels, shared)
    for control in shared:
        if arms == "split":
            data, remark = with_split_control(data, control)
        elif moderators:
            remark = kept_apart(data, control, [file.studies.name(name) for name in moderators])
        else:
            data, remark = with_combined_arms(data, control)
            names[control.rows[0]] = f"{control.study} ({len(control.rows)} arms)"
            dropped |= {*control.rows[1:]}
        remarks.append(remark)
    kept = [at for at in range(len(labels)) if at not in dropped]
    whole = {name: [values[at] for at in kept] for name, values in data.items()}
    return replace(file, studies=file.studies.subset(kept)), [names[at] for at in kept], whole, remarks


def _disagreements(
    file: OwnFile, measure: str, labels: Sequence[str], data: Data, kinds: Iterable[str]
) -> Iterator[str]:
    """Remarks on rows whose printed estimate or p is not what their own data give; raises RegistryError."""
    fits = file.measure in ("", measure)
    printed = {**printed_columns(file.studies, ("pi", *(["estimate"] if fits else []))), **data}
    if not {"estimate", "pi"} & set(printed):
        return
    for kind in kinds:
        if kind in ("counts", "means"):
            yi, vi, derived = _effects_by_kind(kind, file, measure, data, "luo-wan")
            reported = [not (derived and derived[at]) for at in range(len(labels))]
            computed = ComputedEffects(kind, np.where(reported, yi, np.nan).tolist(), vi.tolist())
            refuse_other_estimates(file, measure, printed, computed)
            yield from agreement_remarks(file, measure, labels, printed, computed)


def _refuse_repeated(
    studies: StudyFile, labels: Sequence[str], groups: Sequence[str], shared: Sequence[SharedControl]
) -> None:
    """Raises RegistryError where a study is named twice that is no study with several arms."""
    further = {at for control in shared for at in control.rows[1:]}
    kept = [at for at in range(len(labels)) if at not in further]
    if "study" in studies.header:
        refuse_repeated_labels(studies.subset(kept), [labels[at] for at in kept], [groups[at] for at in kept])


def _refuse_several_analyses(studies: StudyFile, group: str | None) -> None:
    """Raises Refused where RevMan's data rows are of several analyses, and nothing tells them apart."""
    if group is None and has_data_rows(studies.renamed({"study": "Study"})):
        names = list(dict.fromkeys(studies.text_column("Analysis name")))
        if len(names) > 1:
            raise Refused(
                f"the rows are of {len(names)} analyses ({', '.join(map(quoted_value, names))}); keep those of one, or"
                " pool each: --batch 'Analysis name'"
            )


def _study_labels(studies: StudyFile) -> list[str]:
    """The name of each study; a number where the file has none, its line where its cell is empty."""
    if "study" not in studies.header:
        return [str(at + 1) for at in range(len(studies.rows))]
    year_column = next((name for name in studies.header if name.casefold() == "year"), None)
    years = studies.text_column(year_column) if year_column else [""] * len(studies.rows)
    by_author = studies.name("study").casefold() in ("author", "authors")
    rows = zip(studies.text_column("study"), years, studies.lines, strict=True)
    return [
        (f"{label} {year}" if by_author and year and year not in label else label) or f"line {line}"
        for label, year, line in rows
    ]


def _read_columns(
    file: OwnFile, measure: str, available: Mapping[str, Sequence[str]], *, sizes: bool
) -> Data:
    """The numbers of the columns that the kinds of data need; raises RegistryError at each that cannot be."""
    studies = file.studies
    columns = dict.fromkeys(name for names in available.values() for name in names)
    used_columns = [*columns, *(_SIZES if sizes or available.keys() & {"counts", "means", "p"} else ())]
    data = {
        name: p_column(studies) if name == "pi" else studies.number_column(name)
        for name in dict.fromkeys(used_columns)
        if name in studies.header
    }
    refuse_extreme_numbers(studies, measure, data)
    refuse_contradictions(file, measure, data)
    if measure == "GEN" or MEASURES[measure].ratio:
        refuse_printed_ratios(file, data)
    return data


def _available_kinds(file: OwnFile, measure: str) -> dict[str, tuple[str, ...]]:
    """The kinds of data that the columns can hold for a measure, the best first, with the columns of each."""
    header, formulas = set(file.studies.header), MEASURES[measure].columns
    fits = file.measure in ("", measure)
    columns_by_kind: dict[str, tuple[str, ...]] = {}
    if _TOTALS in formulas and any(set(names) <= header for names in (_CELLS, _TOTALS)):
        columns_by_kind["counts"] = (*_CELLS, *_SIZES)
    if MEANS in formulas and (set(MEANS) <= header or derivable(header)):
        columns_by_kind["means"] = (*MEANS, *SOURCES)
    if _LONE_P in formulas and set(_LONE_P) <= header:
        columns_by_kind["p"] = _LONE_P
    if "yi" in header and (header & {"vi", "sei"} or set(_LIMITS) <= header) and (fits or measure == "GEN"):
        columns_by_kind["given"] = ("yi", "vi", "sei", *_LIMITS, "level")
    if "estimate" in header and (set(_LIMITS) <= header or "pi" in header) and fits and measure != "PS":
        columns_by_kind["estimate"] = ("estimate", *_LIMITS, "level", "pi")
    return columns_by_kind


def _refuse_missing_columns(studies: StudyFile, measure: str) -> None:
    """Raises RegistryError naming what is missing of the columns that are nearest to being whole."""
    header = set(studies.header)
    nearest = max(MEASURES[measure].columns, key=lambda names: len(set(names) & header))
    missing = [name for name in nearest if name not in header]
    if "yi" in header & set(nearest):
        message = f"{studies.name('yi')} needs vi or sei, or ci_lb and ci_ub, beside it"
        raise RegistryError([Problem(studies.top, message)])
    if len(missing) == len(nearest):
        studies.require_columns(nearest)
    message = (
        f"missing column{'s' * (len(missing) > 1)} {', '.join(missing)}: {measure} needs {' '.join(nearest)}"
    )
    if nearest == MEANS:
        message += "; of changes m1i and m2i are mean changes, with sd1i or sdpre1i sdpost1i r1i"
    raise RegistryError([Problem(studies.top, message)])


def _with_arm_totals(data: Data) -> Data:
    """The participants of rows that give four cells, in place of those without events."""
    whole = dict(data)
    count = len(data["ai"])
    for events, others, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        added = [a + b for a, b in zip(data[events], data.get(others, [math.nan] * count), strict=True)]
        known = data.get(size, added)
        whole[size] = [total if math.isnan(n) else n for n, total in zip(known, added, strict=True)]
        whole.pop(others, None)
    return whole


_KindEffects = tuple[Array, Array, tuple[tuple[Derived, ...], ...]]


def _effects_by_kind(
    kind: str, file: OwnFile, measure: str, data: Data, medians: MedianMethod
) -> _KindEffects:
    """Effects and variances by one kind of data, nan for rows that do not fill it, with what was derived."""
    count = len(file.studies.rows)
    if kind == "given":
        yi, vi = _given_effects(data, file.level)
        return yi, vi, ()
    if kind == "estimate":
        yi, vi = _effects_of_estimates(data, file.level, ratio=MEASURES[measure].ratio)
        return yi, vi, ()
    names = {"counts": _TOTALS, "means": (*MEANS, *SOURCES), "p": _LONE_P}[kind]
    known = {name: data[name] for name in names if name in data}
    if "pi" in known:
        known["pi"] = [p or math.nan for p in known["pi"]]  # a bound
    study_set = StudySet.of("", [""] * count, known, measure, medians)
    return study_set.yi, study_set.vi, study_set.derived


def _given_effects(data: Data, level: float) -> tuple[Array, Array]:
    """Effects on the analysis scale with their variances, by vi, by sei or by the interval."""
    columns = validated({name: data[name] for name in ("yi", "vi", "sei") if name in data})
    nothing = np.full_like(columns["yi"], np.nan)
    vi = columns.get("vi", nothing)
    vi = np.where(np.isnan(vi), columns.get("sei", nothing) ** 2, vi)
    if set(_LIMITS) <= set(data):
        low, high = (np.asarray(data[name]) for name in _LIMITS)
        vi = np.where(np.isnan(vi), ((high - low) / (2 * _level_quantiles(data, level))) ** 2, vi)
    return columns["yi"], vi


def _effects_of_estimates(data: Data, level: float, *, ratio: bool) -> tuple[Array, Array]:
    """Estimates as printed with their variances: of ratios, both on the logarithm.

    SE = (upper − lower)/(2z) at the level of the interval, |estimate|/z of p where there is none (Altman & Bland
    2011, 10.1136/bmj.d2090).
    """
    scale = np.log if ratio else np.asarray
    yi = np.asarray(scale(np.asarray(data["estimate"])), dtype=float)
    se = np.full_like(yi, np.nan)
    if set(_LIMITS) <= set(data):
        low, high = (scale(np.asarray(data[name])) for name in _LIMITS)
        se = (high - low) / (2 * _level_quantiles(data, level))
    if "pi" in data:
        z = np.array([z_from_p(p) if 0 < p < 1 else math.nan for p in data["pi"]])
        se = np.where(np.isnan(se) & (yi != 0), np.abs(yi) / z, se)
    return yi, se**2


def _printed_intervals(
    kinds: Sequence[str], data: Data, usual: float, *, ratio: bool
) -> tuple[PrintedInterval | None, ...]:
    """The intervals of estimates as the file has them, shown as they are at their own level."""
    if not set(_LIMITS) <= set(data):
        return ()
    scale = math.log if ratio else float
    rows = zip(kinds, data["ci_lb"], data["ci_ub"], _row_levels(data, usual), strict=True)
    return tuple(
        PrintedInterval(level, scale(low), scale(high))
        if kind == "estimate" and not math.isnan(low + high)
        else None
        for kind, low, high, level in rows
    )


def _level_quantiles(data: Data, usual: float) -> Array:
    """The normal quantile of each row's level."""
    return np.array([normal_quantile((1 + level) / 2) for level in _row_levels(data, usual)])


def _row_levels(data: Data, usual: float) -> list[float]:
    """The level of each row's interval, as a share."""
    levels = data.get("level", [math.nan] * len(data["ci_lb"]))
    return [usual if math.isnan(level) else level / 100 if level > 1 else level for level in levels]


def _by_best_kind(
    labels: Sequence[str], data: Data, effects_by_kind: Mapping[str, _KindEffects]
) -> tuple[StudySet, list[str]]:
    """Each study by the first kind of data that gives it an effect with a variance, and these kinds."""
    count = len(labels)
    yi, vi = np.full(count, np.nan), np.full(count, np.nan)
    derived: list[tuple[Derived, ...]] = [()] * count
    kinds = [""] * count
    for kind, (effects, variances, sources) in effects_by_kind.items():
        for at in range(count):
            better = not kinds[at] and math.isfinite(effects[at]) and math.isfinite(variances[at])
            if better or (not kinds[at] and math.isnan(yi[at]) and math.isfinite(effects[at])):
                yi[at], vi[at] = effects[at], variances[at]
                derived[at] = sources[at] if sources else ()
                kinds[at] = kind if better else ""
    columns = {name: np.asarray(values, float) for name, values in data.items()}
    whole = StudySet("", tuple(labels), yi, vi, columns, tuple(derived) if any(derived) else ())
    return whole, kinds


def moderator(
    studies: StudyFile, column: str, rows: Sequence[int], *, categories: bool = False
) -> list[float] | list[str]:
    """A column as numbers, or as text where no value is one or all are codes of categories, of the studies in `rows`.

    Raises RegistryError at a value that is missing there, or no number in a column of numbers.
    """
    if categories:
        texts = groups(studies, column)
        return [texts[at] for at in rows]
    try:
        values = studies.number_column(column)
    except RegistryError as error:
        if len(error.problems) < sum(bool(text) for text in studies.text_column(column)):
            raise
        texts = groups(studies, column)
        return [texts[at] for at in rows]
    missing = [at for at in rows if math.isnan(values[at])]
    if missing:
        message = f"{studies.name(column)} is missing; every study of the pool needs its value"
        raise RegistryError([Problem(studies.place(at, column), message) for at in missing])
    return [values[at] for at in rows]


def groups(studies: StudyFile, column: str) -> list[str]:
    """The group of each study; raises RegistryError at each study that has none."""
    values = studies.text_column(column)
    empty = [at for at, value in enumerate(values) if not value]
    if empty:
        message = f"{studies.name(column)} is empty; every study needs its group"
        raise RegistryError([Problem(studies.place(at, column), message) for at in empty])
    return values
