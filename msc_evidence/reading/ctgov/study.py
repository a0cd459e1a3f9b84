"""Studies of ClinicalTrials.gov in a file: one record, a list of them, or a page of the API's answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.registry.problems import Place, Problem, RegistryError

_NCT = re.compile(r"NCT\d{8}")
#: What the registered fingerprint is of, beside the number: what may be changed without a word is left out.
_STATUS = (
    *(
        "overallStatus",
        "whyStopped",
        "startDateStruct",
        "primaryCompletionDateStruct",
        "completionDateStruct",
    ),
    *("studyFirstSubmitDate", "studyFirstPostDateStruct", "resultsFirstPostDateStruct"),
)
_REGISTERED = ("designModule", "armsInterventionsModule", "outcomesModule", "eligibilityModule")


@dataclass(frozen=True, slots=True)
class Study:
    """One study: its number, what was registered and what was posted as results."""

    nct: str
    record: Node

    @property
    def registered(self) -> Node:
        """The section of the protocol."""
        return self.record["protocolSection"]

    @property
    def posted(self) -> Node:
        """The section of the results; empty where none were posted."""
        return self.record["resultsSection"]

    @property
    def version(self) -> str:
        """The day on which the last update was posted, as the file writes it."""
        return self.registered.at("statusModule/lastUpdatePostDateStruct/date").text

    @property
    def registered_sha256(self) -> str:
        """SHA-256 of what was registered: number, status and dates, design, arms, outcomes, eligibility."""
        section = self.registered
        status = {key: found.value for key in _STATUS if (found := section["statusModule"][key])}
        modules = {key: found.value for key in _REGISTERED if (found := section[key])}
        return _sha256({"nctId": self.nct, "status": status} | modules)

    @property
    def results_sha256(self) -> str | None:
        """SHA-256 of the posted results but for contacts and agreements; None without any."""
        posted = self.posted.value
        if not isinstance(posted, dict):
            return None
        return _sha256({key: value for key, value in posted.items() if key != "moreInfoModule"})


def _sha256(part: object) -> str:
    canonical = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_registration(text: str) -> bool:
    """Whether a text is meant as records of a registry: JSON that begins like one of its three forms."""
    start = text[:20_000].lstrip("\ufeff \t\r\n")
    return start.startswith(("{", "[")) and any(
        key in start for key in ('"protocolSection"', '"studies"', '"FullStudiesResponse"', '"nctId"')
    )


def read_registrations(text: str, file: str) -> list[Study]:
    """The studies of a file; raises RegistryError, with the place, for what is none.

    Takes one study, the list of a website's download, and a page (`studies`) of the API.
    """
    root = Node(_parsed(text, file), "", file)
    if isinstance(root.value, dict) and "FullStudiesResponse" in root.value:
        raise _error(file, "an answer of the registry's old API; download the record again (API version 2)")
    records = _records(root)
    if not records:
        raise _error(file, "no study in it")
    return [_study(record) for record in records]


def _records(root: Node) -> Sequence[Node]:
    if isinstance(root.value, dict) and "studies" not in root.value:
        return [root]
    return list(root.items() if isinstance(root.value, list) else root["studies"].items())


def _parsed(text: str, file: str) -> object:
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise RegistryError(
            [Problem(place, f"not whole JSON ({error.msg}); download the file again")]
        ) from None
    except RecursionError:
        raise _error(file, "nested deeper than a record of a registry is") from None
    except ValueError as error:
        raise _error(file, str(error)) from None


#: No count of a study has more digits.
_LONGEST_COUNT = 18


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_COUNT:
        raise ValueError(f"a number of {len(digits)} digits; no count of a study is so large")
    return int(digits)


def _no_number(constant: str) -> object:
    raise ValueError(f"{constant} is no value of JSON")


def _study(record: Node) -> Study:
    where = f"{record.pointer or '/'}: "
    section = record["protocolSection"]
    nct = section.at("identificationModule/nctId").text
    if not _NCT.fullmatch(nct):
        missing = "no number (protocolSection/identificationModule/nctId); expected NCT and eight digits"
        raise _error(record.file, where + missing)
    if not section["statusModule"] or not section["designModule"]:
        fields = "only some fields of the record; download the whole record, without a list of fields"
        raise _error(record.file, where + fields)
    return Study(nct, record)


def _error(file: str, message: str) -> RegistryError:
    return RegistryError([Problem(Place(file), message)])


def newest_of_each(studies: Sequence[Study]) -> Iterator[Study]:
    """The latest version of each study, in the order of the files."""
    latest: dict[str, Study] = {}
    for study in studies:
        if study.nct not in latest or study.version >= latest[study.nct].version:
            latest[study.nct] = study
    yield from latest.values()
