"""MSC6xx: the record against the figures of its sources, and these against their texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.checks.source_figures import RecordedFigure, Tied
from msc_evidence.checks.ties import SERVING_ONCE, SourceTies
from msc_evidence.reading.figures.figures import read_figures
from msc_evidence.reading.figures.normalise import sha256
from msc_evidence.reading.fingerprint import CONTEXT, FigureDifference, differences
from msc_evidence.reading.fingerprint_list import PlacedFigure, listed_figures
from msc_evidence.registry.problems import counted
from msc_evidence.registry.publication import Source
from msc_evidence.registry.rewrite import earlier_figures_seal, figures_seal


@check("MSC601", "error")
def number_absent_from_source(subject: Subject) -> Iterator[Hit]:
    """number absent from its source.

    Every number of the record must be among the numbers of the source that it comes from, and of its kind there: a
    count is no mean of "14 ± 7 days", no year, no dose; a p-value no limit of an interval; a duration has its unit.
    Numbers in words of the record (eligibility, a definition, a note) are sought likewise. A number is flagged too
    where all that is printed of it is ignored; with a warning, where a p-value or a mean is recorded in more places
    than it is printed, while another of its kind is printed and not recorded: one of the places may hold the wrong
    one.

    It matters because numbers go wrong on their way from a paper into a table more often than in the paper.

    Example: the abstract prints p = 0.011 and the record says 0.012; it prints 14 ± 7 days and the record has n: 14.
    It cannot see a number that is printed in the source, of the same kind, and belongs to something else.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.012}]
        sources: {abstract: {kind: abstract, figures: [3 mo, p 0.011]}}
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.011}]
        sources: {abstract: {kind: abstract, figures: [3 mo, p 0.011]}}
    """
    for ties in subject.ties:
        for number in ties.slots:
            message = _reason_of_absence(number, ties)
            repeated = None if message else _reason_of_repetition(number, ties)
            if message:
                yield Hit(number.path, message, number.figure)
            elif repeated:
                yield Hit(number.path, repeated, number.figure, severity="warning")


def _reason_of_absence(number: Tied, ties: SourceTies) -> str | None:
    """Why a number cannot come from the source, None where it can."""
    name = ties.name
    if not ties.slots[number]:
        figure = number.figure
        reason = f"{figure} is not in {name}"
        if isinstance(number, RecordedFigure):
            reason = f"{figure}, in the words of {number.field}, is not in {name}"
        return f"{reason}{_source_prints_words(number, ties)}"
    if isinstance(number, RecordedFigure) or number.role not in SERVING_ONCE:
        return None
    if ties.is_only_ignored(number):
        return f"{number.figure} is recorded here, and ignored wherever {name} prints it"
    return None


#: Roles of numbers that belong to one comparison: participants are counted once and used often.
_OF_ONE_COMPARISON = ("p", "measured", "spread", "dose")


def _reason_of_repetition(number: Tied, ties: SourceTies) -> str | None:
    """Why one of the places that a number is recorded in may hold the wrong one, None where none need."""
    if isinstance(number, RecordedFigure) or number.role not in _OF_ONE_COMPARISON:
        return None
    often = ties.recorded_too_often(number)
    rivals = ties.unrecorded_of_kind(number) if often else []
    if often and rivals:
        printed = f"printed {counted(often[1], 'time')} in {ties.name}"
        reason = f"{number.figure} is recorded in {often[0]} places and {printed}"
        return f"{reason}, which also prints {', '.join(rivals)}, recorded nowhere"
    return None


def _source_prints_words(number: Tied, ties: SourceTies) -> str:
    kin = ties.printed.texts_of_kind(number)
    other = ties.printed.texts_of_other_kind(number)
    words = (
        f"; of its kind the source prints {', '.join(kin)}"
        if kin
        else "; the source prints nothing of its kind"
    )
    return f"{words} ({', '.join(other)} is of another)" if other else words


#: Words that as a rule count groups, doses or sentences; a list of figures writes `n two` where they count people.
_SMALL_WORDS = ("one", "two")


@check("MSC602", "warning")
def figure_not_recorded(subject: Subject) -> Iterator[Hit]:
    """number of the source neither recorded nor ignored.

    Every figure of a source whose figures are known is a number of the record, stands in its words, or is listed
    under `ignored` with a reason. Both numbers of a mean with its SD, and both ends of a range, are looked for.
    The words "one" and "two" ask for nothing where no word beside them says that they count participants.
    It matters because what a source printed and nobody recorded is where selective extraction hides.
    Example: an abstract that prints "39 and 15 patients" with only 39 in the record.
    It cannot see a number that was overlooked when the text was read.

    Flagged:
        arms: {msc: {role: treatment, n: 39}, control: {role: control}}
        sources: {abstract: {kind: abstract, figures: [39, 15]}}
    Silent:
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
        sources: {abstract: {kind: abstract, figures: [39, 15]}}
    """
    for ties in subject.ties:
        for at, figure in enumerate(ties.printed.figures):
            if ties.is_recorded(at) or ties.is_ignored(at) or figure.text in _SMALL_WORDS:
                continue
            template = "is printed in {} and neither recorded nor ignored"
            if ties.is_partly_recorded(at):
                template = "is printed in {} and recorded in part only"
            yield Hit(
                _path_of_source_figure(ties, at), f"{figure.text} {template.format(ties.name)}", figure.text
            )


def _path_of_source_figure(ties: SourceTies, at: int) -> tuple[str | int, ...]:
    """Where a figure stands in the record; that of a text at hand stands nowhere but in its source."""
    source = ("sources", ties.name)
    return source if ties.source.figures is None else (*source, "figures", at)


@check("MSC603", "error", needs="texts")
def fingerprint_differs(subject: Subject) -> Iterator[Hit]:
    """fingerprint differs from the text.

    With the text at hand (`--texts`, `--online`) its numbers are read again and set beside the recorded ones, in
    reading order. Only numbers decide: a page saved elsewhere may wrap the same abstract in other words. Where they
    agree and the letters of the text do not (its hash), a note says that it is another copy or version.
    It matters because a fingerprint that nobody compares with its text proves only that the record agrees with itself.
    Example: the record's fingerprint has p 0.732 where the text prints p 0.723.
    It cannot see what a change of words means that leaves every number as it was.
    """
    for name, source in _fingerprinted_sources(subject):
        if name not in subject.texts:
            continue
        abstract = subject.texts[name]
        changes = differences(source.figures or (), _figures_in_sealed_notation(source, abstract), abstract)
        for change in changes:
            yield Hit(
                ("sources", name, "figures"),
                _difference_words(name, change, abstract),
                change.old,
                change.new,
            )
        if not changes and source.sha256 not in (None, sha256(abstract)) and not _has_outdated_seal(source):
            message = (
                f"the numbers of {name} are those of its text, whose words are others than those once read"
            )
            yield Hit(("sources", name, "sha256"), message, severity="note")


def _figures_in_sealed_notation(source: Source, abstract: str) -> Sequence[PlacedFigure]:
    """The figures of a text in the notation of the source's list."""
    if not _has_outdated_seal(source):
        return listed_figures(abstract)
    return [PlacedFigure(figure.text, figure.start, figure.end) for figure in read_figures(abstract)]


def _difference_words(name: str, change: FigureDifference, abstract: str) -> str:
    words = {
        "changed": f"the fingerprint has {change.old} where the text of {name} has {change.new}",
        "missing": f"the fingerprint has {change.old}, and the text of {name} does not",
        "added": f"the text of {name} has {change.new}, and the fingerprint does not",
    }[change.kind]
    start, end = change.place.start, change.place.end
    before, after = abstract[max(0, start - CONTEXT) : start], abstract[end : end + CONTEXT]
    quoted = " ".join(f"{before}»{abstract[start:end]}«{after}".split())
    return f"{words} (characters {start}–{end}: …{quoted}…)"


def _fingerprinted_sources(subject: Subject) -> Iterator[tuple[str, Source]]:
    for name, source in subject.trial.sources.items():
        if source.figures is not None:
            yield name, source


def _has_outdated_seal(source: Source) -> bool:
    """Whether a list of figures is sealed in the notation before this one."""
    return source.figures_sha256 is not None and source.figures_sha256 == earlier_figures_seal(
        source.figures or ()
    )


@check("MSC604", "error", fields=("ignored",))
def ignored_figure_absent(subject: Subject) -> Iterator[Hit]:
    """ignored number is not in the source.

    A number that is ignored with a reason must be one that the source prints, and as often as it is ignored.
    It matters because an exception for nothing hides that the source, or the record of it, has changed.
    Example: `{figure: five, because: …}` while the fingerprint holds no five.
    It cannot see whether the reason is a good one.

    Flagged:
        arms: {msc: {role: treatment, n: 39}, control: {role: control}}
        sources: {abstract: {kind: abstract, figures: [39], ignored: [{figure: five, because: size of a subset}]}}
    Silent:
        arms: {msc: {role: treatment, n: 39}, control: {role: control}}
        sources: {abstract: {kind: abstract, figures: [39, five], ignored: [{figure: five, because: a subset}]}}
    """
    for ties in subject.ties:
        for index, entry in enumerate(ties.source.ignored):
            times, often = ties.times_printed(entry.figure), ties.times_ignored(entry.figure)
            if not times or often > times:
                path = ("sources", ties.name, "ignored", index, "figure")
                times_words = (
                    f"prints it {counted(times, 'time')}, ignored {often} times"
                    if times
                    else "does not print it"
                )
                yield Hit(path, f"{entry.figure} is ignored, and {ties.name} {times_words}", entry.figure)


@check("MSC609", "error", fields=("figures_sha256",))
def fingerprint_edited(subject: Subject) -> Iterator[Hit]:
    """list of the source's numbers edited by hand.

    The numbers of a source (`figures`) are read from its text and sealed (`figures-sha256`); a list that does
    not match its seal was edited afterwards. Flagged are the numbers that are neither recorded nor ignored,
    else the list.

    It matters because a list that can be edited to fit the record proves nothing.
    Example: `p 0.012` written over `p 0.011` in the record and in the list alike.
    It cannot see an edit by somebody who computed the seal anew; `--texts` and `--online` can.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.012}]
        sources:
          abstract:
            kind: abstract
            figures: [3 mo, p 0.012]
            figures-sha256: c140d159ba1cab7de9c5fb5dad4fbae2faa27e1322053bfe62d3bfcbd5c87114
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.011}]
        sources:
          abstract:
            kind: abstract
            figures: [3 mo, p 0.011]
            figures-sha256: c140d159ba1cab7de9c5fb5dad4fbae2faa27e1322053bfe62d3bfcbd5c87114
    """
    for ties in subject.ties:
        name, source, figures = ties.name, ties.source, ties.source.figures
        if (
            figures is None
            or source.figures_sha256 in (None, figures_seal(figures))
            or _has_outdated_seal(source)
        ):
            continue
        mismatch = (
            f"the numbers of {name} (figures) do not match their seal: they were edited after they were read"
        )
        suspects = ties.unaccounted_figures()
        for at in suspects:
            message = f"{mismatch}; {figures[at]} is the one that nothing accounts for"
            yield Hit(("sources", name, "figures", at), message, figures[at])
        if not suspects:
            message = f"{mismatch}; `--update-fingerprints --texts DIR` reads them again"
            yield Hit(("sources", name, "figures"), message)


@check("MSC610", "warning", fields=("figures_sha256",))
def fingerprint_outdated(subject: Subject) -> Iterator[Hit]:
    """fingerprint in an older notation.

    The list of figures was sealed by an earlier version, which did not write what its numbers are: `14, 7` for
    "14 ± 7 days", now `14 ± 7 d`. Such a list ties a number to any figure of its value.
    It matters because a count can then pass for a mean, and a tie across kinds is a false comfort.
    Example: a `figures-sha256` written before counts were listed as `n 39`; `check --update-fingerprints --texts DIR`
    lists them so.
    It cannot see a list without a seal.

    Flagged:
        sources:
          abstract:
            kind: abstract
            figures: [39, 15]
            figures-sha256: c05d5ecbd68ff68a15187b831eb7e3535841fc98be5f31f434c934bcacb9d939
    Silent:
        sources:
          abstract:
            kind: abstract
            figures: [n 39, n 15]
            figures-sha256: 06ad7380aec99a1ba6bddf14b932585f38feb87b3e5a534e8358235f9bb561ba
    """
    for name, source in _fingerprinted_sources(subject):
        if _has_outdated_seal(source):
            message = (
                f"the numbers of {name} are listed in an older notation, which does not tell counts from other numbers"
                "; `--update-fingerprints --texts DIR` reads them again"
            )
            yield Hit(("sources", name, "figures"), message)


@check("MSC608", "note")
def source_without_fingerprint(subject: Subject) -> Iterator[Hit]:
    """numbers from a source without a fingerprint.

    Without a list of its numbers (`figures`) nothing ties the record's numbers to the text that they come from.
    Noted of a trial's first source. `--require-fingerprints` makes it an error at each source that gives numbers,
    and a list without its seal too.
    It matters because a record that cannot be compared with its source cannot be trusted by others.
    Example: a source of kind abstract without `figures`; `check --update-fingerprints --texts DIR` writes them.
    It cannot see whether the text could be had.

    Flagged:
        participants: {enrolled: 30}
        sources: {abstract: {kind: abstract}}
    Silent:
        participants: {enrolled: 30}
        sources: {abstract: {kind: abstract, figures: [30]}}
    """
    required = subject.fingerprints_required
    for name in subject.trial.sources if required else (subject.trial.first_source,):
        source = subject.trial.sources[name]
        sealed = source.posted_sha256 is not None
        count = sum(number.source == name and not (sealed and number.placed) for number in subject.numbers)
        if required and count and source.figures is not None and not source.sealed:
            no_seal = (
                f"the list of numbers of {name} has no seal (figures-sha256): an edit of it cannot be told"
            )
            yield Hit(("sources", name), no_seal, severity="error")
        if source.figures is None and count:
            numbers = "its number" if count == 1 else f"none of its {count} numbers"
            message = (
                f"{name} has no fingerprint: {numbers} can{'not' if count == 1 else ''} be checked offline"
            )
            yield Hit(("sources", name), message, severity="error" if required else None)
