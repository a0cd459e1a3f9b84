"""Plain help whose options stand under the heading of their group."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand


class SectionedCommand(TyperCommand):
    """A command whose help has a section for arguments, for each named group of options, and for the others."""

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Writes the sections, that of the options without a group last."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
        ungrouped: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            group = getattr(parameter, "rich_help_panel", None)
            if record is None:
                continue
            if parameter.param_type_name == "argument":
                sections["Arguments"].append(record)
            elif group:
                sections.setdefault(group, []).append(record)
            else:
                ungrouped.append(record)
        for heading, records in (*sections.items(), ("Options", ungrouped)):
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
