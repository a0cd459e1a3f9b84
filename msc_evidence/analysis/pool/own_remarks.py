"""What a reader must know of a user's own data: rows of the same people, shared controls, SE among SDs, codes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from msc_evidence.analysis.pool.own_arms import study_of
from msc_evidence.analysis.pool.own_columns import OwnFile, names_logarithm
from msc_evidence.analysis.pool.own_contradictions import printed_box
from msc_evidence.analysis.pool.own_p_values import why_p_is_not_used
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.two_arms.p_values import symmetric

#: An SD this many times below that of the other studies, and back among them times √n, may be an SE.
FAR_BELOW = 2.5
#: An estimate so far from the middle, in half widths, is remarked on.
LOPSIDED = 0.1
#: Whole numbers from 0 or 1 upwards without a gap, so many of them, look like codes.
FEWEST_CODES, MOST_CODES = 3, 8

#: What the ratio of a measure is called that is one way to estimate another.
_RATIOS = {"PETO": "OR"}

Data = Mapping[str, Sequence[float]]


def remarks_on(
    file: OwnFile,
    measure: str,
    labels: Sequence[str],
    kinds: Sequence[str],
    data: Data,
    shared: Container[str],
) -> Iterator[str]:
    """The remarks on a file, each once; `shared` are studies of which one control group in several rows is said."""
    yield from _unnamed_studies(file)
    yield from _incomplete_rows(file, labels, kinds, data)
    if scale := effect_scale(file, measure, labels, kinds):
        yield scale
    yield from _assumed_level(file, kinds, data)
    yield from _lopsided_intervals(file, measure, labels, kinds)
    yield from _repeated_studies(labels, kinds, shared)
    if "means" in kinds:
        yield from _suspected_standard_errors(labels, kinds, data)


def _unnamed_studies(file: OwnFile) -> Iterator[str]:
    if "study" not in file.studies.header:
        yield "no column of names (study, slab, author): the studies are numbered as they stand"
        return
    empty = [
        str(line) for row, line in zip(file.studies.rows, file.studies.lines, strict=True) if not row["study"]
    ]
    if empty:
        yield f"{file.studies.name('study')} is empty on {_line_words(empty)}: named by the line"


#: What completes each kind of data, in order of preference.
_WHOLE = (
    ("ai", "n1i", "ci", "n2i"),
    ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),
    ("pi", "n1i", "n2i", "direction"),
    ("estimate", "ci_lb", "ci_ub"),
    ("yi", "vi"),
    ("yi", "sei"),
    ("yi", "ci_lb", "ci_ub"),
)


def _incomplete_rows(file: OwnFile, labels: Sequence[str], kinds: Sequence[str], data: Data) -> Iterator[str]:
    """The rows whose numbers make no effect, with what they lack."""
    whole = [names for names in _WHOLE if set(names) <= set(data)]
    for at, (label, kind) in enumerate(zip(labels, kinds, strict=True)):
        if kind or not whole:
            continue
        row = {name: values[at] for name, values in data.items()}
        if why := why_p_is_not_used(file.studies, at, row):
            yield f"{label} (line {file.studies.lines[at]}) is not in the pool: {why}"
            continue
        lacking = [[name for name in names if math.isnan(data[name][at])] for names in whole]
        if not all(lacking):
            continue  # it has all its numbers; that they make no effect is said beside the pool
        nearest = min(lacking, key=len)
        verb = "is" if len(nearest) == 1 else "are"
        named = listed([file.studies.name(name) for name in nearest])
        yield f"{label} (line {file.studies.lines[at]}) is not in the pool: {named} {verb} missing"


def effect_scale(file: OwnFile, measure: str, labels: Sequence[str], kinds: Sequence[str]) -> str:
    """What effects as given are taken for; "" where the name of their column says it."""
    given = [label for label, kind in zip(labels, kinds, strict=True) if kind == "given"]
    if not given or names_logarithm(file):
        return ""
    column, known = file.studies.name("yi"), MEASURES[measure]
    if measure == "GEN":
        plain = f"{column} of {_few_labels(given)} is taken as it stands; of a ratio it must be the logarithm"
        return "" if column == "yi" else plain
    if known.ratio:
        ratio = _RATIOS.get(measure, measure)
        printed = "" if column == "yi" else f", no ratio; a column of ratios is named {ratio} or estimate"
        return f"{column} of {_few_labels(given)} is taken as ln {ratio}{printed}"
    return f"{column} of {_few_labels(given)} is taken as {known.scale.name if measure == 'PS' else measure}"


def _assumed_level(file: OwnFile, kinds: Sequence[str], data: Data) -> Iterator[str]:
    """The level of intervals that no column states."""
    if "estimate" not in kinds or "ci_lb" not in data or "level" in data:
        return
    if file.level == 0.95 and not re.search(r"95", file.studies.name("ci_lb")):
        yield "the intervals are taken as 95% ones; a column `level` says others"


def _lopsided_intervals(
    file: OwnFile, measure: str, labels: Sequence[str], kinds: Sequence[str]
) -> Iterator[str]:
    """Intervals whose estimate lies away from their middle, further than rounding allows."""
    ratio = MEASURES[measure].ratio
    away = []
    for at, (label, kind) in enumerate(zip(labels, kinds, strict=True)):
        limits = [
            name
            for name in ("ci_lb", "ci_ub")
            if name in file.studies.header and file.studies.number(at, name)
        ]
        if kind == "estimate" and len(limits) == 2:
            estimate, low, high = (
                printed_box(file.studies, at, name, whole=0.5) for name in ("estimate", *limits)
            )
            scale = math.log if ratio else float
            ends = scale(low.middle), scale(high.middle)
            far = abs(scale(estimate.middle) - sum(ends) / 2) > LOPSIDED * (ends[1] - ends[0]) / 2
            if far and not symmetric(estimate, low, high, ratio=ratio):
                away.append(label)
    if away:
        where = " on the logarithm" if ratio else ""
        yield (
            f"the estimate of {_few_labels(away)} is not in the middle of its interval{where}; the SE is taken from the"
            " width: look for a slip, or an exact or profile interval"
        )


def _repeated_studies(labels: Sequence[str], kinds: Sequence[str], shared: Container[str]) -> Iterator[str]:
    """Studies that enter in several rows, those apart whose shared control group was dealt with."""
    counts = Counter(study_of(label) for label, kind in zip(labels, kinds, strict=True) if kind)
    for study, count in counts.items():
        if study and study not in shared and count > 1:
            yield (
                f"{counted(count, 'row')} are of {study}: results of the same people are not independent, as the pool"
                " takes them to be; keep one, or pool them apart (--batch COLUMN)"
            )


def _suspected_standard_errors(labels: Sequence[str], kinds: Sequence[str], data: Data) -> Iterator[str]:
    """Studies whose SDs lie far below the others' and among them times √n."""
    names = ("sd1i", "n1i", "sd2i", "n2i")
    if not set(names) <= set(data):
        return
    cells = {at: tuple(data[name][at] for name in names) for at, kind in enumerate(kinds) if kind == "means"}
    rows = {at: row for at, row in cells.items() if all(value > 0 for value in row)}
    for at, (sd1, n1, sd2, n2) in rows.items():
        others = [math.sqrt(row[0] * row[2]) for other, row in rows.items() if other != at]
        if len(others) < 2:
            return
        usual, sd, root = median(others), math.sqrt(sd1 * sd2), math.sqrt(math.sqrt(n1 * n2))
        spread = max(FAR_BELOW, max(others) / min(others))
        if sd * spread < usual and usual / spread <= sd * root <= usual * spread:
            yield (
                f"the SDs of {labels[at]} ({sd1:g} and {sd2:g}) are {usual / sd:.1f} times smaller than the others'"
                f" (about {usual:.3g}), and √n is {root:.1f}: are they standard errors? Those go into se1i and se2i"
            )


def codes_remark(column: str, values: Sequence[float] | Sequence[str]) -> str:
    """What is said of a moderator whose numbers look like codes of categories; "" for others."""
    numbers = [value for value in values if isinstance(value, float)]
    distinct = sorted(set(numbers))
    if len(numbers) < len(values) or not FEWEST_CODES <= len(distinct) <= MOST_CODES:
        return ""
    if distinct[0] not in (0.0, 1.0) or any(b - a != 1 for a, b in pairwise(distinct)):
        return ""
    codes = listed([f"{value:g}" for value in distinct])
    return f"{column} is taken as an amount, one slope per step of 1; if {codes} are categories: --categories {column}"


def _line_words(lines: Sequence[str]) -> str:
    return f"line {lines[0]}" if len(lines) == 1 else f"lines {listed(lines)}"


def _few_labels(labels: Sequence[str], most: int = 5) -> str:
    """The labels, those beyond the first few counted."""
    return (
        listed(labels) if len(labels) <= most else f"{', '.join(labels[:most])} and {len(labels) - most} more"
    )
