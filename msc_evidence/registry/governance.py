"""Who approved a trial, and the notices that followed its publication."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from msc_evidence.registry.calendar import DayOrMonth
from msc_evidence.registry.fields import NR, Part, Text
from msc_evidence.registry.judgements import Day


class Ethics(Part):
    """Who approved the trial, under which number, and when."""

    committee: Text | None = Field(None, description="the committee that approved it: a hospital's board")
    number: Text | None = Field(None, description="number of the approval: 2015/123")
    date: DayOrMonth | None = Field(None, description="when it was approved, a day or a month: 2015-03")

    @property
    def missing(self) -> tuple[str, ...]:
        """What of committee, number and date is not given."""
        return tuple(name for name in ("committee", "number", "date") if getattr(self, name) is None)


class Notice(Part):
    """A notice that was published about a report of the trial."""

    kind: Literal["retraction", "expression of concern", "correction", "comment"] = Field(
        description="what was published: retraction, expression of concern, correction, comment"
    )
    date: DayOrMonth | None = Field(None, description="when, a day or a month: 2020-03")
    url: Text | None = Field(None, description="where it stands: a web address or a DOI")
    about: Text | None = Field(None, description="what it says the matter is: duplicated figure")


class Notices(Part):
    """The search for notices: when, where, and what was found."""

    searched: Day = Field(description="day of the search: 2026-11-02")
    places: Annotated[list[Text], Field(min_length=1)] = Field(
        alias="in", description="where was searched: [Crossmark, Retraction Watch, PubMed]"
    )
    found: list[Notice] = Field([], description="what was found: [{kind: retraction, date: 2020-03}]")


class Governance(Part):
    """Approval of a trial, and the notices after its publication."""

    ethics: Ethics | NR | None = Field(
        None, description="approval by an ethics committee: {committee: …, number: …}, or not reported"
    )
    notices: Notices | None = Field(
        None, description="search for retractions and other notices: {searched: 2026-11-02, in: [Crossmark]}"
    )
