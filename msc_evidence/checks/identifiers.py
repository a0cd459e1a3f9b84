"""MSC101 to MSC104: identifiers of publications and registrations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Citation, Source

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S*[^\s.,;]")
_PMID = re.compile(r"[1-9]\d{0,7}")
_PMCID = re.compile(r"PMC[1-9]\d{0,8}")

#: How a register's numbers begin → their whole form, and the form in words: as the registers publish them
#: and as Salholz-Hillel et al. 2022 (10.1177/17407745221087456) found them in papers.
REGISTERS: tuple[tuple[str, str, str], ...] = (
    (r"NCT", r"NCT\d{8}", "NCT and 8 digits"),
    (r"ISRCTN", r"ISRCTN\d{8}", "ISRCTN and 8 digits"),
    (r"Eudra|EUCTR|20\d\d-\d{6}-", r"(EudraCT ?|EUCTR)?\d{4}-\d{6}-\d\d(-\d\d|-[A-Z]+)?", "YYYY-NNNNNN-NN"),
    (r"ChiCTR", r"ChiCTR(\d{10}|-[A-Z]{2,5}-\d{8})", "ChiCTR and 10 digits, or ChiCTR-XXX- and 8 digits"),
    (r"ACTRN", r"ACTRN\d{14}p?", "ACTRN and 14 digits"),
    (r"CTRI", r"CTRI/\d{4}/\d{2,3}/\d{6}", "CTRI/YYYY/MM/NNNNNN"),
    (r"DRKS", r"DRKS\d{8}", "DRKS and 8 digits"),
    (r"KCT", r"KCT\d{7}", "KCT and 7 digits"),
    (r"(JPRN-)?UMIN", r"(JPRN-)?UMIN\d{9}", "UMIN and 9 digits"),
    (r"(JPRN-)?jRCT", r"(JPRN-)?jRCT[a-z\d]\d{9}", "jRCT, a digit or letter, and 9 digits"),
    (r"(JPRN-)?Japic", r"(JPRN-)?JapicCTI-?\d{6}", "JapicCTI- and 6 digits"),
    (r"IRCT", r"IRCT\d{6,16}N\d{1,3}", "IRCT, digits, N and 1 to 3 digits"),
    (r"PACTR", r"PACTR\d{15,16}", "PACTR and 15 or 16 digits"),
    (r"TCTR", r"TCTR\d{11}", "TCTR and 11 digits"),
)  # fmt: skip
_REGISTERS = tuple(
    (re.compile(start, re.IGNORECASE), re.compile(form, re.IGNORECASE), words)
    for start, form, words in REGISTERS
)


@check("MSC101", "error")
def malformed_doi(subject: Subject) -> Iterator[Hit]:
    """malformed DOI.

    A DOI is `10.`, a registrant of 4 to 9 digits, `/` and a suffix without spaces; it is written without
    `doi:` or a web address, and does not end in the punctuation of the sentence it was copied from.
    It matters because the DOI finds the paper, and two records of one paper, only where it is exact.
    Example: `https://doi.org/10.1002/ana.20501` or `10.1002/ana.20501.` for `10.1002/ana.20501`.
    It cannot see whether a well-formed DOI exists or belongs to this paper.
    Source: ISO 26324; Crossref's advice on the form of a DOI.
    """
    for path, doi in _identifiers(subject, "doi"):
        if not _DOI.fullmatch(doi):
            inside = _DOI.search(doi)
            hint = f"write {inside[0]}" if inside else "a DOI looks like 10.1002/ana.20501"
            yield Hit(path, f"'{doi}' is not a DOI; {hint}", doi, inside[0] if inside else None)


@check("MSC102", "error")
def malformed_pubmed_id(subject: Subject) -> Iterator[Hit]:
    """malformed PMID or PMCID.

    A PMID is 1 to 8 digits that do not begin with 0; a PMCID is `PMC` and digits.
    It matters because the text of a source is fetched by it.
    Example: `PMC4016561` where a PMID belongs.
    It cannot see whether a well-formed number belongs to this paper.
    Source: National Library of Medicine, PubMed and PMC identifiers.
    """
    for key, form, words in (("pmid", _PMID, "1 to 8 digits"), ("pmcid", _PMCID, "PMC and digits")):
        for path, found in _identifiers(subject, key):
            if not form.fullmatch(found):
                yield Hit(path, f"'{found}' is not a {key.upper()}, which is {words}", found)


@check("MSC103", "error")
def malformed_registration(subject: Subject) -> Iterator[Hit]:
    """malformed registration number.

    A number that begins as those of a known register do must have its whole form: `NCT` and 8 digits,
    `ISRCTN` and 8 digits, YYYY-NNNNNN-NN for EudraCT, and so on for the registers of the WHO network.
    It matters because the registration leads to what was planned.
    Example: `NCT0171648`, one digit short.
    It cannot see a wrong digit (ISRCTN numbers are random, no register here documents its check digits),
    nor anything about registers that it does not know.
    Source: the registers' own forms; Salholz-Hillel et al. 2022, 10.1177/17407745221087456.
    """
    registrations = subject.trial.registration
    for index, found in enumerate(registrations if isinstance(registrations, list) else ()):
        for start, form, words in _REGISTERS:
            if start.match(found):
                if not form.fullmatch(found):
                    yield Hit(("registration", index), f"'{found}' is not {words}", found)
                break


@check("MSC104", "error")
def duplicate_trial(subject: Subject) -> Iterator[Hit]:
    """same DOI as another trial of the registry.

    Every trial but the first with a DOI (capital letters do not matter) is found.
    It matters because a trial that is recorded twice is pooled twice.
    Example: the same paper recorded as bang-2005 and bang-2005-stroke.
    It cannot see one trial reported in two papers, nor one recorded once without its DOI.
    Source: Tramèr et al. 1997 BMJ 315:635, on covert duplicates in meta-analysis.
    """
    doi = subject.trial.citation.doi
    sharing = subject.dois.get(doi.casefold(), ()) if doi else ()
    if doi and sharing and sharing[0] != subject.id:
        message = f"DOI {doi} is already that of {sharing[0]}; one of the two is a duplicate"
        yield Hit(("citation", "doi"), message, doi)


def _identifiers(subject: Subject, key: str) -> Iterator[tuple[Path, str]]:
    """Every identifier of a kind, of the trial and of its sources."""
    places: list[tuple[Path, Citation | Source]] = [(("citation",), subject.trial.citation)]
    places += [(("sources", name), source) for name, source in subject.trial.sources.items()]
    for place, part in places:
        found = getattr(part, key, None)
        if found is not None:
            yield (*place, key), found
