"""What a Summary of Findings says in words of trials that cannot be pooled (SWiM, Campbell 2020, BMJ 368:l6890)."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.tables.words import favoured_arm_id, shown_effect, shown_values


def not_pooled_words(body: Body, names: Mapping[str, str]) -> str:
    """What the reviewers conclude, or what each trial prints: `Not pooled. Lee 2010: p .046, in favour of MSC.`"""
    totals = body.totals
    if totals is not None and not any(arm.participants for arm in totals):
        return "No event in either arm: no relative effect."
    said = (body.asked.narrative or "").rstrip(".")
    concluded = f" {said[0].upper()}{said[1:]}." if said else ""
    told = "; ".join(f"{names[name]}: {_result_words(results[0])}" for name, results in body.results.items())
    return f"Not pooled.{concluded} {told}."


def _result_words(result: AnalysedResult) -> str:
    """`in favour of MSC, 4/16 v 21/36, p .046`: the direction first; what is only called significant has no number."""
    arm = favoured_arm_id(result)
    label = (result.trial.arms[arm].label or arm) if arm else ""
    numbers = (shown_values(result), shown_effect(result), f"p {result.p}" if result.p else None)
    direction = f"in favour of {label}" if label else "direction not reported"
    return ", ".join(filter(None, (direction, *(numbers if any(numbers) else ("no number printed",)))))
