"""The arms of a trial as sentences give them: their sizes, what they are called, and the total they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import NO_ARM, ArmSize, is_year, label_of
from msc_evidence.reading.groups.arm_lists import LEFT, arms_in_list, arms_in_pairs
from msc_evidence.reading.groups.arm_members import arms_of_groups, is_sum_said
from msc_evidence.reading.groups.arm_pairs import arms_side_by_side
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, IN_CLAUSE, TIME, Sizes, Skeleton

_SENTENCE = re.compile(r"[^.?!]+(?:\.(?! |\Z)[^.?!]*)*")
_ALLOCATED = re.compile(
    r"(?:randomi[sz]ed|randomi[sz]ation|[rR]andomly|allocated|assigned|divided|split|enroll?ed|recruited|received|receive"
    r"|included|(?<!re)analy[sz]ed|completed|participa|(?<!\w)used|given"
    r"|receiving|treated with|underwent|consumed|ingested)"
    r"(?! (?:trials?|stud|controlled))"
)
_COUNTED = re.compile(COUNT)
#: What a sentence on allocation prints whose total can be set against its arms.
_SAID_OR_RECEIVED = re.compile(rf"[nN] ?= ?{COUNT}.*[nN] ?= ?{COUNT}| received ", re.DOTALL)
_PEOPLE = rf"(?:(?:[a-zA-Z-]{{2,20}} ){{0,3}}?{PEOPLE}(?!\w))"
_WHO = rf"(?: {_PEOPLE})?"
_PUT = (
    r"(?:placed|randomi[sz]ed|assigned|allocated|enroll?ed|recruited|included|analy[sz]ed|treated|studied|divided"
    r"|randomly)"
)
#: What may follow a group's name where its size was given, and no result of it.
_NO_VERB = (
    r"(?! (?:died|had|has|have|was|did|develop|experienc|report|show|withdrew|dropped|discontinu|achiev|respond|improv"
    r"|were (?!(?:[a-z]+ )?(?:random|assign|alloc|includ|analy|evalua|studied|assess|enrol|recruit))|reached|required"
    r"|suffered|relapsed|presented|remained|declined|failed))"
)
_GROUP = r"(?:groups?|arms?|cohorts?|condition|schools|villages|clusters)"
#: "162 patients to the cell group", "7,605 in the control arm", "59 in the control group".
_TO_GROUP = re.compile(
    rf"(?P<n>{COUNT}){_WHO}(?: (?:were|was))?(?: {_PUT}){{0,2}} (?:to|in|into|from) (?:receive )?(?:the |an? )?"
    rf"(?P<label>{IN_CLAUSE}{{1,50}}?)(?: [(\[][a-zA-Z +-]{{1,15}}[)\]])?(?:(?: |-){_GROUP}(?!\w){_NO_VERB}"
    rf"|(?= and {COUNT}{_WHO} (?:in|to|into) ))"
)
#: "66 received cells and 62 received placebo", "33 received cells and 41 placebo".
_RECEIVED = re.compile(
    rf"(?P<n>{COUNT}){_WHO}(?: of (?:which|whom|these))?"
    r"(?: (?:were|was))?(?: (?:randomly|randomi[sz]ed|assigned|allocated)){0,2}"
    r" (?:(?:to )?receiv(?:e|ed|ing)|to(?! (?:be|have|the (?:study|trial))(?!\w))|underwent|(?:were )?treated with|on"
    r"|used|took|(?:were|was) (?:given|administered|offered|fed)|given|taking|ingested|consumed|drank|wore)"
    # "2 ml of blood": the dose is no part of the name
    rf" (?:[{FIGURE}] ?(?:mg|mcg|[µμ]g|g|grams?|m[lL]|cc|IU|U|units?)(?:/(?:kg|d|day))? (?:of )?"
    r"(?!per|daily|every))?"
    rf"(?P<label>(?!(?:an?|the|at|in|for|by|no) ?[{FIGURE}]){IN_CLAUSE}{{2,70}}?)"
    rf"(?=[,;:.(\[)]| and | while | whereas | or | for | at | ?[{FIGURE}]|\Z|\s\Z)"
)
#: "39 and 15 patients were allocated to the cell and control groups, respectively".
_IN_ORDER = re.compile(
    rf"(?P<n>{COUNT}) and (?P<n2>{COUNT}){_WHO}{IN_CLAUSE}{{0,60}}? (?:in|to|into|with|received) (?:the )?"
    rf"(?P<label>{IN_CLAUSE}{{2,40}}?) and (?:the )?(?P<label2>{IN_CLAUSE}{{2,40}}?)(?: {_GROUP})?,? respectively"
)
_AND_OTHER = re.compile(
    rf"(?:,? and|, while|, whereas|;) (?P<n>{COUNT}){_WHO}(?: (?:received|to|were given|with))?(?: the)?"
    r" (?P<label>(?:[a-zA-Z-]{1,20} ){0,3}(?:placebo|controls?|sham|saline|vehicle|usual care|standard care"
    rf"|standard treatment|no treatment|comparator))(?!\w)(?: {_GROUP})?+{_NO_VERB}"
)
#: "12 received cells and 15 saline", "54 to cells and 51 to saline": the last of those that sum to a total.
_AND_LAST = re.compile(
    rf"(?:,? and|, while|;) (?P<n>{COUNT}){_WHO}(?: to(?: receive)?)?(?: the)? "
    rf"(?P<label>(?!(?:were|was|had|in|of|at)(?!\w)){IN_CLAUSE}{{3,50}}?)(?=[,;.()\[]|\Z|\s\Z)"
)
#: "(n = 39)", "(39 patients)", "(70 cases)", "(39)", "(IC: 48", ", n = 15".
_IN_BRACKETS = re.compile(
    rf"(?: ?[(\[] ?(?:[a-zA-Z ;,+-]{{1,40}}[:;,] ?)?| ?, )(?P<said>[nN] ?=? ?)?(?P<n>{COUNT})(?P<who> {_PEOPLE})?"
    r"(?= ?[)\]]|[,;] |[.;,]?\Z)"
)
#: "the intervention condition (n = 124)", "(n = 40; control group)".
_SIZE_SAID = re.compile(rf"[(\[] ?[nN] ?= ?(?P<n>{COUNT})")
_GROUP_BEFORE = re.compile(rf"(?P<label>(?:[a-zA-Z+-]{{2,20}} ){{1,4}}){_GROUP} ?\Z")
_GROUP_AFTER = re.compile(rf"[;,] ?(?P<label>(?:[a-zA-Z+-]{{2,20}} ){{1,3}}){_GROUP} ?[)\]]")
#: "assigned to surgery (40) or rest (46)".
_ALTERNATIVES = re.compile(
    rf"(?:randomi[sz]ed|allocated|assigned)[^{FIGURE}.;]{{3,80}}[(\[]{COUNT}[)\]] (?:or|and|versus|vs\.?)"
    rf" [^{FIGURE}.;]{{3,60}}[(\[]{COUNT}[)\]]"
)
_CLOSED = re.compile(r" ?[)\]]")
#: The longest that such a name is.
_LONGEST = 100
_BEFORE = re.compile(rf"{IN_CLAUSE}{{2,80}}\Z")
_LABEL_FIGURE = re.compile(rf"(?:{COUNT}|{TIME}) ?\Z")
_IN_EACH = (
    rf"(?:(?:in |for |to |from |into )?each|per)(?: of (?:the )?{COUNT}"
    rf"|(?: (?!of)[a-zA-Z-]{{1,20}}){{0,3}})?[ -]{_GROUP}"
    r"(?!\w)"
)
_EACH = re.compile(
    rf"(?<![<>≤≥] )(?<!males and )(?<!men and )(?<!boys and )(?P<n>{COUNT})"
    rf"(?:{_WHO}(?: (?:were|was))?(?: {_PUT}){{0,2}} {_IN_EACH}{_NO_VERB}(?! ?[(\[] ?[{FIGURE}])"
    rf"|(?: {_PEOPLE})? ?/ ?(?:study |treatment )?(?:group|arm)(?!\w)"
    rf"|(?: {_PEOPLE})? each(?= ?[.,;)]| (?:were|was) {_PUT})"
    r"| (?:in|to) each (?:treatment|condition|regimen|sequence|intervention)(?!\w))"
    rf"|{_GROUP},? (?:each )?(?:of|with|containing|comprising|consisting of|including|having|included|contained"
    rf"|comprised|consisted of) (?P<of>{COUNT})"
    rf"(?: {_PEOPLE}(?! (?:in|and|per) )| each|(?= ?[.,;)]|\Z| per| were))"
    rf"|[iI]n each {_GROUP},? (?:there (?:were|was) )?(?P<there>{COUNT}) {_PEOPLE}{_NO_VERB}"
    # "two 30-patient groups", "four groups (n = 20)"
    rf"|{COUNT} (?P<sized>{COUNT})-(?:[a-z]+-)?{_PEOPLE} {_GROUP}"
    rf"|{COUNT} (?:[a-z-]+ ){{0,3}}{_GROUP} ?[(\[] ?[nN] ?= ?(?P<said>{COUNT})(?: ?[)\]]|,? (?:each|per))"
    rf"|{_GROUP} ?[(\[] ?(?:[nN] ?= ?)?(?P<bracket>{COUNT}) (?:{_PEOPLE} )?(?:in |for )?(?:each|per)"
)
#: What says so without a word of allocation.
_OF_GROUP = re.compile(
    rf"{COUNT}{_WHO} {_IN_EACH}|[iI]n each {_GROUP}"
    rf"|{_GROUP},? (?:each )?(?:of|containing|comprising|consisting of) {COUNT}"
)
_TOTAL = re.compile(
    rf"(?<![=(] )(?<![=(])(?P<n>{COUNT}){IN_CLAUSE}{{0,60}}?(?:were|was|{_PEOPLE}|randomi[sz]ed|enrolled)(?!\w)"
)
#: A size that a calculation asks for need not be one that was reached.
_PLANNED = re.compile(r"power|sample size|(?<!\w)detect")
_SHARED_OUT = re.compile(r"randomi[sz]|[rR]andomly|allocated|assigned")


def arm_sizes(folded: Skeleton, *, with_total: bool = False) -> Iterator[Sizes]:
    """The arms of every sentence that gives the sizes of two or more, or of each; or only those with a total."""
    found = list(_by_sentence(folded, with_total=with_total))
    yield from found
    if not with_total and all(sizes.each for sizes in found):
        yield from _by_group_word(folded)


def _by_group_word(folded: Skeleton) -> Iterator[Sizes]:
    """`the cell group (n = 60)` and `the control group (n = 40)` wherever they stand, where there are just two."""
    arms: dict[str, Figure] = {}
    for match in _SIZE_SAID.finditer(folded.text):
        figure, label = folded.figure(match.start("n")), _label_beside(folded.text, *match.span())
        if not label or not as_digits(figure.text).isdigit():
            continue
        if arms.setdefault(label, figure).text != figure.text:
            return
    if len(arms) == 2 and not any(NO_ARM.fullmatch(label) for label in arms):
        yield Sizes(None, tuple(arms.values()), tuple(arms), False)


def _label_beside(text: str, start: int, end: int) -> str:
    """What names the group whose size brackets hold: before them, or in them after the size."""
    if _CLOSED.match(text, end):
        named = _GROUP_BEFORE.search(text, max(0, start - _LONGEST), start)
    else:
        named = _GROUP_AFTER.match(text, end)
    return label_of(named["label"]).casefold() if named else ""


def _by_sentence(folded: Skeleton, *, with_total: bool) -> Iterator[Sizes]:
    needed = _SAID_OR_RECEIVED if with_total else _COUNTED
    # Two sizes have a sign of equality each.
    if with_total and " received " not in folded.text and folded.text.count("=") < 2:
        return
    for sentence in _SENTENCE.finditer(folded.text) if needed.search(folded.text) else ():
        if not needed.search(sentence[0]):
            continue
        span = sentence.span()
        allocates = _ALLOCATED.search(sentence[0]) is not None
        arms = _arms(folded, *span) if allocates else []
        if len(arms) < 2 and not with_total:
            arms = _arms_named(folded, *span, listed=not allocates)
        if len(arms) >= 2:
            total = _total(folded, span[0], arms)
            alone = len(folded.between(*span)) == len(arms) + 1 and all(arm.said for arm in arms)
            figures, labels = tuple(arm.figure for arm in arms), tuple(arm.label for arm in arms)
            yield Sizes(total, figures, labels, alone and total is not None)
        elif (
            not with_total
            and not _PLANNED.search(sentence[0])
            and (allocates or (_OF_GROUP.search(sentence[0]) and not LEFT.search(sentence[0])))
            and (size := _size_of_each(folded, *span))
        ):
            yield Sizes(None, (size,), (), False, each=True)


def _arms_named(folded: Skeleton, start: int, end: int, *, listed: bool) -> list[ArmSize]:
    """The arms that a sentence names, whether it says how they were made or not."""
    arms = arms_in_list(folded, start, end) if listed else []
    if len(arms) < 2 and not LEFT.search(folded.text, start, end):
        arms = arms_side_by_side(folded, start, end)
    return arms if len(arms) >= 2 else arms_of_groups(folded, start, end)


def _size_of_each(folded: Skeleton, start: int, end: int) -> Figure | None:
    """The one size that a sentence gives for every arm: "two groups of 35", "20 per group"."""
    for match in _EACH.finditer(folded.text, start, end):
        place = next(
            match.start(name) for name in ("n", "of", "there", "sized", "said", "bracket") if match[name]
        )
        figure = folded.figure(place)
        if as_digits(figure.text).isdigit() and not is_year(folded, place):
            return figure
    return None


#: "32 in Leeds (16 in each group)": what such words begin names no arm.
_EVERY = ("each", "both", "either")


def _arms(folded: Skeleton, start: int, end: int) -> list[ArmSize]:
    """The arms of one sentence, by the first form that gives two or more."""
    allocated = _ALLOCATED.search(folded.text, start, end)
    first = allocated.start() if allocated else start
    text = folded.text[start:end]
    forms = [_bracketed(folded, start, first, end), arms_in_list(folded, start, end)]
    if _SHARED_OUT.search(text) or not LEFT.search(text):
        forms += [arms_in_pairs(folded, start, end), _worded(folded, start, end)]
    for found in forms:
        arms = [
            arm for arm in found if as_digits(arm.figure.text).isdigit() and not is_year(folded, arm.place)
        ]
        arms = [arm for arm in arms if arm.label.split(" ")[0] not in _EVERY and arm.figure.text != "one"]
        if len({arm.place for arm in arms}) >= 2 and not any(NO_ARM.fullmatch(arm.label) for arm in arms):
            return arms
    return []


def _bracketed(folded: Skeleton, start: int, allocated: int, end: int) -> list[ArmSize]:
    """`cells (n = 39) or placebo (n = 15)`; without "n =" where they say whom they count or sum to the total."""
    said, counted, bare = [], [], []
    for match in _IN_BRACKETS.finditer(folded.text, allocated, end):
        label = _label_before(folded, start, match.start())
        figure = folded.figure(match.start("n"))
        if label is None or not as_digits(figure.text).isdigit() or is_year(folded, match.start("n")):
            continue
        arm = ArmSize(match.start("n"), figure, label, bool(match["said"]))
        bare.append(arm)
        said += [arm] if match["said"] else []
        counted += [arm] if match["who"] else []
    if len(said) >= 2 or len(counted) >= 2:
        return said if len(said) >= 2 else counted
    if _ALTERNATIVES.search(folded.text, allocated, end) and len(bare) == 2:
        return bare
    closed = [arm for arm in bare if folded.text[arm.place + 1 : arm.place + 2] in (")", "]")]
    if len(closed) == 2 == len({arm.label for arm in closed}) and _is_shared_out_to(
        folded.text, allocated, closed
    ):
        return closed  # "to cells (n = 39) or placebo (42)"
    total = _total(folded, start, bare) if len(bare) >= 2 else None
    return bare if total is not None and int(as_digits(total.text)) == sum(arm.n for arm in bare) else []


#: Less than this many in bare brackets may be numbers of references.
_LEAST_BARE = 10
_SHARED_OUT_TO = re.compile(
    r"(?:randomi[sz]ed|assigned|allocated)(?: [a-z]+){0,2} (?:to|into)(?: receive)?(?!\w)"
)


def _is_shared_out_to(text: str, allocated: int, arms: list[ArmSize]) -> bool:
    """Whether two numbers in brackets follow what people were randomised to: `to cells (41) or placebo (39)`."""
    said = text[allocated : arms[0].place]
    return (
        len(said) <= _LONGEST
        and bool(_SHARED_OUT_TO.match(said))
        and all(arm.n >= _LEAST_BARE for arm in arms)
    )


def _label_before(folded: Skeleton, start: int, end: int) -> str | None:
    """What stands before a bracket, words or a figure ("48 (n = 94) or 24 (n = 93) weeks"); None where nothing does."""
    if before := _BEFORE.search(folded.text, max(start, end - 80), end):
        return label_of(before[0])
    number = _LABEL_FIGURE.search(folded.text, max(start, end - 2), end)
    return folded.figure(number.start()).text if number else None


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
    arms = [found[at] for at in sorted(found)]
    return _with_last(folded, arms, end) if len(arms) == 1 else arms


def _with_last(folded: Skeleton, arms: list[ArmSize], end: int) -> list[ArmSize]:
    """An arm with the one that follows it, where both sum to a number of the text before."""
    first = arms[0]
    match = _AND_LAST.search(folded.text, first.place + 1, end)
    if match is None or not as_digits(first.figure.text).isdigit():
        return arms
    last = ArmSize(match.start("n"), folded.figure(match.start("n")), label_of(match["label"]))
    whole = as_digits(last.figure.text).isdigit() and is_sum_said(folded, [first, last])
    return [first, last] if whole else arms


def _total(folded: Skeleton, start: int, arms: list[ArmSize]) -> Figure | None:
    """The total before the arms: a number of people that is their sum, else the first that is above each of them."""
    first = min(arm.place for arm in arms)
    sizes = [arm.n for arm in arms if as_digits(arm.figure.text).isdigit()]
    above = [
        figure
        for match in _TOTAL.finditer(folded.text, start, first)
        if (text := as_digits((figure := folded.figure(match.start("n"))).text)).isdigit()
        and int(text) > max(sizes, default=int(text))
        and not is_year(folded, match.start("n"))
    ]
    counted = (folded.figure(match.start()) for match in _COUNTED.finditer(folded.text, start, first))
    exact = [figure for figure in counted if sizes and as_digits(figure.text) == str(sum(sizes))]
    return next(iter(exact or above), None)
