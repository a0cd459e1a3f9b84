"""`msc-evidence explain`: what a check does, why it matters, and what it cannot see."""

from __future__ import annotations

from typing import Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, complete_codes
from msc_evidence.cli.streams import emit


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
    texts = []
    for code in codes:
        found = [rule for rule in known if rule.code.startswith(code.upper())]
        if not found:
            raise UsageError(f"unknown code '{code}'{nearest(code.upper(), [rule.code for rule in known])}")
        texts += [
            f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.documentation.strip()}\n" for rule in found
        ]
    emit("\n".join(texts), None)
