"""Sizes of arms beside their names: of arms named elsewhere, and in a row of brackets with "n =" of one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msc_evidence.reading.arm_words import arms_named, own_words
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits

_REACH = 70
#: A text with more sizes is none of one trial.
_MOST_SIZES = 40
_SAID = re.compile(r"(?<!\w)[nN] ?= ?\Z")
_CUT_BEFORE, _CUT_AFTER = re.compile(r"[.;:] "), re.compile(r"[.;:]|, (?:and|while|whereas) ")


def sizes_by_name(plain: str, sizes: Sequence[Figure], names: Sequence[str]) -> tuple[Figure, ...]:
    """One size for each name, in their order; none where a name has no size, or its first two differ.

    `sizes` are the figures of the text that words call sizes, in reading order.
    """
    own = own_words({name: name for name in names})
    if len(names) < 2 or not all(own.values()) or any(_is_several(plain, name) for name in names):
        return ()
    found: dict[str, list[Figure]] = {name: [] for name in names}
    numbers = {int(digits) for figure in sizes if (digits := as_digits(figure.text)).isdigit()}
    if len(numbers) > _MOST_SIZES:
        return ()
    sums = {one + other for one in numbers for other in numbers if one < other} | {2 * one for one in numbers}
    sizes = [figure for figure in sizes if as_digits(figure.text) not in map(str, sums)]
    for at, figure in enumerate(sizes):
        last = sizes[at - 1].end if at else 0
        following = sizes[at + 1].start if at + 1 < len(sizes) else len(plain)
        if name := _named(plain, figure, last, following, own):
            found[name].append(figure)
    if not all(found.values()):
        return ()
    firsts = tuple(figures[0] for figures in found.values())
    return firsts if len({figure.start for figure in firsts}) == len(names) else ()


def _is_several(plain: str, name: str) -> bool:
    """Whether a name is that of several arms: `the intervention groups were compared with a control group`."""
    return re.search(rf"(?<!\w){re.escape(name)} (?:groups|arms)(?!\w)", plain, re.IGNORECASE) is not None


def _named(plain: str, figure: Figure, last: int, following: int, own: Mapping[str, set[str]]) -> str | None:
    """The one arm that the words before or after a size name: before "n =", after a count of people first."""
    before = _CUT_BEFORE.split(plain[max(last, figure.start - _REACH) : figure.start])[-1]
    after = _CUT_AFTER.split(plain[figure.end : min(following, figure.end + _REACH)])[0]
    in_bracket = _SAID.search(before) is not None
    said = arms_named(before, own)[-1:], arms_named(after.partition(")")[0] if in_bracket else after, own)
    for names in said if in_bracket else reversed(said):
        if len(names) == 1:
            return names[0]
    return None


#: "(SST, n = 18)", "(n = 20)", "(10 mg/day; n = 31)".
_BRACKET = re.compile(
    r" ?[(\[](?P<before>[^()\[\]]{0,60}?)[nN] ?= ?(?P<n>[0-9][0-9,]*)(?![0-9.%])[^()\[\]]{0,60}[)\]]"
)
#: "(IPT: n = 620; CBT: n = 610)".
_LISTED = re.compile(
    r"[(\[][^()\[\]]{0,40}?(?P<label>[\w+/-]{2,20})(?: groups?)?(?: ?[:,=]| -)? ?[nN] ?= ?(?P<n>[0-9][0-9,]*)[;,]"
    r"(?: and| or)? (?P<label2>[\w+/-]{2,20})(?: groups?)?(?: ?[:,=]| -)? ?[nN] ?= ?(?P<n2>[0-9][0-9,]*) ?[)\]]"
)
_SHORT = re.compile(r"\A(?P<name>[A-Z][\w+/-]{0,11}) ?[,;:]")
_ABOUT_ARMS = re.compile(
    r"random|alloc|assign|divided|groups?(?!\w)|arms?(?!\w)|receiv|treat|placebo|control|versus|(?<!\w)vs(?!\w)|compared"
)
_ABOUT_OTHERS = re.compile(
    r"subgroup|excluded|lost to|withdr[ae]w|dropped|(?<!\w)died|deaths?(?!\w)|adverse|women and|males? and|responders"
    r"|positive|negative|respondents|centres|centers|complications?",
)
_CONNECTOR = re.compile(
    r".*(?<!\w)(?:or|and|versus|vs\.?|to|than|with|either|between|receive|received|the|of|into|in|an?) |.*[,;:] "
)


#: "40% (n = 12)": a share, and no name.
_NUMBER = re.compile(r"[0-9.]+ ?%?")
#: "n = 3 × 36": three arms in one bracket.
_TIMES = re.compile(r"[nN] ?= ?[0-9]+ ?[x×*] ?[0-9]")


def is_about_arms(sentence: str) -> bool:
    """Whether a sentence speaks of arms, and of none of their participants by what happened to them."""
    return _ABOUT_ARMS.search(sentence) is not None and _ABOUT_OTHERS.search(sentence) is None


def sizes_in_brackets(sentence: str) -> tuple[tuple[str, str, int], ...]:
    """Label, size and place of each arm of a sentence that gives two or more in brackets with "n =", else nothing.

    >>> sizes_in_brackets("Memantine (5 mg/day; n = 20) or placebo (n = 21) was given.")
    (('Memantine', '20', 25), ('placebo', '21', 45))
    """
    if not is_about_arms(sentence) or _TIMES.search(sentence):
        return ()
    if match := _LISTED.search(sentence):
        found = [
            (match["label"], match["n"], match.start("n")),
            (match["label2"], match["n2"], match.start("n2")),
        ]
    else:
        found = [
            (_bracket_label(sentence, match), match["n"], match.start("n"))
            for match in _BRACKET.finditer(sentence)
        ]
    labels = {label.casefold() for label, _, _ in found}
    named = len(labels) == len(found) and all(labels) and not any(map(_NUMBER.fullmatch, labels))
    return tuple(found) if len(found) >= 2 and named else ()


def _bracket_label(sentence: str, match: re.Match[str]) -> str:
    """The short name in the bracket, else the words before it back to a connector."""
    if short := _SHORT.match(match["before"]):
        return short["name"]
    words = re.split(r"[)\]]", sentence[: match.start()])[-1]
    return re.sub(
        r" (?:groups?|arms?|conditions?)\Z", "", _CONNECTOR.sub("", words[-_REACH:], count=1)
    ).strip()


_PER_GROUP = (
    r"(?:(?:for|in|to|into|within) (?:each|every|both)(?: of the)?(?: \w{1,20}){0,2}|per(?: \w{1,20})?)"
    r" ?(?:groups?|arms?)(?!\w)"
)
_OF_EACH = re.compile(
    rf"[nN] ?= ?(?P<n>[0-9][0-9,]*)(?: [a-z]+){{0,3}}?(?: ?/ ?(?:group|arm)|(?: each)?,? {_PER_GROUP}| each[)\],; ])"
    r"|(?:groups?|arms?) ?[(\[] ?(?:each,? ?)?[nN] ?= ?(?P<n2>[0-9][0-9,]*) ?(?:each|per (?:group|arm))"
    r"|each,? ?[nN] ?= ?(?P<n3>[0-9][0-9,]*)"
    r"|(?P<n4>[0-9][0-9,]*) (?:[a-z]+ ){0,3}(?:randomi[sz]ed )?(?:in|to|into|per) each (?:[a-z]+ )?(?:group|arm)"
    r"|each (?:group|arm)? ?(?:containing|comprising|composing of|composed of|consisting of|including|of|with)"
    r" (?P<n5>[0-9][0-9,]*) "
)


def size_of_each(plain: str) -> int | None:
    """Where the size stands that words give to every group; None where they give two, or none.

    >>> size_of_each("allocated to cells or sham (N = 381 for each group)")
    32
    """
    places = {
        match[group]: match.start(group) for match in _OF_EACH.finditer(plain) if (group := match.lastgroup)
    }
    return next(iter(places.values())) if len(places) == 1 else None
