"""What a text calls the arms of its trial: where it allocates, by letters, or wherever it speaks of groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from msc_evidence.reading.groups.arm_labels import is_control
from msc_evidence.reading.read import sentences

LONGEST_LABEL, MOST_WORDS = 50, 7
#: The arms are named early in one of the first sentences that allocate.
_MOST_SENTENCES, _LONGEST_SENTENCE = 20, 800
ALLOCATING = re.compile(r"random|alloc|assign|divided")
_COUNTED_GROUPS = re.compile(
    r"(?<!\w)(two|three|four|five|six|both|either|[2-9])(?: [a-z0-9-]+){0,2} (?:groups|arms)(?!\w)",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "both": 2, "either": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def group_count(plain: str) -> int | None:
    """How many groups a text counts; None where it counts them in two ways, or not at all."""
    said = [words.casefold() for words in _COUNTED_GROUPS.findall(plain)]
    # "Both exercise groups" may be two of three.
    numbers = [words for words in said if words not in ("both", "either")] or said
    counted = {_NUMBERS.get(words) or int(words) for words in numbers}
    return counted.pop() if len(counted) == 1 else None


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
_DOSE = re.compile(r"\A[\d.,]+ ?(?:mg|g|IU|mL|ml|µg|μg|mcg|kg)(?:/\w+)*(?: of)? ")
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
    r"(?<!\w)(?:sub|age)|risk|support|focus|blood|ethnic|discussion|random|significan|each|intervention and"
)
_LETTERED = re.compile(r"(?<!\w)[gG]roups? (?P<name>[A-D]|I{1,3}|IV|[1-4])(?![\w.-])")
_SEQUENCES = (["A", "B", "C", "D"], ["I", "II", "III", "IV"], ["1", "2", "3", "4"])


def arm_names(plain: str) -> tuple[str, ...]:
    """What the text calls its arms: where it allocates, else wherever it speaks of groups."""
    allocating = (ends for ends in sentences(plain) if ALLOCATING.search(plain, *ends))
    for start, end in islice(allocating, _MOST_SENTENCES):
        sentence = _IN_BRACKETS.sub("", plain[start : min(end, start + _LONGEST_SENTENCE)])
        if match := _ALLOCATION.search(sentence):
            names = _allocated(match)
            if names:
                return names
    return _lettered(plain) or _mentioned(plain)


def _allocated(match: re.Match[str]) -> tuple[str, ...]:
    """The names of a list of arms; none where a list with "and" might not be one of arms."""
    if match["joint"] == "and" and not (match["after"] or "group" in match["lead"]):
        return ()
    items = [match["first"], *match["more"].split(", ")[1:], match["last"]]
    names = tuple(clean_label(item) for item in items)
    plain = all(name and len(name) <= LONGEST_LABEL and len(name.split()) <= MOST_WORDS for name in names)
    return names if plain and len({name.casefold() for name in names}) == len(names) else ()


def clean_label(words: str) -> str:
    """The words without articles, a dose in front, and "group" behind."""
    return _END.sub("", _ARTICLE.sub("", _DOSE.sub("", re.sub(r"\A[A-D1-4]\) ?", "", words.strip())))).strip()


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
    return tuple(labels.values()) if group_count(plain) in (None, len(labels)) else ()


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
        if name and len(label) <= MOST_WORDS and not _NOT_ARMS.search(name.casefold()):
            yield name
