"""Risk of bias as a traffic light: an instrument's domains across, results downwards, a sign beside every colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.bias_signs import draw_light
from msc_evidence.plots.canvas import column_width, fitted, paragraph
from msc_evidence.plots.paper import Paper, folded_lines, text_width
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.risk_of_bias import Instrument
from msc_evidence.tables.review import table_named
from msc_evidence.tables.review.rob import TABLES
from msc_evidence.tables.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Lights:
    """One result, its sign in each column and what these mean; no sign where that was not judged."""

    label: str
    signs: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def alternative(self) -> str:
        """The row in words."""
        return f"{self.label}: {', '.join(filter(None, self.words))}."


@dataclass(frozen=True, slots=True)
class TrafficLight:
    """The results that were judged by one instrument."""

    tool: Instrument
    rows: tuple[Lights, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """`D1` to the last domain, `Overall`."""
        return (*self.tool.codes, "Overall")

    @property
    def legend(self) -> tuple[str, ...]:
        """What the signs and the columns mean."""
        signs = ", ".join(f"{sign} {risk}" for risk, sign in self.tool.signs.items())
        return f"{signs}.", f"{self.tool.legend}."


@dataclass(frozen=True, slots=True)
class TrafficLights:
    """The results that were judged, by instrument, and those that were not by any."""

    judged: tuple[TrafficLight, ...]
    not_judged: tuple[str, ...]

    @property
    def unjudged_words(self) -> str:
        """Which results nobody judged; "" where all are."""
        return f"Not judged: {'; '.join(self.not_judged)}." if self.not_judged else ""


def traffic_lights(scope: Scope) -> TrafficLights:
    """The judgements of a registry; raises Refused where it holds none."""
    query = Query(scope.analysis, tuple(scope.trials), tuple(scope.outcome_ids()), at=scope.at)
    return judged_lights({tool: table_named(name).table(query) for tool, name in TABLES.items()})


def judged_lights(tables: Mapping[Instrument, Table]) -> TrafficLights:
    """The rows of the tables of judgements; raises Refused where nothing is judged."""
    lights = [TrafficLight(tool, tuple(_lights(tool, table))) for tool, table in tables.items()]
    judged = tuple(light for light in lights if light.rows)
    if not judged:
        raise Refused(
            "no risk of bias is judged; `msc-evidence table rob` says how a trial's `risk-of-bias` records one"
        )
    unjudged = (
        str(row["Study"])
        for table in tables.values()
        for row in table.rows
        if not row.get(table.columns[1].key)
    )
    return TrafficLights(judged, tuple(unjudged))


def _lights(tool: Instrument, table: Table) -> Iterator[Lights]:
    """A row for each judged result."""
    columns = (*tool.codes, "Overall")
    for row in table.rows:
        risks = [str(row[key]).casefold() if row.get(key) else "" for key in columns]
        if any(risks):
            words = (f"{key} {risk}" if risk else "" for key, risk in zip(columns, risks, strict=True))
            signs = tuple(tool.signs[risk] if risk else "" for risk in risks)
            yield Lights(str(row["Study"]), signs, tuple(words))


#: Heads the overall judgement where its column is narrow.
SHORT_OVERALL = "All"
#: Millimetres between the centres of two signs, at most and at least.
FIGURE_CELL, NARROW = 14.0, 6.4


def draw(picture: TrafficLights, page: Paper) -> None:
    """One row per judged result, an instrument below the other; results that nobody judged are named below."""
    for number, light in enumerate(picture.judged):
        page.y += 3.0 if number else 0.0
        if len(picture.judged) > 1:
            page.line(light.tool.name, weight="bold")
        _draw_lights(light, page, f"{light.tool.key}-" if number else "")
    if picture.unjudged_words:
        page.line(picture.unjudged_words, size=ink.SMALL, color=ink.GREY)


def _draw_lights(light: TrafficLight, page: Paper, prefix: str) -> None:
    columns = light.columns
    cell = min(FIGURE_CELL, max(NARROW, (page.width - 50.0) / len(columns)))
    label, size = page.width - 4.0 - cell * len(columns), ink.SIZE if page.width > 120 else ink.SMALL
    fits = text_width(columns[-1], size, "bold") < cell
    for at, head in enumerate((*columns[:-1], columns[-1] if fits else SHORT_OVERALL)):
        page.text(2.0 + label + (at + 0.5) * cell, page.y + 2.0, head, size=size, weight="bold", ha="center")
    page.y += ink.LINE + 1.2
    names = [folded_lines(row.label, label - 2.0, size) for row in light.rows]
    heights = [max(6.0, ink.LINE * len(lines) + 1.6) for lines in names]
    top, total = page.y, sum(heights)
    for lines, height in zip(names, heights, strict=True):
        first = page.y + height / 2 - ink.LINE * (len(lines) - 1) / 2
        for at, line in enumerate(lines):
            page.text(2.0, first + at * ink.LINE, line, size=size)
        page.y += height

    def frame(axes: Axes) -> None:
        axes.set_xlim(0, len(columns))
        axes.set_ylim(total, 0)
        ink.hide_frame(axes)
        axes.set_xticks([])
        for number, row in enumerate(light.rows):
            middle = sum(heights[:number]) + heights[number] / 2
            _draw_row(axes, row, columns, middle, f"{prefix}result-{number + 1}")
            axes.axhline(sum(heights[:number]), color=ink.PALE, linewidth=0.5)

    page.axes(2.0 + label, top, cell * len(columns), total, frame)
    page.y += 1.6
    for words in light.legend:
        page.line(words, size=ink.SMALL, color=ink.GREY)


def _draw_row(axes: Axes, row: Lights, columns: Sequence[str], y: float, name: str) -> None:
    for at, (column, sign) in enumerate(zip(columns, row.signs, strict=True)):
        if sign:
            draw_light(axes, at + 0.5, y, sign, f"{name}-{column}")


#: Columns of the terminal that a sign takes.
TEXT_CELL = 8


def alternative(picture: TrafficLights) -> str:
    """Every row in words."""
    rows = [f"{light.tool.name}, {row.alternative}" for light in picture.judged for row in light.rows]
    return " ".join([*rows, *(f"{label}: not judged." for label in picture.not_judged)])


def text(picture: TrafficLights, width: int) -> list[str]:
    """A row per result, its signs in columns, an instrument below the other."""
    lines: list[str] = []
    for light in picture.judged:
        lines += [*([""] if lines else []), *([light.tool.name] if len(picture.judged) > 1 else [])]
        lines += _text_lights(light, width)
    return [*lines, *(["", *paragraph(picture.unjudged_words, width)] if picture.unjudged_words else [])]


def _text_lights(light: TrafficLight, width: int) -> list[str]:
    columns = light.columns
    cell = min(TEXT_CELL, max(4, (width - 24) // len(columns)))
    label = column_width([row.label for row in light.rows], width - cell * len(columns))
    heads = [*columns[:-1], columns[-1] if cell > len(columns[-1]) else SHORT_OVERALL]
    lines = [" " * label + "".join(f"{head:>{cell}}" for head in heads)]
    for row in light.rows:
        first, *rest = paragraph(row.label, label)
        lines += [fitted(first, label) + "".join(f"{sign:>{cell}}" for sign in row.signs), *rest]
    return [*lines, "", *(line for words in light.legend for line in paragraph(words, width))]


PLOT = Plot(
    "Risk of bias", "registry", traffic_lights, alternative, text, draw, chosen_by=("OUTCOME", "--at")
)
