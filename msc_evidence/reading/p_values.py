"""The notation of p-values: `p = 0.011, 0.017, and 0.115`, `P<.05`, `p-value of 3.6 x 10^-5`, `P = NS`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.found import Found
from msc_evidence.reading.numerals import COMPARATOR, POWER, canonical

_NOT_SIGNIFICANT = r"(?i:NS|n\.s\.)(?!\w)"
_DECIMAL = rf"0?[.,][0-9]{{1,12}}{POWER}?"
_VALUE = (
    rf"(?:{_DECIMAL}|[01](?:[.,]0{{1,9}})?{POWER}?|[0-9](?:\.[0-9]{{1,9}})?{POWER}|10\^?-[0-9]{{1,3}})"
    r"(?![0-9]|[.,][0-9]| ?%)"
)
_WORDS = {
    "<": "(?:less|lower|smaller) than|below|under",
    ">": "(?:greater|more|higher) than|above|over",
}
_SIGN = rf"(?:{COMPARATOR}|=|{'|'.join(_WORDS.values())})"
_VERB = r"(?: of| was| were| is|:)"
_HEAD = (
    r"(?<![^\W_])[pP]s?(?: ?[ -] ?[vV]alues?|[vV]alues?)?"
    r"(?:[ _-]?(?:for )?(?:trend|interaction|heterogeneity|homogeneity|adjusted|corrected|nominal))?"
    r"(?: ?[(\[](?:(?:one|two|1|2)-(?:sided|tailed)|adjusted|corrected|unadjusted)[)\]])?"
)
#: A further value must stand alone: 0.81 in "p = 0.02 and 0.81 (0.7-0.9)" is no p-value.
_FURTHER = rf"(?:{COMPARATOR} ?)?{_VALUE}(?! ?[±(]|-[0-9.]| to [0-9.])"
_JOINED = rf"(?:,? (?:and|or|to|vs?\.?|versus) |-){_FURTHER}"
_LISTED = rf"(?:, ?(?:and |or )?| (?:and|or) ){_FURTHER}"

P_BEGINS = (
    r"(?<![^\W_])[pP](?=s?(?:[^a-zA-Z]|[vV]alue|trend|interaction|heterog|homogen|adjust|correct|nominal))"
)
P_VALUES = (
    rf"{_HEAD}(?P<values>(?:{_VERB}?(?: ?{_SIGN}){{1,2}}|{_VERB}| (?=[nN])| ?(?=0?[.,][0-9]{{2}})) ?"
    rf"(?:{_NOT_SIGNIFICANT}|{_VALUE}(?:(?:{_LISTED}){{2,30}}+|{_JOINED})?))"
)
_ITEM = re.compile(rf"(?:(?P<sign>{_SIGN}) ?)?(?P<value>{_VALUE}|{_NOT_SIGNIFICANT})")


def read_p_values(match: re.Match[str]) -> Iterator[Found]:
    """Every p-value of the list."""
    start = match.start()
    for item in _ITEM.finditer(match.string, match.start("values"), match.end()):
        yield "p", f"p {_printed(item['sign'] or '', item['value'])}", start, item.end()
        # Only the first one includes the letter p; a further one begins at its own number.
        following = _ITEM.search(match.string, item.end(), match.end())
        start = following.start() if following else match.end()


def _printed(sign: str, value: str) -> str:
    if value[0] in "nN":
        return "NS"
    for comparator, words in _WORDS.items():
        sign = re.sub(words, comparator, sign)
    return canonical(sign + re.sub(r"^10-", "10^-", value.replace(",", ".")))
