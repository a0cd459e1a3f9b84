"""Requests to NCBI's E-utilities: spaced as NCBI asks, repeated while it is busy."""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
#: Requests per second that NCBI allows (A General Introduction to the E-utilities, NBK25497).
RATE = {False: 3, True: 10}
#: Answers larger than this are no single record.
_LARGEST = 20_000_000
#: The longest wait between two attempts, whatever the server asks for.
_LONGEST_WAIT = 60.0

Opener = Callable[..., Any]
Sleep = Callable[[float], None]


class PubmedError(Exception):
    """PubMed could not be asked, or did not answer with the record."""


class Unreachable(PubmedError):  # noqa: N818
    """No answer from the server; the message says why and what to do instead."""


class NotFound(PubmedError):  # noqa: N818
    """PubMed has no such record."""


@dataclass(slots=True)
class Pace:
    """Spaces requests so that no more than `per_second` of them begin in a second."""

    per_second: float
    clock: Callable[[], float] = time.monotonic
    _free: float = field(default=float("-inf"), init=False)

    def wait(self, sleep: Sleep) -> None:
        """Sleep until the next request may begin."""
        now = self.clock()
        if now < self._free:
            sleep(self._free - now)
        self._free = max(now, self._free) + 1 / self.per_second


@lru_cache
def shared_pace(per_second: float) -> Pace:
    """The pace that all requests of this process keep together."""
    return Pace(per_second)


@dataclass(frozen=True, slots=True)
class Eutils:
    """Where and how the E-utilities are asked."""

    base_url: str
    api_key: str | None
    timeout: float
    retries: int
    sleep: Sleep
    opener: Opener
    pace: Pace

    @property
    def host(self) -> str:
        """The server's name, for messages."""
        return self.base_url.partition("://")[2].partition("/")[0]

    def get(self, utility: str, parameters: Mapping[str, str]) -> str:
        """The text that a utility answers; raises Unreachable when every attempt failed."""
        query = {**parameters, "db": "pubmed", "tool": "msc-evidence"}
        if self.api_key:
            query["api_key"] = self.api_key
        url = f"{self.base_url.rstrip('/')}/{utility}.fcgi?{urlencode(query)}"
        if not url.startswith(("http://", "https://")):
            raise Unreachable(f"{self.base_url} is no http or https address")
        for attempt in range(self.retries + 1):
            answer, reason, wait = self._attempt(url, attempt)
            if answer is not None:
                return answer
            if wait is None or attempt == self.retries:
                break
            self.sleep(wait)
        raise Unreachable(f"cannot reach {self.host}: {reason}")

    def _attempt(self, url: str, attempt: int) -> tuple[str | None, str, float | None]:
        """The answer, or why there is none and how long to wait before the next attempt (None: give up)."""
        self.pace.wait(self.sleep)
        back_off = min(2.0**attempt, _LONGEST_WAIT)
        try:
            with self.opener(urllib.request.Request(url), timeout=self.timeout) as response:
                return response.read(_LARGEST).decode("utf-8", "replace"), "", None
        except HTTPError as error:
            with error:
                return None, f"it answered {error.code} {error.reason}", _wait(error, back_off)
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                return None, f"no answer within {self.timeout:g} s", back_off
            again = isinstance(error, (ConnectionResetError, http.client.HTTPException))
            return None, str(reason) or type(reason).__name__, back_off if again else None


def _wait(error: HTTPError, back_off: float) -> float | None:
    """The seconds before a further attempt: as the server asks, else the back-off; None for a refusal."""
    if error.code != 429 and error.code < 500:
        return None
    asked = (error.headers.get("Retry-After") or "").strip()
    return min(float(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() else back_off
