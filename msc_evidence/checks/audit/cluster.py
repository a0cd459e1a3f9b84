"""The checks of a corpus on a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import count
from typing import Any

from msc_evidence.checks.audit.corpus import Chunk, Part, Pending, audit_chunk, in_order

#: A cluster may grow or shrink while it works: after so many chunks its threads are counted again.
_COUNT_AGAIN = 50
#: Chunks in flight for each thread of the cluster, and at least for a cluster that is only starting.
_PER_THREAD = 3
_AT_LEAST = 8
#: The loggers to which Dask gives a level and a way to standard error.
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")


def on_cluster(chunks: Iterable[Chunk], scheduler: str, *, wait: str = "20s") -> Iterator[Part]:
    """The parts in order; what a lost worker had in hand, Dask gives to another.

    Raises ConnectionError where no scheduler answers or it is lost, where workers lack this package, and where
    one chunk ends one worker after another.
    """
    import distributed

    with _silent(), _connected(scheduler, wait) as client:
        try:
            yield from in_order(chunks, lambda chunk: _submit(client, chunk), _most(client))
        except distributed.KilledWorker:
            raise ConnectionError(
                "one chunk of texts ended several workers; have they enough memory?"
            ) from None
        except ModuleNotFoundError as error:
            raise ConnectionError(f"the workers lack {error.name}; install msc-evidence there too") from None
        except (CancelledError, OSError):
            raise ConnectionError(f"the Dask scheduler at {scheduler} was lost") from None


def _connected(scheduler: str, wait: str) -> Any:
    import distributed

    connect: Any = distributed.Client
    try:
        return connect(scheduler, timeout=wait, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise ConnectionError(f"no Dask scheduler answers at {scheduler}") from None


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing is logged of connections that are lost: whoever called is told in one line."""
    levels = {logger: logger.level for logger in map(logging.getLogger, _LOGGERS)}
    try:
        for logger in levels:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def _submit(client: Any, chunk: Chunk) -> Pending:
    # Impure, so that Dask does not spend time on hashing the texts to find equal chunks.
    submitted: Pending = client.submit(audit_chunk, chunk, pure=False)
    return submitted


def _most(client: Any) -> Callable[[], int]:
    """How many chunks may be in flight, counted anew as the cluster changes."""
    calls = count()
    most = _AT_LEAST

    def now() -> int:
        nonlocal most
        if next(calls) % _COUNT_AGAIN == 0:
            most = max(_AT_LEAST, _PER_THREAD * sum(client.nthreads().values()))
        return most

    return now
