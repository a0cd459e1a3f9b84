"""The arms of a trial as its text gives them: what each is called, on which side it stands, and how many were in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msc_evidence.reading.draft_ids import slug
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import is_control
from msc_evidence.reading.groups.shapes import Sizes
from msc_evidence.reading.read import Reading, sentences
from msc_evidence.reading.rows import TypedFigure


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
    sample: Figure | None = None
    figures: tuple[Figure, ...] = ()
    #: Whether the sample is one that the trial is to have.
    planned: bool = False


_LONGEST_LABEL, _MOST_WORDS = 40, 5
_ALLOCATING = re.compile(r"random|alloc|assign|divided")
#: What a count of participants did, or what happened to them: they are then no arm.
_RESULT = re.compile(
    r"(?<!\w)(?:had|achieved|obtained|showed|developed|experienced|died|responded|improved|relapsed|recovered|reported)"
    r"(?!\w)(?!.*[nN] ?= ?[0-9])"
)
_ANALYSED = re.compile(r"complet|analy|obtained|assess|evaluat|follow|remain|finish|available")
_SEX = re.compile(r" (?:fe)?males?(?!\w)| (?:wo)?men(?!\w)| (?:boys|girls)(?!\w)")
_PLANNED = re.compile(
    r"(?<!\w)(?:will|shall|plan(?:s|ned)?|to be|aims?|needed|required|target|sample size|intend(?:s|ed)?)(?!\w)"
)
_COUNTED_GROUPS = re.compile(
    r"(?<!\w)(two|three|four|five|six|both|either|[2-6])(?: [a-z-]+){0,2} (?:groups|arms)(?!\w)",
    re.IGNORECASE,
)
#: One in so many may be missing from the arms.
_FEW = 10
_NUMBERS = {"two": 2, "both": 2, "either": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def trial_arms(reading: Reading, rows: Sequence[TypedFigure]) -> TrialArms:
    """The arms with their sizes where one sentence gives these and no other gives others; else their names alone."""
    plain = reading.plain.text
    starts = [start for start, _ in sentences(plain)]
    names = _names(plain)
    groups = [(each, _sentence(plain, starts, each)) for each in reading.groups if isinstance(each, Sizes)]
    kept = [each for each in groups if _counts_arms(plain, *each)]
    allocating = [each for each in kept if _allocates(plain, *each)]
    chosen = _agreed([group for group, _ in allocating or kept])
    arms: list[DraftArm] = []
    if chosen is not None:
        key = "randomised" if allocating else "n"
        arms = _each(chosen, names, plain, key) if chosen.each else _listed(chosen, names, key)
    if chosen is not None and _short_of_total(chosen, arms):
        arms = []
    sample = _sample(reading, rows, chosen if arms else None, arms)
    arms = _whole(arms, sample) or arms or [DraftArm(name) for name in names]
    figures = chosen.figures if chosen is not None and any(arm.size for arm in arms) else ()
    planned = sample is not None and bool(_PLANNED.search(_around(plain, starts, sample)))
    return TrialArms(_by_id(arms), sample, figures, planned)


def _sample(
    reading: Reading, rows: Sequence[TypedFigure], chosen: Sizes | None, arms: Sequence[DraftArm]
) -> Figure | None:
    """The size of the whole sample: what the arms sum to, else the only size that the text gives beside theirs."""
    if (
        chosen is not None
        and chosen.total is not None
        and sum(map(_size, arms)) <= _number(chosen.total.text)
    ):
        return chosen.total
    sized = {row.start for row in rows if row.kind == "size"}
    taken = {figure.start for figure in chosen.figures} if chosen is not None else set()
    found = [
        figure
        for figure in reading.figures
        if figure.start not in taken and reading.span(figure)[0] in sized and _number(figure.text)
    ]
    whole = sum(map(_size, arms))
    sums = [whole, *(whole - _size(arm) for arm in arms if len(arms) > 2)]
    summed = [figure for each in sums for figure in found if whole and _number(figure.text) == each]
    if whole or len({_number(figure.text) for figure in found}) != 1:
        return summed[0] if summed else None
    return found[0]


def _counts_arms(plain: str, sizes: Sizes, sentence: str) -> bool:
    """Whether the numbers are of whole arms, not of the men in each or of those who had an event."""
    sexes = sum(bool(_SEX.match(plain, figure.end)) for figure in sizes.arms)
    return not sexes and bool(_ALLOCATING.search(sentence) or not _RESULT.search(sentence))


def _allocates(plain: str, sizes: Sizes, sentence: str) -> bool:
    """Whether the sentence allocates these very numbers, and does not go on to those analysed."""
    first = sizes.arms[0].start
    before = plain[max(0, first - len(sentence)) : first]
    later = _ANALYSED.search(before, max(0, before.rfind(". ")))
    earlier = [match.start() for match in _ALLOCATING.finditer(before)]
    return bool(_ALLOCATING.search(sentence)) and not (later and earlier and later.start() > earlier[-1])


def _sentence(plain: str, starts: Sequence[int], group: Sizes) -> str:
    return _around(plain, starts, group.figures[0])


def _around(plain: str, starts: Sequence[int], figure: Figure) -> str:
    """The sentence of a figure."""
    at = bisect_right(starts, figure.start)
    return plain[starts[at - 1] : starts[at] if at < len(starts) else len(plain)]


def _agreed(groups: Sequence[Sizes]) -> Sizes | None:
    """The group of sizes that every sentence gives, the best labelled of them; None where they differ."""
    listed = [group for group in groups if not group.each] or list(groups)
    if len({tuple(figure.text for figure in group.arms) for group in listed}) != 1:
        return None
    return max(listed, key=lambda group: sum(map(bool, group.labels)))


def _each(sizes: Sizes, names: Sequence[str], plain: str, key: str) -> list[DraftArm]:
    """As many arms of one size as the text counts groups; none where it counts them in two ways, or not at all."""
    counted = {_NUMBERS.get(said.casefold()) or int(said) for said in _COUNTED_GROUPS.findall(plain)}
    if len(counted) != 1:
        return []
    number = counted.pop()
    labels = names if len(names) == number else [""] * number
    return [DraftArm(label, size=sizes.arms[0].text, key=key) for label in labels]


def _listed(sizes: Sizes, names: Sequence[str], key: str) -> list[DraftArm]:
    labels = [label if label and len(label) <= _LONGEST_LABEL else "" for label in sizes.labels]
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


_IN_BRACKETS = re.compile(r" ?(?:\([^()]*\)|\[[^\[\]]*\])")
_ITEM = r"(?:(?!either |receive |one of )[^,;.:]{2,60}?)"
#: "randomised to receive cells, placebo or nothing", "divided into the cell and control groups".
_ALLOCATION = re.compile(
    r"(?:randomi[sz]ed|randomly (?:\w+ )?(?:allocated|assigned|divided)|allocated|assigned|divided|random allocation)"
    r"[^.;:]{0,80}? (?:to|into|between|in)(?P<lead>(?: (?:receive|either|one|of|undergo|use|be|given|treatment|treated"
    r"|with|two|three|four|groups?|arms?|the|a|an|following|study|equal|parallel|as)(?=[ :,])){0,9})[ :,]{1,3}"
    rf"(?P<first>{_ITEM})(?P<more>(?:, {_ITEM})*?),? (?P<joint>or|and|versus|vs\.?) (?:to )?(?:receive )?(?:the |an? )?"
    rf"(?P<last>{_ITEM})(?P<after> (?:groups?|arms?|conditions?)|(?= for | at | in | during | before | after | once"
    r"| twice| daily| using| based| according| over | within | on | by |[,.;:]|\Z))"
)
_ARTICLE = re.compile(r"\A(?:(?:the|an?|either|receive|to|with|and|or|in|by|as) )+", re.IGNORECASE)
_END = re.compile(r"(?: (?:groups?|arms?|conditions?))+\Z", re.IGNORECASE)
_MENTION = re.compile(
    r"(?<=[\w)]) (?:groups?|arms?)(?!\w| of| sessions?| meetings?| exercis| therap| differ)"
)
#: Words before "group" that are no part of its name.
_STOP = frozenset(
    (
        *(
            "the",
            "a",
            "an",
            "in",
            "to",
            "of",
            "and",
            "or",
            "with",
            "than",
            "versus",
            "vs",
            "between",
            "each",
            "both",
        ),
        *(
            "from",
            "for",
            "either",
            "was",
            "were",
            "is",
            "are",
            "had",
            "has",
            "that",
            "this",
            "all",
            "these",
            "those",
        ),
        *(
            "other",
            "same",
            "different",
            "among",
            "within",
            "into",
            "on",
            "by",
            "as",
            "at",
            "across",
            "respectively",
        ),
        *(
            "compared",
            "while",
            "whereas",
            "did",
            "not",
            "no",
            "per",
            "any",
            "their",
            "its",
            "our",
            "only",
            "but",
        ),
        *(
            "first",
            "second",
            "third",
            "comparison",
            "separate",
            "equal",
            "mixed",
            "single",
            "after",
            "before",
            "when",
        ),
        *(
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "if",
            "where",
            "which",
            "who",
            "higher",
            "lower",
            "more",
        ),
        *(
            "less",
            "received",
            "receiving",
            "differed",
            "parallel",
            "through",
            "under",
            "over",
            "during",
            "also",
        ),
    )
)
#: Names of their own beside a control group; "treatment groups" are no one group.
_OF_TREATMENT = ("study", "treatment", "patient", "patients")
_NOT_ARMS = re.compile(
    r"sub|age|risk|support|focus|blood|ethnic|discussion|random|significan|each|intervention and"
)
_LETTERED = re.compile(r"(?<!\w)[gG]roups? (?P<name>[A-D]|I{1,3}|IV|[1-4])(?![\w.-])")
_SEQUENCES = (["A", "B", "C", "D"], ["I", "II", "III", "IV"], ["1", "2", "3", "4"])


def _names(plain: str) -> tuple[str, ...]:
    """What the text calls its arms: where it allocates, else wherever it speaks of groups."""
    for start, end in sentences(plain):
        sentence = _IN_BRACKETS.sub("", plain[start:end])
        if _ALLOCATING.search(sentence) and (match := _ALLOCATION.search(sentence)):
            names = _allocated(match)
            if names:
                return names
    return _lettered(plain) or _mentioned(plain)


def _allocated(match: re.Match[str]) -> tuple[str, ...]:
    """The names of a list of arms; none where a list with "and" might not be one of arms."""
    if match["joint"] == "and" and not (match["after"] or "group" in match["lead"]):
        return ()
    items = [match["first"], *match["more"].split(", ")[1:], match["last"]]
    names = tuple(_label(item) for item in items)
    plain = all(name and len(name) <= _LONGEST_LABEL and len(name.split()) <= _MOST_WORDS for name in names)
    return names if plain and len({name.casefold() for name in names}) == len(names) else ()


def _label(words: str) -> str:
    return _END.sub("", _ARTICLE.sub("", re.sub(r"\A[A-D1-4]\) ?", "", words.strip()))).strip()


def _lettered(plain: str) -> tuple[str, ...]:
    """`group A` and `group B`, where a text has the first of a sequence and no other of it left out."""
    found = {match["name"] for match in _LETTERED.finditer(plain)}
    for sequence in _SEQUENCES:
        if len(found) >= 2 and sorted(found, key=str) == sorted(sequence[: len(found)]):
            return tuple(f"group {name}" for name in sequence[: len(found)])
    return ()


def _mentioned(plain: str) -> tuple[str, ...]:
    """The groups that a text speaks of by name, where they are as many as it counts and one is a control."""
    labels: dict[str, str] = {}
    for label in _labels_before_group(plain):
        labels.setdefault(label.casefold(), label)
    if not 2 <= len(labels) <= 4 or not any(map(is_control, labels)):
        return ()
    counted = {_NUMBERS.get(said.casefold()) or int(said) for said in _COUNTED_GROUPS.findall(plain)}
    return tuple(labels.values()) if not counted or counted == {len(labels)} else ()


def _labels_before_group(plain: str) -> Iterator[str]:
    for match in _MENTION.finditer(plain):
        words = re.findall(
            r"[^\s,;:.()\[\]]+|[,;:.()\[\]]", plain[max(0, match.start() - 60) : match.start()]
        )
        label: list[str] = []
        while words and words[-1].casefold() not in _STOP and words[-1][0].isalnum():
            label.insert(0, words.pop())
        name = " ".join(label)
        if name.casefold() in _OF_TREATMENT and "groups" in match[0]:
            continue
        if name and len(label) <= _MOST_WORDS and not _NOT_ARMS.search(name.casefold()):
            yield name
