"""Numbers that words call the size of a sample or of one group of it, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.arm_labels import is_year
from msc_evidence.reading.groups.people import TREATED
from msc_evidence.reading.groups.shapes import FIGURE, PERCENT, Skeleton
from msc_evidence.reading.kinds import SINGLE, Cluster, Named, is_whole

_N = re.compile(rf"(?<!\w)[nN]s? ?= ?(?P<n>{SINGLE})(?![/%]| ?[,;:] ?{PERCENT})")
#: Words between a number and whom it counts, none of which makes it the number of something else.
_NO_ADJECTIVE = (
    r"(?!(?:of|and|or|in|to|with|for|per|the|than|versus|vs|from|at|by|who|groups?|arms?|times?|days?|weeks?|months?|years?"
    r"|hours?|minutes?|doses?|sites?|events?|episodes?|deaths?|visits?|mg|kg|ml|were|was|had|more|fewer|other)(?!\w))"
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
    r"|sample|recruit|enroll?|analys[ei]s|collected|obtained|[dD]ata|measured|available|studied|investigated|examined|compared|tested)"
)
_GROUP = rf"(?:[gG]roups?|[aA]rms?|[cC]ohorts?)(?: (?:[A-Z]{{1,4}}|{SINGLE})(?!\w))?"
_ASIDE = r"(?: ?[(\[][^()\[\]]{1,40}[)\]])?"
_SIZES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_COUNTED}(?: [a-z]+){{0,3}} (?:were|was) (?:[a-z]+ )?{_ENTERED}",
        rf"{_COUNTED}{_BETWEEN}[ ,)\]]{_BE}(?: [a-z]+)? {_TAKEN_IN}",
        rf"{_COUNTED}{_BETWEEN}[ ,)\]](?:participated|took part|entered (?:the|this)"
        rf"|(?:have )?completed{_NO_FORM})(?!\w)",
        rf"{_ENTERED} (?:a total of )?(?:the )?{_COUNTED}",
        rf"{_STUDY}[^{FIGURE}.;]{{0,90}}? (?:in|of|with|on|among|involving|involves|including|includes|from|for"
        rf"|comprising) (?:a total of )?{_COUNTED}(?:{_ASIDE} and (?P<n2>{SINGLE}){_WHOM})?",
        # "43 patients with … (group I)"
        rf"(?P<n>{SINGLE}){_WHOM}[^{FIGURE}.;()\[\]]{{0,80}}[(\[](?:the )?(?:[a-zA-Z-]+ )?{_GROUP}[)\]]",
        rf"(?<!\w)[aA] total of {_COUNTED}",
        rf"{_COUNTED} (?:randomi[sz]ed|allocated|assigned) to",
        rf"{_GROUP} (?:were|was|comprised|consisted of|included|contained|numbered) {_COUNTED}",
        rf"(?:given|administered|applied|performed|used) (?:to|in) {_COUNTED} ?[(\[](?:[a-zA-Z-]+ ){{0,2}}{_GROUP}",
        # "Eleven older rowers (58 ± 5 y) and 11 younger rowers (27 ± 4 y) participated"
        rf"(?P<n>{SINGLE}){_WHOM}{_ASIDE} and (?P<n2>{SINGLE}){_WHOM}{_ASIDE}"
        rf" (?:participated|took part|completed|{_BE} {_ENTERED})",
        rf"[(\[](?P<n>{SINGLE}) (?:cases|patients)[,;]? (?:and )?(?P<n2>{SINGLE}) (?:healthy )?controls[)\]]",
        rf"(?P<n>{SINGLE}) completed (?:the|this|all|follow)",
        rf"{_GROUP} ?[(\[](?P<n>{SINGLE}){_WHOM}[)\]]",
        rf"(?P<n>{SINGLE}) and (?P<n2>{SINGLE}){_WHOM} (?:received|were given|were treated)",
        # Other numbers may stand between where the sentence begins with the people.
        rf"(?:\A|[.:] ){_COUNTED},?"
        r" (?:who|with|aged|undergoing|scheduled|that|suffering|diagnosed|having|from|between)"
        rf"[^.;]{{0,180}}? (?:were|was|will be) (?:[a-z]+ )?{_TAKEN_IN}",
        rf"(?:will|should|to) (?:[a-z]+ )?(?:include|recruit|enroll?|involve|randomi[sz]e|comprise) {_COUNTED}",
        rf"(?<!\w)(?:[pP]articipants|[sS]ubjects|[pP]atients|[sS]ample|[pP]opulation|[cC]ohort)[^{FIGURE}.;]{{0,50}}"
        rf" (?:were|was|consist(?:ed|s|ing) of|compris(?:ed|es|ing)|included|includes) (?:a total of )?{_COUNTED}",
        rf"(?:\A|[.:] )(?:Of|Out of|Among|From)(?: the| these| all| a total of)?(?: initial)? {_COUNTED}"
        r" (?:randomi[sz]ed|enrolled|recruited|screened|included|eligible|who (?:were|had been) )",
    )
)


def sample_sizes(folded: Skeleton) -> Iterator[Cluster]:
    """Every number that "n =" or the words beside it call a size, each alone; one may occur twice."""
    for match in _N.finditer(folded.text):
        if is_whole(folded.figure(match.start("n"))):
            yield (Named("size", (folded.figure(match.start("n")),)),)
    for pattern in _SIZES:
        for match in pattern.finditer(folded.text):
            for name in ("n", "n2"):
                yield from _sizes_in(folded, *match.span(name)) if match.groupdict().get(name) else ()


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


def _is_year(folded: Skeleton, place: int) -> bool:
    """Whether a number is a year, also by the comma after it: `in November 2013, 547 patients`."""
    listed = folded.text[place + 1 : place + 2] == "," and folded.figure(place).text.isdigit()
    return is_year(folded, place) or (listed and int(folded.figure(place).text) in range(1900, 2101))
