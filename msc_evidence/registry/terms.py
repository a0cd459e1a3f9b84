"""What a registry calls its treatment, and the event that the time to entry is counted from."""

from __future__ import annotations

from pydantic import Field

from msc_evidence.registry.fields import Part, Text


class Terms(Part):
    """The words that headings, legends and sentences use for this registry."""

    treatment: Text | None = Field(
        None, description="what the treated side is called where its arms have no common name: statin"
    )
    control: Text | None = Field(None, description="what the other side is called; default: control")
    onset: Text | None = Field(
        None, description="what the time to entry is counted from: stroke, diagnosis, birth"
    )
    window: Text | None = Field(
        None,
        description="heading of the time from there to entry; default: Since stroke, where onset is stroke",
    )

    @property
    def window_heading(self) -> str:
        """`Since stroke`; `Window of entry` where nothing says what it is counted from."""
        return self.window or (f"Since {self.onset}" if self.onset else "Window of entry")

    @property
    def before_entry(self) -> str:
        """`window from stroke to entry`, inside a sentence."""
        return f"window from {self.onset} to entry" if self.onset else "window of entry"
