"""Characteristics at entry as a registration posts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.reading.ctgov.groups import group_titles, is_total
from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.outcomes import GroupValues, Shape, class_sizes, group_values
from msc_evidence.reading.ctgov.study import Study


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One characteristic, or one category of it, by the folded title of the group."""

    node: Node
    variable: str
    category: str
    unit: str
    groups: Mapping[str, GroupValues]
    total: GroupValues | None


def baseline_rows(study: Study) -> Iterator[BaselineRow]:
    """The rows of the table at entry whose values a record can hold."""
    module = study.posted["baselineCharacteristicsModule"]
    for measure in module["measures"].items():
        shape = Shape.of(measure)
        if not shape.key:
            continue
        for one in measure["classes"].items():
            yield from _rows_of_class(measure, one, shape, module)


def _rows_of_class(measure: Node, one: Node, shape: Shape, module: Node) -> Iterator[BaselineRow]:
    titles = group_titles(module["groups"])
    # The sizes of the module hold where neither the measure nor the class counts its own.
    sizes = class_sizes(module, module) | class_sizes(one, measure)
    categories = list(one["categories"].items())
    for category in categories:
        values = {
            titles[cell["groupId"].text]: group_values(cell, shape, sizes.get(cell["groupId"].text))
            for cell in category["measurements"].items()
            if cell["groupId"].text in titles
        }
        total = next((found for title, found in values.items() if is_total(title)), None)
        groups = {title: found for title, found in values.items() if not is_total(title)}
        named = " · ".join(filter(None, (measure["title"].text, one["title"].text)))
        unit = "" if shape.key in ("events", "percent") else measure["unitOfMeasure"].text
        node = category if len(categories) > 1 else one
        yield BaselineRow(node, named, category["title"].text, unit, groups, total)
