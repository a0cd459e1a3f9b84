"""Identifiers: what is one, what is not, what was meant, and where a registration number leads."""

from __future__ import annotations

import pytest

from msc_evidence.registry.identifiers import (
    REGISTERS,
    doi_fault,
    pmcid_fault,
    pmid_fault,
    registration_address,
    registration_fault,
)


@pytest.mark.parametrize(
    "doi",
    [
        "10.1002/ana.20501",
        "10.1016/S1474-4422(22)00526-9",
        "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
        "10.1002/(SICI)1097-0118(199912)32:4(1)",
        "10.3727/096368914X678562",
        "10.1000.10/123456",
    ],
)
def test_a_doi(doi: str) -> None:
    assert doi_fault(doi) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://doi.org/10.1002/ana.20501", "10.1002/ana.20501"),
        ("doi:10.1002/ana.20501", "10.1002/ana.20501"),
        ("10.1002/ana.20501.", "10.1002/ana.20501"),
        ("(10.1002/ana.20501)", "10.1002/ana.20501"),
        ("10.3389/fneur.2016.00228/full", "10.3389/fneur.2016.00228"),
        ("10.1002/ana 20501", "10.1002/ana"),
        ("10.1002", None),
        ("ana.20501", None),
    ],
)
def test_no_doi(text: str, meant: str | None) -> None:
    fault = doi_fault(text)
    assert fault is not None
    assert fault.meant == meant
    assert text in fault.message
    assert (meant or "looks like 10.1002/ana.20501") in fault.message


@pytest.mark.parametrize("pmid", ["1", "15929052"])
def test_a_pmid(pmid: str) -> None:
    assert pmid_fault(pmid) is None


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/15929052/", "15929052", "write 15929052"),
        ("PMID: 15929052", "15929052", "write 15929052"),
        ("015929052", "15929052", "write 15929052"),
        ("PMC4016561", None, "belongs under pmcid"),
        ("159290521", None, "1 to 8 digits"),
        ("0", None, "1 to 8 digits"),
    ],
)
def test_no_pmid(text: str, meant: str | None, words: str) -> None:
    fault = pmid_fault(text)
    assert fault is not None
    assert fault.meant == meant
    assert words in fault.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("PMC4016561", ""),
        ("PMC4016561.2", ""),
        ("4016561", "PMC4016561"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC4016561/", "PMC4016561"),
        ("PMC", None),
    ],
)
def test_pmcid(text: str, meant: str | None) -> None:
    fault = pmcid_fault(text)
    assert (fault.meant if fault else "") == meant


#: Numbers that registers have issued, or of their documented forms.
KNOWN = (
    "NCT01716481", "nct01716481", "ISRCTN15677760", "ISRCTN02452400", "ChiCTR2000029308", "ChiCTR-TRC-10001234",
    "EudraCT 2004-002714-11", "EUCTR2004-002714-11-ES", "2020-001934-37-ES", "2022-500001-12-00",
    "ACTRN12611000121965", "ACTRN12618000904279p", "DRKS00005115", "KCT0000640", "CTRI/2009/091/000123",
    "UMIN000012045", "JPRN-UMIN000012045", "UMINC000000123", "jRCTs051180123", "jRCT2080224567",
    "JapicCTI-152345", "IRCT2016080318745N10", "PACTR202406532417953", "TCTR20190101001", "RBR-6mnjz3",
)  # fmt: skip
#: Of registers that have no form here.
UNKNOWN = (
    "NTR2484", "NL8272", "SLCTR/2010/008", "PER-010-19", "RPCEC00000123", "U1111-1149-9879", "LBCTR2019100256",
    "ethics committee 2019-0123",
)  # fmt: skip


@pytest.mark.parametrize("number", KNOWN + UNKNOWN)
def test_a_registration_number(number: str) -> None:
    assert registration_fault(number) is None


@pytest.mark.parametrize(("number", "registers"), [(each, int(each in KNOWN)) for each in KNOWN + UNKNOWN])
def test_no_register_claims_the_numbers_of_another(number: str, registers: int) -> None:
    assert sum(bool(register.start.match(number)) for register in REGISTERS) == registers


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("NCT0171648", None, "is not NCT and 8 digits"),
        ("NCT017164811", None, "is not NCT and 8 digits"),
        ("NCT 01716481", "NCT01716481", "write NCT01716481"),
        ("NCT01716481.", "NCT01716481", "write NCT01716481"),
        ("ClinicalTrials.gov NCT01716481", "NCT01716481", "write NCT01716481"),
        ("ClinicalTrials.gov identifier: NCT01716481", "NCT01716481", "write NCT01716481"),
        ("https://clinicaltrials.gov/study/NCT01716481", "NCT01716481", "write NCT01716481"),
        ("10.1186/ISRCTN15677760", "ISRCTN15677760", "write ISRCTN15677760"),
        ("ISRCTN1567776", None, "ISRCTN and 8 digits"),
        ("EudraCT 2004-02714-11", None, "YYYY-NNNNNN-NN"),
        ("2022-500001-12-0", None, "YYYY-5NNNNN-NN-NN"),
        ("UMIN00001204", None, "UMIN and 9 digits"),
        ("ACTRN126110001219650", None, "ACTRN and 14 digits"),
        ("NCT01716481, NCT02961504", None, "NCT and 8 digits"),
        ("10.1002/ana.20501", None, "belongs under sources"),
        ("https://www.example.org/trial/12", None, "belongs under sources"),
        ("none", None, "registration: not reported"),
    ],
)
def test_no_registration_number(text: str, meant: str | None, words: str) -> None:
    fault = registration_fault(text)
    assert fault is not None
    assert fault.meant == meant
    assert words in fault.message


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("NCT01716481", "https://clinicaltrials.gov/study/NCT01716481"),
        ("ISRCTN15677760", "https://www.isrctn.com/ISRCTN15677760"),
        ("DRKS00005115", "https://drks.de/search/en/trial/DRKS00005115"),
        ("CTIS2022-500001-12-00", "https://euclinicaltrials.eu/ctis-public/view/2022-500001-12-00"),
        (
            "EudraCT 2004-002714-11",
            "https://www.clinicaltrialsregister.eu/ctr-search/search?query=2004-002714-11",
        ),
        ("KCT0000640", None),
        ("NCT0171648", None),
        ('NCT01716481"><script>', None),
    ],
)
def test_where_a_number_leads(number: str, address: str | None) -> None:
    assert registration_address(number) == address
