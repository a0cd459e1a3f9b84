"""Where a trial was published, and where its numbers come from: sources with the fingerprints of their texts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from msc_evidence.registry.calendar import DayOrMonth
from msc_evidence.registry.fields import OrToDo, Part, Sha256, Text
from msc_evidence.registry.posted import PostedResults
from msc_evidence.registry.prints import Prints
from msc_evidence.registry.table_cells import TableCells


class Citation(Part):
    """Where the trial was published."""

    authors: Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="the authors in the order of print: [Bang OY, Lee JS]"
    )
    title: Text | None = Field(None, description="title of the article")
    journal: Text | None = Field(None, description="journal, as the NLM abbreviates it: Ann Neurol")
    #: None is a year that a draft left to do.
    year: Annotated[Annotated[int, Field(ge=1900, le=2100)] | None, OrToDo()] = Field(
        description="year of publication: 2005; `to do` where a draft has none"
    )
    volume: Text | None = Field(None, description="volume: 57")
    issue: Text | None = Field(None, description="issue: 6")
    pages: Text | None = Field(None, description="first and last page, or the article's number: 874-82")
    doi: Text | None = Field(None, description="DOI without web address: 10.1002/ana.20501")
    pmid: Text | None = Field(None, description="PubMed's number: 15929052")
    pmcid: Text | None = Field(None, description="PubMed Central's number: PMC4016561")
    submitted: DayOrMonth | None = Field(
        None, description="when the report was submitted, a day or a month: 2021-01"
    )
    published: DayOrMonth | None = Field(
        None, description="when it was published, a day or a month: 2021-06-15"
    )


class Ignored(Part):
    """A number of the source that the record leaves out, and why."""

    figure: Text = Field(description="the number as it stands under `figures`: five")
    because: Text = Field(description="why it is not recorded: size of the imaging subset, not a result")


class Source(Prints, PostedResults, TableCells):
    """Where numbers come from, and the fingerprint of its text."""

    kind: Literal[
        "abstract",
        "full text",
        "preprint",
        "protocol",
        "trial registration",
        "secondary report",
        "press report",
    ] = Field(description="what kind of text it is: abstract, full text, trial registration")
    citation: Text | None = Field(None, description="the source in words, where nothing else leads to it")
    url: Text | None = Field(None, description="web address: https://clinicaltrials.gov/study/NCT01716481")
    pmid: Text | None = Field(None, description="PubMed's number: 15929052")
    doi: Text | None = Field(None, description="DOI without web address: 10.1002/ana.20501")
    adjusted: Text | None = Field(
        None,
        description="what every comparison of this source was adjusted for, unless it says otherwise: clusters",
    )
    tests: Text | None = Field(
        None, description="the tests of comparisons that name none of their own: t test, chi-square"
    )
    sha256: Sha256 | None = Field(
        None, description="hash of the text; `check --update-fingerprints --texts DIR` writes it"
    )
    figures: list[Text] | None = Field(
        None, description="every number of the text, in reading order: [30, p 0.011, 3 mo]"
    )
    figures_sha256: Sha256 | None = Field(
        None, description="seal of `figures`: they are read from the text, not edited"
    )
    ignored: list[Ignored] = Field(
        [], description="numbers of the text that are not recorded: [{figure: five, because: …}]"
    )

    @property
    def sealed(self) -> bool:
        """Whether its list of figures has a seal, in which an edit by hand would show."""
        return self.figures is not None and self.figures_sha256 is not None
