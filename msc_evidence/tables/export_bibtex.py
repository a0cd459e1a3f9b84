"""The export `bibtex`: the citations for LaTeX."""

from __future__ import annotations

from msc_evidence.tables.citations import citations
from msc_evidence.tables.export import Asked, Exported

WRITTEN = ("citations", "bibtex")


def export(asked: Asked) -> Exported:
    """Citations of the trials in BibTeX."""
    return Exported((citations(asked.records),))
