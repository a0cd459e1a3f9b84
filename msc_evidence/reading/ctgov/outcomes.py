"""Posted outcomes: for each class the values of each group, as the kind of its data says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.reading.ctgov.groups import folded_title, group_titles
from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.reading.ctgov.times import lone_time
from msc_evidence.registry.problems import Place, Problem, RegistryError, quoted_value
from msc_evidence.registry.reported import Reported

#: A value or a limit that was not reached, or not worth computing: its comment says why, and it is no number.
_NO_NUMBER = re.compile(r"\s*N/?[AE]\s*", re.IGNORECASE)
_MEANS = {
    "MEAN": "mean",
    "MEDIAN": "median",
    "GEOMETRIC_MEAN": "geometric-mean",
    "LEAST_SQUARES_MEAN": "least-squares-mean",
}
#: How far values lie apart, by what the registry calls it: the key of the record.
_SPREADS = {
    "standard deviation": "sd",
    "standard error": "se",
    "inter quartile range": "iqr",
    "full range": "range",
    "geometric coefficient of variation": "cv",
}
_CONFIDENCE = re.compile(r"(?P<level>\d+(?:\.\d+)?) ?% ?confidence interval", re.IGNORECASE)
#: Spreads that a record has no place for beside these means.
_ODD = {("median", "sd"), ("median", "se"), ("geometric-mean", "sd"), ("geometric-mean", "se")}
_ODD |= {(mean, "cv") for mean in ("mean", "median", "least-squares-mean")}
_EVERYBODY = re.compile(r"(?:number of )?(?:participants?|patients?|subjects?|people)", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:%|percent(?:age)?)(?: of)?(?: (?:participants?|patients?|subjects?|people))?", re.IGNORECASE
)


#: What a participant may have several of.
_EVENTS = re.compile(
    r"(?:number of |total )?(?:[a-z]+ ){0,2}(?:events?|episodes?|lesions?|hospitali[sz]ations?|relapses?"
    r"|exacerbations?|seizures?|visits?)(?: of [a-z ]+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a record: its key, or two nodes where it is a pair of limits."""

    key: str
    nodes: tuple[Node, ...]

    @property
    def text(self) -> str:
        """The number as the record writes it."""
        return " to ".join(node.text for node in self.nodes)


@dataclass(frozen=True, slots=True)
class GroupValues:
    """What a class gives of one group: the fields of a record, and what could not be one."""

    title: str
    fields: tuple[Field, ...]
    #: Level of the group's own interval in per cent, where it has one.
    level: str = ""
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassValues:
    """The values of one class of an outcome, by the folded title of the group."""

    node: Node
    title: str
    at: str | None
    groups: Mapping[str, GroupValues]
    #: What a reader must place by hand: categories without an order, counts of what are no participants.
    left: tuple[str, ...]

    @property
    def definition(self) -> str:
        """The class in words, where its title is no time."""
        return "" if self.title and lone_time(self.title) else self.title


@dataclass(frozen=True, slots=True)
class PostedOutcome:
    """One posted outcome with its classes; without any where nothing was posted."""

    node: Node
    title: str
    primary: bool
    frame: str
    #: `binary`, `continuous` or, where the data do not say, empty.
    type: str
    unit: str
    classes: tuple[ClassValues, ...]


def posted_outcomes(study: Study) -> Iterator[PostedOutcome]:
    """The outcomes of a study in the order of the file."""
    for node in study.posted.at("outcomeMeasuresModule/outcomeMeasures").items():
        shape = Shape.of(node)
        yield PostedOutcome(
            node,
            node["title"].text,
            node["type"].text == "PRIMARY",
            node["timeFrame"].text,
            shape.outcome_type,
            node["unitOfMeasure"].text,
            tuple(_class_values(one, node, shape) for one in node["classes"].items()),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What the values of an outcome are, from the kind of its data and its unit."""

    #: `mean`, `events`, `percent`, …; empty where the record has no field for them.
    key: str
    #: `sd`, `iqr`, `ci`, …; empty where none is announced or none has a place.
    spread: str
    level: str
    #: Why there is no field.
    reason: str = ""

    @classmethod
    def of(cls, outcome: Node) -> Shape:
        """The shape of an outcome or of a measure at baseline."""
        kind, unit = outcome["paramType"].text, outcome["unitOfMeasure"].text
        dispersion = folded_title(outcome["dispersionType"].text)
        confidence = _CONFIDENCE.fullmatch(outcome["dispersionType"].text.strip())
        spread = "ci" if confidence else _SPREADS.get(dispersion, "")
        level = confidence["level"] if confidence else ""
        if kind in _MEANS:
            return cls._of_mean(_MEANS[kind], spread, level, outcome["dispersionType"].text)
        if kind == "COUNT_OF_PARTICIPANTS" or (kind == "NUMBER" and _EVERYBODY.fullmatch(unit)):
            return cls("events", "", "")
        if kind == "NUMBER" and _SHARE.fullmatch(unit):
            return cls("percent", "ci" if confidence else "", level)
        if kind == "NUMBER" and _EVENTS.fullmatch(unit):
            return cls("count", "", "")
        return cls("", "", "", f"counts {unit or 'what no unit names'}, not participants")

    @classmethod
    def _of_mean(cls, key: str, spread: str, level: str, called: str) -> Shape:
        if (key, spread) in _ODD or (called and not spread):
            return cls(key, "", "", f"spread not recorded: {called}")
        return cls(key, spread, level)

    @property
    def outcome_type(self) -> str:
        """The type of the outcome, where the kind of its data says it."""
        return {"events": "binary", "percent": "binary"}.get(self.key, "continuous" if self.key else "")


def _class_values(node: Node, outcome: Node, shape: Shape) -> ClassValues:
    titles = group_titles(outcome["groups"])
    sizes = class_sizes(node, outcome)
    at = lone_time(node["title"].text) or lone_time(outcome["timeFrame"].text)
    categories = list(node["categories"].items())
    if not shape.key:
        left = (shape.reason, *_printed(categories, titles))
        return ClassValues(node, node["title"].text, at, {}, left)
    if len(categories) > 1:
        groups = _distributions(categories, titles, sizes) if shape.key == "events" else {}
        left = () if groups else ("categories without a known order", *_printed(categories, titles))
        return ClassValues(node, node["title"].text, at, groups, left)
    values = {
        titles[one["groupId"].text]: group_values(one, shape, sizes.get(one["groupId"].text))
        for category in categories
        for one in category["measurements"].items()
        if one["groupId"].text in titles
    }
    reason = (shape.reason,) if shape.reason else ()
    return ClassValues(node, node["title"].text, at, values, reason)


def class_sizes(node: Node, outcome: Node) -> dict[str, Node]:
    """The participants of each group by its id: of the class where it counts its own, else of the outcome."""
    sizes: dict[str, Node] = {}
    for part in (outcome, node):
        for denominator in part["denoms"].items():
            if folded_title(denominator["units"].text) == "participants":
                sizes |= {count["groupId"].text: count["value"] for count in denominator["counts"].items()}
    return sizes


def group_values(measured: Node, shape: Shape, size: Node | None) -> GroupValues:
    """The fields of one measurement; a group of nobody has none."""
    value, title = measured["value"], measured["groupId"].text
    comment = measured["comment"].text
    if size is not None and number_of(size) == 0:
        return GroupValues(title, ())
    if not is_number(value) or (shape.key == "count" and not value.text.strip().isdigit()):
        said = [f"{value.text or 'no value'}" + (f" ({comment})" if comment else "")]
        return GroupValues(title, _sized(size), left=tuple(said))
    fields, left = [Field(shape.key, (value,))], [comment] if comment else []
    spread, missing = _spread(measured, shape.spread)
    fields += spread
    left += [missing] if missing else []
    level = shape.level if spread and shape.spread == "ci" else ""
    return GroupValues(title, (*_sized(size), *fields), level, tuple(left))


def _sized(size: Node | None) -> tuple[Field, ...]:
    return (Field("n", (size,)),) if size is not None and is_number(size) else ()


def _spread(measured: Node, key: str) -> tuple[list[Field], str]:
    """The spread that the data announce, or what is missing of it."""
    if not key:
        return [], ""
    limits = (measured["lowerLimit"], measured["upperLimit"])
    nodes = (measured["spread"],) if key in ("sd", "se", "cv") else limits
    if all(map(is_number, nodes)):
        return [Field(key, nodes)], ""
    there = " to ".join(node.text or "–" for node in nodes)
    return [], f"{key} not recorded: {there}" if any(node.text for node in nodes) else f"{key} not posted"


_NUMBERED = re.compile(r"(?:grade|score|class|mrs|category)?\s*(\d+)\b.*", re.IGNORECASE)


def _distributions(
    categories: Sequence[Node], titles: Mapping[str, str], sizes: Mapping[str, Node]
) -> dict[str, GroupValues]:
    """Counts of numbered categories that make up everybody, lowest number first; none where they do not."""
    numbers = [_NUMBERED.fullmatch(category["title"].text.strip()) for category in categories]
    grades = [int(found[1]) for found in numbers if found]
    if len(grades) != len(categories) or grades != list(range(min(grades), min(grades) + len(grades))):
        return {}
    groups: dict[str, GroupValues] = {}
    for key, title in titles.items():
        counts = [_count_of(category, key) for category in categories]
        size = sizes.get(key)
        known = [number_of(count) for count in counts if count is not None and is_number(count)]
        if size is None or len(known) != len(counts) or sum(known) != number_of(size):
            return {}
        nodes = tuple(count for count in counts if count is not None)
        groups[title] = GroupValues(key, (Field("n", (size,)), Field("distribution", nodes)))
    return groups


def _count_of(category: Node, group: str) -> Node | None:
    found = (one["value"] for one in category["measurements"].items() if one["groupId"].text == group)
    return next(found, None)


def _printed(categories: Sequence[Node], titles: Mapping[str, str]) -> Iterator[str]:
    """The values as the file prints them, for a person to place."""
    for category in categories:
        values = [
            f"{titles.get(one['groupId'].text, one['groupId'].text)} {one['value'].text or '–'}"
            for one in category["measurements"].items()
        ]
        name = category["title"].text
        yield (f"{name}: " if name else "") + ", ".join(values)


def is_number(node: Node) -> bool:
    """Whether a text is one number that the record can hold; `NA` and `NE` are none."""
    text = node.text
    if not text or _NO_NUMBER.fullmatch(text) or not any(character.isdigit() for character in text):
        return False
    try:
        Reported.read(text)
    except ValueError:
        return False
    return True


def number_of(node: Node) -> float:
    """The number that a text prints; raises RegistryError where it prints none."""
    if not is_number(node):
        message = f"{node.pointer} is {quoted_value(node.text)}; expected a number"
        raise RegistryError([Problem(Place(node.file), message)])
    return float(Reported.read(node.text))
