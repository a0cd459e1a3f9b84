"""What a text itself gives of the facts that a record keeps once for the trial."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from msc_evidence.registry.fields import Part


class Prints(Part):
    """A text that may print the trial's registration or funding, which other texts give as well."""

    prints: list[Literal["registration", "funding"]] | None = Field(
        None,
        description="which of the trial's registration and funding this very text gives: [registration];"
        " default: the first source gives both, but a number whose register is a source of its own",
    )
