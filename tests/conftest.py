"""Settings of the whole suite: no clock decides a test, and CI repeats the same examples."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import HTTPServer
from threading import Thread
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

#: A program, not tests: `make mutants`.
collect_ignore = ["planted"]

settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
    database=None if "CI" in os.environ else settings.default.database,
)
settings.load_profile("suite")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A suite that a shell put into the background ignores Ctrl-C, and would hand that on to the programs it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def served() -> Iterator[Callable[[HTTPServer], None]]:
    """Lets a server on this machine answer until the test ends."""
    with ExitStack() as stack:

        def serve(server: HTTPServer) -> None:
            stack.enter_context(server)
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)

        yield serve


@pytest.fixture
def calls_made() -> Callable[[Callable[[], object]], int]:
    """How many functions, of Python or in C, a call runs through: the work it does without a clock."""

    def counted(run: Callable[[], object]) -> int:
        calls = 0

        def count(frame: FrameType, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            run()
        finally:
            sys.setprofile(before)
        return calls

    return counted
