"""The export `datapackage`: every table as CSV, with a description that programs read."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.registry.loader import shipped_registry
from msc_evidence.tables.citations import citations
from msc_evidence.tables.export import Asked, Exported
from msc_evidence.tables.named import Chosen, named, names

WRITTEN = ("package", "frictionless")
OPTIONS = ("--outcome", "--at")
#: Of the registry that comes with the package; what others' registries are under, they say.
LICENCE = "MIT"


def export(asked: Asked) -> Exported:
    """Every table as CSV in a folder, described by a Frictionless datapackage.json."""
    chosen = Chosen(asked.registry, asked.trials, asked.outcomes, True, asked.at, asked.filter)
    found = {name: named(name) for name in names()}
    made = tuple(replace(each.table(chosen), name=name) for name, each in found.items())
    keys = {"citations": ("trial",)} | {name: each.key for name, each in found.items() if each.key}
    licence = LICENCE if asked.registry.path.resolve() == shipped_registry().resolve() else None
    return Exported((citations(asked.records), *made), keys=keys, licence=licence)
