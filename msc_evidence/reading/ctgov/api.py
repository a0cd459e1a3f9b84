"""Asks ClinicalTrials.gov for studies, through version 2 of its API, as patiently as PubMed is asked."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit

from msc_evidence.reading.ctgov.study import Study, read_registrations
from msc_evidence.reading.texts.eutils import Eutils, Opener, Pace, Sleep, Unreachable, shared_pace
from msc_evidence.registry.problems import RegistryError

BASE_URL = "https://clinicaltrials.gov/api/v2"
#: Requests a second: about 50 a minute (ClinicalTrials.gov, API, rate limits).
RATE = 50 / 60
NUMBER = re.compile(r"NCT\d{8}")


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows an answer that points elsewhere on the same server, as that of an alias number does, and no other."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        asked, pointed = urlsplit(req.full_url), urlsplit(newurl)
        if (asked.scheme, asked.netloc) != (pointed.scheme, pointed.netloc):
            raise HTTPError(req.full_url, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetched_study(
    number: str,
    *,
    base_url: str = BASE_URL,
    timeout: float = 20,
    retries: int = 3,
    sleep: Sleep = time.sleep,
    opener: Opener | None = None,
    pace: Pace | None = None,
) -> Study:
    """The current version of a study; raises Unreachable without one.

    A number that the registry keeps as an alias of another gives the study under its own number.
    """
    open_url = opener or urllib.request.build_opener(_SameServer()).open
    server = Eutils(base_url, None, timeout, retries, sleep, open_url, pace or shared_pace(RATE))
    url = f"{base_url.rstrip('/')}/studies/{number}?format=json"
    try:
        answer = server.answer(lambda: urllib.request.Request(url, headers={"Accept": "application/json"}))
    except Unreachable as error:
        if error.status == 404:
            raise Unreachable(f"{server.host} has no study {number}", 404) from None
        raise
    return _the_study(answer, number, server.host)


def _the_study(answer: str, number: str, host: str) -> Study:
    """The one study that was asked for."""
    try:
        studies = read_registrations(answer, f"{host} {number}")
    except RegistryError:
        raise Unreachable(f"{host} answered with something else than a study") from None
    if len(studies) != 1 or number not in _numbers(studies[0]):
        raise Unreachable(f"{host} answered with another study than {number}")
    return studies[0]


def _numbers(study: Study) -> set[str]:
    aliases = study.registered.at("identificationModule/nctIdAliases").items()
    return {study.nct, *(one.text for one in aliases)}


def answers(studies: Mapping[str, Study]) -> list[str]:
    """What must be said of the numbers that were asked for: of an alias, the study's own."""
    return [
        f"{number} is an alias of {study.nct}" for number, study in studies.items() if study.nct != number
    ]
