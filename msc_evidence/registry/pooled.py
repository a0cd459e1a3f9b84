"""What a published meta-analysis reports of trials in the registry, pinned so that it is recomputed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from msc_evidence.registry.fields import Count, Ends, Id, Level, MaybeWhen, Number, Part, Reportable, Text


class PooledResult(Part):
    """One pooled estimate as a meta-analysis prints it, and the trials it was pooled from."""

    citation: Text = Field(description="the meta-analysis in words: Kumar 2016")
    url: Text | None = Field(None, description="its web address: https://doi.org/10.1161/…")
    outcome: Id = Field(description="id of the outcome, as under `outcomes`: mrs")
    at: MaybeWhen | None = Field(None, description="time of measurement: 6 mo")
    definition: Text | None = Field(None, description="what was compared when not the scale itself: mRS 0-2")
    measure: Literal["OR", "RR", "RD", "PETO", "MD", "SMD", "ROM", "PS"] = Field(
        description="effect measure: odds ratio OR, risk ratio RR, mean difference MD, …"
    )
    model: Literal["common", "MH", "peto", "DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS"] = Field(
        description="model: common effect, Mantel-Haenszel MH, peto, or the estimator of τ²: DL, REML, …"
    )
    interval: Literal["z", "t", "hk", "hk-adhoc"] = Field(
        "z", description="how the confidence interval was made: z, t, hk (Hartung-Knapp) or hk-adhoc"
    )
    trials: Annotated[list[Id], Field(min_length=1)] = Field(
        description="ids of the trials pooled: [bang-2005, lee-2010]"
    )
    estimate: Number = Field(description="the pooled estimate as printed: 1.75")
    ci: Reportable[Ends] = Field(None, description="its confidence interval: 1.02-3.01")
    level: Reportable[Level] = Field(None, description="confidence level in per cent; default: 95")
    participants: Reportable[Count] = Field(None, description="participants of all trials as printed: 94")
