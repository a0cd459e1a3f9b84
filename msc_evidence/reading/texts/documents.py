"""Texts from files in any known format, one after another: a corpus of any size takes no more memory than a record."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msc_evidence.reading.texts import jsonl, medline, xml
from msc_evidence.reading.texts.abstract import find_abstract
from msc_evidence.reading.texts.articles import read_made
from msc_evidence.reading.texts.document import (
    LONGEST_RECORD,
    LONGEST_TEXT,
    Malformed,
    Record,
    TextDocument,
    document,
)
from msc_evidence.reading.texts.inputs import STANDARD_INPUT, Input, Watch, inputs, opened, recognised
from msc_evidence.reading.texts.xml import UnreadableText

__all__ = ["Malformed", "Record", "TextDocument", "documents", "has_body", "inputs", "read", "records"]


def documents(*paths: str | Path) -> Iterator[TextDocument | Malformed]:
    """The texts of files, folders and standard input ("-"), and every record that cannot be read.

    A record without an abstract is a Document with an empty text. Raises UnreadableText at once for a file
    given by name that is of no known format.
    """
    return map(read, records(inputs(paths)))


def records(files: Iterable[Input], watch: Watch | None = None) -> Iterator[Record | Malformed]:
    """The records of the files, not yet read; `watch` is told how many bytes of the files were read."""
    for file in files:
        yield from _records(file, watch)


def read(record: Record | TextDocument | Malformed) -> TextDocument | Malformed:
    """The text of a record."""
    return _READERS[record.format](record) if isinstance(record, Record) else record


def has_body(record: Record | TextDocument | Malformed) -> bool:
    """Whether a record holds more than the abstract that is read: the body of an article, and its tables."""
    if isinstance(record, Record) and record.format in WHOLE:
        return True
    found = (
        {"xml": xml.has_body, "jsonl": jsonl.has_body}.get(record.format)
        if isinstance(record, Record)
        else None
    )
    return found is not None and isinstance(record, Record) and found(record)


def _records(file: Input, watch: Watch | None) -> Iterator[Record | Malformed]:
    """The records of one file; what goes wrong within is reported, and ends the file only."""
    name = "stdin" if file.path == STANDARD_INPUT else file.path
    try:
        with opened(file, watch) as stream:
            format = _format(stream, file, name)
            yield from _found(stream, format, name)
    except _Refused as error:
        raise UnreadableText(str(error)) from None
    except (EOFError, zlib.error):
        yield Malformed(name, "the gzip file is cut off or damaged; what follows is not read")
    except UnreadableText as error:
        yield Malformed(name, str(error))
    except OSError as error:
        yield Malformed(name, f"{error.strerror or error}; what follows is not read")


class _Refused(Exception):  # noqa: N818
    """A file given by name that is of no known format."""


def _format(stream: io.BufferedReader, file: Input, name: str) -> str:
    try:
        return recognised(stream, file.path)
    except UnreadableText as error:
        if file.named:
            raise _Refused(f"{name}: {error}") from None
        raise


def _found(stream: io.BufferedReader, format: str, name: str) -> Iterator[Record | Malformed]:
    if format == "jsonl":
        return jsonl.records(stream, name)
    if format == "medline":
        return medline.records(stream, name)
    if format in WHOLE:
        return iter([_whole_bytes(stream, format, name)])
    if format == "xml":
        return xml.records(stream, name, stream.peek())
    return iter([_whole(stream, name)])


def _whole(stream: io.BufferedReader, name: str) -> Record | Malformed:
    """A file that is one text."""
    raw = stream.read(4 * LONGEST_TEXT)
    if len(raw) == 4 * LONGEST_TEXT:
        return Malformed(name, f"the text has more than {LONGEST_TEXT:,} characters; save the abstract alone")
    return Record("text", raw, f"{name}:1")


#: Formats whose files are one article.
WHOLE = ("html", "docx", "pdf")


def _whole_bytes(stream: io.BufferedReader, format: str, name: str) -> Record | Malformed:
    """A file that is one article."""
    raw = stream.read(LONGEST_RECORD)
    if len(raw) == LONGEST_RECORD:
        return Malformed(name, f"the file has more than {LONGEST_RECORD:,} bytes")
    return Record(format, raw, name)


def _read_text(record: Record) -> TextDocument | Malformed:
    try:
        return document(find_abstract(record.raw.decode("utf-8-sig")), record.place, {})
    except UnicodeDecodeError:
        return Malformed(record.place, "not UTF-8; save the text as UTF-8")
    except UnreadableText as error:
        return Malformed(record.place, str(error))


_READERS: dict[str, Callable[[Record], TextDocument | Malformed]] = {
    "jsonl": jsonl.read,
    "medline": medline.read,
    "xml": xml.read,
    "text": _read_text,
    "html": read_made,
    "docx": read_made,
    "pdf": read_made,
}
