"""What the data behind a lone p could have been: bars of each measure's bound, and envelopes of each category."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.feasible import feasible_question, leading_superiority
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.canvas import column_width, fitted, paragraph, unplaced_lines
from msc_evidence.plots.paper import Paper
from msc_evidence.plots.scope import Scope, Unplaced, unplaced_reasons
from msc_evidence.statistics.feasible.question import Bound, DataSet, End
from msc_evidence.statistics.feasible.tests_admitted import TESTS
from msc_evidence.tables.feasible import bound_words
from msc_evidence.tables.feasible_sections import scale_points
from msc_evidence.tables.words import shown_effect

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from msc_evidence.statistics.feasible.bounds import Feasible

#: The tests whose bounds stand below each other; the second only where one outcome is asked for.
DRAWN = ("rank-sum normal", "Student")
#: More categories than this make no legible envelope.
MOST_CATEGORIES = 11
#: What a measure's axis reaches from and to; that of g as far as there is need.
AXES = {"PS": (0.0, 1.0), "RD": (-1.0, 1.0), "g": None}
#: The marks of an end by how it is known, in a terminal: filled, half and hollow on paper.
MARKS = {"exact": "●", "attained": "◆", "outer": "○"}
KEY = "● exact, ◆ attained by a data set that others may pass, ○ proved and perhaps not reached"


@dataclass(frozen=True, slots=True)
class BoundBar:
    """The bound of a measure under a test."""

    test: str
    measure: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Envelope:
    """An arm's categories: the smallest and the largest share of any data set, and those of two data sets."""

    label: str
    n: int
    shares: tuple[tuple[float, float], ...]
    least: tuple[float, ...]
    most: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FeasiblePanel:
    """One result: its bounds, and its envelopes under the first test."""

    title: str
    grades: tuple[str, ...]
    bars: tuple[BoundBar, ...]
    envelopes: tuple[Envelope, ...]

    @property
    def alternative(self) -> str:
        """The panel in words."""
        bars = "; ".join(
            f"if p is from {TESTS[bar.test][1]}, {bar.measure} {bound_words(bar.bound)}" for bar in self.bars
        )
        return f"{self.title}: {bars}."


@dataclass(frozen=True, slots=True)
class FeasiblePicture:
    """The panels, the trials that have none, and how many results there was no room for."""

    panels: tuple[FeasiblePanel, ...]
    unplaced: tuple[Unplaced, ...]
    undrawn: int

    @property
    def shortened(self) -> str:
        """How many results are not drawn, and what draws them; nothing where all are."""
        if not self.undrawn:
            return ""
        drawn = len(self.panels)
        return f"The first {drawn} of {drawn + self.undrawn:,} results; msc-evidence plot feasible draws all of them."


def feasible_picture(scope: Scope) -> FeasiblePicture:
    """The lone p-values of ordinal outcomes; raises Refused where there is none."""
    tests = DRAWN if scope.outcome is not None else DRAWN[:1]
    names, undrawn = scope.names(), 0
    panels: list[FeasiblePanel] = []
    placed: set[str] = set()
    for outcome in scope.outcome_ids():
        for result in scope.results(outcome):
            if shown_effect(result) is None and leading_superiority(result) is not None:
                placed.add(result.trial_id)
                if scope.most_panels is not None and len(panels) >= scope.most_panels:
                    undrawn += 1
                else:
                    panels.append(_result_panel(names[result.trial_id], result, tests))
    reason = "no lone p of a rank-sum test on an ordinal scale"
    unplaced = tuple((name, reason) for key, name in names.items() if key not in placed)
    if not panels:
        raise Refused(f"nothing to draw: {', '.join(name for name, _ in unplaced)}: {reason}")
    return FeasiblePicture(tuple(panels), unplaced, undrawn)


def _result_panel(name: str, result: AnalysedResult, tests: Sequence[str]) -> FeasiblePanel:
    from msc_evidence.statistics.feasible.bounds import drawn

    question = feasible_question(result)
    assert question.printed is not None
    answers = [drawn(question.printed, test) for test in tests if test in question.tests]
    at = "" if result.timepoint == "not reported" else f" at {result.timepoint}"
    return FeasiblePanel(
        f"{name}{at}: {result.label}, p {result.p}",
        scale_points(question),
        tuple(bar for answer in answers for bar in _bars(answer)),
        _envelopes(result, answers[0]) if question.printed.categories <= MOST_CATEGORIES else (),
    )


def _bars(answer: Feasible) -> list[BoundBar]:
    cuts = [bound for bound in answer.bounds if bound.measure.startswith("RD>=")]
    bars = [BoundBar(answer.test, "PS", bound) for bound in answer.bounds if bound.measure == "PS"]
    if cuts:
        low = min((bound.low for bound in cuts), key=lambda end: end.value)
        high = max((bound.high for bound in cuts), key=lambda end: end.value)
        bars.append(BoundBar(answer.test, "RD", Bound("RD at a cut", low, high)))
    finite = (
        bound
        for bound in answer.bounds
        if bound.measure == "g" and math.isfinite(bound.low.value) and math.isfinite(bound.high.value)
    )
    return [*bars, *(BoundBar(answer.test, "g", bound) for bound in finite)]


def _envelopes(result: AnalysedResult, answer: Feasible) -> tuple[Envelope, ...]:
    difference, contrast = answer.bound("MD"), result.contrast
    if difference is None or contrast is None or not answer.envelope:
        return ()
    ends: list[DataSet | None] = [difference.low.data, difference.high.data]
    if ends[0] is None or ends[1] is None:
        return ()
    envelopes = []
    for at, arm in enumerate((contrast.arm, contrast.against)):
        n = (contrast.n1, contrast.n2)[at] or 1
        envelopes.append(
            Envelope(
                result.trial.arms[arm].label or arm,
                n,
                tuple((low / n, high / n) for low, high in answer.envelope[at]),
                tuple(count / n for count in ends[0][at]),
                tuple(count / n for count in ends[1][at]),
            )
        )
    return tuple(envelopes)


def alternative(picture: FeasiblePicture) -> str:
    """Every panel in words."""
    left_out = [f"Not placed: {reason}." for reason in unplaced_reasons(picture.unplaced)]
    shortened = [picture.shortened] if picture.undrawn else []
    return " ".join([*(panel.alternative for panel in picture.panels), *shortened, *left_out])


def _axis_ends(bars: Sequence[BoundBar], measure: str) -> tuple[float, float]:
    fixed_ends = AXES[measure]
    if fixed_ends is not None:
        return fixed_ends
    values = [
        abs(end.value) for bar in bars if bar.measure == measure for end in (bar.bound.low, bar.bound.high)
    ]
    reach = math.ceil(max(values, default=1.0) + 0.25)
    return -float(reach), float(reach)


def text(picture: FeasiblePicture, width: int) -> list[str]:
    """The panels one below the other."""
    lines: list[str] = []
    for panel in picture.panels:
        lines += [*([""] if lines else []), *_text_panel(panel, min(width, 100))]
    shortened = paragraph(picture.shortened, width) if picture.undrawn else []
    return [*lines, "", *shortened, *paragraph(KEY, width), *unplaced_lines(picture.unplaced, width)]


def _text_panel(panel: FeasiblePanel, width: int) -> list[str]:
    lines = paragraph(panel.title, width)
    words = [bound_words(bar.bound) for bar in panel.bars]
    wide = column_width(words, 22)
    cells = width - wide - 14
    for bar, shown in zip(panel.bars, words, strict=True):
        if bar.measure == "PS":
            lines += paragraph(f"if p is from {TESTS[bar.test][1]}", width)
        low, high = _axis_ends(panel.bars, bar.measure)
        drawn = _text_bar(bar.bound, low, high, cells)
        lines.append(
            f"  {bar.measure:<2} {low:>3g} {drawn} {high:<3g} {fitted(shown, wide)}".rstrip().replace(
                "-", "−"
            )
        )
    for envelope in panel.envelopes:
        lines += ["", *_text_envelope(envelope, panel.grades, width)]
    return lines


def _text_bar(bound: Bound, low: float, high: float, cells: int) -> str:
    """The axis with the bound on it; its middle, no difference, as an upright stroke."""

    def cell(value: float) -> int:
        return min(cells - 1, max(0, round((value - low) / (high - low) * (cells - 1))))

    signs = ["·"] * cells
    signs[cell((low + high) / 2)] = "│"
    start, end = cell(bound.low.value), cell(bound.high.value)
    signs[start : end + 1] = ["─"] * (end + 1 - start)
    signs[start], signs[end] = MARKS[bound.low.status], MARKS[bound.high.status]
    return "".join(signs)


def _text_envelope(envelope: Envelope, grades: Sequence[str], width: int) -> list[str]:
    """A row for each category, the worst first: what any data set has, and the sets with the least and the most MD."""
    label = column_width(grades, 6)
    cells = width - label - 12
    lines = paragraph(
        f"{envelope.label} (n {envelope.n}): shares that any data set has (▒), with the least (○) and most (●) MD",
        width,
    )
    for at, grade in enumerate(grades):
        signs = [" "] * cells
        start, end = (round(share * (cells - 1)) for share in envelope.shares[at])
        signs[start : end + 1] = ["▒"] * (end + 1 - start)
        signs[round(envelope.least[at] * (cells - 1))] = "○"
        signs[round(envelope.most[at] * (cells - 1))] = "●"
        lines.append(f"  {fitted(grade, label, right=True)} ┊{''.join(signs)}┊".rstrip())
    return lines


PAPER_KEY = "Ends: filled, exact; diamond, attained by a data set that others may pass; hollow, proved."
ENVELOPE_KEY = (
    "Grey: from the smallest to the largest share (%) of any data set; its ends do not go together. Outlined: the data"
    " sets with the least (orange) and the most (green) mean difference."
)
#: Millimetres of a bar's row, of an envelope, and of the column of words beside a bar.
ROW, HEIGHT, WORDS = 4.2, 26.0, 34.0


def draw(picture: FeasiblePicture, page: Paper) -> None:
    """The panels one below the other."""
    for number, panel in enumerate(picture.panels, 1):
        page.y += 4.0 if number > 1 else 0.0
        page.line(panel.title, weight="bold")
        for at, bar in enumerate(panel.bars):
            if bar.measure == "PS":
                page.line(f"if p is from {TESTS[bar.test][1]}", size=ink.SMALL, color=ink.GREY)
            _draw_bar(panel, bar, page, f"panel-{number}-bar-{at + 1}")
        if panel.envelopes:
            _draw_envelopes(panel, page, f"panel-{number}")
    if picture.undrawn:
        page.line(picture.shortened, size=ink.SMALL, color=ink.GREY)
    page.line(PAPER_KEY, size=ink.SMALL, color=ink.GREY)
    ink.draw_unplaced(page, picture.unplaced)


def _draw_bar(panel: FeasiblePanel, bar: BoundBar, page: Paper, name: str) -> None:
    low, high = _axis_ends(panel.bars, bar.measure)
    middle = page.y + ROW / 2
    page.text(3.0, middle, bar.measure)
    page.text(page.width - 2.0, middle, bound_words(bar.bound), size=ink.SMALL, ha="right")
    page.text(14.0, middle, f"{low:g}".replace("-", "−"), size=ink.SMALL, color=ink.GREY, ha="right")
    width = page.width - WORDS - 20.0

    def frame(axes: Axes) -> None:
        axes.set_xlim(low, high)
        axes.set_ylim(0, 1)
        ink.hide_frame(axes)
        axes.set_xticks([])
        axes.axhline(0.5, color=ink.PALE, linewidth=0.6)
        axes.axvline((low + high) / 2, color=ink.GREY, linewidth=0.6)
        (line,) = axes.plot(
            [bar.bound.low.value, bar.bound.high.value], [0.5, 0.5], color=ink.BLUE, linewidth=1.6
        )
        line.set_gid(name)
        for end in (bar.bound.low, bar.bound.high):
            _draw_end(axes, end)

    page.axes(15.0, page.y, width, ROW, frame)
    page.text(16.0 + width, middle, f"{high:g}", size=ink.SMALL, color=ink.GREY)
    page.y += ROW


def _draw_end(axes: Axes, end: End) -> None:
    style: dict[str, Any] = {"markersize": 3.6, "markeredgecolor": ink.BLUE, "markeredgewidth": 0.8}
    fill = "white" if end.status == "outer" else ink.BLUE
    marker = "D" if end.status == "attained" else "o"
    axes.plot([end.value], [0.5], marker=marker, markerfacecolor=fill, clip_on=False, **style)


def _draw_envelopes(panel: FeasiblePanel, page: Paper, name: str) -> None:
    """Both arms beside each other: a column for each category, the worst at the left."""
    page.y += 1.0
    width = (page.width - 22.0) / 2
    for number, envelope in enumerate(panel.envelopes):
        left = 9.0 + number * (width + 9.0)
        page.text(left, page.y + ink.LINE / 2, f"{envelope.label} (n {envelope.n})", size=ink.SMALL)

        def frame(axes: Axes, envelope: Envelope = envelope, number: int = number) -> None:
            _draw_envelope(axes, envelope, panel.grades, f"{name}-envelope-{number + 1}")

        page.axes(left, page.y + ink.LINE + 0.6, width, HEIGHT, frame)
    page.y += ink.LINE + HEIGHT + 4.6
    page.line(ENVELOPE_KEY, size=ink.SMALL, color=ink.GREY)


def _draw_envelope(axes: Axes, envelope: Envelope, grades: Sequence[str], name: str) -> None:
    places = range(len(grades))
    axes.set_ylim(0, 100)
    axes.set_xlim(-0.6, len(grades) - 0.4)
    for at, (low, high) in enumerate(envelope.shares):
        (bar,) = axes.bar(at, 100 * (high - low), 0.8, bottom=100 * low, color=ink.PALE)
        bar.set_gid(f"{name}-{at}")
    for shares, colour, shift in ((envelope.least, ink.VERMILLION, 0.36), (envelope.most, ink.GREEN, 0.28)):
        for at, share in enumerate(shares):
            axes.plot([at - shift, at - shift, at + shift, at + shift], [0, 100 * share, 100 * share, 0],
                      color=colour, linewidth=0.9)  # fmt: skip
    axes.set_xticks(list(places), list(grades))
    axes.set_yticks([0, 50, 100])
    axes.tick_params(labelsize=ink.SMALL)
    ink.hide_frame(axes, "left", "bottom")


PLOT = Plot("What the data could have been", "registry", feasible_picture, alternative, text, draw)
