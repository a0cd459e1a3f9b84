"""A published meta-analysis as it prints its trials and pooled results, recorded so that they can be judged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from msc_evidence.registry.effect import Effect
from msc_evidence.registry.fields import (
    Count,
    Ends,
    Id,
    MaybeWhen,
    Number,
    Part,
    Percent,
    PValue,
    Reportable,
    Spread,
    Text,
)
from msc_evidence.registry.spelling import Spellings
from msc_evidence.registry.waiver import Waiver


class ReviewCells(Part):
    """What a row of a meta-analysis prints of one side: events, or a mean with its SD."""

    n: Count = Field(description="participants: 39")
    events: Count | None = Field(None, description="participants with the event: 12")
    mean: Number | None = Field(None, description="mean as printed: 63.1")
    sd: Spread | None = Field(None, description="standard deviation as printed: 21.4")

    @property
    def kind(self) -> str | None:
        """`counts` or `means`; None where it is neither of them, or both."""
        counts, means = self.events is not None, self.mean is not None and self.sd is not None
        return None if counts == means else "counts" if counts else "means"


class PrintedInterval(Part):
    """An effect with its 95 % limits as a row prints them."""

    estimate: Number = Field(description="the effect of the row: -2.10")
    ci: Ends = Field(description="its confidence interval: -4.02 to -0.18")


class ReviewedRow(Part):
    """One trial in one analysis of a review."""

    study: Text = Field(description="the study as the review calls it: Bang 2005")
    trial: Id | None = Field(None, description="the trial that it is, where its name does not say: bang-2005")
    treated: ReviewCells = Field(description="the treated side: {n: 16, events: 4}")
    control: ReviewCells = Field(description="the control side: {n: 36, events: 21}")
    effect: PrintedInterval | None = Field(
        None, description="the effect that the row prints: {estimate: 0.43, ci: 0.18-1.05}"
    )

    @model_validator(mode="after")
    def _both_sides_alike(self) -> ReviewedRow:
        if self.treated.kind is None or self.treated.kind != self.control.kind:
            raise ValueError("both sides give events, or both give mean and sd")
        return self


class ReviewedTrial(Part):
    """A trial as the table of characteristics of a review describes it."""

    study: Text = Field(description="the study as the review calls it: Bang 2005")
    trial: Id | None = Field(None, description="the trial that it is, where its name does not say: bang-2005")
    where: Text | None = Field(None, description="the table that says so: table 1")
    treated: Reportable[Count] = Field(None, description="participants given the treatment: 5")
    control: Reportable[Count] = Field(None, description="participants in the control group: 25")
    allocation: (
        Annotated[Literal["randomised", "non-randomised", "single-arm", "not reported"], Spellings()] | None
    ) = Field(None, description="how participants came into their arms: randomised")
    origin: Annotated[Literal["autologous", "allogeneic", "not reported"], Spellings()] | None = Field(
        None, description="whose cells: autologous or allogeneic"
    )
    dose: Reportable[Number] = Field(None, description="dose of one administration: 1e8")
    per: Literal["kg"] | None = Field(None, description="kg where the dose is per kilogram of body weight")
    times: Reportable[Count] = Field(None, description="number of administrations: two")
    note: Text | None = Field(None, description="what else the table says: a protocol, listed with a result")


class ReviewAnalysis(Part):
    """One pooled result of a review, with the rows that it prints of its trials."""

    outcome: Id = Field(description="id of the outcome, as under `outcomes`: mrs")
    at: MaybeWhen | None = Field(None, description="time of measurement: 6 mo")
    definition: Text | None = Field(None, description="what was compared when not the scale itself: mRS 0-2")
    subgroup: Text | None = Field(
        None, description="which trials were pooled, as the review says: intravenous"
    )
    where: Text | None = Field(None, description="where the review prints it: table 3")
    effect: Effect | None = Field(
        None, description="the pooled effect as printed: {measure: SMD, estimate: 1.17, ci: 0.23-2.10}"
    )
    p: Reportable[PValue] = Field(None, description="its p-value as printed: 0.01")
    i2: Reportable[Percent] = Field(None, description="I² in per cent: 95")
    model: Literal["common", "random"] | None = Field(
        None, description="the model as the review says: common effect, or random effects"
    )
    studies: Reportable[Count] = Field(None, description="number of trials pooled: 4")
    participants: Reportable[Count] = Field(None, description="participants of all of them: 119")
    treated: Reportable[Count] = Field(None, description="of these, those given the treatment: 60")
    control: Reportable[Count] = Field(None, description="of these, those in control groups: 59")
    note: Text | None = Field(None, description="what a reader must know of the print")
    rows: list[ReviewedRow] = Field(
        [], description="its trials as printed: [{study: Lee 2010, treated: {n: 16, events: 4}, control: …}]"
    )

    @model_validator(mode="after")
    def _rows_of_one_kind(self) -> ReviewAnalysis:
        if len({row.treated.kind for row in self.rows}) > 1:
            raise ValueError("the rows of one analysis all give events, or all give mean and sd")
        return self


class PublishedReview(Part):
    """A published meta-analysis: how it describes its trials, and what it pools."""

    citation: Text = Field(description="the meta-analysis in words: Ther Clin Risk Manag 2018;14:909-928")
    url: Text | None = Field(None, description="its web address: https://doi.org/10.1161/…")
    read: Text | None = Field(None, description="what of it was read: abstract and table 3")
    characteristics: list[ReviewedTrial] = Field(
        [], description="its trials as it describes them: [{study: Bang 2005, treated: 5, control: 25}]"
    )
    analyses: list[ReviewAnalysis] = Field(
        [], description="what it pools: [{outcome: barthel, at: 6 mo, effect: {measure: SMD, …}}]"
    )
    notes: list[Text] = Field([], description="what a reader of the record must know")
    waivers: list[Waiver] = Field(
        [], description="findings accepted with a reason: [{code: MSC717, because: …}]"
    )
