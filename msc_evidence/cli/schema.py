"""`msc-evidence schema`: the JSON Schema of the registry, for editors and validators."""

from __future__ import annotations

from .exits import guarded
from .options import Debug, Output
from .streams import emit


@guarded
def command(output: Output = None, debug: Debug = False) -> None:
    """Print the JSON Schema of the registry."""
    from ..registry.schema import schema_text

    emit(schema_text(), output)
