"""Identifiers of publications and registrations: the form each has, what is wrong with one, and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S*[^\s.,;]")
#: The ends of publishers' addresses that are copied with a DOI; no registrant ends its own so.
_ADDRESS_TAIL = re.compile(r"/(?:full|fulltext|abstract|pdf|epdf)\Z", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d{0,7}")
#: PubMed Central gives versions of an article a number after a full stop.
_PMCID = re.compile(r"PMC[1-9]\d{0,8}(?:\.\d+)?")
_WEB = re.compile(r"https?://|www\.", re.IGNORECASE)


#: How a bare number of the European registers begins, also with one digit too few or too many in the middle group;
#: numbers of ethics committees, such as 2011-08-034, have shorter groups.
_CTIS_BARE = r"20\d\d-5\d{5}-|20[2-9]\d-5\d{4,6}-"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not the identifier it stands for, and what it may have been meant to be."""

    message: str
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A register of trials: how its numbers begin, their whole form, the form in words, where a number leads."""

    start: re.Pattern[str]
    form: re.Pattern[str]
    words: str
    address: str | None
    #: The letters before a number that are no part of it.
    label: str


def _register(start: str, form: str, words: str, address: str | None = None, label: str = "") -> Register:
    return Register(re.compile(start, re.IGNORECASE), re.compile(form, re.IGNORECASE), words, address, label)


#: Forms as the registers publish them and as Salholz-Hillel et al. 2022 (10.1177/17407745221087456) found them in
#: papers. None of these registers documents its check digits.
REGISTERS = (
    _register(r"NCT", r"NCT\d{8}", "NCT and 8 digits", "https://clinicaltrials.gov/study/{}"),
    _register(r"ISRCTN", r"ISRCTN\d{8}", "ISRCTN and 8 digits", "https://www.isrctn.com/{}"),
    _register(
        rf"CTIS|EU[ -]?CT(?!R)|{_CTIS_BARE}", r"(?:CTIS|EU[ -]?CT ?)?20\d\d-5\d{5}-\d\d(?:-\d\d)?",
        "YYYY-5NNNNN-NN-NN", "https://euclinicaltrials.eu/ctis-public/view/{}", r"CTIS|EU[ -]?CT ?",
    ),
    _register(
        rf"Eudra|EUCTR|(?!{_CTIS_BARE})20\d\d-\d{{5,7}}-\d", r"(?:EudraCT ?|EUCTR)?\d{4}-\d{6}-\d\d(?:-[A-Z]+)?",
        "YYYY-NNNNNN-NN", "https://www.clinicaltrialsregister.eu/ctr-search/search?query={}", r"EudraCT ?|EUCTR",
    ),
    _register(
        r"ChiCTR", r"ChiCTR(?:\d{10}|-[A-Z]{2,6}-\d{8})", "ChiCTR and 10 digits, or ChiCTR-XXX- and 8 digits"
    ),
    _register(r"ACTRN", r"ACTRN\d{14}p?", "ACTRN and 14 digits"),
    _register(r"CTRI", r"CTRI/\d{4}/\d{2,3}/\d{6}", "CTRI/YYYY/MM/NNNNNN"),
    _register(r"DRKS", r"DRKS\d{8}", "DRKS and 8 digits", "https://drks.de/search/en/trial/{}"),
    _register(r"KCT", r"KCT\d{7}", "KCT and 7 digits"),
    _register(r"(JPRN-)?UMIN", r"(JPRN-)?UMIN[CR]?\d{9}", "UMIN and 9 digits"),
    _register(r"(JPRN-)?jRCT", r"(JPRN-)?jRCT[a-z\d]\d{9}", "jRCT, a digit or letter, and 9 digits"),
    _register(r"(JPRN-)?Japic", r"(JPRN-)?JapicCTI-?\d{6}", "JapicCTI- and 6 digits"),
    _register(r"IRCT", r"IRCT\d{6,16}N\d{1,3}", "IRCT, digits, N and 1 to 3 digits"),
    _register(r"PACTR", r"PACTR\d{15,16}", "PACTR and 15 or 16 digits"),
    _register(r"TCTR", r"TCTR\d{11}", "TCTR and 11 digits"),
    _register(r"RBR", r"RBR-[0-9a-z]{5,8}", "RBR- and 5 to 8 letters and digits"),
)  # fmt: skip


def doi_fault(text: str) -> Fault | None:
    """What is wrong with a DOI: `10.`, a registrant, `/` and a suffix, without `doi:`, web address or punctuation.

    >>> doi_fault("10.1002/ana.20501"), doi_fault("https://doi.org/10.1002/ana.20501").meant
    (None, '10.1002/ana.20501')
    """
    inside = _DOI.search(text)
    doi = _doi_without_tail(inside[0]) if inside else None
    if doi == text:
        return None
    hint = f"write {doi}" if doi else "a DOI looks like 10.1002/ana.20501"
    return Fault(f"'{text}' is not a DOI; {hint}", doi)


def _doi_without_tail(doi: str) -> str:
    """The DOI without what follows it in a web address, and without a closing bracket that it does not open."""
    doi = _ADDRESS_TAIL.sub("", doi)
    return doi[:-1] if doi.endswith(")") and doi.count("(") < doi.count(")") else doi


def pmid_fault(text: str) -> Fault | None:
    """What is wrong with a PMID, which is 1 to 8 digits that do not begin with 0.

    >>> pmid_fault("15929052"), pmid_fault("PMID: 15929052").meant
    (None, '15929052')
    """
    if _PMID.fullmatch(text):
        return None
    if _PMCID.fullmatch(text):
        return Fault(f"'{text}' is a PMCID, not a PMID, which is 1 to 8 digits; it belongs under pmcid")
    match = re.search(r"(?:PMID\D{0,3}|/|^0+)([1-9]\d{0,7})/?\s*\Z", text, re.IGNORECASE)
    return _identifier_fault(text, "a PMID, which is 1 to 8 digits", match[1] if match else None)


def pmcid_fault(text: str) -> Fault | None:
    """What is wrong with a PMCID, which is `PMC` and digits."""
    if _PMCID.fullmatch(text):
        return None
    match = re.search(r"PMC[1-9]\d{0,8}", text) or re.fullmatch(_PMID, text)
    meant = f"PMC{match[0].removeprefix('PMC')}" if match else None
    return _identifier_fault(text, "a PMCID, which is PMC and digits", meant)


def registration_fault(text: str) -> Fault | None:
    """What is wrong with a registration number; in an unknown register every text with a digit is one.

    >>> registration_fault("NCT01716481"), registration_fault("SLCTR/2010/008")
    (None, None)
    >>> registration_fault("https://clinicaltrials.gov/study/NCT01716481").meant
    'NCT01716481'
    """
    for register in REGISTERS:
        if register.start.match(text):
            whole = register.form.fullmatch(text)
            return None if whole else _identifier_fault(text, register.words, _registration_within(text))
    meant = _registration_within(text)
    if meant:
        return _identifier_fault(text, "a registration number alone", meant)
    if _DOI.search(text) or _WEB.match(text):
        return Fault(
            f"'{text}' is not a registration number; an address belongs under sources, as url or doi"
        )
    if not re.search(r"\d", text):
        return Fault(f"'{text}' is not a registration number; write `registration: not reported`")
    return None


def registration_address(text: str) -> str | None:
    """The page of a well-formed number in its register, None where no lasting address is known.

    >>> registration_address("NCT01716481"), registration_address("EudraCT 2004-002714-11")[-14:]
    ('https://clinicaltrials.gov/study/NCT01716481', '2004-002714-11')
    """
    for register in REGISTERS:
        if register.address and register.form.fullmatch(text):
            number = re.sub(rf"\A(?:{register.label})(?=\d)", "", text, flags=re.IGNORECASE)
            return register.address.format(quote(number))
    return None


def _registration_within(text: str) -> str | None:
    """The one well-formed number within a text, blanks and signs between its letters and digits aside."""
    closed = re.sub(r"(?<=[A-Z])[\s:#.]+(?=\d)|(?<=\d)[\s,;.]+\Z", "", text, flags=re.IGNORECASE)
    numbers = {
        match[0]
        for register in REGISTERS
        for match in re.finditer(
            rf"(?<![^\W_])(?:{register.form.pattern})(?![^\W_]|[-/]\w)", closed, re.IGNORECASE
        )
    }
    return numbers.pop() if len(numbers) == 1 else None


def _identifier_fault(text: str, form: str, meant: str | None) -> Fault:
    hint = f"; write {meant}" if meant else ""
    return Fault(f"'{text}' is not {form}{hint}", meant)
