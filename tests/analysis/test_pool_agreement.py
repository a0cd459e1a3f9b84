"""Whatever is pooled, however: p, interval, sentence, table and picture agree about null, level and range."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.analysis.pool.pool import MODELS, Pool, Refused, Settings, StudySet, pool_set
from msc_evidence.plots.own_pools import own_panel
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.pooling.pooling import CONFIDENCE, Confidence
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.pool.screen import pool_blocks, pooled_table, sentence
from msc_evidence.tables.table import Sentences, Table, Value
from msc_evidence.tables.words import interval_words

LEVELS = (0.5, 0.8, 0.95, 0.999)
#: What each measure can be, as people read it.
RANGES = {
    "PS": (0.0, 1.0),
    "RD": (-1.0, 1.0),
    **dict.fromkeys(("OR", "RR", "HR", "IRR", "COR", "PETO", "ROM"), (0.0, math.inf)),
}
#: The columns of what people read, by the measure.
READ = {"PS": "ps", **dict.fromkeys(("OR", "RR", "HR", "IRR", "COR", "PETO", "ROM"), "ratio")}
ANY = (-math.inf, math.inf)

counts = st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=7)
spreads = st.floats(0.3, 4).map(lambda x: round(x, 2))
levels = st.floats(1, 9).map(lambda x: round(x, 2))
arms = st.tuples(levels, spreads, st.integers(3, 60), levels, spreads, st.integers(3, 60))
means = st.lists(arms, min_size=1, max_size=7)


def columns(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    return {name: [float(row[at]) for row in rows] for at, name in enumerate(names)}


def pooled(measure: str, data: Mapping[str, Sequence[float]], how: Settings) -> tuple[StudySet, Pool] | None:
    labels = [f"s{at}" for at in range(len(next(iter(data.values()))))]
    studies = StudySet.of("", labels, data, measure)
    try:
        return studies, pool_set(studies, how)
    except Refused:
        return None


def number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def decided(p: float, level: float) -> bool:
    """Whether there is a p, and not so close to α that rounding decides."""
    return abs(p - (1 - level)) > 1e-9


def agrees(pool: Pool, row: Mapping[str, Value]) -> None:
    """One row of a file: p, interval and null; limits within the measure's range, on both scales."""
    measure = pool.settings.measure
    low, high, p = (number(row[key]) for key in ("ci_lb", "ci_ub", "p"))
    if decided(p, pool.settings.level):
        assert (p < 1 - pool.settings.level) == (low > 0 or high < 0), row
    if not math.isnan(low):
        assert low <= number(row["estimate"]) <= high, row
    least, greatest = RANGES.get(measure, ANY)
    prefix, null = READ.get(measure), no_difference(measure)
    keys = [prefix, *(f"{prefix}_{end}" for end in ("ci_lb", "ci_ub", "pi_lb", "pi_ub"))] if prefix else (
        ["estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"]
    )  # fmt: skip
    shown = [number(row[key]) for key in keys]
    assert all(least <= value <= greatest for value in shown if not math.isnan(value)), row
    if decided(p, pool.settings.level):
        bounds = shown[1], math.inf if math.isnan(shown[2]) else shown[2]
        assert (p < 1 - pool.settings.level) == (bounds[0] > null or bounds[1] < null), row


def said_rightly(pool: Pool, level: str) -> None:
    """The sentence and the headings: the same side of the null as p, the level of the pool, no model without one."""
    said = sentence(None, [("", pool)])
    assert isinstance(said, Sentences)
    (text,) = said.items
    found = pool.pooled
    assert not re.search(r"\bnan\b|\binf\b", text)
    # Of two studies an interval by t on one degree of freedom is not shown, nor what it would say.
    if decided(found.p, pool.settings.level) and "(no interval)" not in text:
        assert ("excludes no difference" in text) == (found.p < 1 - pool.settings.level), text
    if "CI " in text:
        assert f"({level} CI " in text
    assert not (found.k == 1 and re.search("random|Hartung", text)), text
    titles = [
        column.title
        for block in pool_blocks("t", pool, every_model=True)
        if isinstance(block, Table)
        for column in block.columns
    ]
    assert {title for title in titles if "CI" in title} == {f"Effect ({level} CI)", f"Pooled ({level} CI)"}


def checked(
    measure: str, model: str, ci: Confidence, level: float, data: Mapping[str, Sequence[float]]
) -> None:
    try:
        how = Settings(measure, model, ci, level, prior_scale=0.7 if model == "bayes" else None)
    except Refused:
        return
    found = pooled(measure, data, how)
    if found is None:
        return
    studies, pool = found
    words = f"{100 * level:g}%"
    rows = pooled_table([("", pool)]).rows
    assert {row["level"] for row in rows} == {100 * level}
    for row, each in zip(rows, (pool, *pool.alternatives), strict=True):
        agrees(each, row)
        said_rightly(each, words)
    panel = own_panel("f", studies, how)
    assert panel.effect_title == f"Effect ({words} CI)"
    least, greatest = RANGES.get(measure, ANY)
    for mark in panel.studies:
        for end in (mark.lower, mark.upper):
            assert math.isnan(end) or least <= panel.scale.back(end) <= greatest
    assert panel.pooled is not None
    assert panel.pooled.estimate == pool.pooled.estimate or math.isnan(pool.pooled.estimate)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
@settings(max_examples=60)
@given(
    rows=counts, model=st.sampled_from(MODELS), ci=st.sampled_from(CONFIDENCE), level=st.sampled_from(LEVELS)
)
def test_counts(measure: str, rows: list[tuple[int, ...]], model: str, ci: Confidence, level: float) -> None:
    sized = [(a, a + b + 1, c, c + d + 1) for a, b, c, d in rows]
    checked(measure, model, ci, level, columns(("ai", "n1i", "ci", "n2i"), sized))


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM", "PS"])
@settings(max_examples=60)
@given(
    rows=means, model=st.sampled_from(MODELS), ci=st.sampled_from(CONFIDENCE), level=st.sampled_from(LEVELS)
)
def test_means(measure: str, rows: list[tuple[float, ...]], model: str, ci: Confidence, level: float) -> None:
    checked(measure, model, ci, level, columns(("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"), rows))


@pytest.mark.parametrize("measure", ["HR", "IRR", "COR", "GEN"])
@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-4, 4)), min_size=1, max_size=7),
    model=st.sampled_from(MODELS),
    ci=st.sampled_from(CONFIDENCE),
    level=st.sampled_from(LEVELS),
)
def test_effects_as_given(
    measure: str, rows: list[tuple[float, float]], model: str, ci: Confidence, level: float
) -> None:
    checked(measure, model, ci, level, columns(("yi", "vi"), rows))


def test_no_measure_is_forgotten() -> None:
    assert set(MEASURES) == {"OR", "RR", "RD", "PETO", "MD", "SMD", "ROM", "PS", "HR", "IRR", "COR", "GEN"}


def test_two_small_trials_of_superiority() -> None:
    # PS .76 of 5 v 25 and .53 of 39 v 15: untransformed, tested against 0, they gave p 2e-8 and limits of −.8 and 2.
    data = {"pi": [0.076, 0.732], "n1i": [5, 39], "n2i": [25, 15], "direction": [1, 1]}
    rows = pooled_table([("", pool_set(StudySet.of("", ["a", "b"], data, "PS"), Settings("PS")))]).rows
    assert [round(number(rows[0][key]), 2) for key in ("ps", "ps_ci_lb", "ps_ci_ub", "p")] == [
        0.62,
        0.39,
        0.8,
        0.32,
    ]
    assert all(0 <= number(row[key]) <= 1 for row in rows for key in ("ps_ci_lb", "ps_ci_ub"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((5e-324, 5e-324, 3e-323), "4.9×10⁻³²⁴ (4.9×10⁻³²⁴ to 3×10⁻³²³)"),
        ((1.0, 0.0, math.inf), "1.00 (0.00 to ∞)"),
        ((-2.6e-5, -5.9e-5, 7e-6), "−0.000026 (−0.000059 to 0.000007)"),
        ((0.0042, 0.0011, 0.0079), "0.0042 (0.0011 to 0.0079)"),
    ],
)
def test_numbers_of_any_size_are_shown(values: tuple[float, float, float], words: str) -> None:
    assert interval_words(*values) == words
