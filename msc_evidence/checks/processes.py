"""Work in several processes: how many there may be, how each begins and ends, and copies that share one task."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Part = TypeVar("Part")
Made = TypeVar("Made")
Made_co = TypeVar("Made_co", covariant=True)


class Pending(Protocol[Made_co]):
    """What is being worked out elsewhere."""

    def result(self) -> Made_co: ...

    def cancel(self) -> object: ...


#: Parts in flight for each process.
PER_PROCESS = 3
#: What the copies of this process do with a part: a function that holds a registry is copied, not sent.
_task: Callable[[Any], Any] | None = None


def processor_count() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_copies(task: Callable[[Part], Made], parts: Iterable[Part], jobs: int) -> Iterator[Made]:
    """What the task makes of each part, in their order, by copies of this process where the system makes safe ones.

    Elsewhere than on Linux a copy may never wake, and one process does everything. Raises ChildProcessError where a
    process was ended from outside.
    """
    global _task
    if jobs < 2 or sys.platform != "linux":
        yield from map(task, parts)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    _task = task
    gc.freeze()  # what the collector visits would have to be copied
    with said_if_ended(), ProcessPoolExecutor(jobs, get_context("fork"), start_worker) as pool:

        def submit(part: Part) -> Pending[Made]:
            return without_interrupts(lambda: pool.submit(_made, part))

        yield from in_order(parts, submit, lambda: PER_PROCESS * jobs)


def _made(part: Any) -> Any:
    assert _task is not None
    return _task(part)


def in_order(
    parts: Iterable[Part], submit: Callable[[Part], Pending[Made]], most: Callable[[], int]
) -> Iterator[Made]:
    """The results in the order of the parts; at most `most()` parts are in flight at a time."""
    waiting: deque[Pending[Made]] = deque()
    try:
        for part in parts:
            waiting.append(submit(part))
            if len(waiting) >= most():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for pending in waiting:
            pending.cancel()


@contextmanager
def said_if_ended() -> Iterator[None]:
    """Raises ChildProcessError, with words for a user, where a process was ended from outside."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield
    except BrokenProcessPool:
        raise ChildProcessError(
            "a process was ended from outside, perhaps for want of memory; try again with fewer --jobs"
        ) from None


def without_interrupts(start: Callable[[], Made]) -> Made:
    """Starts work with Ctrl-C blocked, so that a process started with it leaves Ctrl-C to its parent."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return start()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_worker() -> None:
    """Prepares a worker: it leaves Ctrl-C to its parent, and ends whenever its parent does."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
