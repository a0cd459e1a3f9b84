"""Plain help whose options stand under the heading of their group."""

from __future__ import annotations

from collections import Counter
from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from msc_evidence.cli.examples import EXAMPLES, exit_codes

#: The options that most commands have stand in a group of their own, the last.
COMMON = "Common options"
#: What a word too many usually is.
LEFT_OVER = "a value with a space in it goes in quotes: --at '3 mo'"
_COMMON_NAMES = {
    *("--registry", "--format", "--output", "--ascii", "--quiet", "--verbose", "--debug", "--help"),
}


class SectionedCommand(TyperCommand):
    """A command whose help has a section for arguments, for each named group of options, and for the others."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Reads what was typed; where a word is left over, says what that usually comes from."""
        self._refuse_second_values(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            message = getattr(error, "message", "")
            if message.startswith("Got unexpected extra argument"):
                error.message = f"{message}; {LEFT_OVER}"  # type: ignore[attr-defined]
            raise

    def _refuse_second_values(self, ctx: typer.Context, args: list[str]) -> None:
        """Ends where an option that takes one value has two: the parser would take the last in silence."""
        _, _, typed = self.make_parser(ctx).parse_args(args=list(args))
        for option, times in Counter(typed).items():
            takes_one = isinstance(option, TyperOption) and not option.multiple and not option.is_flag
            if times > 1 and takes_one and not ctx.resilient_parsing:
                ctx.fail(f"{' / '.join(option.opts)} is given {times} times and takes one value")

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Writes the sections: the groups, the options without one, and those that all commands have."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
        ungrouped: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            shared = bool(_COMMON_NAMES & {*parameter.opts})
            group = COMMON if shared else getattr(parameter, "rich_help_panel", None)
            if record is None:
                continue
            if parameter.param_type_name == "argument":
                sections["Arguments"].append(record)
            elif group:
                sections.setdefault(group, []).append(record)
            else:
                ungrouped.append(record)
        common = sections.pop(COMMON, [])
        for heading, records in (*sections.items(), ("Options", ungrouped), (COMMON, common)):
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Writes what is commonly typed, and what the exit codes say."""
        name = _full_name(ctx)
        for heading, lines in (("Examples", EXAMPLES.get(name, ())), ("Exit codes", exit_codes(name))):
            if lines:
                formatter.write(f"\n{heading}:\n" + "".join(f"  {line}\n" for line in lines))


def _full_name(ctx: typer.Context) -> str:
    """A command's name as it is typed behind the program's: `pool`, `registry stats`."""
    group = ctx.parent.info_name if ctx.parent and ctx.parent.parent else ""
    return f"{group} {ctx.info_name}".strip()
