"""The numbers of a record that a registration posts, and the sealed list of them: nothing of this needs its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import Part, set_fields
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.table_cells import places_by_role
from msc_evidence.registry.values import Baseline


def paths_of(part: str | None) -> list[str]:
    """The paths that a part's `from` names, of values and of an analysis."""
    return (part or "").split()


def posting_source(trial: Trial) -> tuple[str, Source] | None:
    """The source of the trial that is a registration whose numbers it uses."""
    found = ((name, source) for name, source in trial.sources.items() if source.version or source.posted)
    return next(found, None)


def is_same_number(recorded: object, printed: str) -> bool:
    """Whether a recorded number and a posted text are one: `.95` and `0.95` are, `6.70` and `6.7` are not."""
    try:
        if isinstance(recorded, Span):
            return (
                recorded.low.key == (other := Span.read(printed)).low.key
                and recorded.high.key == other.high.key
            )
        return isinstance(recorded, Reported) and recorded.key == Reported.read(printed).key
    except ValueError:
        return False


def posted_lines(source: Source) -> dict[str, str]:
    """The numbers of a source's seal by their places."""
    pairs = (line.partition(" = ") for line in source.posted)
    return {place: text for place, _, text in pairs}


def values_with_keys(values: object) -> Iterator[tuple[str, object]]:
    """The keys of recorded values with a number, as the file writes them."""
    if isinstance(values, Part):
        for name, key in set_fields(values):
            value = getattr(values, name)
            if isinstance(value, Reported | Span) and key != "level":
                yield key, value


def parts_with_place(trial: Trial) -> Iterator[tuple[Path, Result | Baseline | Harm]]:
    """The parts that say where a registration posts their numbers; those of an article's cells are not among them."""
    groups: dict[str, Sequence[Result | Baseline | Harm]] = {
        "baseline": trial.baseline,
        "results": trial.results,
        "harms": trial.harms,
    }
    for group, parts in groups.items():
        for index, part in enumerate(parts):
            if part.posted and not places_by_role(part.posted):
                yield (group, index), part


def unsealed_hits(path: Path, part: Part, source: Source) -> Iterator[Hit]:
    """The numbers of a part that the sealed list has nowhere below the part's place."""
    if not source.posted or not isinstance(part, Result | Baseline | Harm):
        return
    roots = [_root(place) for place in paths_of(part.posted)]
    texts = [text for place, text in posted_lines(source).items() if place.startswith(tuple(roots))]
    for key, number in _all_numbers(part):
        if not any(is_same_number(number, text) for text in chain(texts, _pairs(texts))):
            message = f"{number} is not among the numbers of {part.posted} in the sealed list"
            yield Hit((*path, *key), message, str(number))


def _root(place: str) -> str:
    """The outcome, the measure or the module that a place is in; sizes may stand at any of them."""
    return "/".join(place.split("/")[:2]) if place.startswith("outcomeMeasures") else ""


def _pairs(texts: Sequence[str]) -> Iterator[str]:
    """Neighbouring numbers as the ends of a range."""
    return (f"{low} to {high}" for low, high in pairwise(texts))


def _all_numbers(part: Result | Baseline | Harm) -> Iterator[tuple[Path, object]]:
    if isinstance(part, Harm):
        for name, counts in (("arms", part.arms), ("at-risk", part.at_risk)):
            yield from (((name, arm), number) for arm, number in counts.items())
        return
    for arm, values in (part.arms or {}).items():
        yield from ((("arms", arm, key), value) for key, value in values_with_keys(values))
    if isinstance(part.p, Reported) and "/analyses/" in (part.posted or ""):
        yield ("p",), part.p
    if isinstance(part, Result):
        yield from ((("effect", key), value) for key, value in values_with_keys(part.effect))
