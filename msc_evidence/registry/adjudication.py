"""Who extracted a trial, and what was decided where two extractions differ: who decided, when, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from msc_evidence.registry.fields import Part, Text
from msc_evidence.registry.judgements import Day


class Extraction(Part):
    """Who made the record of a trial from its sources."""

    by: Annotated[list[Text], Field(min_length=1)] = Field(
        description="who extracted it, each from the sources: [Example A, Example B]"
    )
    on: Day | None = Field(None, description="day of the extraction: 2026-11-30")
    agreed: Text | None = Field(None, description="who decided where they differed: Example C")


class Decision(Part):
    """One decision between two extractions, bound to what both had."""

    place: Text = Field(description="where they differ: trials/bang-2005/results[mrs, 90 d]/arms/msc/sd")
    a: Text | None = Field(None, description="what the first extraction has: 17.1")
    b: Text | None = Field(None, description="what the second extraction has: 11.7")
    take: Literal["a", "b", "neither", "unresolved"] = Field(
        description="which is taken: a, b, neither (then `value`), or unresolved"
    )
    value: Text | None = Field(None, description="what is taken where neither is right: 12.7")
    because: Text | None = Field(None, description="why: table 2, row 3")
    by: Text | None = Field(None, description="who decided: a third reviewer")
    date: Text | None = Field(None, description="when: 2026-11-30")

    @model_validator(mode="after")
    def _says_value(self) -> Decision:
        if (self.take == "neither") != (self.value is not None):
            raise ValueError("`value` goes with take: neither, and that with `value`")
        if self.take != "unresolved" and not (self.because and self.by and self.date):
            raise ValueError("a decision says because, by and date")
        return self
