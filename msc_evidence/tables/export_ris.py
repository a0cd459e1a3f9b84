"""The export `ris`: the citations for a reference manager."""

from __future__ import annotations

from msc_evidence.tables.citations import citations
from msc_evidence.tables.export import Asked, Exported

WRITTEN = ("citations", "ris")


def export(asked: Asked) -> Exported:
    """Citations of the trials in RIS."""
    return Exported((citations(asked.records),))
