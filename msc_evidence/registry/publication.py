"""Where a trial was published, and the sources its numbers come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from msc_evidence.registry.part import Part, Sha256, Text


class Citation(Part):
    """Where the trial was published."""

    authors: Annotated[list[Text], Field(min_length=1)] | None = None
    title: Text | None = None
    journal: Text | None = None
    year: Annotated[int, Field(ge=1900, le=2100)]
    volume: Text | None = None
    issue: Text | None = None
    pages: Text | None = None
    doi: Text | None = None
    pmid: Text | None = None
    pmcid: Text | None = None


class Ignored(Part):
    """A figure of the source that is no number of the record."""

    figure: Text
    because: Text


class Source(Part):
    """Where numbers come from, and the fingerprint of its text."""

    kind: Literal[
        "abstract",
        "full text",
        "preprint",
        "protocol",
        "trial registration",
        "secondary report",
        "press report",
    ]
    citation: Text | None = None
    url: Text | None = None
    pmid: Text | None = None
    doi: Text | None = None
    sha256: Sha256 | None = None
    figures: list[Text] | None = Field(None, description="every figure of the text, in reading order")
    figures_sha256: Sha256 | None = Field(None, description="seal of `figures`: they are read, not edited")
    ignored: list[Ignored] = Field([], description="figures of the text that are no number of the record")
