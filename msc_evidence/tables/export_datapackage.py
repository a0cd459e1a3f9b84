"""The export `datapackage`: every table as CSV, with a description that programs read."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.tables.citations import citations
from msc_evidence.tables.export import Asked, Exported
from msc_evidence.tables.named import Chosen, named, names

WRITTEN = ("package", "frictionless")
OPTIONS = ("--outcome",)


def export(asked: Asked) -> Exported:
    """Every table as CSV in a folder, described by a Frictionless datapackage.json."""
    chosen = Chosen(asked.registry, asked.trials, asked.outcomes, every=True)
    made = tuple(replace(named(name).table(chosen), name=name) for name in names())
    return Exported((citations(asked.records), *made))
