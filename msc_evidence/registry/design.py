"""How a trial was designed, who took part, and the arms they were in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.calendar import DayOrMonth
from msc_evidence.registry.exposure import Cells, Intervention
from msc_evidence.registry.fields import (
    Count,
    Ends,
    Flag,
    Id,
    MaybeCount,
    MaybeRatio,
    MaybeWhen,
    Part,
    Probability,
    Reportable,
    Text,
    When,
)
from msc_evidence.registry.spelling import Spellings


class Design(Part):
    """How participants were allocated and followed."""

    phase: Text | None = Field(
        None, description="phase of the trial as the source says: 2", examples=["1", "1/2", "2", "2b", "3"]
    )
    allocation: (
        Annotated[Literal["randomised", "non-randomised", "single-arm", "not reported"], Spellings()] | None
    ) = Field(
        None, description="how participants came into their arms: randomised, non-randomised, single-arm"
    )
    randomisation: Text | None = Field(
        None, description="how the sequence was made and concealed: computer-generated, sealed envelopes"
    )
    structure: Text | None = Field(
        None,
        description="structure as the source says: parallel, crossover, cluster",
        examples=["parallel", "crossover", "cluster", "factorial", "within-person"],
    )
    clusters: Reportable[Count] = Field(
        None, description="clusters allocated in all, of a cluster-randomised trial: 27"
    )
    icc: Reportable[Probability] = Field(
        None, description="intracluster correlation that the source states for the trial: 0.02"
    )
    setting: Text | None = Field(None, description="where: two university hospitals in Spain")
    country: Text | None = Field(None, description="country or countries: Spain, Korea and Japan")
    recruitment: Text | None = Field(
        None, description="from when to when, and whether it is complete: 2012 to 2017, completed"
    )
    ratio: MaybeRatio | None = Field(None, description='allocation ratio, treatment first: "2:1"')
    masking: Text | None = Field(
        None,
        description="who was masked: open label, single-blind, double-blind",
        examples=["open label", "single-blind", "double-blind", "triple-blind", "not reported"],
    )
    assessment: Literal["blinded", "not blinded", "not reported"] | None = Field(
        None, description="whether those who measured the outcomes knew the arm: blinded, not blinded"
    )
    centres: MaybeCount | None = Field(None, description="number of centres: 4")
    window_from: Reportable[When] = Field(None, description="shortest time from onset to entry: 7 d")
    window: MaybeWhen | None = Field(None, description="longest time from onset to entry allowed: <=90 d")
    follow_up: MaybeWhen | None = Field(None, description="how long participants were followed: 12 mo")
    registered: Reportable[DayOrMonth] = Field(
        None, description="when the trial was registered, a day or a month: 2010-07-06"
    )
    first_enrolled: Reportable[DayOrMonth] = Field(
        None, description="when the first participant was enrolled, a day or a month: 2008-08"
    )
    last_enrolled: Reportable[DayOrMonth] = Field(
        None, description="when the last participant was enrolled, a day or a month: 2010-04"
    )
    block: Reportable[Count] = Field(None, description="size of the blocks of the allocation, one size: 4")
    lists: Reportable[Count] = Field(
        None,
        description="lists of the allocation, strata times centres; default: 1 where there is one centre: 3",
    )
    visits: Reportable[Count] = Field(None, description="visits of each participant: 12")


class Participants(Part):
    """Who took part, and how many."""

    condition: Text | None = Field(None, description="what the participants had: ischaemic stroke")
    subtype: Text | None = Field(
        None,
        description="subtype of the condition that trials are told apart by: ischaemic, haemorrhagic, mixed",
        examples=["ischaemic", "haemorrhagic", "mixed", "not reported"],
    )
    eligibility: Text | None = Field(
        None, description="criteria of inclusion and exclusion: age 30 to 75, NIHSS 6 to 20"
    )
    stage: Text | None = Field(
        None,
        description="stage of the condition as the authors call it: subacute, NYHA class III",
        examples=[
            "hyperacute",
            "acute",
            "subacute",
            "early subacute",
            "late subacute",
            "chronic",
            "not reported",
        ],
    )
    planned: Reportable[Count] = Field(None, description="participants that the trial was to have: 60")
    screened: Reportable[Count] = Field(None, description="people assessed for eligibility: 250")
    enrolled: MaybeCount | None = Field(
        None, description="participants allocated to an arm, by chance in a randomised trial: 54"
    )
    analysed: MaybeCount | None = Field(
        None, description="participants in the analysis of the first results: 52"
    )
    analysis: Text | None = Field(
        None,
        description="analysis set: intention to treat, per protocol",
        examples=["intention to treat", "modified intention to treat", "per protocol", "not reported"],
    )
    age: Reportable[Ends] = Field(None, description="ages in years that may enter: 18 to 75")
    catchment: Reportable[Count] = Field(
        None, description="people that the participants were drawn from: 500000"
    )
    incidence: Reportable[Ends] = Field(
        None,
        description="new cases of the condition in 100,000 of them a year, least and most: 5.6-17.5",
    )
    expected_loss: Reportable[Probability] = Field(
        None, description="share of participants whose loss the trial planned for: 0.10"
    )


class Arm(Part):
    """A group of participants who were to be treated alike."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["cells", "intervention"]}})

    role: Literal["treatment", "control"] | None = Field(
        None, description="the side of a comparison that the arm stands on: treatment or control"
    )
    label: Text | None = Field(None, description="name of the arm in tables: MSC")
    planned: Reportable[Count] = Field(None, description="participants that the arm was to have: 40")
    n: MaybeCount | None = Field(None, description="participants analysed in this arm: 39")
    randomised: Reportable[Count] = Field(None, description="participants randomised to this arm: 40")
    lost: Reportable[Count] = Field(None, description="participants randomised to this arm, not analysed: 1")
    crossed: Reportable[Count] = Field(
        None, description="participants allocated to this arm and treated as another: 2"
    )
    clusters: Reportable[Count] = Field(None, description="clusters allocated to this arm: 13")
    combines: Annotated[list[Id], Field(min_length=2)] | None = Field(
        None,
        description="the arms it is made of, where a source sets them together: both doses, one margin of a"
        " factorial trial: [low-dose, high-dose]",
    )
    historical: Flag = Field(False, description="whether these are controls of another time or study")
    intervention: Intervention | None = Field(
        None, description="what the arm received: {name: rosuvastatin, dose: 10, unit: mg, route: oral}"
    )
    cells: Cells | None = Field(None, description="the cells that the arm was given: {type: MSC, dose: 1e8}")
    comparator: Text | None = Field(
        None,
        description="what a control arm received: placebo, usual care",
        examples=["placebo", "sham procedure", "usual care", "no treatment"],
    )

    @model_validator(mode="after")
    def _one_form_of_intervention(self) -> Arm:
        if self.cells and self.intervention:
            raise ValueError("`cells` is the form of an intervention for cells; expected one of the two")
        return self

    @property
    def given(self) -> Cells | Intervention | None:
        """What the arm received, None where no field says."""
        return self.cells or self.intervention
