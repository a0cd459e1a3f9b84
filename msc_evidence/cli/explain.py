"""`msc-evidence explain`: what a check does, why it matters, and what it cannot see."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, complete_codes
from msc_evidence.cli.streams import emit

if TYPE_CHECKING:
    from msc_evidence.checks.finding import Rule


@guarded
def command(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE", help="Codes, or their beginnings.", autocompletion=complete_codes),
    ] = None,
    debug: Debug = False,
) -> None:
    """Explain checks; without a code, list them all.

    For each code: what the check does, why it matters, an example, and what it cannot see.
    """
    from msc_evidence.checks.run import rules
    from msc_evidence.registry.problems import nearest

    known = rules()
    if not codes:
        emit("\n".join(f"{rule.code}  {rule.severity:<7}  {rule.title}" for rule in known), None)
        return
    texts: list[str] = []
    for code in codes:
        found = [rule for rule in known if rule.code.startswith(code.upper())]
        if not found:
            raise UsageError(f"unknown code '{code}'{nearest(code.upper(), [rule.code for rule in known])}")
        texts += map(_explained, found)
    emit("\n".join(texts), None)


def _explained(rule: Rule) -> str:
    """A rule with its documentation and the records that it flags and does not."""
    paragraphs = [f"{rule.code} {rule.name} ({rule.severity})", rule.documentation]
    for example in rule.examples:
        word = "Flagged" if example.flagged else "Silent"
        paragraphs.append(f"{word}:\n{textwrap.indent(example.record, '    ')}")
    return "\n\n".join(paragraphs) + "\n"
