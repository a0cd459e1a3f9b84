"""`msc-evidence schema`: the JSON Schema of the registry, for editors and validators."""

from __future__ import annotations

from msc_evidence.cli.exits import guarded
from msc_evidence.cli.options import Debug, Output
from msc_evidence.cli.streams import emit


@guarded
def command(output: Output = None, debug: Debug = False) -> None:
    """Print the JSON Schema of the registry."""
    from msc_evidence.registry.schema import schema_text

    emit(schema_text(), output)
