"""The checks of a text over a corpus: in one process, in many or on a Dask cluster, with the same answer."""

from __future__ import annotations

import logging
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from typing import Any

from msc_evidence.checks.audit.articles import PARTS, audit_body, audit_tables, prose_of
from msc_evidence.checks.audit.identity import program_identity
from msc_evidence.checks.audit.texts import TextFinding, audit_text
from msc_evidence.checks.processes import (
    PER_PROCESS,
    Pending,
    in_order,
    said_if_ended,
    start_worker,
    without_interrupts,
)
from msc_evidence.reading.read import MOST_FIGURES
from msc_evidence.reading.texts.articles import Article, article_of
from msc_evidence.reading.texts.documents import Malformed, Record, TextDocument, has_body, read

Item = Record | TextDocument | Malformed
Chunk = tuple[Item, ...]

#: Texts in a chunk: enough that handing it over costs little beside reading it.
CHUNK = 100
#: Bytes of records in a chunk, where they are long: so that chunks in flight take little memory.
_CHUNK_BYTES = 1_000_000
#: With fewer chunks other processes start too late to help.
_WORTH_PROCESSES = 6
#: Windows waits for no more processes than this.
_MOST_ON_WINDOWS = 61


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What was found in one chunk.

    `counts` has `texts`, `empty` (records without an abstract), `bodies` (texts of which parts were left), `cut` (parts
    with more figures than are read), `faults`, the texts' `figures`, `groups` and `checked` groups, and `tables` with
    those of them that are `unread_tables`.
    """

    findings: tuple[TextFinding, ...]
    malformed: tuple[Malformed, ...]
    counts: Counter[str]


class TooFewTexts(ValueError):  # noqa: N818
    """More parts are known than the texts make."""


def audit_corpus(
    records: Iterable[Item],
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    done: int = 0,
    parts: Sequence[str] = PARTS,
) -> Iterator[ChunkResult]:
    """What the checks find in the texts, chunk by chunk in their order, whatever does the work.

    `jobs` is the number of processes, `scheduler` the address of a Dask scheduler that is used instead,
    `done` the number of chunks that are left out because their parts are known, and `parts` what of each text is
    looked at. Raises TooFewTexts where there are
    fewer, ChildProcessError where a process was ended from outside, ConnectionError where the cluster is out of reach.
    """
    chunks = in_chunks(records)
    if (there := sum(1 for _ in islice(chunks, done))) < done:
        raise TooFewTexts(f"{done} parts are known, and the texts make {there}")
    if scheduler is not None:
        return audit_on_cluster(chunks, scheduler, parts)
    first = tuple(islice(chunks, _WORTH_PROCESSES))
    if jobs < 2 or len(first) < _WORTH_PROCESSES:
        return map(partial(audit_chunk, parts=parts), chain(first, chunks))
    return _audit_in_processes(chain(first, chunks), jobs, parts)


def in_chunks(records: Iterable[Item]) -> Iterator[Chunk]:
    """The records in chunks, which depend on nothing but the records."""
    chunk: list[Item] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record.raw) if isinstance(record, Record) else 0
        if len(chunk) == CHUNK or size >= _CHUNK_BYTES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


def audit_chunk(chunk: Chunk, parts: Sequence[str] = PARTS) -> ChunkResult:
    """Reads and checks the texts of one chunk."""
    findings: list[TextFinding] = []
    malformed: list[Malformed] = []
    counts: Counter[str] = Counter()
    for item in chunk:
        place = item.place
        try:
            document = read(item)
            place = document.place if isinstance(document, Malformed) else f"{document.place} ({document.id})"
            if isinstance(document, Malformed):
                malformed.append(document)
                continue
            article = _whole_article(item, parts)
            if isinstance(article, Malformed):
                malformed.append(article)
                continue
            _audit_document(document, article, parts, findings, counts)
            counts["bodies"] += article is None and has_body(item)
        except Exception as error:  # costs this text, not the corpus
            counts["faults"] += 1
            words = f"a fault of this program ({type(error).__name__}: {error})"
            malformed.append(Malformed(place, words))
    return ChunkResult(tuple(findings), tuple(malformed), counts)


def _whole_article(item: Item, parts: Sequence[str]) -> Article | Malformed | None:
    """The article of a record, where more than the abstract is asked for and the record holds it."""
    if not isinstance(item, Record) or not {"body", "tables"} & {*parts} or not has_body(item):
        return None
    return article_of(item)


def _audit_document(
    document: TextDocument,
    article: Article | None,
    parts: Sequence[str],
    findings: list[TextFinding],
    counts: Counter[str],
) -> None:
    """Adds what one text gives."""
    audits = [audit_text(document.id, document.text)] if document.text and "abstract" in parts else []
    if article is not None and "body" in parts:
        audits += audit_body(article)
    for audited in audits:
        findings += audited.findings
        counts["cut"] += audited.figures == MOST_FIGURES
        for name in ("figures", "groups", "checked"):
            counts[name] += getattr(audited, name)
    if article is not None and "tables" in parts:
        prose = [("abstract", document.text)] if document.text and "abstract" in parts else []
        findings += audit_tables(article, counts, [*prose, *(prose_of(article) if "body" in parts else ())])
    counts["texts" if document.text or article else "empty"] += 1


def _audit_in_processes(chunks: Iterable[Chunk], jobs: int, parts: Sequence[str]) -> Iterator[ChunkResult]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    jobs = min(jobs, _MOST_ON_WINDOWS) if sys.platform == "win32" else jobs
    # Spawned everywhere: a forked copy of a process with threads may never wake.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=start_worker) as pool:

        def submit(chunk: Chunk) -> Pending[ChunkResult]:
            return without_interrupts(lambda: pool.submit(audit_chunk, chunk, parts))

        with said_if_ended():
            yield from in_order(chunks, submit, lambda: PER_PROCESS * jobs)


#: A cluster may grow or shrink while it works: after so many chunks its threads are counted again.
_COUNT_AGAIN = 50
#: Chunks in flight for each thread of the cluster, and at least for a cluster that is only starting.
_PER_THREAD = 3
_AT_LEAST = 8
#: The loggers to which Dask gives a level and a way to standard error.
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")


def audit_on_cluster(
    chunks: Iterable[Chunk], scheduler: str, parts: Sequence[str] = PARTS, *, wait: str = "20s"
) -> Iterator[ChunkResult]:
    """The parts in order; what a lost worker had in hand, Dask gives to another.

    Raises ConnectionError where no scheduler answers or it is lost, where workers lack this package, and where
    one chunk ends one worker after another.
    """
    import distributed

    _require_listener(scheduler)
    with _silent_loggers(), _connected_client(scheduler, wait) as client:
        _require_one_program(client)
        try:
            yield from in_order(
                chunks, lambda chunk: _submit_chunk(client, chunk, parts), _chunk_limit(client)
            )
        except distributed.KilledWorker:
            raise ConnectionError(
                "one chunk of texts ended several workers; have they enough memory?"
            ) from None
        except OtherProgram as error:
            raise ConnectionError(
                f"a worker has msc-evidence {error}, this is {program_identity()}; install one version"
            ) from None
        except ModuleNotFoundError as error:
            raise ConnectionError(f"the workers lack {error.name}; install msc-evidence there too") from None
        except (CancelledError, OSError):
            raise ConnectionError(f"the Dask scheduler at {scheduler} was lost") from None


def _connected_client(scheduler: str, wait: str) -> Any:
    import distributed

    connect: Any = distributed.Client
    try:
        return connect(scheduler, timeout=wait, set_as_default=False)
    except Exception:  # what is no scheduler may answer with anything
        raise ConnectionError(f"no Dask scheduler answers at {scheduler}") from None


#: `tcp://host:port`, the host in brackets where it is an address of six.
_ADDRESS = re.compile(r"(?:tcp|tls|ucx|wss?)://(\[[^\]\s]+\]|[^:/@\s\[\]]+):(\d{1,5})/?")


def _require_listener(scheduler: str) -> None:
    """Raises ConnectionError at once where nothing listens at the address: Dask would try again and again."""
    address = _ADDRESS.fullmatch(scheduler)
    if address is None:
        raise ConnectionError(f"'{scheduler}' is no address of a Dask scheduler; expected tcp://host:port")
    try:
        socket.create_connection((address[1].strip("[]"), int(address[2])), timeout=5).close()
    except (OSError, OverflowError, UnicodeError):
        raise ConnectionError(f"no Dask scheduler answers at {scheduler}") from None


def _require_one_program(client: Any) -> None:
    """Raises ConnectionError where a worker has another version of this program or of its checks, or none."""
    here = program_identity()
    for worker, there in client.run(program_identity, on_error="return").items():
        if isinstance(there, ModuleNotFoundError) and there.name != __name__.rpartition(".")[0] + ".identity":
            raise there
        if there != here:
            found = there if isinstance(there, str) else "an earlier version"
            raise ConnectionError(
                f"the worker {worker} has msc-evidence {found}, this is {here}; install one version"
            )


class OtherProgram(Exception):  # noqa: N818
    """A worker has another version of this program than who asks it."""


def audit_chunk_as(identity: str, chunk: Chunk, parts: Sequence[str] = PARTS) -> ChunkResult:
    """As `audit_chunk`; raises OtherProgram where this is not the program of that identity."""
    if program_identity() != identity:
        raise OtherProgram(program_identity())
    return audit_chunk(chunk, parts)


@contextmanager
def _silent_loggers() -> Iterator[None]:
    """Silences the log of lost connections; the caller gets one line instead."""
    levels = {logger: logger.level for logger in map(logging.getLogger, _LOGGERS)}
    try:
        for logger in levels:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def _submit_chunk(client: Any, chunk: Chunk, parts: Sequence[str]) -> Pending[ChunkResult]:
    # Impure, so that Dask does not spend time on hashing the texts to find equal chunks.
    submitted: Pending[ChunkResult] = client.submit(
        audit_chunk_as, program_identity(), chunk, parts, pure=False
    )
    return submitted


def _chunk_limit(client: Any) -> Callable[[], int]:
    """How many chunks may be in flight, counted anew as the cluster changes."""
    calls = count()
    most = _AT_LEAST

    def now() -> int:
        nonlocal most
        if next(calls) % _COUNT_AGAIN == 0:
            most = max(_AT_LEAST, _PER_THREAD * sum(client.nthreads().values()))
        return most

    return now
