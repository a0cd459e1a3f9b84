"""Risk of bias as a traffic light: RoB 2's domains across, results downwards, a sign beside every colour."""

from __future__ import annotations

from msc_evidence.plots.canvas import column_width, fitted, paragraph
from msc_evidence.plots.figure_rob import DOMAINS_MEANT, SIGNS_MEANT, draw
from msc_evidence.plots.plot import Plot
from msc_evidence.tables.rob_picture import COLUMNS, TrafficLight, traffic_light

#: Columns of the terminal that a sign takes.
CELL = 8


def alternative(picture: TrafficLight) -> str:
    """Every row in words."""
    said = [row.alternative for row in picture.rows]
    return " ".join([*said, *(f"{label}: not judged." for label in picture.not_judged)])


def text(picture: TrafficLight, width: int) -> list[str]:
    """A row per result, its signs in columns."""
    cell = min(CELL, max(4, (width - 24) // len(COLUMNS)))
    label = column_width([row.label for row in picture.rows], width - cell * len(COLUMNS))
    lines = [" " * label + "".join(f"{column[: cell - 1]:>{cell}}" for column in COLUMNS)]
    for row in picture.rows:
        first, *rest = paragraph(row.label, label)
        lines += [fitted(first, label) + "".join(f"{sign:>{cell}}" for sign in row.signs), *rest]
    unjudged = f"Not judged: {'; '.join(picture.not_judged)}." if picture.not_judged else ""
    return [
        *lines,
        "",
        *(line for said in (SIGNS_MEANT, DOMAINS_MEANT, unjudged) for line in _said(said, width)),
    ]


def _said(words: str, width: int) -> list[str]:
    return paragraph(words, width) if words else []


PLOT = Plot(
    "Risk of bias (RoB 2)", "registry", traffic_light, alternative, text, draw, chosen_by=("OUTCOME", "--at")
)
