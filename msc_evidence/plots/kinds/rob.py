"""Risk of bias as a traffic light: RoB 2's domains across, results downwards, a sign beside every colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.plots import Plot
from msc_evidence.plots import paper as ink
from msc_evidence.plots.canvas import column_width, fitted, paragraph
from msc_evidence.plots.paper import Paper, folded_lines
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.judgements import DOMAINS as WORDS
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: RoB 2's domains by their numbers.
DOMAINS: Mapping[str, str] = {f"D{at}": words for at, words in enumerate(WORDS.values(), 1)}
COLUMNS = (*DOMAINS, "Overall")
#: A judgement's sign, as robvis draws it.
SIGNS: Mapping[str, str] = {"Low": "+", "Some concerns": "-", "High": "x", "No information": "?"}
MEANT: Mapping[str, str] = {sign: judgement for judgement, sign in SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Lights:
    """One result and its sign in each of COLUMNS."""

    label: str
    signs: tuple[str, ...]

    @property
    def alternative(self) -> str:
        """The row in words."""
        judged = [
            f"{column} {MEANT[sign].casefold()}" for column, sign in zip(COLUMNS, self.signs, strict=True)
        ]
        return f"{self.label}: {', '.join(judged)}."


@dataclass(frozen=True, slots=True)
class TrafficLight:
    """The results that were judged, and those that were not."""

    rows: tuple[Lights, ...]
    not_judged: tuple[str, ...]


def traffic_light(scope: Scope) -> TrafficLight:
    """The judgements of a registry; raises Refused where it holds none."""
    query = Query(scope.analysis, tuple(scope.trials), tuple(scope.outcome_ids()), at=scope.at)
    return judged_lights(table_named("rob").table(query))


def judged_lights(table: Table) -> TrafficLight:
    """The rows of the table `rob`; raises Refused where nothing is judged."""
    judged = [row for row in table.rows if row.get("Overall")]
    if not judged:
        raise Refused(
            "no risk of bias is judged; `msc-evidence table rob` says how a trial's `risk-of-bias` records one"
        )
    return TrafficLight(
        tuple(Lights(str(row["Study"]), tuple(SIGNS[str(row[key])] for key in COLUMNS)) for row in judged),
        tuple(str(row["Study"]) for row in table.rows if not row.get("Overall")),
    )


#: Millimetres between the centres of two signs, at most and at least, and the diameter of a light in points.
FIGURE_CELL, NARROW, LIGHT = 14.0, 8.4, 12.0
FILLS = {"+": ink.GREEN, "-": ink.YELLOW, "x": ink.VERMILLION, "?": ink.SKY}
SIGNS_MEANT = f"{', '.join(f'{sign} {judgement.casefold()}' for judgement, sign in SIGNS.items())}."
DOMAINS_MEANT = f"{'; '.join(f'{code} {words}' for code, words in DOMAINS.items())}."


def draw(picture: TrafficLight, page: Paper) -> None:
    """One row per judged result; results that nobody judged are named below."""
    cell = min(FIGURE_CELL, max(NARROW, (page.width - 50.0) / len(COLUMNS)))
    label, size = page.width - 4.0 - cell * len(COLUMNS), ink.SIZE if page.width > 120 else ink.SMALL
    for at, column in enumerate(COLUMNS):
        page.text(
            2.0 + label + (at + 0.5) * cell, page.y + 2.0, column, size=size, weight="bold", ha="center"
        )
    page.y += ink.LINE + 1.2
    names = [folded_lines(row.label, label - 2.0, size) for row in picture.rows]
    heights = [max(6.0, ink.LINE * len(lines) + 1.6) for lines in names]
    top, total = page.y, sum(heights)
    for lines, height in zip(names, heights, strict=True):
        first = page.y + height / 2 - ink.LINE * (len(lines) - 1) / 2
        for at, line in enumerate(lines):
            page.text(2.0, first + at * ink.LINE, line, size=size)
        page.y += height

    def frame(axes: Axes) -> None:
        axes.set_xlim(0, len(COLUMNS))
        axes.set_ylim(total, 0)
        ink.hide_frame(axes)
        axes.set_xticks([])
        for number, row in enumerate(picture.rows):
            _draw_row(axes, row, sum(heights[:number]) + heights[number] / 2, f"result-{number + 1}")
            axes.axhline(sum(heights[:number]), color=ink.PALE, linewidth=0.5)

    page.axes(2.0 + label, top, cell * len(COLUMNS), total, frame)
    page.y += 1.6
    for words in (SIGNS_MEANT, DOMAINS_MEANT):
        page.line(words, size=ink.SMALL, color=ink.GREY)
    if picture.not_judged:
        page.line(f"Not judged: {'; '.join(picture.not_judged)}.", size=ink.SMALL, color=ink.GREY)


def _draw_row(axes: Axes, row: Lights, y: float, name: str) -> None:
    for at, (column, sign) in enumerate(zip(COLUMNS, row.signs, strict=True)):
        (light,) = axes.plot(
            [at + 0.5], [y], "o", markersize=LIGHT, markerfacecolor=FILLS[sign], markeredgecolor=ink.BLACK,
            markeredgewidth=0.5,
        )  # fmt: skip
        light.set_gid(f"{name}-{column}")
        axes.text(at + 0.5, y, sign, ha="center", va="center_baseline", fontsize=ink.SIZE + 1, weight="bold")


#: Columns of the terminal that a sign takes.
TEXT_CELL = 8


def alternative(picture: TrafficLight) -> str:
    """Every row in words."""
    rows = [row.alternative for row in picture.rows]
    return " ".join([*rows, *(f"{label}: not judged." for label in picture.not_judged)])


def text(picture: TrafficLight, width: int) -> list[str]:
    """A row per result, its signs in columns."""
    cell = min(TEXT_CELL, max(4, (width - 24) // len(COLUMNS)))
    label = column_width([row.label for row in picture.rows], width - cell * len(COLUMNS))
    lines = [" " * label + "".join(f"{column[: cell - 1]:>{cell}}" for column in COLUMNS)]
    for row in picture.rows:
        first, *rest = paragraph(row.label, label)
        lines += [fitted(first, label) + "".join(f"{sign:>{cell}}" for sign in row.signs), *rest]
    below = [SIGNS_MEANT, DOMAINS_MEANT]
    below += [f"Not judged: {'; '.join(picture.not_judged)}."] if picture.not_judged else []
    return [*lines, "", *(line for words in below for line in paragraph(words, width))]


PLOT = Plot(
    "Risk of bias (RoB 2)", "registry", traffic_light, alternative, text, draw, chosen_by=("OUTCOME", "--at")
)
