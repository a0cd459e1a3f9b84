"""The fields of a record one by one, each under a key that says what it is of, not where it stands in its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from msc_evidence.registry.fields import NotReported, Part, set_fields
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Ratio, Reported, Span, Time

Kind = Literal["number", "time", "span", "ratio", "coded", "id", "words", "list", "silence"]
#: One step of a key: a field or an id, or a row of a list with what tells it from the others.
Step = str | tuple[str, tuple[str, ...]]
Key = tuple[Step, ...]

SILENT = "not reported"
#: Free text in which reviewers choose among a few words: it is compared as a choice.
CODED_TEXTS = frozenset({"masking", "structure", "phase", "stage", "type", "route", "analysis"})
#: What tells a row of a list from its neighbours.
IDENTITY = (
    "variable", "category", "event", "name", "outcome", "at", "definition", "change", "arm", "against", "within",
    "among", "period", "says", "source",
)  # fmt: skip
#: Who looked and when differs between any two extractions; sources, remarks and waivers belong to a file, not a trial.
PASSED_OVER = frozenset({"by", "date", "extracted", "sources", "waivers", "notes", "not-seen"})
_IDS = frozenset({"outcome", "arm", "against", "within", "favours", "part_of", "source"})


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of one side are called on the other."""

    arms: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    #: Rows of one side that stand for a row which the other describes otherwise.
    rows: Mapping[Step, Step] = field(default_factory=dict)

    def of(self, name: str, value: str) -> str:
        """The other side's id for the value of a field."""
        return (self.outcomes if name == "outcome" else self.arms).get(value, value)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a record: what kind it is, its text as written, what it was read as, and its path in the file."""

    kind: Kind
    text: str
    value: Any
    path: tuple[str | int, ...]
    #: Its own words for the key, with the ids of its file.
    place: str
    #: Whether it only says what its row is of.
    identifies: bool = False

    @property
    def silent(self) -> bool:
        """Whether it says that the source does not report it."""
        return self.text == SILENT


def trial_fields(trial: Trial, data: Mapping[str, Any], names: Names) -> dict[Key, Field]:
    """Every field that a record gives, by key; `data` is the record as the file has it."""
    walk = _Walk(trial, names)
    return dict(walk.part(trial, data, (), (), ""))


@dataclass(frozen=True, slots=True)
class _Walk:
    trial: Trial
    names: Names

    def part(
        self, part: Part, data: Mapping[str, Any], key: Key, path: tuple[str | int, ...], place: str
    ) -> Iterator[tuple[Key, Field]]:
        row = bool(key) and isinstance(key[-1], tuple)
        for name, written in set_fields(part):
            if written not in data or written in PASSED_OVER:
                continue
            value, raw = getattr(part, name), data[written]
            below = f"{place}/{written}" if place else written
            for found, leaf in self._value(
                name, value, raw, (*key, written), (*path, written), below, _is_coded(type(part), name)
            ):
                identifies = row and name in IDENTITY and len(found) == len(key) + 1
                yield found, _identifying(leaf) if identifies else leaf

    def _value(
        self, name: str, value: Any, raw: Any, key: Key, path: tuple[str | int, ...], place: str, coded: bool
    ) -> Iterator[tuple[Key, Field]]:
        if isinstance(value, Part):
            yield from self.part(value, raw, key, path, place)
        elif isinstance(value, dict):
            for entry, part in value.items():
                step = self.names.arms.get(entry, entry)
                yield from self._value(
                    name, part, raw[entry], (*key, step), (*path, entry), f"{place}/{entry}", coded
                )
        elif isinstance(value, list) and value and isinstance(value[0], Part):
            yield from self._rows(value, raw, key, path, place)
        else:
            kind, read = self._read(name, value, raw, coded=coded)
            yield key, Field(kind, written_text(raw), read, path, place)

    def _rows(
        self, rows: list[Part], raw: list[Any], key: Key, path: tuple[str | int, ...], place: str
    ) -> Iterator[tuple[Key, Field]]:
        seen: Counter[tuple[str, ...]] = Counter()
        stem, name = key[:-1], str(key[-1])
        for at, (row, data) in enumerate(zip(rows, raw, strict=True)):
            identity = self._identity(row)
            seen[identity] += 1
            numbered = (*identity, f"row {seen[identity]}") if seen[identity] > 1 else identity
            step: Step = self.names.rows.get((name, numbered), (name, numbered))
            words = row_words(data)
            yield from self.part(row, data, (*stem, step), (*path, at), f"{place}[{words or at + 1}]")

    def _identity(self, row: Part) -> tuple[str, ...]:
        given = {name: getattr(row, name, None) for name in IDENTITY if name in type(row).model_fields}
        if "against" in given and not given.get("within") and not given.get("among"):
            given["arm"] = given["arm"] or self._only_arm("treatment")
            given["against"] = given["against"] or self._only_arm("control")
        if type(row).__name__ in ("Result", "Baseline", "Harm"):
            given.pop("source", None)
        return tuple(f"{name} {self._identity_word(name, value)}" for name, value in given.items() if value)

    def _identity_word(self, name: str, value: Any) -> str:
        if isinstance(value, Time):
            return f"{value.amount.comparator}{value.months}"
        if isinstance(value, list):
            return ",".join(sorted(self._identity_word(name, each) for each in value))
        return folded(self.names.of(name, str(value)))

    def _only_arm(self, role: str) -> str | None:
        arms = [name for name, arm in self.trial.arms.items() if arm.role == role]
        return arms[0] if len(arms) == 1 else None

    def _read(self, name: str, value: Any, raw: Any, *, coded: bool) -> tuple[Kind, Any]:
        if isinstance(value, NotReported) or raw == SILENT:
            return ("coded" if coded else "silence"), SILENT
        for kind, of in _KINDS:
            if isinstance(value, of):
                return kind, value
        if isinstance(value, list):
            listed = [self._identity_word(name, each) for each in value]
            return "list", tuple(listed) if name == "distribution" else tuple(sorted(listed))
        if isinstance(value, bool):
            return "coded", value
        if name in _IDS:
            return "id", self.names.of(name, str(value))
        return ("coded" if coded else "words"), folded(written_text(raw))


_KINDS: tuple[tuple[Kind, type], ...] = (
    ("number", Reported),
    ("time", Time),
    ("span", Span),
    ("ratio", Ratio),
)


def _identifying(leaf: Field) -> Field:
    return Field(leaf.kind, leaf.text, leaf.value, leaf.path, leaf.place, identifies=True)


@lru_cache
def _is_coded(part: type[Part], name: str) -> bool:
    """Whether a field is a choice from a list, or a text that people choose from a few words."""
    annotation = part.model_fields[name].annotation
    return name in CODED_TEXTS or "Literal[" in str(annotation)


def row_words(data: Mapping[str, Any]) -> str:
    """What a row is of, as its file words it: `mrs, 90 d, mRS 0-2`."""
    named = ("variable", "event", "name", "outcome", "at", "definition")
    return ", ".join(written_text(data[name]) for name in named if name in data)


def place_of(data: Any, path: Sequence[str | int], *, one_unit: bool = False) -> str:
    """A path through the data of a file with its rows by what they are of, not by number: `results[mrs, 90 d]/p`.

    With `one_unit` their times are in months, so that the same place has the same words in two files.
    """
    place = ""
    for step in path:
        data = _below(data, step)
        if isinstance(step, int):
            row = _in_months(data) if one_unit and isinstance(data, dict) else data
            place += f"[{(row_words(row) if isinstance(row, dict) else '') or step + 1}]"
        else:
            place += f"/{step}" if place else step
    return place


def _in_months(row: dict[str, Any]) -> dict[str, Any]:
    try:
        return {**row, "at": str(Time.read(row["at"]).months)}
    except (KeyError, ValueError):
        return row


def _below(data: Any, step: str | int) -> Any:
    """The part one step down, None where there is none."""
    if isinstance(data, dict):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else None


def folded(text: str) -> str:
    """A text without what makes no difference: case, and how its words are spaced."""
    return " ".join(text.casefold().split())


def written_text(raw: Any) -> str:
    """A value as its file has it, a list with commas."""
    if isinstance(raw, list):
        return ", ".join(map(written_text, raw))
    if isinstance(raw, dict):
        return ", ".join(f"{key}: {written_text(value)}" for key, value in raw.items())
    return str(raw)


def proportions(ratio: Ratio) -> tuple[Fraction, ...]:
    """The shares of an allocation ratio, equal for 2:1 and 4:2."""
    return tuple(Fraction(part, sum(ratio.parts)) for part in ratio.parts)
