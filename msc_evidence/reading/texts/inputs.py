"""Files, folders and standard input, opened and recognised by what they begin with; gzip is seen through."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from msc_evidence.reading.texts import jsonl, xml
from msc_evidence.reading.texts.word import PACKAGE
from msc_evidence.reading.texts.xml import UnreadableText
from msc_evidence.registry.files import opened_file

STANDARD_INPUT = "-"
#: What texts in a folder are named; a file given by name may be named anything.
SUFFIXES = (
    *(".txt", ".text", ".xml", ".nxml", ".nbib", ".medline", ".jsonl", ".ndjson"),
    *(".html", ".htm", ".docx", ".pdf"),
)
#: As much of a file as its format is recognised by.
_HEAD = 1 << 16
_EXPECTED = (
    "plain text, PubMed XML, JATS XML, MEDLINE (.nbib), JSON lines, HTML, DOCX and PDF are read, also gzipped"
)
_MEDLINE = re.compile(rb"(?m)\A(?:[A-Z][A-Z0-9]{1,3} {0,2}- .*\s+)*PMID *- ")
_RIS = re.compile(rb"TY  - ")
_PAGE = re.compile(rb"(?i)<(?:!doctype\s+html|html)")
_JSON_ARRAY = re.compile(rb"\[\s*[{\[\]]")
_OTHER_TEXTS = (".csv", ".tsv", ".yaml", ".yml", ".bib", ".tex", ".html", ".htm")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

Watch = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read: whether it was given by name, and what tells whether it changed."""

    path: str
    named: bool
    size: int = 0
    modified: int = 0


class _Bytes(Protocol):
    def readinto(self, buffer: memoryview, /) -> int | None: ...


class _Filled(io.RawIOBase):
    """A stream that fills what it is asked to fill, also from a pipe, and says how much it read."""

    def __init__(self, source: _Bytes, watch: Watch | None = None):
        self._source = source
        self._watch = watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        filled = 0
        while filled < len(view) and (got := self._source.readinto(view[filled:])):
            filled += got
        if self._watch:
            self._watch(filled)
        return filled


def inputs(paths: Iterable[str | Path], *, without: Collection[Path] = ()) -> tuple[Input, ...]:
    """The files that the paths mean, those of folders by suffix and in order; `without` are left out of folders.

    Raises UnreadableText for a file given by name that cannot be read or is of no known format, for a folder
    without a text, and for what is given twice.
    """
    found: dict[str, Input] = {}
    for path in map(str, paths):
        for each in _files(path, {file.resolve() for file in without}):
            if found.setdefault(each.path, each) is not each and each.named:
                raise UnreadableText(f"{path}: given twice")
            if each.named and path != STANDARD_INPUT:
                _refuse_unknown(each)
    return tuple(found.values())


def _files(path: str, without: Collection[Path]) -> Iterator[Input]:
    if path == STANDARD_INPUT:
        yield Input(path, named=True)
    elif os.path.isdir(path):
        files = [file for file in _texts_below(path) if Path(file).resolve() not in without]
        if not files:
            raise UnreadableText(f"{path}: no text in this folder; looked for {', '.join(SUFFIXES)}, and .gz")
        yield from (_input(file, named=False) for file in files)
    else:
        yield _input(path, named=True)


def _input(path: str, *, named: bool) -> Input:
    try:
        state = os.stat(path)
    except OSError as error:
        if named:
            raise UnreadableText(f"{path}: {_words(error)}") from None
        return Input(path, named)
    return Input(path, named, state.st_size, state.st_mtime_ns)


def _texts_below(folder: str) -> Iterator[str]:
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().removesuffix(".gz").endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(above, name)


def _refuse_unknown(found: Input) -> None:
    """Raises UnreadableText before anything is read in earnest."""
    try:
        with opened(found) as stream:
            recognised(stream, found.path)
    except (OSError, EOFError, UnreadableText) as error:
        raise UnreadableText(f"{found.path}: {_words(error)}") from None


@contextmanager
def opened(found: Input, watch: Watch | None = None) -> Iterator[io.BufferedReader]:
    """The file's bytes, unpacked; `watch` is told how many bytes of the file itself were read."""
    # Standard input is the caller's and stays open.
    with _standard_input() if found.path == STANDARD_INPUT else opened_file(found.path) as file:
        stream = _buffered(file, watch)
        if stream.peek(2)[:2] == b"\x1f\x8b":
            stream = _buffered(gzip.GzipFile(fileobj=stream))
        yield stream


def _standard_input() -> io.FileIO:
    if sys.stdin is None:
        raise UnreadableText("standard input is closed")
    return io.FileIO(os.dup(sys.stdin.fileno()))


def _buffered(source: _Bytes, watch: Watch | None = None) -> io.BufferedReader:
    return io.BufferedReader(cast(io.RawIOBase, _Filled(source, watch)), _HEAD)


def recognised(stream: io.BufferedReader, name: str) -> str:
    """The format of a file that is about to be read; raises UnreadableText where it is of no known one."""
    head = stream.peek(_HEAD)
    if head.startswith(PACKAGE):
        return "docx"
    if head.startswith(b"%PDF"):
        return "pdf"
    _refuse_binary(head)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise UnreadableText("the file is empty")
    if text.startswith(b"<"):
        return _xml(text)
    if text.startswith(b"{") or _JSON_ARRAY.match(text):
        return _json(text)
    if _MEDLINE.match(text):
        return "medline"
    suffix = next((each for each in _OTHER_TEXTS if name.lower().removesuffix(".gz").endswith(each)), "")
    if _RIS.match(text) or suffix:
        raise UnreadableText(f"{'RIS' if not suffix else f'a {suffix} file'}; {_EXPECTED}")
    return "text"


def _refuse_binary(head: bytes) -> None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableText("UTF-16; save it as UTF-8")
    if b"\0" in head or len(_BINARY.findall(head)) > len(head) // 200:
        raise UnreadableText(f"binary; {_EXPECTED}")


def _xml(text: bytes) -> str:
    if _PAGE.search(text[:1000]):
        return "html"
    xml.refuse_unknown(text)
    return "xml"


def _json(text: bytes) -> str:
    """JSON lines if a line of the beginning is an object, or the first is too long to tell."""
    *whole, last = text.split(b"\n")
    lines = whole if len(text) >= _HEAD - 3 else [*whole, last]
    if text.startswith(b"{") and (not lines or any(jsonl.looks_like(line) for line in lines)):
        return "jsonl"
    raise UnreadableText(
        "JSON, but not one object a line; write JSON lines (`jq -c '.[]'` makes them of an array)"
    )


def _words(error: Exception) -> str:
    """An error in words, without the path that is said anyway."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
