"""The arms of a trial as its text gives them: what each is called, on which side it stands, and how many were in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msc_evidence.reading.arm_names import ALLOCATING, LONGEST_LABEL, arm_names, clean_label, group_count
from msc_evidence.reading.draft_ids import slug
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import is_control
from msc_evidence.reading.groups.shapes import Sizes
from msc_evidence.reading.read import Reading, sentences
from msc_evidence.reading.rows import TypedFigure
from msc_evidence.reading.sizes_by_name import size_of_each, sizes_by_name, sizes_in_brackets
from msc_evidence.reading.sizes_said import (
    intervention_and_control,
    names_beside,
    size_that_divides,
    sizes_said,
    sizes_that_sum,
)


@dataclass(frozen=True, slots=True)
class DraftArm:
    """An arm as the text gives it; what it does not say is "" or None."""

    label: str = ""
    role: str = ""
    size: str | None = None
    #: The key of the size: `randomised` where the sentence allocates, else `n`.
    key: str = "randomised"


@dataclass(frozen=True, slots=True)
class TrialArms:
    """The arms by id, and the figures that print their sizes and the total."""

    arms: dict[str, DraftArm]
    sample: Figure | None
    figures: tuple[Figure, ...]
    #: Whether the sample is one that the trial is to have.
    planned: bool


#: What a count of participants did, or what happened to them: they are then no arm.
_RESULT = re.compile(
    r"(?<!\w)(?:had|achieved|obtained|showed|developed|experienced|died|responded|improved|relapsed|recovered|reported)"
    r"(?!\w)(?!.*[nN] ?= ?[0-9])"
)
_ANALYSED = re.compile(r"(?<!in)complet|analy|obtained|assess|evaluat|follow|remain|finish|available")
_FEMALE, _MALE = (
    re.compile(r"(?<!\w)(?:females?|women|girls)(?!\w)"),
    re.compile(r"(?<!\w)(?:males?|men|boys)(?!\w)"),
)
_SEX = re.compile(r" (?:fe)?males?(?!\w)| (?:wo)?men(?!\w)| (?:boys|girls)(?!\w)")
#: What is allocated in clusters, or measured several times in one participant.
_UNITS = re.compile(
    r" (?:[a-z-]+ ){0,2}(?:classes|clusters|schools|villages|practices|clinics|cent(?:re|er)s|hospitals|wards"
    r"|facilities|kg|mg|oocytes|embryos|specimens|measurements|sessions|visits)(?!\w)"
)
#: What is said of a whole sample, and not of those who completed a form.
_TAKEN_IN = re.compile(
    r"random|alloc|assign|enrol|recruit|includ|participa|compris|consist|sample|conducted|involv|divided|(?<!\w)(?:trial|study)"
)
_PLANNED = re.compile(
    r"(?<!\w)(?:will|shall|plan(?:s|ned)?|to be|aims?|needed|required|target|sample size|intend(?:s|ed)?)(?!\w)"
)
#: Arms of one or two are ratios, grades or numbers of events.
_FEWEST = 3
#: One in so many may be missing from the arms.
_FEW = 10


def trial_arms(reading: Reading, rows: Sequence[TypedFigure]) -> TrialArms:
    """The arms with their sizes, by the first way of giving these that leaves no doubt; else their names alone."""
    plain = reading.plain.text
    starts = [start for start, _ in sentences(plain)]
    names = arm_names(plain)
    sized = _sizes_of(reading, rows)
    ways = _ways_to_size(reading, starts, names, sized)
    arms, figures, total = next((way for way in ways if way[0]), ([], (), None))
    others = [each for each in sized if each not in figures]
    sample = _sample(plain, starts, total, others, arms)
    arms = _whole(arms, sample) or arms
    if not arms or any(_size(arm) < _FEWEST for arm in arms):
        arms, figures = [DraftArm(name) for name in names], ()
    planned = sample is not None and bool(_PLANNED.search(_around(plain, starts, sample)))
    return TrialArms(_by_id(arms), sample, figures, planned)


#: Arms, the figures that print their sizes, and the total that stands beside these.
_Sized = tuple[list[DraftArm], tuple[Figure, ...], Figure | None]


def _ways_to_size(
    reading: Reading, starts: Sequence[int], names: Sequence[str], sized: Sequence[Figure]
) -> Iterator[_Sized]:
    """The arms by the sentences that give their sizes, by names beside sizes, in brackets, or one size for each."""
    plain = reading.plain.text
    count = group_count(plain)
    chosen, key = _chosen(reading, starts)
    if chosen is not None:
        each = _each(chosen.arms[0], names, plain, sized, key) if chosen.each else _listed(chosen, names, key)
        sure = not _short_of_total(chosen, each) and count in (None, len(each))
        yield each if sure else [], chosen.figures, chosen.total
    if count in (None, len(names)) and (figures := sizes_by_name(plain, sized, names)):
        pairs = zip(names, figures, strict=True)
        yield [DraftArm(name, size=figure.text, key="n") for name, figure in pairs], figures, None
    yield *_in_brackets(reading, starts), None
    if size := size_of_each(plain):
        figure = next((each for each in reading.figures if each.start == size), None)
        if figure is not None and not _counts_part(plain, figure):
            yield _each(figure, names, plain, sized, _key_of(plain, starts, figure)), (figure,), None
    yield *_by_what_they_sum_to(reading, starts, names), None


def _by_what_they_sum_to(
    reading: Reading, starts: Sequence[int], names: Sequence[str]
) -> tuple[list[DraftArm], tuple[Figure, ...]]:
    """The arms whose sizes with "n =" sum to a number of the text, or are those of the intervention and the control."""
    plain = reading.plain.text
    said = [each for each in sizes_said(plain, reading.figures) if not _counts_part(plain, each)]
    found = sizes_that_sum(plain, starts, said, reading.figures)
    labels = names_beside(plain, names, found) if found else ["intervention", "control"]
    found = found or intervention_and_control(plain, starts, said)
    if not found and (
        one := size_that_divides(plain, starts, said, reading.figures, group_count(plain) or len(names))
    ):
        return _each(one, names, plain, (), _key_of(plain, starts, one)), (one,)
    if not found or group_count(plain) not in (None, len(found)):
        return [], ()
    key = _key_of(plain, starts, found[0])
    arms = zip(labels, found, strict=True)
    return [DraftArm(label, size=figure.text, key=key) for label, figure in arms], found


def _key_of(plain: str, starts: Sequence[int], figure: Figure) -> str:
    """The key of a size: `randomised` where its sentence allocates."""
    return "randomised" if ALLOCATING.search(_around(plain, starts, figure)) else "n"


def _in_brackets(reading: Reading, starts: Sequence[int]) -> tuple[list[DraftArm], tuple[Figure, ...]]:
    """The arms that the first sentence with sizes in brackets gives, if these are as many as the text counts."""
    plain = reading.plain.text
    at = {figure.start: figure for figure in reading.figures}
    for start, end in zip(starts, [*starts[1:], len(plain)], strict=True):
        found = sizes_in_brackets(plain[start:end])
        figures = tuple(at[start + place] for _, _, place in found if start + place in at)
        whole = not any(_counts_part(plain, figure) for figure in figures)
        if found and whole and len(figures) == len(found) and group_count(plain) in (None, len(found)):
            key = "randomised" if ALLOCATING.search(plain[start:end]) else "n"
            return [
                DraftArm(label, size=figure.text, key=key)
                for (label, _, _), figure in zip(found, figures, strict=True)
            ], figures
    return [], ()


def _chosen(reading: Reading, starts: Sequence[int]) -> tuple[Sizes | None, str]:
    """The sizes of arms that the sentences agree on, those that allocate before others, and the key they belong to."""
    plain = reading.plain.text
    groups = [(each, _sentence(plain, starts, each)) for each in reading.groups if isinstance(each, Sizes)]
    kept = [each for each in groups if _counts_arms(plain, *each)]
    allocating = [each for each in kept if _allocates(plain, *each)]
    return _agreed([group for group, _ in allocating or kept]), "randomised" if allocating else "n"


def _sizes_of(reading: Reading, rows: Sequence[TypedFigure]) -> list[Figure]:
    """The figures that words call sizes and that count people."""
    sized = {row.start for row in rows if row.kind == "size"}
    plain = reading.plain.text
    return [
        figure
        for figure in reading.figures
        if reading.span(figure)[0] in sized and _number(figure.text) and not _counts_part(plain, figure)
    ]


def _sample(
    plain: str,
    starts: Sequence[int],
    total: Figure | None,
    others: Sequence[Figure],
    arms: Sequence[DraftArm],
) -> Figure | None:
    """The size of the whole sample: what the arms sum to, else the only size that the text gives beside theirs."""
    whole = sum(map(_size, arms))
    if total is not None and whole <= _number(total.text):
        return total
    sums = [whole, *(whole - _size(arm) for arm in arms if len(arms) > 2)]
    summed = [figure for each in sums for figure in others if whole and _number(figure.text) == each]
    if whole or len({_number(figure.text) for figure in others}) != 1:
        return summed[0] if summed else None
    taken_in = (figure for figure in others if _TAKEN_IN.search(_around(plain, starts, figure)))
    return next(taken_in, None)


def _counts_arms(plain: str, sizes: Sizes, sentence: str) -> bool:
    """Whether the numbers are of people in whole arms, not of the men in each or of those who had an event."""
    # "18 primary schools (9 with lessons and 9 without)"
    counted = (*sizes.arms, sizes.total) if sizes.total else sizes.arms
    parts = any(_counts_part(plain, figure) for figure in counted)
    return not parts and bool(ALLOCATING.search(sentence) or not _RESULT.search(sentence))


def _counts_part(plain: str, figure: Figure) -> bool:
    """Whether it counts something else than participants, or those of one sex where there are both."""
    sexed = _SEX.match(plain, figure.end) and _FEMALE.search(plain) and _MALE.search(plain)
    return bool(sexed or _UNITS.match(plain, figure.end))


def _allocates(plain: str, sizes: Sizes, sentence: str) -> bool:
    """Whether the sentence allocates these very numbers, and does not go on to those analysed."""
    first = sizes.arms[0].start
    before = plain[max(0, first - len(sentence)) : first]
    later = _ANALYSED.search(before, max(0, before.rfind(". ")))
    earlier = [match.start() for match in ALLOCATING.finditer(before)]
    return bool(ALLOCATING.search(sentence)) and not (later and earlier and later.start() > earlier[-1])


def _sentence(plain: str, starts: Sequence[int], group: Sizes) -> str:
    return _around(plain, starts, group.figures[0])


def _around(plain: str, starts: Sequence[int], figure: Figure) -> str:
    """The sentence of a figure."""
    at = bisect_right(starts, figure.start)
    return plain[starts[at - 1] : starts[at] if at < len(starts) else len(plain)]


def _agreed(groups: Sequence[Sizes]) -> Sizes | None:
    """The group of sizes that every sentence gives, the best labelled of them; None where they differ.

    Where two sentences name the same arms, the smaller sizes are of those who stayed, or of a part.
    """
    listed = [group for group in groups if not group.each] or list(groups)
    listed = [group for group in listed if not any(_is_part(group, other) for other in listed)]
    if len({tuple(figure.text for figure in group.arms) for group in listed}) != 1:
        return None
    return max(listed, key=lambda group: sum(map(bool, group.labels)))


def _is_part(sizes: Sizes, others: Sizes) -> bool:
    """Whether sizes are of the same arms as others, none larger and one smaller."""
    labels = [label.casefold() for label in sizes.labels]
    if not all(labels) or labels != [label.casefold() for label in others.labels]:
        return False
    pairs = [
        (_number(one.text), _number(other.text)) for one, other in zip(sizes.arms, others.arms, strict=False)
    ]
    return all(one <= other for one, other in pairs) and any(one < other for one, other in pairs)


def _each(
    figure: Figure, names: Sequence[str], plain: str, sized: Sequence[Figure], key: str
) -> list[DraftArm]:
    """As many arms of one size as the text counts groups, where no other size of the text gainsays it."""
    number = group_count(plain) or len(names)
    size = _number(figure.text)
    wholes = {_number(other.text) for other in sized} - {size}
    if number < 2 or (wholes and number * size not in wholes):
        return []
    # "Blood was drawn from 36 patients (18 in each group)": of more some are measured.
    if key == "n" and wholes and number * size < max(wholes):
        return []
    labels = names if len(names) == number else [""] * number
    return [DraftArm(label, size=figure.text, key=key) for label in labels]


def _listed(sizes: Sizes, names: Sequence[str], key: str) -> list[DraftArm]:
    labels = [clean_label(label) for label in sizes.labels]
    labels = [label if len(label) <= LONGEST_LABEL else "" for label in labels]
    labels += [""] * (len(sizes.arms) - len(labels))
    known = [label.casefold() for label in labels if label]
    if len(set(known)) < len(known):
        return []
    if not known and len(names) == len(labels):
        labels = list(names)
    return [
        DraftArm(label, size=figure.text, key=key) for label, figure in zip(labels, sizes.arms, strict=True)
    ]


def _short_of_total(sizes: Sizes, arms: list[DraftArm]) -> bool:
    """Whether arms are fewer than the total beside them by more than a few: then some are missing.

    A sentence that prints nothing else leaves no doubt that they do not sum, and a check says so.
    """
    if sizes.total is None or sizes.sure or _whole(arms, sizes.total):
        return False
    total = _number(sizes.total.text)
    return total - sum(map(_size, arms)) > max(2, total // _FEW)


def _whole(arms: list[DraftArm], total: Figure | None) -> list[DraftArm]:
    """The arms but one, where these are the whole sample: the one is a number of something else."""
    if total is None or len(arms) < 3 or sum(map(_size, arms)) == _number(total.text):
        return []
    parts = ([*arms[:at], *arms[at + 1 :]] for at in range(len(arms)))
    return next((part for part in parts if sum(map(_size, part)) == _number(total.text)), [])


def _size(arm: DraftArm) -> int:
    return _number(arm.size or "")


def _number(text: str) -> int:
    digits = as_digits(text)
    return int(digits) if digits.isdigit() else 0


def _by_id(arms: Sequence[DraftArm]) -> dict[str, DraftArm]:
    """The arms with their sides, by ids of their labels where each has one of its own."""
    controls = [is_control(arm.label) for arm in arms]
    sure = 0 < sum(controls) < len(arms) and all(arm.label for arm in arms)
    sides = [("control" if control else "treatment") if sure else "" for control in controls]
    if any(controls) and not sure and len(arms) != 2:
        sides = ["control" if control else "" for control in controls]
    ids = [slug(arm.label) for arm in arms]
    named = len(set(ids)) == len(ids) and all(arm.label for arm in arms)
    return {
        ids[at] if named else f"arm-{at + 1}": replace(arm, role=sides[at]) for at, arm in enumerate(arms)
    }
