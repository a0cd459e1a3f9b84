"""Pictures of the shipped registry, drawn once, and an SVG by its ids."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msc_evidence
from msc_evidence.analysis.pool.pool import Settings
from msc_evidence.analysis.results import Analysis
from msc_evidence.plots import plot_named
from msc_evidence.plots.pools import registry_panels
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.loader import load

ROOT = Path(__file__).parents[2]
#: The registry that a picture is drawn of; nobody judged the trials of the shipped one.
JUDGED = ROOT / "docs" / "judged.yaml"
#: What the registry that comes with the program has no judgements of.
JUDGEMENTS = {"rob": JUDGED, "trust": ROOT / "docs" / "trusted.yaml"}


@cache
def picture(name: str) -> Any:
    """The picture of a plot, as the command makes it."""
    plot = plot_named(name)
    scope = Scope(Analysis(load(JUDGEMENTS[name]) if name in JUDGEMENTS else msc_evidence.load()))
    return plot.picture(registry_panels(scope, Settings.usual) if plot.of == "pools" else scope)


@cache
def drawn(name: str, width: int, format: str) -> bytes:
    """The picture as a file."""
    from msc_evidence.plots.paper import rendered_file

    plot, made = plot_named(name), picture(name)
    return rendered_file(
        lambda page: plot.draw(made, page), width, format, plot.title, plot.alternative(made)
    )


class Svg:
    """An SVG by the ids of its groups."""

    def __init__(self, raw: bytes) -> None:
        self.root = ElementTree.fromstring(raw)
        self.groups = {each.get("id"): each for each in self.root.iter() if each.get("id")}

    def texts(self) -> list[str]:
        """Everything written, as text."""
        found = [
            "".join(each.itertext()).strip() for each in self.root.iter("{http://www.w3.org/2000/svg}text")
        ]
        return [text for text in found if text]

    def ids(self, start: str) -> list[str]:
        """The ids that begin so, in the order of the file."""
        return [name for name in self.groups if name.startswith(start)]

    def at(self, name: str) -> tuple[float, float]:
        """Where the first mark of a group stands."""
        use = next(self.groups[name].iter("{http://www.w3.org/2000/svg}use"))
        return float(use.get("x", "nan")), float(use.get("y", "nan"))

    def corners(self, name: str) -> list[tuple[float, float]]:
        """The points of the first path of a group."""
        path = next(self.groups[name].iter("{http://www.w3.org/2000/svg}path")).get("d", "")
        words = [word for word in path.replace("\n", " ").split() if not word.isalpha()]
        return list(zip(map(float, words[::2]), map(float, words[1::2]), strict=True))
