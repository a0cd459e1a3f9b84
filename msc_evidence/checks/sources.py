"""MSC6xx: the record against the fingerprints of its sources, and its sources against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.reading.figures import key, read_figures
from msc_evidence.reading.fingerprint import CONTEXT, Difference, differences
from msc_evidence.registry.model import Source
from msc_evidence.registry.numbers import RecordedNumber
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.seal import seal


@check("MSC601", "error")
def number_absent_from_source(subject: Subject) -> Iterator[Hit]:
    """number absent from its source.

    Every number of the record must be among the figures of the source it comes from. A p-value or a count
    counts too where it is recorded in more places than it is printed, while another figure of its kind is
    printed and not recorded, or where all that is printed of it is ignored: a place then holds the wrong one.

    It matters because numbers go wrong on their way from a paper into a table more often than in the paper.

    Example: the abstract prints p = 0.011 and the record says 0.012.
    It cannot see a number that is printed in the source but belongs to something else.
    """
    for name, source in _fingerprinted(subject):
        use = _Use.of(_recorded(subject, name), source)
        for number in use.recorded:
            message = _absent(number, source, name, use)
            if message:
                yield Hit(number.path, message, number.figure)


@dataclass(frozen=True, slots=True)
class _Use:
    """How often each figure of a source is printed, recorded and ignored."""

    recorded: list[RecordedNumber]
    printed: Counter[Hashable]
    ignored: Counter[Hashable]
    places: Counter[Hashable]

    @classmethod
    def of(cls, recorded: list[RecordedNumber], source: Source) -> _Use:
        printed = Counter(_key(figure) for figure in source.figures or ())
        ignored = Counter(_key(entry.figure) for entry in source.ignored)
        places = {(_key(number.figure), _part(number)) for number in recorded}
        return cls(recorded, printed, ignored, Counter(found for found, _ in places))


def _part(number: RecordedNumber) -> tuple[str | int, ...]:
    """What one printed figure can serve: both arms of a comparison, or the size of an arm wherever it recurs."""
    return ("n", number.path[-2]) if number.field == "n" else number.path[:2]


def _absent(number: RecordedNumber, source: Source, name: str, use: _Use) -> str | None:
    """Why a number cannot come from the source, None where it can."""
    figure, found = number.figure, _key(number.figure)
    printed, places = use.printed[found], use.places[found]
    if not printed:
        return f"{figure} is not in {name}{_nearest(figure, source.figures or [])}"
    # Times label results, and several results may share one; a p-value or a count rarely serves twice.
    if _family(figure) not in ("p", "number"):
        return None
    if printed <= use.ignored[found]:
        return f"{figure} is recorded here, and ignored wherever {name} prints it"
    rivals = [
        other for other in source.figures or () if _family(other) == _family(figure) and _orphaned(other, use)
    ]
    if places > printed and rivals:
        said = f"{figure} is recorded in {places} places and printed {printed} times in {name}"
        return f"{said}, which also prints {', '.join(rivals)}, recorded nowhere"
    return None


def _orphaned(figure: str, use: _Use) -> bool:
    """Whether nothing in the record accounts for a figure."""
    return not use.places[_key(figure)] and not use.ignored[_key(figure)]


def _family(figure: str) -> object:
    found = _key(figure)
    return found[0] if isinstance(found, tuple) else found


def _nearest(figure: str, figures: list[str]) -> str:
    kin = [other for other in figures if _family(other) == _family(figure)]
    listed = ", ".join(dict.fromkeys(kin))
    return f"; of its kind the source prints {listed}" if kin else "; the source prints nothing of its kind"


def _recorded(subject: Subject, source: str) -> list[RecordedNumber]:
    """The numbers that come from a source as figures; what it says in words ("no adverse events") is none."""
    printed = {_key(figure) for figure in subject.trial.sources[source].figures or ()}
    return [
        part
        for number in subject.numbers
        if number.source == source and not (isinstance(number.value, Reported) and number.value.stated)
        for part in _as_printed(number, printed)
    ]


def _as_printed(number: RecordedNumber, printed: set[Hashable]) -> tuple[RecordedNumber, ...]:
    """A range as its two ends, where the source prints these as figures of their own: `CI 1.2; 3.0`."""
    if not isinstance(number.value, Span) or _key(number.figure) in printed:
        return (number,)
    for field in (number.field, "percent"):
        ends = tuple(replace(number, field=field, value=end) for end in (number.value.low, number.value.high))
        if all(_key(end.figure) in printed for end in ends):
            return ends
    return (number,)


@lru_cache(maxsize=65536)
def _key(figure: str) -> Hashable:
    """The figure's key; one that a person wrote and nobody can read equals only itself."""
    try:
        return key(figure)
    except ValueError:
        return ("text", figure.casefold())


def _fingerprinted(subject: Subject) -> Iterator[tuple[str, Source]]:
    for name, source in subject.trial.sources.items():
        if source.figures is not None:
            yield name, source


@check("MSC602", "warning")
def figure_not_recorded(subject: Subject) -> Iterator[Hit]:
    """figure of the source neither recorded nor ignored.

    Every figure of a fingerprinted source is a number of the record or stands under `ignored` with a reason.
    It matters because what a source printed and nobody recorded is where selective extraction hides.
    Example: an abstract that prints "39 and 15 patients" with only 39 in the record.
    It cannot see a figure that the reader of the text overlooked.
    """
    for name, source in _fingerprinted(subject):
        known = {_key(number.figure) for number in _recorded(subject, name)}
        known |= {_key(entry.figure) for entry in source.ignored}
        for index, figure in enumerate(source.figures or ()):
            if _key(figure) not in known:
                path = ("sources", name, "figures", index)
                yield Hit(path, f"{figure} is printed in {name} and neither recorded nor ignored", figure)


@check("MSC603", "error", needs="texts")
def fingerprint_differs(subject: Subject) -> Iterator[Hit]:
    """fingerprint differs from the text.

    With the text at hand (`--texts`, `--online`) its figures are read again and set beside the recorded ones, in
    reading order. Only figures decide: a page saved elsewhere may wrap the same abstract in other words.
    It matters because a fingerprint that nobody compares with its text proves only that the record agrees with itself.
    Example: the record's fingerprint has p 0.732 where the text prints p 0.723.
    It cannot see a change of words that leaves every figure as it was.
    """
    for name, source in _fingerprinted(subject):
        if name not in subject.texts:
            continue
        abstract = subject.texts[name]
        for found in differences(source.figures or (), read_figures(abstract), abstract):
            yield Hit(("sources", name, "figures"), _difference(name, found, abstract), found.old, found.new)


def _difference(name: str, found: Difference, abstract: str) -> str:
    said = {
        "changed": f"the fingerprint has {found.old} where the text of {name} has {found.new}",
        "missing": f"the fingerprint has {found.old}, and the text of {name} does not",
        "added": f"the text of {name} has {found.new}, and the fingerprint does not",
    }[found.kind]
    start, end = found.place.start, found.place.end
    before, after = abstract[max(0, start - CONTEXT) : start], abstract[end : end + CONTEXT]
    quoted = " ".join(f"{before}»{abstract[start:end]}«{after}".split())
    return f"{said} (characters {start}–{end}: …{quoted}…)"


@check("MSC604", "error")
def ignored_figure_absent(subject: Subject) -> Iterator[Hit]:
    """ignored figure is not in the source.

    A figure that is ignored with a reason must be one that the source prints, and as often as it is ignored.
    It matters because an exception for nothing hides that the source, or the record of it, has changed.
    Example: `{figure: five, because: …}` while the fingerprint holds no five.
    It cannot see whether the reason is a good one.
    """
    for name, source in _fingerprinted(subject):
        printed = Counter(_key(figure) for figure in source.figures or ())
        ignored = Counter(_key(entry.figure) for entry in source.ignored)
        for index, entry in enumerate(source.ignored):
            times, often = printed[_key(entry.figure)], ignored[_key(entry.figure)]
            if often > times:
                path = ("sources", name, "ignored", index, "figure")
                said = f"prints it {times} times, ignored {often} times" if times else "does not print it"
                yield Hit(path, f"{entry.figure} is ignored, and {name} {said}", entry.figure)


@check("MSC609", "error")
def fingerprint_edited(subject: Subject) -> Iterator[Hit]:
    """list of figures edited by hand.

    The figures of a source are read from its text and sealed (`figures-sha256`); a list that does not match its
    seal was edited afterwards. Flagged are the figures that the record has no use for, else the list.

    It matters because a list of figures that can be bent to fit the record proves nothing.
    Example: `p 0.012` written over `p 0.011` in the record and in the list alike.
    It cannot see an edit by somebody who computed the seal anew; `--texts` and `--online` can.
    """
    for name, source in _fingerprinted(subject):
        figures = source.figures or []
        if source.figures_sha256 in (None, seal(figures)):
            continue
        told = f"the figures of {name} are not as they were read, says their seal"
        suspects = _unaccounted(subject, name, source)
        for index in suspects:
            message = f"{told}; {figures[index]} is the one that nothing accounts for"
            yield Hit(("sources", name, "figures", index), message, figures[index])
        if not suspects:
            message = f"{told}; `--update-fingerprints --texts DIR` reads them again"
            yield Hit(("sources", name, "figures"), message)


def _unaccounted(subject: Subject, name: str, source: Source) -> list[int]:
    """The figures that are neither recorded nor ignored as often as they are printed."""
    recorded = {_key(number.figure) for number in _recorded(subject, name)}
    printed = Counter(_key(figure) for figure in source.figures or ())
    ignored = Counter(_key(entry.figure) for entry in source.ignored)
    keys = [_key(figure) for figure in source.figures or ()]
    return [
        index for index, key_ in enumerate(keys) if key_ not in recorded and printed[key_] > ignored[key_]
    ]


@check("MSC608", "note")
def source_without_fingerprint(subject: Subject) -> Iterator[Hit]:
    """the first source has no fingerprint.

    Without a list of its figures nothing ties the record's numbers to the text they come from.
    It matters because a record that cannot be compared with its source cannot be trusted by others.
    Example: a source of kind abstract without `figures`; `check --update-fingerprints --texts DIR` writes them.
    It cannot see whether the text could be had.
    """
    name = subject.trial.first_source
    if subject.trial.sources[name].figures is None:
        yield Hit(("sources", name), f"{name} has no fingerprint: none of its numbers can be checked offline")
