"""The arms of a trial as sentences give them: their sizes, what they are called, and the total they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, Sizes, Skeleton

_SENTENCE = re.compile(r"[^.?!]+(?:\.(?! |\Z)[^.?!]*)*")
_ALLOCATED = re.compile(
    r"(?:randomi[sz]ed|randomi[sz]ation|[rR]andomly|allocated|assigned|divided|split|enroll?ed|recruited|received|receive|included"
    r"|analy[sz]ed|completed|participa)(?! (?:trials?|stud|controlled))"
)
_COUNTED = re.compile(COUNT)
#: What a sentence on allocation prints whose total can be set against its arms.
_SAID_OR_RECEIVED = re.compile(rf"[nN] ?= ?{COUNT}.*[nN] ?= ?{COUNT}| received ", re.DOTALL)
_PEOPLE = (
    r"(?:(?:[a-zA-Z-]{2,20} ){0,3}?(?:patients?|participants?|subjects?|persons?|people|individuals?|adults?|children"
    r"|infants?|neonates?|women|men|girls|boys|volunteers?|cases|controls|rats|mice|animals|dogs|eyes|pairs"
    r"|schoolchildren|students|females|males|mothers|newborns|families|couples|nurses|residents|employees|veterans"
    r"|smokers|respondents))"
)
_WHO = rf"(?: {_PEOPLE})?"
_PUT = r"(?:randomi[sz]ed|assigned|allocated|enroll?ed|recruited|included|analy[sz]ed|treated|studied|divided|randomly)"
_WORDS = rf"[^{FIGURE}.,;:()\[\]]"
#: What may follow a group's name where its size was given, and no result of it.
_NO_VERB = (
    r"(?! (?:died|had|has|were (?!random|assign|alloc)|was|did|develop|experienc|report|show|withdrew|dropped"
    r"|discontinu|achiev|respond|improv|reached|required|suffered|relapsed|presented))"
)
_GROUP = r"(?:groups?|arms?|cohorts?|condition|schools|villages|clusters)"
#: "162 patients to the cell group", "7,605 in the control arm", "59 in the control group".
_TO_GROUP = re.compile(
    rf"(?P<n>{COUNT}){_WHO}(?: (?:were|was))?(?: {_PUT}){{0,2}} (?:to|in|into|from) (?:receive )?(?:the |an? )?"
    rf"(?P<label>{_WORDS}{{1,50}}?)(?: |-){_GROUP}(?!\w){_NO_VERB}"
)
#: "66 received cells and 62 received placebo", "33 received cells and 41 placebo".
_RECEIVED = re.compile(
    rf"(?P<n>{COUNT}){_WHO}(?: of (?:which|whom|these))?"
    r"(?: (?:were|was))?(?: (?:randomly|randomi[sz]ed|assigned|allocated)){0,2}"
    r" (?:(?:to )?receiv(?:e|ed|ing)|to(?! (?:be|have|the (?:study|trial)))|underwent|were treated with|on)"
    rf" (?P<label>{_WORDS}{{1,50}}?)(?=[,;:.(\[)]| and | while | whereas | or | for | at |\Z|\s\Z)"
)
#: "39 and 15 patients were allocated to the cell and control groups, respectively".
_IN_ORDER = re.compile(
    rf"(?P<n>{COUNT}) and (?P<n2>{COUNT}){_WHO}{_WORDS}{{0,60}}? (?:in|to|into|with|received) (?:the )?"
    rf"(?P<label>{_WORDS}{{2,40}}?) and (?:the )?(?P<label2>{_WORDS}{{2,40}}?)(?: {_GROUP})?,? respectively"
)
_AND_OTHER = re.compile(
    rf"(?:,? and|, while|, whereas|;) (?P<n>{COUNT}){_WHO}(?: (?:received|to|were given|with))?(?: the)?"
    r" (?P<label>(?:[a-zA-Z-]{1,20} ){0,3}(?:placebo|controls?|sham|saline|vehicle|usual care|standard care"
    r"|standard treatment|no treatment|comparator))(?!\w)"
)
#: "(n = 39)", "(39 patients)", "(70 cases)", "(39)", "(IC: 48", ", n = 15".
_IN_BRACKETS = re.compile(
    rf"(?: ?[(\[] ?(?:[a-zA-Z +-]{{1,20}}[:;,] ?)?| ?, )(?P<said>[nN] ?= ?)?(?P<n>{COUNT})(?P<who> {_PEOPLE})?"
    r"(?= ?[)\]]|[,;] |[.;,]?\Z)"
)
#: "the intervention condition (n = 124)", "(n = 40; control group)".
_GROUP_SIZE = re.compile(
    rf"(?:(?P<label>(?:[a-zA-Z+-]{{2,20}} ){{1,4}}){_GROUP} ?[(\[] ?[nN] ?= ?|[(\[] ?[nN] ?= ?)(?P<n>{COUNT})"
    rf"(?(label) ?[)\]]|[;,] ?(?P<after>(?:[a-zA-Z+-]{{2,20}} ){{1,3}}){_GROUP} ?[)\]])"
)
_BEFORE = re.compile(rf"{_WORDS}{{2,80}}\Z")
_OF_ARM = r"(?: (?:in|on|to|received|from|for))?(?: the)?"
#: "(59 placebo, 54 cells)", "(494 navigated; 545 control)".
_LISTED = re.compile(
    rf"[(\[] ?(?:of (?:which|whom) )?(?P<n>{COUNT}){_WHO}{_OF_ARM} (?P<label>{_WORDS}{{2,40}}?)"
    rf"(?:[,;]| and|, and) (?P<n2>{COUNT}){_WHO}{_OF_ARM} (?P<label2>{_WORDS}{{2,40}}?)[)\]]"
)
_EACH = re.compile(
    rf"(?<![=<>≤≥] )(?P<n>{COUNT})"
    rf"(?:{_WHO} (?:in each|per|for each|to each)(?: \w{{1,20}})?[ -]{_GROUP}(?!\w)| ?/ ?(?:group|arm)(?!\w))"
    rf"|{_GROUP} (?:of|with) (?P<of>{COUNT})(?: {_PEOPLE}| each|(?= ?[.,;)]|\Z| per| were))"
    rf"|{_GROUP} ?[(\[] ?(?:[nN] ?= ?)?(?P<bracket>{COUNT}) (?:in |for )?(?:each|per)"
)
_TOTAL = re.compile(
    rf"(?<![=(] )(?<![=(])(?P<n>{COUNT}){_WORDS}{{0,60}}?(?:were|was|{_PEOPLE}|randomi[sz]ed|enrolled)(?!\w)"
)
_CONTROL = re.compile(
    r"placebo|control|sham|usual|standard|saline|vehicle|untreated|no (?:treatment|intervention|therapy)|wait"
    r"|conventional|routine|comparator|attention",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\A.*(?<!\w)(?:receive|received|receiving|either|to|or|versus|vs\.?|into|between|was|were|in|the) (?=\S)"
    r"|\A(?:the|an?|both|each|and|in) "
)
_TAIL = re.compile(r"\s*(?:(?<!\w)(?:groups?|arms?))?[\s,:;-]*\Z")
#: Parts of a sample that are no arms, and sentences that count who left.
_NO_ARM = re.compile(
    r"(?:boys|girls|men|women|males?|females?)|.*(?:positive|negative)(?: mothers)?", re.IGNORECASE
)
_LEFT = re.compile(
    r"withdr[ae]w|excluded|lost to|dropped out|drop-?outs?|did not|discontinued|(?<!\w)died|deaths?(?!\w)"
    r"|refused|declined"
)
_SHARED_OUT = re.compile(r"randomi[sz]|[rR]andomly|allocated|assigned")
_YEARS = range(1900, 2101)
_MONTHS = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]* \Z"
    r"|(?:in|since|during|until|between|from|to|and|year) \Z"
)


@dataclass(frozen=True, slots=True)
class ArmSize:
    """The size of one arm with the words that name it, and whether it says "n = "."""

    place: int
    figure: Figure
    label: str
    said: bool = False

    @property
    def n(self) -> int:
        """The size as a number."""
        return int(as_digits(self.figure.text))


def is_control(label: str) -> bool:
    """Whether words call an arm the control.

    >>> is_control("saline placebo"), is_control("autologous cells")
    (True, False)
    """
    return bool(_CONTROL.search(label))


def is_year(folded: Skeleton, place: int) -> bool:
    """Whether a number is a year by the word before it: `September 2001, 913 patients`."""
    text = folded.figure(place).text
    if not text.isdigit() or int(text) not in _YEARS:
        return False
    return bool(_MONTHS.search(folded.text, max(0, place - 12), place)) and not re.match(
        rf" {_PEOPLE}", folded.text[place + 1 : place + 30]
    )


def arm_sizes(folded: Skeleton, *, with_total: bool = False) -> Iterator[Sizes]:
    """The arms of every sentence that gives the sizes of two or more, or of each; or only those with a total."""
    found = list(_by_sentence(folded, with_total=with_total))
    yield from found
    if not with_total and all(sizes.each for sizes in found):
        yield from _by_group_word(folded)


def _by_group_word(folded: Skeleton) -> Iterator[Sizes]:
    """`the cell group (n = 60)` and `the control group (n = 40)` wherever they stand, where there are just two."""
    arms: dict[str, Figure] = {}
    for match in _GROUP_SIZE.finditer(folded.text):
        figure, label = folded.figure(match.start("n")), label_of(match["label"] or match["after"]).casefold()
        if not label or not as_digits(figure.text).isdigit():
            continue
        if arms.setdefault(label, figure).text != figure.text:
            return
    if len(arms) == 2 and not any(_NO_ARM.fullmatch(label) for label in arms):
        yield Sizes(None, tuple(arms.values()), tuple(arms), False)


def _by_sentence(folded: Skeleton, *, with_total: bool) -> Iterator[Sizes]:
    needed = _SAID_OR_RECEIVED if with_total else _COUNTED
    for sentence in _SENTENCE.finditer(folded.text) if needed.search(folded.text) else ():
        if not (needed.search(sentence[0]) and _ALLOCATED.search(sentence[0])):
            continue
        span = sentence.span()
        arms = _arms(folded, *span)
        if len(arms) >= 2:
            total = _total(folded, span[0], arms)
            alone = len(folded.between(*span)) == len(arms) + 1 and all(arm.said for arm in arms)
            figures, labels = tuple(arm.figure for arm in arms), tuple(arm.label for arm in arms)
            yield Sizes(total, figures, labels, alone and total is not None)
        elif not with_total and (size := _size_of_each(folded, *span)):
            yield Sizes(None, (size,), (), False, each=True)


def _size_of_each(folded: Skeleton, start: int, end: int) -> Figure | None:
    """The one size that a sentence gives for every arm: "two groups of 35", "20 per group"."""
    for match in _EACH.finditer(folded.text, start, end):
        place = next(match.start(name) for name in ("n", "of", "bracket") if match[name])
        figure = folded.figure(place)
        if as_digits(figure.text).isdigit() and not is_year(folded, place):
            return figure
    return None


def _arms(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms of one sentence, by the first form that gives two or more."""
    allocated = _ALLOCATED.search(folded.text, start, end)
    first = allocated.start() if allocated else start
    text = folded.text[start:end]
    forms = [_bracketed(folded, start, first, end)]
    if _SHARED_OUT.search(text) or not _LEFT.search(text):
        forms += [_listed(folded, start, end), _worded(folded, start, end)]
    for found in forms:
        arms = [
            arm for arm in found if as_digits(arm.figure.text).isdigit() and not is_year(folded, arm.place)
        ]
        arms = [arm for arm in arms if arm.label not in ("each", "both", "either")]
        if len({arm.place for arm in arms}) >= 2 and not any(_NO_ARM.fullmatch(arm.label) for arm in arms):
            return arms
    return []


def _bracketed(folded: Skeleton, start: int, allocated: int, end: int) -> list[ArmSize]:
    """`cells (n = 39) or placebo (n = 15)`; without "n =" where they say whom they count or sum to the total."""
    said, counted, bare = [], [], []
    for match in _IN_BRACKETS.finditer(folded.text, allocated, end):
        before = _BEFORE.search(folded.text, max(start, match.start() - 80), match.start())
        figure = folded.figure(match.start("n"))
        if before is None or not as_digits(figure.text).isdigit():
            continue
        arm = ArmSize(match.start("n"), figure, label_of(before[0]), bool(match["said"]))
        bare.append(arm)
        said += [arm] if match["said"] else []
        counted += [arm] if match["who"] else []
    if len(said) >= 2 or len(counted) >= 2:
        return said if len(said) >= 2 else counted
    total = _total(folded, start, bare) if len(bare) >= 2 else None
    return bare if total is not None and int(as_digits(total.text)) == sum(arm.n for arm in bare) else []


def _listed(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    for match in _LISTED.finditer(folded.text, start, end):
        pair = [
            ArmSize(match.start(n), folded.figure(match.start(n)), label_of(match[label]))
            for n, label in (("n", "label"), ("n2", "label2"))
        ]
        before = [each for each in folded.between(start, match.start()) if as_digits(each.text).isdigit()]
        whole = all(as_digits(arm.figure.text).isdigit() for arm in pair)
        if whole and before and int(as_digits(before[-1].text)) in range(*_about(sum(arm.n for arm in pair))):
            return pair
    return []


def _about(total: int) -> tuple[int, int]:
    """A total that a few may have left: the arms never exceed it."""
    return total, total + max(2, total // 20)


def _worded(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    found: dict[int, ArmSize] = {}
    for match in _IN_ORDER.finditer(folded.text, start, end):
        for n, label in (("n", "label"), ("n2", "label2")):
            at = match.start(n)
            found[at] = ArmSize(at, folded.figure(at), label_of(match[label]))
    for pattern in (_TO_GROUP, _RECEIVED, _AND_OTHER):
        for match in pattern.finditer(folded.text, start, end):
            at = match.start("n")
            found.setdefault(at, ArmSize(at, folded.figure(at), label_of(match["label"])))
    return [found[at] for at in sorted(found)]


def _total(folded: Skeleton, start: int, arms: list[ArmSize]) -> Figure | None:
    """The total before the arms, which is above each of them."""
    first = min(arm.place for arm in arms)
    sizes = [arm.n for arm in arms if as_digits(arm.figure.text).isdigit()]
    for match in _TOTAL.finditer(folded.text, start, first):
        figure = folded.figure(match.start("n"))
        text = as_digits(figure.text)
        if text.isdigit() and sizes and int(text) > max(sizes) and not is_year(folded, match.start("n")):
            return figure
    return None


def label_of(words: str) -> str:
    """What words before or after a size call its arm.

    >>> label_of("were randomised to intravenous cells"), label_of("or a placebo group ")
    ('intravenous cells', 'placebo')
    """
    label = words.strip()
    while (shorter := _LEAD.sub("", label, count=1)) != label:
        label = shorter
    return _TAIL.sub("", label).strip()
