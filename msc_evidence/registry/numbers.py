"""Every number of a trial's record, with its place, its meaning and its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msc_evidence.registry.model import Claim, Trial
from msc_evidence.registry.part import Part
from msc_evidence.registry.reported import Ratio, Reported, Span, Time

Path = tuple[str | int, ...]
Quantity = Reported | Time | Span | Ratio


#: What a record may print before a p-value's number, as the source does: `P =`.
_P = re.compile(r"^p(?:[\s-]?values?)?\s*=?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecordedNumber:
    """One number of the record: where it stands, under which key, its value and its source."""

    path: Path
    field: str
    value: Quantity | str
    source: str

    @property
    def figure(self) -> str:
        """The number as a source's list of figures writes it: `p 0.011`, `3 mo`, `43.6%`, `class III`."""
        # A window of `<=90 d` is printed as "within 90 days": the comparator is in the words.
        text = (
            str(Time(replace(self.value.amount, comparator="="), self.value.unit))
            if isinstance(self.value, Time)
            else str(self.value)
        )
        if self.field == "p":
            return f"p {_P.sub('', text)}"
        if self.field == "evidence-class":
            return f"class {text}"
        return f"{text.removesuffix('%').rstrip()}%" if self.field == "percent" else text


#: Parts of a trial whose numbers come from a source; identifiers, outcomes and fingerprints do not.
_RECORDED = ("design", "participants", "arms", "subsets", "baseline", "results", "harms", "claims", "also")


def numbers(trial: Trial) -> Iterator[RecordedNumber]:
    """The numbers of a trial, in the order of the model."""
    for group in _RECORDED:
        yield from _walk(getattr(trial, group), (group,), group, trial.first_source)


def _walk(value: object, path: Path, field: str, source: str) -> Iterator[RecordedNumber]:
    if isinstance(value, Reported | Time | Span | Ratio):
        yield RecordedNumber(path, field, value, source)
    elif isinstance(value, Part):
        yield from _walk_part(value, path, source)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key), key, source)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), field, source)


def _walk_part(part: Part, path: Path, source: str) -> Iterator[RecordedNumber]:
    source = getattr(part, "source", None) or source
    if isinstance(part, Claim) and part.evidence_class:
        yield RecordedNumber((*path, "evidence-class"), "evidence-class", part.evidence_class, source)
    for name in type(part).model_fields:
        if name in part.model_fields_set:
            key = type(part).model_fields[name].alias or name
            yield from _walk(getattr(part, name), (*path, key), key, source)
