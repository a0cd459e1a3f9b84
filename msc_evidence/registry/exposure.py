"""What participants were given, and what harmed them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.fields import Count, Ends, Id, MaybeNumber, Part, Reportable, Sourced, Text, When
from msc_evidence.registry.spelling import Spellings


class Intervention(Part):
    """What an arm received."""

    name: Text = Field(description="what was given or done: rosuvastatin, BCG vaccine, exercise")
    dose: MaybeNumber | None = Field(None, description="dose of one administration, as printed: 10")
    dose_range: Reportable[Ends] = Field(
        None, description="lowest and highest dose, where a source gives both ends: 10 to 40"
    )
    unit: Text | None = Field(None, description="unit of the dose: mg, mL, IU per kg")
    schedule: Text | None = Field(None, description="how often: once daily, weeks 0 and 4")
    duration: Reportable[When] = Field(None, description="for how long: 12 wk")
    route: Text | None = Field(
        None,
        description="way of administration: oral, intradermal",
        examples=["oral", "intravenous", "subcutaneous", "intramuscular", "intradermal", "not reported"],
    )

    @model_validator(mode="after")
    def _dose_range_in_order(self) -> Intervention:
        _require_order(self.dose_range)
        return self


def _require_order(ends: Ends | None) -> None:
    """Raises ValueError where the ends of a range of doses are not lowest, highest."""
    if ends is not None and ends.low.value >= ends.high.value:
        raise ValueError(f"dose-range {ends} has its ends in the wrong order; expected lowest, highest")


class Cells(Part):
    """The cells that an arm received: an intervention with columns of its own."""

    type: Text | None = Field(
        None,
        description="type of the cells as the source says: MSC, MNC, MAPC",
        examples=["MSC", "MNC", "MAPC", "EPC", "NSC", "CD34+", "not reported"],
    )
    origin: Annotated[Literal["autologous", "allogeneic", "not reported"], Spellings()] | None = Field(
        None, description="whose cells: autologous (the participant's own) or allogeneic (a donor's)"
    )
    tissue: Text | None = Field(
        None,
        description="where the cells come from: bone marrow, adipose tissue",
        examples=["bone marrow", "adipose tissue", "umbilical cord", "peripheral blood", "not reported"],
    )
    preparation: Text | None = Field(
        None, description="how the cells were made ready: expanded in autologous serum"
    )
    dose: MaybeNumber | None = Field(
        None, description="cells per administration or in all, as printed: 1e8, 2 x 10(6)"
    )
    dose_range: Reportable[Ends] = Field(
        None, description="lowest and highest dose, where a source gives both ends: 5e7 to 6e7"
    )
    average: Literal["mean", "median"] | None = Field(
        None, description="mean or median, where the dose is an average of those given"
    )
    per: Literal["kg"] | None = Field(None, description="kg where the dose is per kilogram of body weight")
    times: Reportable[Count] = Field(None, description="number of administrations: two")
    route: Text | None = Field(
        None,
        description="way of administration: intravenous, intra-arterial",
        examples=[
            "intravenous",
            "intra-arterial",
            "intrathecal",
            "intracerebral",
            "intranasal",
            "not reported",
        ],
    )

    @model_validator(mode="after")
    def _dose_range_in_order(self) -> Cells:
        _require_order(self.dose_range)
        return self

    @property
    def name(self) -> str | None:
        """What was given: the type of the cells."""
        return self.type


def _mapping_with_key(key: str) -> dict[str, Any]:
    """The schema of a mapping that has this key with something in it."""
    return {"required": [key], "properties": {key: {"minProperties": 1}}}


class Harm(Sourced):
    """Adverse events of one kind."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [_mapping_with_key("arms"), _mapping_with_key("events")]},
    )

    event: Text = Field(description="the kind of event: seizure, death, serious adverse event")
    at: Reportable[When] = Field(None, description="counted until then; default: the whole follow-up: 12 mo")
    arms: dict[Id, Count] = Field(
        {},
        description="participants with the event by arm, `none` where words say so: {msc: one, control: none}",
    )
    at_risk: dict[Id, Count] = Field(
        {},
        description="participants who could have had the event by arm; default: the arm's n: {msc: 35, control: 15}",
    )
    events: dict[Id, Count] = Field(
        {}, description="events by arm, where a participant may have had several: {msc: 7, control: 5}"
    )

    @model_validator(mode="after")
    def _participants_or_events_counted(self) -> Harm:
        if not self.arms and not self.events:
            raise ValueError("nothing is counted; expected arms (participants) or events")
        return self
