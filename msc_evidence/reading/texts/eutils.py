"""Asks NCBI's E-utilities, spaced as NCBI asks, and again while it is busy, and waits for no answer that trickles.

What authorises a request is in no URL and no message, and goes to no server that an answer points to.
"""

from __future__ import annotations

import base64
import http.client
import queue
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode

BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
#: Requests per second that NCBI allows (A General Introduction to the E-utilities, NBK25497).
RATE = {False: 3, True: 10}
#: Answers larger than this are no single record.
_LARGEST = 20_000_000
#: The longest wait between two attempts; a server that asks for a longer one is not asked again.
_LONGEST_WAIT = 60.0

#: An answer takes no longer, however slowly it comes; nor do all answers of a run together.
LONGEST_ANSWER, LONGEST_RUN = 60.0, 3600.0

Opener = Callable[..., Any]
Sleep = Callable[[float], None]


class PubmedError(Exception):
    """PubMed could not be asked, or did not answer with the record."""


class Unreachable(PubmedError):  # noqa: N818
    """No answer from the server: why, what to do instead, and with what `status` it answered, if it did."""

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        self.status = status


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


@dataclass(slots=True)
class Patience:
    """The seconds that a run may still wait for answers."""

    left: float = LONGEST_RUN


@lru_cache
def shared_patience() -> Patience:
    """What all requests of this process may wait together."""
    return Patience()


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
    patience: Patience = field(default_factory=shared_patience)
    longest_answer: float = LONGEST_ANSWER

    @property
    def host(self) -> str:
        """The server's name, for messages."""
        return self._address.partition("://")[2].partition("/")[0]

    @property
    def _address(self) -> str:
        """The address without the user and password that it may hold."""
        scheme, parted, rest = self.base_url.partition("://")
        place, slash, path = rest.partition("/")
        return f"{scheme}{parted}{place.rpartition('@')[2]}{slash}{path}"

    @property
    def _user(self) -> str:
        """`user:password` as the address holds it."""
        return self.base_url.partition("://")[2].partition("/")[0].rpartition("@")[0]

    def get(self, utility: str, parameters: Mapping[str, str]) -> str:
        """The text that a utility answers; raises Unreachable when every attempt failed."""
        return self.answer(lambda: self._request(utility, parameters))

    def answer(self, request: Callable[[], urllib.request.Request]) -> str:
        """The text that a request is answered with; raises Unreachable when every attempt failed."""
        if not self.base_url.startswith(("http://", "https://")):
            raise Unreachable(f"{self._address} is no http or https address")
        for attempt in range(self.retries + 1):
            answer, failure, wait = self._attempt(request(), attempt)
            if answer is not None:
                return answer
            if wait is None or attempt == self.retries:
                break
            self.sleep(wait)
        reason = self._without_secrets(failure.reason)
        raise Unreachable(f"cannot reach {self.host}: {reason}", failure.status)

    def _request(self, utility: str, parameters: Mapping[str, str]) -> urllib.request.Request:
        """The request; with a key all parameters are in its body, which follows no redirect."""
        query = urlencode({**parameters, "db": "pubmed", "tool": "msc-evidence"})
        url = f"{self._address.rstrip('/')}/{utility}.fcgi"
        if self.api_key:
            body = f"{query}&{urlencode({'api_key': self.api_key})}".encode()
            request = urllib.request.Request(url, data=body)
        else:
            request = urllib.request.Request(f"{url}?{query}")
        if self._user:
            written = base64.b64encode(unquote(self._user).encode()).decode("ascii")
            request.add_unredirected_header("Authorization", f"Basic {written}")
        return request

    def _attempt(
        self, request: urllib.request.Request, attempt: int
    ) -> tuple[str | None, _Failure, float | None]:
        """The answer, or why there is none and how long to wait before the next attempt (None: give up)."""
        self.pace.wait(self.sleep)
        back_off = min(2.0**attempt, _LONGEST_WAIT)
        longest = min(self.longest_answer, self.patience.left)
        if longest <= 0:
            return (
                None,
                _Failure(f"no more than {LONGEST_RUN / 60:g} min are spent on answers in one run"),
                None,
            )
        begun = time.monotonic()
        try:
            return _within(longest, lambda: self._body(request)), _Failure(), None
        except HTTPError as error:
            with error:
                wait, words = _wait(error, back_off), f"it answered {_status_words(error.code)}"
                if wait is not None and wait > _LONGEST_WAIT:
                    wait, words = None, f"{words} and asks for more than {_LONGEST_WAIT:g} s of patience"
                return None, _Failure(words, error.code), wait
        except _TooSlow:
            return None, _Failure(f"no whole answer within {longest:g} s"), back_off
        except _TooLarge:
            return None, _Failure(f"its answer is longer than {_LARGEST:,} bytes"), None
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                return None, _Failure(f"no answer within {self.timeout:g} s"), back_off
            again = isinstance(error, (ConnectionResetError, http.client.HTTPException))
            return None, _Failure(_reason_words(reason)), back_off if again else None
        finally:
            self.patience.left -= time.monotonic() - begun

    def _body(self, request: urllib.request.Request) -> str:
        with self.opener(request, timeout=self.timeout) as response:
            raw = response.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise _TooLarge
        return str(raw.decode("utf-8", "replace"))

    def _without_secrets(self, text: str) -> str:
        """The text with `…` for the key, the user and the password, however they are written in it."""
        for secret in filter(None, (self.api_key, self._user, *self._user.split(":"))):
            for written in {secret, quote(secret, safe=""), unquote(secret), urlencode({"": secret})[1:]}:
                text = text.replace(written, "…")
        return text


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt gave no answer, and the status that it was answered with."""

    reason: str = ""
    status: int | None = None


class _TooLarge(Exception):  # noqa: N818
    """An answer that is no single record."""


class _TooSlow(Exception):  # noqa: N818
    """An answer that was not whole in time."""


def _within(seconds: float, work: Callable[[], str]) -> str:
    """What the work gives; raises what it raises, and _TooSlow where it takes longer. A time limit of a socket starts
    anew with each byte."""
    done: queue.SimpleQueue[str | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except BaseException as error:  # the thread that waits is told
            done.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        given = done.get(timeout=seconds)
    except queue.Empty:
        raise _TooSlow from None
    if isinstance(given, BaseException):
        raise given
    return given


def _status_words(code: int) -> str:
    """A status and what it means: the words of the standard, not those that the server sent."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _reason_words(reason: object) -> str:
    """Why there was no answer; of an answer that is no HTTP, none of it."""
    if isinstance(reason, (http.client.InvalidURL, ValueError)):
        return "its address is none that can be asked"
    if isinstance(reason, http.client.HTTPException):
        return "it answered with something else than HTTP"
    return str(reason) or "no answer"


def _wait(error: HTTPError, back_off: float) -> float | None:
    """The seconds before a further attempt: as the server asks, else the back-off; None for a refusal."""
    if error.code != 429 and error.code < 500:
        return None
    asked = (error.headers.get("Retry-After") or "").strip()
    return float(asked) if asked.isascii() and asked.isdigit() else back_off
