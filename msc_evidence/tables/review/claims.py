"""The table `claims`: what the authors concluded beside what the numbers allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.claims import (
    comparisons,
    effect_with_interval,
    judging_results,
    known_significance,
    tests_a_margin,
)
from msc_evidence.analysis.contrast import zero_events
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import AnalysedResult, Tally, tally
from msc_evidence.analysis.significance import ALPHA, is_significant
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import after_holm, treated_label


@dataclass(frozen=True, slots=True)
class Beside:
    """A claim with the results that it is about; a number that several sources print stands once."""

    trial: Trial
    claim: Claim
    results: tuple[AnalysedResult, ...]

    @property
    def decided(self) -> list[bool]:
        """Of every comparison whose side of α is known, whether it is significant."""
        return known_significance(self.results)

    @property
    def undecided(self) -> str:
        """What stands in place of a judgement; a claim about the whole is judged by its own source's results."""
        kind = self.trial.sources[self.trial.source_of(self.claim)].kind
        where = (
            f" in its source ({kind})" if self.claim.outcome is None and len(self.trial.sources) > 1 else ""
        )
        return f"no result between arms{where} to judge it by"

    @property
    def below(self) -> int:
        """How many are significant."""
        return sum(self.decided)

    @property
    def tally(self) -> Tally:
        """How many of their p-values are below α, and how many still are after correction within their source."""
        return tally(self.results)

    @property
    def after_holm(self) -> int | None:
        """How many p-values are below α after Holm's correction; None where no p was printed."""
        return self.tally.holm if self.tally.of else None

    @property
    def favouring(self) -> tuple[int, int]:
        """How many comparisons favour the treatment arm, and how many the control arm."""
        signs = [found.sign for found in comparisons(self.results)]
        return signs.count(1), signs.count(-1)

    @property
    def sizes(self) -> tuple[int, int] | None:
        """The group sizes of the first result that has them."""
        known = (found.contrast.sizes for found in self.results if found.contrast and found.contrast.sizes)
        return next((sizes for sizes in known if sum(sizes) > 3), None)


def beside(trial: Trial, claim: Claim, analysed: Sequence[AnalysedResult]) -> Beside:
    """The claim with the results by which it can be judged."""
    return Beside(trial, claim, tuple(judging_results(claim, analysed)))


def results_words(found: Beside) -> str | None:
    """`p 0.076 at 3 mo, p 0.171 at 6 mo`; the outcomes with them where the claim names none."""
    if found.claim.outcome is None:
        return None
    return ", ".join(_result_words(result) for result in found.results) or None


def _result_words(found: AnalysedResult) -> str:
    effect = effect_with_interval(found)
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
        yield found.undecided
        return
    of = len(found.decided)
    if found.below == 0:
        yield f"no difference shown: none of {counted(of, 'result')} is significant at {ALPHA}"
    else:
        yield f"a difference at {found.below} of {counted(of, 'result')}{after_holm(found.tally)}"
    yield from _adjusted(found)
    better, worse = found.favouring
    if better + worse:
        yield f"direction: {better} favour {treated_label([found.trial])}, {worse} control"
    else:
        yield "no direction reported"


def _adjusted(found: Beside) -> Iterator[str]:
    """What adjusted analyses of a comparison say where the unadjusted one is counted."""
    again = [
        result for result in found.results if result.repeats and is_significant(result.result) is not None
    ]
    if again:
        below = sum(is_significant(result.result) is True for result in again)
        yield f"{below or 'none'} of {counted(len(again), 'adjusted analysis', 'adjusted analyses')} is significant"


def _absence(found: Beside) -> Iterator[str]:
    """Of no benefit: what the groups could have shown, and what an interval leaves possible."""
    if not found.decided:
        yield found.undecided
        return
    if found.below:
        yield f"a difference at {found.below} of {counted(len(found.decided), 'result')}{after_holm(found.tally)}"
    yield from _adjusted(found)
    effects = [effect for result in found.results if (effect := effect_with_interval(result))]
    bounded = [f"{effect.measure} {effect.ci}" for effect in effects]
    margin = any(tests_a_margin(result) for result in found.results)
    if margin:
        yield "tested against a margin"
    if bounded:
        yield f"effects that remain possible: {listed(bounded)}"
    elif not found.below and not margin:
        yield "absence not shown: no confidence interval or margin"
    if found.sizes and not bounded and not margin:
        least, detectable = smallest_significant_d(*found.sizes), detectable_d(*found.sizes)
        n1, n2 = found.sizes
        yield f"{n1} v {n2}: significant from d {least:.3f} on; 80% power would need d ≥ {detectable:.3f} (t test)"


def _safety(found: Beside) -> Iterator[str]:
    """Of safety: what was counted in the arms treated, and what none among so few leaves possible."""
    treated = [name for name, arm in found.trial.arms.items() if arm.role == "treatment"]
    arms = [found.claim.arm] if found.claim.arm else treated
    zeros = {(zero.event, zero.arm): zero for zero in zero_events(found.trial)}
    counts = [(harm, name) for harm in found.trial.harms for name in arms]
    for harm, name in counts:
        zero = zeros.get((harm.event, name))
        if zero is not None and name in harm.arms and harm.arms[name].value == 0:
            bound = f"up to {zero.bound:.1%} remains possible (95%, one-sided)"
            yield f"no {zero.event}{_until(harm)} among {zero.n}: {bound}"
        elif said := _counted(harm, name):
            yield f"{harm.event}{_until(harm)}: {said} in {found.trial.arms[name].label or name}"
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


OPTIONS = ("--outcome", "--at")
KEY = ("trial", "claim")
COLUMNS = (
    Column("trial", "Trial"),
    Column("claim", "Claim", "number"),
    Column("source", "Source"),
    Column("outcome", "Outcome"),
    Column("timepoints", "At"),
    Column("says", "Says"),
    Column("arm", "Arm"),
    Column("consistent", "Consistent"),
    Column("hedged", "Hedged"),
    Column("evidence_class", "Class"),
    Column("results", "Results"),
    Column("judged", "Judged", "number"),
    Column("below_alpha", "p < 0.05", "number"),
    Column("below_alpha_holm", "p < 0.05, Holm", "number"),
    Column("favour_treatment", "Favour treatment", "number"),
    Column("favour_control", "Favour control", "number"),
    Column("smallest_significant_d", "Smallest significant d", "number"),
    Column("detectable_d", "Detectable d", "number"),
    Column("allows", "What the numbers allow"),
)
SHOWN = (
    Column("study", "Trial", grouped=True, whole=True),
    Column("concluded", "Concluded"),
    Column("results", "Numbers"),
    Column("allows", "What they allow"),
)
TITLE = "What was concluded, and what the numbers allow"


def table(chosen: Query) -> Table:
    """What the authors concluded beside what the numbers allow.

    With `--outcome` the claims about these outcomes only, with `--at` those that name this time.
    """
    rows = tuple(_row(name, at, found) for name, at, found in _claims(chosen))
    return Table("claims", COLUMNS, rows, TITLE)


def shown(chosen: Query) -> Table:
    """The claim in words, the results it is about, and what they allow."""
    rows = tuple(
        {
            "study": found.trial.shown_name(name),
            "concluded": _concluded(chosen, found.claim),
            "results": results_words(found),
            "allows": allows(found),
        }
        for name, _, found in _claims(chosen)
    )
    return Table("claims", SHOWN, rows, TITLE)


def _claims(chosen: Query) -> Iterator[tuple[str, int, Beside]]:
    every = set(chosen.outcomes) == set(chosen.registry.outcomes)
    for name, trial in chosen.records.items():
        analysed = chosen.analysis.results(name)
        for at, claim in enumerate(trial.claims):
            timely = chosen.at is None or chosen.at in claim.at
            if timely and (claim.outcome in chosen.outcomes or (claim.outcome is None and every)):
                yield name, at, beside(trial, claim, _of_source(trial, claim, analysed))


def _of_source(
    trial: Trial, claim: Claim, analysed: tuple[AnalysedResult, ...]
) -> tuple[AnalysedResult, ...]:
    """Every result for a claim about an outcome, those of the claim's own source for one about the whole."""
    source = trial.source_of(claim)
    return analysed if claim.outcome else tuple(found for found in analysed if found.source == source)


def _concluded(chosen: Query, claim: Claim) -> str:
    """`benefit for Barthel Index at 3 mo and 6 mo (consistent)`."""
    about = f" for {chosen.registry.outcomes[claim.outcome].name}" if claim.outcome else ""
    times = f" at {listed([str(time) for time in claim.at])}" if claim.at else ""
    marks = {"consistent": claim.consistent, "hedged": claim.hedged}
    said = [mark for mark, true in marks.items() if true]
    said += [f"class {claim.evidence_class}"] if claim.evidence_class else []
    return f"{claim.says}{about}{times}" + (f" ({', '.join(said)})" if said else "")


def _row(name: str, at: int, found: Beside) -> Mapping[str, Value]:
    claim, sizes = found.claim, found.sizes
    better, worse = found.favouring
    numbers = {
        "judged": len(found.decided),
        "below_alpha": found.below,
        "below_alpha_holm": found.after_holm,
        "favour_treatment": better,
        "favour_control": worse,
        "smallest_significant_d": smallest_significant_d(*sizes) if sizes else None,
        "detectable_d": detectable_d(*sizes) if sizes else None,
    }
    rests_on_results = claim.says in ("benefit", "no benefit", "harm")
    return {
        "trial": name,
        "claim": at,
        "source": found.trial.source_of(claim),
        "outcome": claim.outcome,
        "timepoints": "; ".join(str(time) for time in claim.at) or None,
        "says": claim.says,
        "arm": claim.arm,
        "consistent": claim.consistent,
        "hedged": claim.hedged,
        "evidence_class": claim.evidence_class,
        "results": results_words(found),
        **(numbers if rests_on_results else {}),
        "allows": allows(found),
    }
