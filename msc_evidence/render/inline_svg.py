"""SVG of its own file made a part of a page: no style attribute that a strict policy forbids, ids of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

#: Matplotlib's rule for every element; inherited, one attribute of the root says the same.
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
#: What a page has no use for.
_DROPPED = ("metadata", "style", "script")
_TARGET = re.compile(r"url\(#([^)]+)\)")
#: The shorthand of matplotlib below 3.9, which is no attribute of SVG.
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+px) (?P<family>.+)"
)


def inlined(svg: str, prefix: str) -> str:
    """The `<svg>` element for a page: styles as attributes, ids and what points at them with the prefix."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for child in [child for child in element if _local(str(child.tag)) in _DROPPED]:
            element.remove(child)
        element.tag = _local(str(element.tag))
        attributes = dict(_attributes(element.attrib, prefix))
        element.attrib.clear()
        element.attrib.update(attributes)
    root.attrib.update(_ROOT)
    root.tail = None
    return ElementTree.tostring(root, encoding="unicode")


def _local(name: str) -> str:
    """The name without its namespace, which HTML knows by itself."""
    return name.rpartition("}")[2]


def _attributes(given: dict[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        name = _local(key)
        if name == "style":
            yield from _declarations(value, prefix)
        elif name in ("id", "aria-labelledby"):
            yield name, " ".join(f"{prefix}-{each}" for each in value.split())
        elif name == "href":
            yield name, value.replace("#", f"#{prefix}-", 1)
        elif not name.startswith("on"):
            yield name, _targets(value, prefix)


def _declarations(style: str, prefix: str) -> Iterator[tuple[str, str]]:
    """`fill: none; stroke: #000` as attributes."""
    for declaration in filter(None, map(str.strip, style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        font = _FONT.fullmatch(value) if name == "font" else None
        if font:
            yield from ((f"font-{key}", said) for key, said in font.groupdict().items() if said)
        else:
            yield name, _targets(value, prefix)


def _targets(value: str, prefix: str) -> str:
    return _TARGET.sub(rf"url(#{prefix}-\1)", value)
