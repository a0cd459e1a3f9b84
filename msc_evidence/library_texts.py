"""The texts that the library is given: one as it is, or those of a file or folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msc_evidence.reading.texts.document import Record, TextDocument


def library_texts(source: str | Path) -> Iterator[tuple[TextDocument, Record]]:
    """Each text with the record it is of; raises ValueError for one that cannot be read."""
    from msc_evidence.reading.texts.document import Malformed, Record
    from msc_evidence.reading.texts.documents import inputs, read, records

    given = (
        records(inputs([source])) if isinstance(source, Path) else [Record("text", source.encode(), "text")]
    )
    for record in given:
        document = read(record)
        if isinstance(document, Malformed) or isinstance(record, Malformed):
            raise ValueError(f"{document.place}: {getattr(document, 'problem', 'not read')}")
        yield document, record
