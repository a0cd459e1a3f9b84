"""One arm's size and what words call it: its label, whether it is a control, and numbers that are years."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import FIGURE, Skeleton

_CONTROL = re.compile(
    r"(?<!\w)(?:placebo|controls?|sham|saline|vehicle|untreated|no (?:\w+ )?(?:treatment|intervention|therapy)|wait\w*"
    r"|(?:usual|standard|conventional|routine|treatment as usual)(?:-of)?(?: \w+)*? ?(?:care|treatment|therapy|practice"
    r"|management|procedure|group|arm|usual|\Z)|comparator|attention)(?!\w)",
    re.IGNORECASE,
)
#: What is added to the care that the control has too.
_ADDED_TO = re.compile(r"(?<!\w)(?:plus|\+|with|in addition to|added to|and|on top of) ", re.IGNORECASE)
_LEAD = re.compile(
    r"\A.*(?<!\w)(?:receive|received|receiving|either|to|or|versus|vs\.?|into|between|was|were|in|the) (?=\S)"
    r"|\A(?:the|an?|both|each|and|in) "
)
_TAIL = re.compile(r"\s*(?:(?<!\w)(?:groups?|arms?))?[\s,:;-]*\Z")
_GROUP_BEFORE = re.compile(r" (?:groups?|arms?) [(](?=[a-zA-Z]{1,5}[)]\Z)")
#: Parts of a sample that are no arms.
NO_ARM = re.compile(
    r"(?:boys|girls|men|women|males?|females?)|.*(?:positive|negative)(?: mothers)?", re.IGNORECASE
)
_YEARS = range(1900, 2101)
#: How the name of a month begins.
MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = re.compile(
    rf"{MONTH}[a-z]*,? \Z"
    rf"|(?:[iI]n|[sS]ince|[dD]uring|[uU]ntil|[bB]etween|[fF]rom|to|and|year) \Z|[{FIGURE}](?: ?[/-] ?|, )\Z"
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

    >>> is_control("saline placebo"), is_control("autologous cells"), is_control("cells plus usual care")
    (True, False, False)
    """
    control = _CONTROL.search(label)
    return control is not None and not _ADDED_TO.search(label, 0, control.start())


def is_year(folded: Skeleton, place: int) -> bool:
    """Whether a number is a year by the word before it: `September 2001, 913 patients`."""
    text = folded.figure(place).text
    if not text.isdigit() or int(text) not in _YEARS:
        return False
    return bool(_MONTHS.search(folded.text, max(0, place - 12), place)) and not re.match(
        rf" (?:[a-zA-Z-]{{2,20}} ){{0,3}}{PEOPLE}(?!\w)", folded.text[place + 1 : place + 30]
    )


def label_of(words: str) -> str:
    """What words before or after a size call its arm.

    >>> label_of("were randomised to intravenous cells"), label_of("or a placebo group ")
    ('intravenous cells', 'placebo')
    """
    label = _GROUP_BEFORE.sub(" (", words.strip())
    while (shorter := _LEAD.sub("", label, count=1)) != label:
        label = shorter
    return _TAIL.sub("", label).strip()
