"""MSC101 to MSC104: identifiers of publications and registrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.identifiers import Fault, doi_fault, pmcid_fault, pmid_fault, registration_fault
from msc_evidence.registry.model import Citation, Source


@check("MSC101", "error")
def malformed_doi(subject: Subject) -> Iterator[Hit]:
    """malformed DOI.

    A DOI is `10.`, a registrant of 4 to 9 digits, `/` and a suffix without spaces; it is written without
    `doi:` or a web address, and does not end in the punctuation of the sentence it was copied from, nor in the
    `/full` of the address.
    It matters because the DOI finds the paper, and two records of one paper, only where it is exact.
    Example: `https://doi.org/10.1002/ana.20501` or `10.1002/ana.20501.` for `10.1002/ana.20501`.
    It cannot see whether a well-formed DOI exists or belongs to this paper.
    Source: ISO 26324; Crossref's advice on the form of a DOI.

    Flagged:
        citation: {year: 2005, doi: https://doi.org/10.1002/ana.20501}
    Silent:
        citation: {year: 2005, doi: 10.1002/ana.20501}
    """
    yield from _hits(subject, "doi", doi_fault)


@check("MSC102", "error")
def malformed_pubmed_id(subject: Subject) -> Iterator[Hit]:
    """malformed PMID or PMCID.

    A PMID is 1 to 8 digits that do not begin with 0; a PMCID is `PMC` and digits.
    It matters because the text of a source is fetched by it.
    Example: `PMC4016561` where a PMID belongs.
    It cannot see whether a well-formed number belongs to this paper.
    Source: National Library of Medicine, PubMed and PMC identifiers.

    Flagged:
        citation: {year: 2013, pmid: PMC4016561}
    Silent:
        citation: {year: 2013, pmcid: PMC4016561}
    """
    yield from _hits(subject, "pmid", pmid_fault)
    yield from _hits(subject, "pmcid", pmcid_fault)


@check("MSC103", "error")
def malformed_registration(subject: Subject) -> Iterator[Hit]:
    """malformed registration number.

    A number that begins as those of a known register do must have its whole form: `NCT` and 8 digits,
    `ISRCTN` and 8 digits, YYYY-NNNNNN-NN for EudraCT, YYYY-5NNNNN-NN-NN for CTIS, and so on
    for the registers of the WHO network. Any other text passes that has a digit, is no address and holds
    no number of a known register.
    It matters because the registration leads to what was planned.
    Example: `NCT0171648`, one digit short; `https://clinicaltrials.gov/study/NCT01716481`.
    It cannot see a wrong digit (ISRCTN numbers are random, no register here documents its check digits),
    nor anything about registers that it does not know.
    Source: the registers' own forms; Salholz-Hillel et al. 2022, 10.1177/17407745221087456.

    Flagged:
        registration: [NCT0171648, EudraCT 2004-02714-11]
    Silent:
        registration: [NCT01716481, EudraCT 2004-002714-11]
    """
    for path, found in _registrations(subject):
        if fault := registration_fault(found):
            yield Hit(path, fault.message, found, fault.meant)


def _registrations(subject: Subject) -> Iterator[tuple[Path, str]]:
    """The numbers of the trial, and those that its sources cite and nothing else."""
    registrations = subject.trial.registration
    for index, found in enumerate(registrations if isinstance(registrations, list) else ()):
        yield ("registration", index), found
    for name, source in subject.trial.sources.items():
        if source.kind == "trial registration" and source.citation and " " not in source.citation:
            yield ("sources", name, "citation"), source.citation


@check("MSC104", "error")
def duplicate_trial(subject: Subject) -> Iterator[Hit]:
    """same DOI as another trial of the registry.

    Every trial but the first with a DOI (capital letters do not matter) is found.
    It matters because a trial that is recorded twice is pooled twice.
    Example: the same paper recorded as bang-2005 and bang-2005-stroke.
    It cannot see one trial reported in two papers, nor one recorded once without its DOI.
    Source: Tramèr et al. 1997 BMJ 315:635, on covert duplicates in meta-analysis.

    Flagged:
        trials:
          bang-2005: {citation: {year: 2005, doi: 10.1002/ana.20501}}
          bang-2005-stroke: {citation: {year: 2005, doi: 10.1002/ANA.20501}}
    Silent:
        trials:
          bang-2005: {citation: {year: 2005, doi: 10.1002/ana.20501}}
          chung-2021: {citation: {year: 2021, doi: 10.1212/WNL.0000000000011440}}
    """
    doi = subject.trial.citation.doi
    sharing = subject.dois.get(doi.casefold(), ()) if doi else ()
    if doi and sharing and sharing[0] != subject.id:
        message = f"DOI {doi} is already that of {sharing[0]}; one of the two is a duplicate"
        yield Hit(("citation", "doi"), message, doi)


def _hits(subject: Subject, key: str, fault_of: Callable[[str], Fault | None]) -> Iterator[Hit]:
    """What is wrong with the identifiers of a kind, of the trial and of its sources."""
    places: list[tuple[Path, Citation | Source]] = [(("citation",), subject.trial.citation)]
    places += [(("sources", name), source) for name, source in subject.trial.sources.items()]
    for place, part in places:
        found = getattr(part, key, None)
        if found is not None and (fault := fault_of(found)):
            yield Hit((*place, key), fault.message, found, fault.meant)
