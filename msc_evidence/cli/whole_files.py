"""Writes files whole or not at all, and over nobody's later change."""

from __future__ import annotations

import codecs
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msc_evidence.cli.exits import UsageError

if TYPE_CHECKING:
    from msc_evidence.registry.document import Document


def replace_file(path: Path, content: str | bytes) -> None:
    """Writes a file whole or not at all."""
    with whole_file(path) as stream:
        stream.write(content.encode("utf-8", "replace") if isinstance(content, str) else content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream into a file that takes its name, and owner and mode of the file it replaces, only when it is whole.

    Through a link to what it names, and straight into what is no regular file (/dev/null). Raises UsageError where
    the path is no place for a file or cannot be written; what was written by then is removed.
    """
    target = path.resolve()
    if target.is_dir():
        raise UsageError(f"{target} is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} does not exist; make the folder first")
    try:
        with target.open("wb") if _is_no_file(target) else _temporary_file(target) as stream:
            yield stream
    except OSError as error:
        # A lost cluster or process is an OSError too, but of no number.
        if error.errno is None or error.filename not in (None, str(target.parent), str(target)):
            raise
        raise UsageError(f"{path}: {error.strerror}; nothing was written") from None


def _is_no_file(path: Path) -> bool:
    return path.exists() and not path.is_file()


@contextmanager
def _temporary_file(target: Path) -> Iterator[BinaryIO]:
    """A stream into a file beside the target that takes its place at the end, and is removed on every other way out."""
    before = target.stat() if target.exists() else None
    if before and not before.st_mode & 0o222:
        raise UsageError(f"{target} is read-only; nothing was written")
    temporary = target.parent / f".msc-evidence.{secrets.token_hex(8)}"
    try:
        with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
            yield stream
        _take_over(temporary, before)
        temporary.replace(target)
    except BaseException as error:  # a signal too, whenever it comes
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(temporary):
            raise type(error)(error.errno, error.strerror, str(target)) from None
        raise


def _take_over(temporary: Path, before: os.stat_result | None) -> None:
    """Gives the new file the mode and owner of the one it replaces; raises OSError where the owner cannot be kept."""
    if before is None:
        os.chmod(temporary, 0o666 & ~_current_umask())
        return
    now = os.stat(temporary)
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        os.chown(temporary, before.st_uid, before.st_gid)
    os.chmod(temporary, before.st_mode & 0o7777)


def _current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class Change:
    """What a file is to hold, and the SHA-256 of what it held when it was read."""

    path: Path
    content: bytes
    sha256: str


def document_change(document: Document, text: str) -> Change:
    """The change of a registry file to another text, its byte order mark kept."""
    mark = codecs.BOM_UTF8 if document.has_byte_order_mark else b""
    return Change(Path(document.name), mark + text.encode(), document.sha256)


def change_files(changes: Sequence[Change]) -> None:
    """Writes the changes of one folder, or none: raises UsageError where a file is not what was read any more."""
    if not changes:
        return
    with _folder_lock(changes[0].path.resolve().parent):
        for change in changes:
            if hashlib.sha256(change.path.read_bytes()).hexdigest() != change.sha256:
                raise UsageError(
                    f"{change.path} was changed by another program since it was read; nothing was written: run it again"
                )
        for change in changes:
            replace_file(change.path, change.content)


@contextmanager
def _folder_lock(folder: Path) -> Iterator[None]:
    """Waits until no other run of this program changes files of the folder; Windows has no such lock of folders."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
