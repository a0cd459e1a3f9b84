"""Opens what a person named: a file of a size that can be read, never a pipe or a device that does not end."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

#: No registry, table or package of a review is larger.
MOST_BYTES = 200_000_000


def opened_file(path: str | Path) -> io.FileIO:
    """The file, open to read; raises OSError for what is none: a pipe and some devices would never end or answer."""
    # Without O_NONBLOCK opening a pipe waits for somebody to write to it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "a pipe or a device, no file; save it as a file first", str(path))
        return io.FileIO(handle)
    except BaseException:
        os.close(handle)
        raise


def file_bytes(path: str | Path, most: int | None = None) -> bytes:
    """All of a file; raises OSError for what is none, and where it is larger than `most`."""
    with io.BufferedReader(opened_file(path)) as file:
        return _bounded(file, str(path), MOST_BYTES if most is None else most)


def standard_input_bytes() -> bytes:
    """All of standard input, none where it is closed; raises OSError where it is larger than a file may be."""
    return _bounded(sys.stdin.buffer, "standard input", MOST_BYTES) if sys.stdin is not None else b""


def _bounded(stream: BinaryIO | io.BufferedReader, name: str, most: int) -> bytes:
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise OSError(
            errno.EFBIG, f"larger than {most // 1_000_000:,} MB, which is the most that is read", name
        )
    return raw
