"""Numbers that words call the size of a sample or of one group of it, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.arm_labels import MONTH, is_year
from msc_evidence.reading.groups.people import TREATED
from msc_evidence.reading.groups.shapes import FIGURE, PERCENT, Skeleton
from msc_evidence.reading.kinds import SINGLE, Cluster, Named, is_whole

_N = re.compile(rf"[nN](?<!\w.)s? ?= ?(?P<n>{SINGLE})(?![/%]| ?[,;:] ?{PERCENT})")
#: "(93%; n = 82)": a count of that share.
_SHARE_BEFORE = re.compile(rf"[(\[]{PERCENT} ?[,;] ?\Z")
#: "n = 12 and 13 in the cell and sham groups"
_N_LIST = re.compile(
    rf"[nN](?<!\w.)s? ?= ?{SINGLE}(?:, {SINGLE}){{0,3}},? (?:and|vs?\.?|versus) (?P<n>{SINGLE})"
    r"(?= ?[)\];]| (?:for|in|per|and) |, respectively)"
)
#: Words between a number and whom it counts, none of which makes it the number of something else.
_NO_ADJECTIVE = (
    r"(?!(?:an?|of|and|or|in|to|with|for|per|the|than|versus|vs|from|at|by|who|groups?|arms?|times?|days?|weeks?|months?|years?"
    r"|hours?|minutes?|doses?|sites?|events?|episodes?|deaths?|euros?|dollars|visits?|mg|kg|ml|studies|trials|centres|centers|were|was|had|more|fewer|other)(?!\w))"
)
_ADJECTIVES = rf"(?: {_NO_ADJECTIVE}[^\W\d_][\w'/+-]{{0,24}},?(?: [(\[][a-zA-Z-]{{1,8}}[)\]])?){{0,7}}?"
_WHOM = rf"{_ADJECTIVES} {TREATED}(?!\w)(?! ?[(\[]?{PERCENT})"
_SEVERAL = rf"(?:{SINGLE}(?:, and |, | and | or | vs\.? | versus )){{0,4}}{SINGLE}"
_COUNTED = rf"(?P<n>{_SEVERAL}){_WHOM}"
_ENTERED = (
    r"(?:randomi[sz]ed|randomly|allocated|assigned|enroll?ed|recruited|included|analy[sz]ed|screened|studied|treated|selected"
    r"|divided|entered|evaluated|examined|invited|followed|investigated)"
)
_TAKEN_IN = (
    r"(?:randomi[sz]ed|randomly|allocated|assigned|enroll?ed|recruited|included|studied|divided|selected|entered"
    r"|investigated|examined|tested|evaluated|analy[sz]ed|surveyed|followed|supplemented)"
)
_BE = r"(?:were|was|will be|are|is|have been|had been|to be)"
#: Ages, times and diagnoses may stand between the people and what was done to them, no other number of people.
_BETWEEN = "(?:[^.;()\\[\\]\ue000\ue001]|[(\\[][^()\\[\\]]{0,60}[)\\]]){0,140}?"
_NO_FORM = r"(?! (?:an?|the (?:quest|survey|interv)))"
_STUDY = (
    r"(?:trials?|stud(?:y|ies)|RCT|investigation|experiment|design|conducted|performed|carried out|undertaken|cohort"
    r"|sample|recruit|enroll?|analys[ei]s|collected|obtained|[dD]ata|measured|available|studied|investigated|examined"
    r"|compared|tested)"
)
_GROUP = rf"(?:[gG]roups?|[aA]rms?|[cC]ohorts?)(?: (?:[A-Z]{{1,4}}|{SINGLE})(?!\w))?"
_ASIDE = r"(?: ?[(\[][^()\[\]]{1,40}[)\]])?"
_STARTS = r"(?:\A|[.:] )"
#: What follows the people whose number is the size of a sample, …
_AFTER = re.compile(
    rf"(?: [a-z]+){{0,3}} (?:were|was) (?:[a-z]+ )?{_ENTERED}|{_BETWEEN}[ ,)\]]{_BE}(?: [a-z]+)? {_TAKEN_IN}"
    rf"|{_BETWEEN}[ ,)\]](?:participated|took part|entered (?:the|this)|(?:have )?completed{_NO_FORM})(?!\w)"
    # "43 patients with … (group I)"
    rf"|[^{FIGURE}.;()\[\]]{{0,80}}[(\[](?:the )?(?:[a-zA-Z-]+ )?{_GROUP}[)\]]"
    r"| (?:randomi[sz]ed|allocated|assigned|recruited|enroll?ed|included) (?:in|to|into|for|from|at|between|by)(?!\w)"
)
#: … what stands before them …
_BEFORE = re.compile(
    rf"(?:{_ENTERED} (?:a total of )?(?:the )?|(?<!\w)[aA] total of "
    rf"|{_STUDY}[^{FIGURE}.;]{{0,90}}? (?:in|of|with|on|among"
    rf"|involving|involves|including|includes|from|for|comprising)"
    rf" (?:a total of )?|{_GROUP} (?:were|was|comprised|consisted of|included|contained|numbered) "
    r"|(?:will|should|to) (?:[a-z]+ )?(?:include|recruit|enroll?|involve|randomi[sz]e|comprise) "
    rf"|(?<!\w)(?:[pP]articipants|[sS]ubjects|[pP]atients|[sS]ample|[pP]opulation|[cC]ohort)[^{FIGURE}.;]{{0,50}}"
    r" (?:were|was|consist(?:ed|s|ing) of|compris(?:ed|es|ing)|included|includes) (?:a total of )?)\Z"
)
#: … as where a study's methods begin with them …
_BEGINS = re.compile(
    r"(?:(?<![a-zA-Z])(?:Methods?|METHODS?|Design|Participants|Subjects|Patients|Setting)"
    rf"[^.:{FIGURE}]{{0,30}}:{{1,2}} (?:(?:In|Using) [^.;:{FIGURE}]{{3,120}}, )?"
    rf"|[iI]n (?:this|an?|the present|our) [^.;:{FIGURE}]{{0,110}}?(?:trial|study|design|experiment|RCT)"
    rf"(?: [^.;:{FIGURE}]{{0,40}})?, )(?:a total of )?\Z"
)
#: … and after them where they begin the sentence: other numbers may stand between.
_SENTENCE_STARTS = re.compile(rf"{_STARTS}\Z")
_AFTER_START = re.compile(
    r",? (?:who|with|aged|undergoing|scheduled|that|suffering|diagnosed|having|from|between)"
    rf"[^.;]{{0,180}}? (?:were|was|will be) (?:[a-z]+ )?{_TAKEN_IN}"
)
_OF_THEM = re.compile(rf"{_STARTS}(?:Of|Out of|Among|From)(?: the| these| all| a total of)?(?: initial)? \Z")
_AFTER_OF_THEM = re.compile(
    rf" (?:randomi[sz]ed|enrolled|recruited|screened|included|eligible|who (?:were|had been) )"
    rf"|, {SINGLE}(?: {TREATED})?(?: each)? (?:were|was) (?:randomly )?(?:randomi[sz]ed|assigned|allocated)"
)
_PEOPLE_COUNTED = re.compile(_COUNTED)
_BY_NAME = (
    r"the (?:[a-zA-Z/–+-]+ ){1,4}(?:group|arm|condition)(?!\w)"
    r"(?! (?:died|developed|had|withdrew|dropped|were lost))"
)
#: Parts of a sample that are no arms: "20 (men) and 30 (women)".
_NO_ARM = r"(?!(?:[MF]|[mM]ales?|[fF]emales?|[mM]en|[wW]omen|[bB]oys|[gG]irls|died|alive|dead|yes|no)(?!\w))"
_SHORT = rf"{_NO_ARM}[a-zA-Z][\w+/-]{{0,14}} ?[:=] ?"
_IN_BRACKET = rf"[(\[]{_NO_ARM}(?! ?[nN] ?=)[^{FIGURE}()\[\]]{{2,40}}[)\]]"
_OTHER_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:given|administered|applied|performed|used) (?:to|in) {_COUNTED} ?[(\[](?:[a-zA-Z-]+ ){{0,2}}{_GROUP}",
        # "Eleven older rowers (58 ± 5 y) and 11 younger rowers (27 ± 4 y) participated"
        rf"(?P<n>{SINGLE}){_WHOM}{_ASIDE} and (?P<n2>{SINGLE}){_WHOM}{_ASIDE}"
        rf" (?:participated|took part|completed|{_BE} {_ENTERED})",
        rf"[(\[](?P<n>{SINGLE}) (?:cases|patients)[,;]? (?:and )?(?P<n2>{SINGLE}) (?:healthy )?controls[)\]]",
        rf"(?P<n>{SINGLE}) completed (?:the|this|all|follow)",
        # "31 patients were in the cell group", "20 subjects in the exercise group (…) and 19 in the control group (…)"
        rf"(?P<n>{SINGLE}){_WHOM} (?:were|was) in (?:the )?(?:[a-zA-Z–+-]+ ){{1,5}}(?:group|arm)(?!\w)",
        rf"(?P<n>{SINGLE}){_WHOM} in the (?:[a-zA-Z–+-]+ ){{1,4}}(?:group|arm)(?!\w)(?: ?[(\[][^()\[\]]{{1,80}}[)\]])?"
        rf" and (?P<n2>{SINGLE})(?:{_WHOM})? in the (?:[a-zA-Z–+-]+ ){{1,4}}(?:group|arm)(?!\w)",
        rf"[(\[](?P<n>{SINGLE}) in the (?:[a-zA-Z–+-]+ ){{1,4}}?(?:(?:group|arm) )?and (?P<n2>{SINGLE}) in the"
        r" (?:[a-zA-Z–+-]+ ){1,4}(?:group|arm)s?[)\]]",
        rf"(?:Of|Among) (?:the )?(?P<n>{SINGLE}){_WHOM} (?:randomi[sz]ed|allocated|assigned) to",
        rf"(?:Of|Among) (?:the )?(?P<n>{SINGLE}) (?:randomi[sz]ed|allocated|assigned) {TREATED}",
        rf"(?P<n>{SINGLE}) and (?P<n2>{SINGLE}){_WHOM} (?:received|were given|were treated)",
        # "61 teachers in the control condition gave … and 54 teachers in the coaching condition"
        rf"(?P<n>{SINGLE}){_WHOM} in {_BY_NAME}[^.;]{{0,120}}?(?: and|,|;) (?:for )?"
        rf"(?P<n2>{SINGLE}){_WHOM} in {_BY_NAME}",
        rf"(?<!\w)(?<!In )(?<!in )[aA]ll (?:of )?(?:the )?(?P<n>{SINGLE})(?: [a-z-]+){{0,2}} {TREATED}"
        r" (?:received|completed|participated|underwent|took part|attended)(?!\w)",
        # "left for analysis (LC:120 and SC:137)"
        rf"(?:randomi[sz]|analy[sz]|alloc|assign|divid)[^.;()\[\]{FIGURE}]{{0,60}}[(\[]{_SHORT}(?P<n>{SINGLE})"
        rf"(?:[,;]| and|,? vs\.?| versus) {_SHORT}(?P<n2>{SINGLE})[)\]]",
        # "42 (cells) and 41 (sham) were included"
        rf"(?P<n>{SINGLE}) ?{_IN_BRACKET} and (?P<n2>{SINGLE}) ?{_IN_BRACKET} (?:{TREATED} )?"
        rf"{_BE} (?:[a-z]+ )?{_TAKEN_IN}",
        rf"[tT]he (?P<n>{SINGLE}) (?:(?:trained|treated|vaccinated|supplemented|randomi[sz]ed|intervention)"
        rf" {TREATED}|(?:[a-z]+ )?controls)(?!\w)(?! (?:who|that|with)(?!\w))",
        rf"[tT]here were (?:a total of )?(?P<n>{SINGLE}){_WHOM} in {_BY_NAME}(?! who)",
    )
)
#: `the cell group (32 patients)`
_IN_BRACKETS = re.compile(rf"[(\[](?P<n>{SINGLE}){_WHOM}[)\]]")
#: "120 women were enrolled: 58 surgery alone and 62 surgery with drugs"
_TOTAL_AND_PARTS = re.compile(
    rf"(?P<total>{SINGLE})(?:{_WHOM})? {_BE} (?:[a-z]+ )?{_TAKEN_IN}(?: ?[:;(,]| ?[–-]) ?(?P<n>{SINGLE}) {_NO_ARM}"
    rf"[^{FIGURE}.;:()\[\]]{{3,60}}?,? and (?P<n2>{SINGLE}) {_NO_ARM}[^{FIGURE}.;:()\[\]]{{3,80}}(?=[.;)])"
)
_GROUP_BEFORE = re.compile(rf"{_GROUP} ?\Z")
_REACH = 130


def sample_sizes(folded: Skeleton) -> Iterator[Cluster]:
    """Every number that "n =" or the words beside it call a size, each alone; one may occur twice."""
    for match in _N.finditer(folded.text):
        of_share = _SHARE_BEFORE.search(folded.text, max(0, match.start() - 5), match.start())
        whole = is_whole(folded.figure(match.start("n"))) and not of_share
        if whole and not _is_of_events(folded, match.start()):
            yield (Named("size", (folded.figure(match.start("n")),)),)
    for match in _N_LIST.finditer(folded.text):
        yield from _sizes_in(folded, *match.span("n"))
    for match in _PEOPLE_COUNTED.finditer(folded.text):
        if _is_sample(folded.text, *match.span()):
            yield from _sizes_in(folded, *match.span("n"))
    yield from _other_sizes(folded)
    yield from _parts_of_total(folded)
    for place in sorted(assigned(folded)):
        yield from _sizes_in(folded, place, place + 1)


def _parts_of_total(folded: Skeleton) -> Iterator[Cluster]:
    """Two parts that are said of a total and make it up."""
    for match in _TOTAL_AND_PARTS.finditer(folded.text):
        parts = [folded.figure(match.start(name)) for name in ("n", "n2", "total")]
        sizes = [int(text) for part in parts if (text := as_digits(part.text)).isdigit()]
        if len(sizes) == len(parts) and sizes[0] + sizes[1] == sizes[2]:
            yield from ((Named("size", (figure,)),) for figure in parts[:2])


def _other_sizes(folded: Skeleton) -> Iterator[Cluster]:
    for pattern in _OTHER_FORMS:
        for match in pattern.finditer(folded.text):
            if _is_of_events(folded, match.start()):
                continue
            for name in ("n", "n2"):
                yield from _sizes_in(folded, *match.span(name)) if match.groupdict().get(name) else ()
    for match in _IN_BRACKETS.finditer(folded.text):
        if _GROUP_BEFORE.search(folded.text, max(0, match.start() - _REACH), match.start()):
            yield from _sizes_in(folded, *match.span("n"))


#: "508 deaths were recorded (248 in the cell group …", "adverse events (n = 3 v n = 4)".
_EVENTS = re.compile(
    r"(?<!\w)(?:adverse|events?|deaths?|died|complications?|withdr[ae]\w*|drop\w*|lost to|excluded|reasons?"
    rf"|refus\w*|declin\w*)(?!\w)[^.;{PERCENT}]{{0,30}}\Z"
)


def _is_of_events(folded: Skeleton, place: int) -> bool:
    """Whether what is counted there, by the words right before it, are events or those who left."""
    return _EVENTS.search(folded.text, max(0, place - 70), place) is not None


def _is_sample(text: str, start: int, end: int) -> bool:
    """Whether words before or after counted people say that they are a sample."""
    before = max(0, start - _REACH)
    return bool(
        _AFTER.match(text, end)
        or _BEFORE.search(text, before, start)
        or _BEGINS.search(text, before, start)
        or (_AFTER_START.match(text, end) and _SENTENCE_STARTS.search(text, max(0, start - 3), start))
        or (_AFTER_OF_THEM.match(text, end) and _OF_THEM.search(text, before, start))
    )


_ALLOCATED = re.compile(
    rf"(?P<n>{SINGLE})(?: randomi[sz]ed)?{_ADJECTIVES} {TREATED} (?:who )?(?:(?:were|was) )?"
    rf"(?:randomly )?(?:randomi[sz]ed|allocated|assigned) (?:in)?to(?! (?:be|have)(?!\w))"
    rf"|(?P<n2>{SINGLE}) randomi[sz]ed {TREATED} (?:in)?to "
)


_SHARE = rf"(?: ?[(\[]{PERCENT}[)\]])?"
#: "11 of 17 (65%) women who received cells … compared with 2 of 18 (11%) who received sham"
_RECEIVED = (
    rf"{_SHARE}(?:{_ADJECTIVES} {TREATED})? (?:who|that) (?:had )?"
    r"(?:received|were given|took)(?!\w)"
)
_BOTH_RECEIVED = re.compile(
    rf"(?:of|/) ?(?P<n>{SINGLE}){_RECEIVED}[^.;]{{1,120}}?(?:of|/) ?(?P<n2>{SINGLE}){_RECEIVED}"
)


def allocated(folded: Skeleton) -> set[int]:
    """Where the numbers of people begin that words say were allocated to something, whatever they are a whole of."""
    places = {match.start(match.lastgroup or "n") for match in _ALLOCATED.finditer(folded.text)}
    places |= {match.start(name) for match in _BOTH_RECEIVED.finditer(folded.text) for name in ("n", "n2")}
    return {folded.figure(place).start for place in places}


_GIVEN = r"(?:treated with|receiving|given|(?:assigned|allocated|randomi[sz]ed) to|in the)"
#: "Forty-one (26%) were allocated to the cell arm and began at once"
_ASSIGNED = re.compile(
    rf"(?:\A|(?<=[.;:,] ))(?P<n>{SINGLE})(?:{_ADJECTIVES} {TREATED})?{_SHARE} (?:were|was) (?:then )?"
    r"(?:randomly |equally )?(?:randomi[sz]ed|assigned|allocated) (?:in)?to (?!(?:an?|another|other|two|three) )"
)
#: "…, 31 (26%) to sham and 29 (24%) to both"
_ASSIGNED_TOO = re.compile(
    rf"[^{FIGURE}.;()\[\]]{{2,80}}?(?:,| and|, and) (?P<n>{SINGLE})(?:{_ADJECTIVES} {TREATED})?{_SHARE} to (?=[a-zA-Z])"
)
#: "in 41 women (88%) treated with cells and in 40 (87%) of the controls"
_TWO_GIVEN = re.compile(
    rf"(?:available|obtained|measured|assessed|evaluated|performed|recorded|analy[sz]ed) (?:in|for) (?P<n>{SINGLE})"
    rf"(?:{_ADJECTIVES} {TREATED}){_SHARE} {_GIVEN} [^{FIGURE}.;()\[\]]{{2,60}}? and (?:in |for )?"
    rf"(?P<n2>{SINGLE})(?:{_ADJECTIVES} {TREATED})?{_SHARE} (?:(?:of )?(?:the )?controls(?!\w)|{_GIVEN} )"
)


def assigned(folded: Skeleton) -> set[int]:
    """Where the marks stand of the numbers that a sentence says were assigned to its arms."""
    places = {match.start(name) for match in _TWO_GIVEN.finditer(folded.text) for name in ("n", "n2")}
    for first in _ASSIGNED.finditer(folded.text):
        match: re.Match[str] | None = first
        while match:
            places.add(match.start("n"))
            match = _ASSIGNED_TOO.match(folded.text, match.end())
    return places


def sampled(folded: Skeleton) -> list[Figure]:
    """The figures of those sizes, each once."""
    return list(
        {
            part.figures[0].start: part.figures[0] for cluster in sample_sizes(folded) for part in cluster
        }.values()
    )


def _sizes_in(folded: Skeleton, start: int, end: int) -> Iterator[Cluster]:
    for place in range(start, end):
        figure = folded.figures.get(place)
        if figure is not None and is_whole(figure) and figure.text != "one" and not _is_year(folded, place):
            yield (Named("size", (figure,)),)


_DAY_OF_MONTH = re.compile(rf"{MONTH}[a-z]{{0,6}}\.? \Z")


def _is_year(folded: Skeleton, place: int) -> bool:
    """Whether a number is a year or a day, also by the comma after it: `in November 2013, 547 patients`."""
    if (
        _DAY_OF_MONTH.search(folded.text, max(0, place - 12), place)
        and folded.text[place + 1 : place + 2] == ","
    ):
        return True
    listed = folded.text[place + 1 : place + 2] == "," and folded.figure(place).text.isdigit()
    return is_year(folded, place) or (listed and int(folded.figure(place).text) in range(1900, 2101))
