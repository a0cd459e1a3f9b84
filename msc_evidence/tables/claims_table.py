"""What the authors of a trial concluded, claim by claim, beside what its numbers allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.capacity import zero_events
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.significance import significant
from msc_evidence.analysis.verdict import ALPHA
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Effect, Harm, Trial
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.tables.words import listed

_MARGIN = re.compile(r"margin|inferior|equivalen", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Beside:
    """A claim with the results that it is about; a number that several sources print stands once."""

    trial: Trial
    claim: Claim
    results: tuple[AnalysedResult, ...]

    @property
    def decided(self) -> list[bool]:
        """Of every result whose side of α is known, whether it is significant."""
        known = [significant(found.result) for found in self.results]
        return [answer for answer in known if answer is not None]

    @property
    def below(self) -> int:
        """How many are significant."""
        return sum(self.decided)

    @property
    def after_holm(self) -> int:
        """How many still are after Holm's correction within their source."""
        return sum(found.holm_p is not None and found.holm_p < ALPHA for found in self.results)

    @property
    def favouring(self) -> tuple[int, int]:
        """How many results favour the treatment arm, and how many the control arm."""
        signs = [found.sign for found in self.results]
        return signs.count(1), signs.count(-1)

    @property
    def sizes(self) -> tuple[int, int] | None:
        """The group sizes of the first result that has them."""
        known = (found.contrast.sizes for found in self.results if found.contrast and found.contrast.sizes)
        return next((sizes for sizes in known if sum(sizes) > 3), None)


def beside(trial: Trial, claim: Claim, analysed: Sequence[AnalysedResult]) -> Beside:
    """The claim with the results it is about: those of its outcome, times and arm, all where it names no outcome.

    A result without a time may be what a claim with one is about.
    """
    found: dict[object, AnalysedResult] = {}
    for result in analysed:
        if _is_about(claim, result) and (result.p or result.result.wording or _interval(result)):
            label = (result.result.outcome, result.p, result.result.wording if result.p is None else None)
            found.setdefault((*label, result.result.at), result)
    return Beside(trial, claim, tuple(found.values()))


def _is_about(claim: Claim, found: AnalysedResult) -> bool:
    timed = not claim.at or found.result.at in claim.at or found.result.at is NOT_REPORTED
    armed = claim.arm is None or found.contrast is None or found.contrast.arm == claim.arm
    return timed and armed and claim.outcome in (None, found.result.outcome)


def _interval(found: AnalysedResult) -> Effect | None:
    """The reported effect, where it has an interval."""
    effect = found.result.effect
    return effect if effect is not None and effect.ci is not None else None


def results_words(found: Beside) -> str | None:
    """`p 0.076 at 3 mo, p 0.171 at 6 mo`; the outcomes with them where the claim names none."""
    if found.claim.outcome is None:
        return None
    return ", ".join(_result_words(result) for result in found.results) or None


def _result_words(found: AnalysedResult) -> str:
    effect = _interval(found)
    said = [f"{effect.measure} {effect.estimate} ({effect.ci})"] if effect else []
    said += [f"p {found.p}"] if found.p is not None else []
    when = "" if found.result.at is NOT_REPORTED else f" at {found.timepoint}"
    adjusted = " adjusted" * bool(found.result.adjusted)
    return (" ".join(said) or str(found.result.wording)) + adjusted + when


def allows(found: Beside) -> str:
    """What the numbers allow to say of it; a p that is not significant is never read as the absence of an effect."""
    return "; ".join(_SAYINGS[found.claim.says](found))


def _difference(found: Beside) -> Iterator[str]:
    """Of benefit and harm: whether chance alone is unlikely to make such a difference, and in whose favour it is."""
    if not found.decided:
        yield "no result to judge it by"
        return
    of = len(found.decided)
    if found.below == 0:
        yield f"no difference shown: none of {counted(of, 'result')} is significant at {ALPHA}"
    else:
        kept = f", {found.after_holm or 'none'} after Holm's correction" if len(found.results) > 1 else ""
        yield f"a difference at {found.below} of {counted(of, 'result')}{kept}"
    better, worse = found.favouring
    if better + worse:
        yield f"direction: {better} favour treatment, {worse} control"
    else:
        yield "no direction reported"


def _absence(found: Beside) -> Iterator[str]:
    """Of no benefit: what the groups could have shown, and what an interval leaves possible."""
    if not found.decided:
        yield "no result to judge it by"
        return
    if found.below:
        yield f"a difference at {found.below} of {counted(len(found.decided), 'result')}"
    effects = [effect for result in found.results if (effect := _interval(result))]
    bounded = [f"{effect.measure} {effect.ci}" for effect in effects]
    margin = any(_MARGIN.search(result.result.test or "") for result in found.results)
    if margin:
        yield "tested against a margin"
    if bounded:
        yield f"effects that remain possible: {listed(bounded)}"
    elif not found.below and not margin:
        yield "absence not shown: no confidence interval or margin"
    if found.sizes and not bounded and not margin:
        least, detectable = smallest_significant_d(*found.sizes), detectable_d(*found.sizes)
        n1, n2 = found.sizes
        yield f"{n1} v {n2}: significant from d {least:.3f} on, 80 % power at d {detectable:.3f} (t test)"


def _safety(found: Beside) -> Iterator[str]:
    """Of safety: what was counted in the arms treated, and what none among so few leaves possible."""
    treated = [name for name, arm in found.trial.arms.items() if arm.role == "treatment"]
    arms = [found.claim.arm] if found.claim.arm else treated
    zeros = {(zero.event, zero.arm): zero for zero in zero_events(found.trial)}
    counts = [(harm, name) for harm in found.trial.harms for name in arms]
    for harm, name in counts:
        zero = zeros.get((harm.event, name))
        if zero is not None and name in harm.arms and harm.arms[name].value == 0:
            bound = f"up to {zero.bound:.1%} remains possible (95 %, one-sided)"
            yield f"no {zero.event}{_until(harm)} among {zero.n}: {bound}"
        elif said := _counted(harm, name):
            yield f"{harm.event}{_until(harm)}: {said} in {name}"
    if not any(_counted(harm, name) for harm, name in counts):
        yield "no harm is counted in the record"


def _until(harm: Harm) -> str:
    return f" until {harm.at}" if harm.at else ""


def _counted(harm: Harm, name: str) -> str:
    """`2` participants, `3 events`, or both; nothing where the arm was not counted."""
    said = [str(harm.arms[name])] if name in harm.arms else []
    return ", ".join([*said, *([f"{harm.events[name]} events"] if name in harm.events else [])])


def _feasibility(_: Beside) -> Iterator[str]:
    yield "no number of the record decides it"


_SAYINGS: dict[str, Callable[[Beside], Iterator[str]]] = {
    "benefit": _difference,
    "harm": _difference,
    "no benefit": _absence,
    "safe": _safety,
    "feasible": _feasibility,
}
