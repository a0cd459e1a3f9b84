"""`msc-evidence explain`: what a check does, why it matters and cannot see, and what words of the output mean."""

from __future__ import annotations

from typing import Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, complete_codes
from msc_evidence.cli.streams import emit


@guarded
def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE|WORD",
            help="Codes of checks or their beginnings (MSC4), or words of the output (Holm, GRIM, PS).",
            autocompletion=complete_codes,
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Explain checks, and words of the output.

    Without a word the checks are listed. For each code: what the check does, why it matters, an example, what it
    cannot see, and records that it flags and does not. For each word of the glossary: what it means here.
    """
    from msc_evidence.checks.explanations import explanations
    from msc_evidence.checks.run import all_rules

    if not words:
        emit("\n".join(f"{rule.code}  {rule.severity:<7}  {rule.title}" for rule in all_rules()), None)
        return
    try:
        texts = [text for word in words for text in explanations(word)]
    except ValueError as unknown:
        raise UsageError(str(unknown)) from None
    emit("\n".join(texts), None)
