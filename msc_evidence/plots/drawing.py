"""A plot of given data, to be drawn in text or to a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msc_evidence.plots import Plot
from msc_evidence.plots.paper import Paper, rendered_file


@dataclass(frozen=True, slots=True)
class Drawing:
    """A kind of plot and its picture, which has no coordinate of paper yet; a notebook shows it as SVG."""

    plot: Plot[Any]
    picture: Any

    @property
    def alternative(self) -> str:
        """The picture in words, for screen readers."""
        return self.plot.alternative(self.picture)

    def lines(self, width: int) -> list[str]:
        """The picture in lines of at most so many columns."""
        return self.plot.text(self.picture, width)

    def file(self, format: str, width: int | None = None) -> bytes:
        """The picture as svg, pdf or png, `width` mm wide; needs matplotlib."""

        def draw(paper: Paper) -> None:
            self.plot.draw(self.picture, paper)

        millimetres = self.plot.width if width is None else width
        return rendered_file(draw, millimetres, format, self.plot.title, self.alternative)

    def __str__(self) -> str:
        return "\n".join(self.lines(80))

    def _repr_svg_(self) -> str:
        return self.file("svg").decode()
