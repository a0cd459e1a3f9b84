"""What each plot draws: every mark with its place, size and colour, in points; `make golden` rewrites them.

Lines and letters are the fonts' and the library's matter: of a text its place, size and words are compared, of a path
the box around it; numbers to a quarter of a point, as a word is that much wider in another release of the library.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.analysis.pool.pool import Settings
from msc_evidence.analysis.results import Analysis
from msc_evidence.plots import plot_named, plot_names
from msc_evidence.plots.paper import rendered_file
from msc_evidence.plots.pools import registry_panels
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.loader import load

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
REGISTRIES = {
    "forest": "docs/judged.yaml",
    "funnel": "docs/judged.yaml",
    "rob": "docs/judged.yaml",
    "trust": "docs/trusted.yaml",
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
STYLES = re.compile(
    r"(?:^|; )(fill|stroke|stroke-width|stroke-dasharray|font-size|font-weight|text-anchor): ([^;]+)"
)


def drawn(name: str) -> bytes:
    """A plot of a registry that nobody changes but for its sake."""
    plot = plot_named(name)
    scope = Scope(Analysis(load(ROOT / REGISTRIES.get(name, "tests/registries/quarrels.yaml"))))
    picture = plot.picture(registry_panels(scope, Settings.usual) if plot.of == "pools" else scope)
    return rendered_file(
        lambda page: plot.draw(picture, page), plot.width, "svg", plot.title, plot.alternative(picture)
    )


def marks(raw: bytes) -> Iterator[str]:
    """A line for each thing that is drawn, in the order of drawing."""
    root = ElementTree.fromstring(raw)
    shapes = {each.get("id"): each for each in root.iter(f"{SVG}path") if each.get("id")}
    clips = {path for clip in root.iter(f"{SVG}clipPath") for path in clip.iter()}
    yield f"page {root.get('width')} {root.get('height')}"
    for each in root.iter():
        if each in clips or each.get("id") in shapes:
            continue
        if each.tag == f"{SVG}path":
            yield f"path {_style(each)} {_box(each.get('d', ''))}"
        elif each.tag == f"{SVG}use":
            shape = shapes[each.get(LINK, "").removeprefix("#")]
            yield f"mark {_style(each)} at {each.get('x')} {each.get('y')} {_box(shape.get('d', ''))}"
        elif each.tag == f"{SVG}text":
            place = each.get("transform") or f"{each.get('x')} {each.get('y')}"
            yield f"text {_style(each)} {place} {''.join(each.itertext()).strip()}"


def _style(element: ElementTree.Element) -> str:
    return " ".join(f"{key}:{value}" for key, value in sorted(STYLES.findall(element.get("style", ""))))


def _box(path: str) -> str:
    numbers = [float(number) for number in NUMBER.findall(path)]
    across, up = numbers[::2], numbers[1::2]
    return (
        f"{len(across)} points {min(across):.2f} {min(up):.2f} {max(across):.2f} {max(up):.2f}"
        if up
        else "nothing"
    )


def words_and_numbers(text: str) -> tuple[str, list[float]]:
    return NUMBER.sub("#", text), [float(number) for number in NUMBER.findall(text)]


@pytest.mark.parametrize("name", plot_names())
def test_what_is_drawn(name: str) -> None:
    text = "\n".join(marks(drawn(name))) + "\n"
    file = GOLDEN / f"{name}.golden"
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
    assert file.is_file(), f"{file} is missing: make golden writes it"
    words, numbers = words_and_numbers(text)
    kept_words, kept_numbers = words_and_numbers(file.read_bytes().decode())
    assert words == kept_words, f"{file.name} differs: make golden rewrites it"
    assert numbers == pytest.approx(kept_numbers, abs=0.25), f"{file.name} differs: make golden rewrites it"


def test_every_golden_picture_is_compared() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(plot_names())
