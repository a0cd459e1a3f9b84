"""The values that variables can have, as whoever keeps the registry says."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from msc_evidence.registry.fields import Ends, Part, Text
from msc_evidence.registry.scales import scale_fault

#: A variable's name as records write it.
VariableName = Annotated[str, Field(pattern=r"^\w[\w .()/%+-]*$")]
_SPELLED_ALIKE = str.maketrans({"²": "2", "³": "3", "µ": "μ", "^": None, " ": None, "\u00a0": None})


class PlausibleRange(Part):
    """Between which values means, medians, quartiles and extremes of a variable lie, and who says so."""

    unit: Text | None = Field(
        None, description="unit that the range is in; values in another are not compared: kg/m2"
    )
    range: Ends = Field(description="lowest and highest value that a participant can have: [12, 70]")
    by: Text = Field(description="who gives the range, or where it stands: Example A")
    called: list[Text] = Field([], description="other names that records give the variable: [BMI]")

    @model_validator(mode="after")
    def _possible_range(self) -> PlausibleRange:
        if fault := scale_fault(self.range, None):
            raise ValueError(fault)
        return self

    def is_in(self, unit: str | None) -> bool:
        """Whether this is the unit of the range, `kg/m²` and `kg/m^2` being `kg/m2`; nothing is converted."""
        return _spelled(self.unit) == _spelled(unit)


def _spelled(unit: str | None) -> str:
    return (unit or "").casefold().translate(_SPELLED_ALIKE)
