"""The table `claims`: what the authors concluded beside what the numbers allow.

Effects with their intervals come first and significance second; a p that is not significant is never the absence of an
effect (Cochrane Handbook, chapter 15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.claims import (
    KnownEffect,
    comparisons,
    effect_with_interval,
    judging_results,
    known_effect,
    known_significance,
    tests_a_margin,
)
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.harms import ArmCount, HarmCounts, harm_counts
from msc_evidence.analysis.results import AnalysedResult, Tally, tally
from msc_evidence.analysis.significance import ALPHA, is_significant
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.tables.harm_words import arm_count_words
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.trial_words import treated_label
from msc_evidence.tables.words import after_holm, at_time, effect_words, interval_words


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """A claim with the results that it is about; a number that several sources print stands once."""

    trial: Trial
    claim: Claim
    results: tuple[AnalysedResult, ...]

    @property
    def effects(self) -> list[tuple[AnalysedResult, KnownEffect]]:
        """The comparisons whose effect is known with its interval."""
        known = ((result, known_effect(result)) for result in comparisons(self.results))
        return [(result, effect) for result, effect in known if effect is not None]

    @property
    def significances(self) -> list[bool]:
        """Of every comparison whose side of α is known, whether it is significant."""
        return known_significance(self.results)

    @property
    def undecided_words(self) -> str:
        """What stands in place of a judgement; a claim about the whole is judged by its own source's results."""
        kind = self.trial.sources[self.trial.source_of(self.claim)].kind
        where = (
            f" in its source ({kind})" if self.claim.outcome is None and len(self.trial.sources) > 1 else ""
        )
        return f"no result between arms{where} to judge it by"

    @property
    def significant_count(self) -> int:
        """How many are significant."""
        return sum(self.significances)

    @property
    def tally(self) -> Tally:
        """How many of their p-values are below α, and how many still are after correction within their source."""
        return tally(comparisons(self.results))

    @property
    def after_holm(self) -> int | None:
        """How many p-values are below α after Holm's correction; None where no p was printed."""
        return self.tally.holm if self.tally.of else None

    @property
    def favoured_counts(self) -> tuple[int, int]:
        """How many comparisons favour the treatment arm, and how many the control arm."""
        signs = [result.sign for result in comparisons(self.results)]
        return signs.count(1), signs.count(-1)

    @property
    def sizes(self) -> tuple[int, int] | None:
        """The group sizes of the first result that has them."""
        known = (
            result.contrast.sizes for result in self.results if result.contrast and result.contrast.sizes
        )
        return next((sizes for sizes in known if sum(sizes) > 3), None)


def claim_evidence(trial: Trial, claim: Claim, analysed: Sequence[AnalysedResult]) -> ClaimEvidence:
    """The claim with the results by which it can be judged."""
    return ClaimEvidence(trial, claim, tuple(judging_results(claim, analysed, computed=True)))


def results_words(evidence: ClaimEvidence) -> str | None:
    """`p 0.076 at 3 mo, p 0.171 at 6 mo`; the outcomes with them where the claim names none."""
    if evidence.claim.outcome is None:
        return None
    return ", ".join(_judging_result_words(result) for result in evidence.results) or None


def _judging_result_words(result: AnalysedResult) -> str:
    effect = known_effect(result)
    words = [_effect_words(result, effect)] if effect else []
    words += [f"p {result.p}"] if result.p is not None else []
    when = "" if result.result.at is NOT_REPORTED else f" at {result.timepoint}"
    adjusted = " adjusted" * bool(result.result.adjusted)
    return (", ".join(words) or str(result.result.wording)) + adjusted + when


def _effect_words(result: AnalysedResult, effect: KnownEffect) -> str:
    """`HR 0.78 (0.62–0.98)` as printed, `RR 0.43 (0.18 to 1.05), computed` from the arms."""
    if effect.printed and (printed := effect_with_interval(result)):
        return effect_words(printed)
    return f"{effect.measure} {interval_words(effect.estimate, effect.ci_lb, effect.ci_ub)}, computed"


def allowed_words(evidence: ClaimEvidence) -> str:
    """What the numbers allow one to say; a p that is not significant is never read as the absence of an effect."""
    return "; ".join(_SENTENCES[evidence.claim.says](evidence))


def _difference_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of benefit and harm: the effects and whose favour they are in, then what chance makes of them."""
    if not evidence.significances and not evidence.effects:
        yield evidence.undecided_words
        return
    yield from _effect_sentences(evidence)
    better, worse = evidence.favoured_counts
    if better + worse:
        yield f"direction: {better} favour {treated_label([evidence.trial])}, {worse} control"
    else:
        yield "no direction reported"
    yield from _significance_sentence(evidence)
    yield from _adjusted_sentence(evidence)


def _effect_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Which effects have an interval on one side of no effect, and which leave both directions possible."""
    if not evidence.effects:
        yield "no effect with its interval is printed or can be computed"
    for one_sided, says in ((True, "excludes no effect"), (False, "leaves both directions possible")):
        own = [
            _effect_words(result, effect) + at_time(result)
            for result, effect in evidence.effects
            if effect.excludes_null is one_sided
        ]
        if own:
            yield f"{listed(own)}: the interval {says}"


def _significance_sentence(evidence: ClaimEvidence) -> Iterator[str]:
    """`2 of 6 results are significant at 0.05, none after Holm's correction …`."""
    judged, below = counted(len(evidence.significances), "result"), evidence.significant_count
    if not evidence.significances:
        return
    verb = "is" if below <= 1 else "are"
    yield f"{below or 'none'} of {judged} {verb} significant at {ALPHA}" + _after_holm_words(evidence)


def _after_holm_words(evidence: ClaimEvidence) -> str:
    """What Holm's correction leaves of the p-values; where some results have none, of how many."""
    corrected = after_holm(evidence.tally)
    if not corrected or evidence.tally.of == len(evidence.significances):
        return corrected
    return f"; of {counted(evidence.tally.of, 'p-value')} {corrected.removeprefix(', ')}"


def _adjusted_sentence(evidence: ClaimEvidence) -> Iterator[str]:
    """What adjusted analyses of a comparison say where the unadjusted one is counted."""
    adjusted = [
        result for result in evidence.results if result.repeats and is_significant(result.result) is not None
    ]
    if adjusted:
        below = sum(is_significant(result.result) is True for result in adjusted)
        yield f"{below or 'none'} of {counted(len(adjusted), 'adjusted analysis', 'adjusted analyses')} is significant"


def _absence_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of no benefit: what an interval leaves possible and what the groups could have shown, then significance."""
    if not evidence.significances and not evidence.effects:
        yield evidence.undecided_words
        return
    margin = any(tests_a_margin(result) for result in evidence.results)
    if margin:
        yield "tested against a margin"
    if evidence.effects:
        possible = [_effect_words(result, effect) + at_time(result) for result, effect in evidence.effects]
        yield f"effects that remain possible: {listed(possible)}"
    elif not evidence.significant_count and not margin:
        yield "absence not shown: no confidence interval or margin"
    if evidence.sizes and not evidence.effects and not margin:
        least, detectable = smallest_significant_d(*evidence.sizes), detectable_d(*evidence.sizes)
        n1, n2 = evidence.sizes
        yield f"{n1} v {n2}: significant from d {least:.3f} on; 80% power would need d ≥ {detectable:.3f} (t test)"
    if evidence.significant_count:
        yield from _significance_sentence(evidence)
    yield from _adjusted_sentence(evidence)


def _safety_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of safety: every adverse event with both arms' counts and sizes, and what none among so few leaves possible."""
    harms = list(harm_counts("", evidence.trial, {}))
    for counts in harms:
        yield _harm_words(counts, _claimed_arms_first(evidence, counts))
    if not harms:
        yield "no harm is counted in the record"


def _harm_words(counts: HarmCounts, arms: Sequence[ArmCount]) -> str:
    """`fever until 1 y: 12 of 100 in MSC v 5 of 100 in control, RR 2.40 (0.88 to 6.56), computed`."""
    every = all(arm.participants is not None or arm.events is not None for arm in arms)
    words = (" v " if every else ", ").join(map(arm_count_words, arms))
    until = f" until {counts.harm.at}" if counts.harm.at else ""
    if effect := counts.effect:
        name = "Peto OR" if effect.measure == "PETO" else effect.measure
        words += f", {name} {interval_words(effect.estimate, effect.ci_lb, effect.ci_ub)}, computed"
    return f"{counts.harm.event}{until}: {words}"


def _claimed_arms_first(evidence: ClaimEvidence, counts: HarmCounts) -> list[ArmCount]:
    """The counts of the arm that the claim is about or of those treated, then the control arms', counted or not."""
    arms, claimed = evidence.trial.arms, evidence.claim.arm
    counted_arms = {arm.arm: arm for arm in counts.arms}
    about = [
        name
        for name, arm in arms.items()
        if name == claimed or arm.role == "control" or (claimed is None and arm.role == "treatment")
    ]
    ordered = sorted(about, key=lambda name: arms[name].role == "control")
    return [
        counted_arms.get(name) or ArmCount(name, arms[name].label or name, None, None, None)
        for name in ordered
    ]


def _feasibility_sentence(_: ClaimEvidence) -> Iterator[str]:
    yield "no number of the record decides it"


_SENTENCES: dict[str, Callable[[ClaimEvidence], Iterator[str]]] = {
    "benefit": _difference_sentences,
    "harm": _difference_sentences,
    "no benefit": _absence_sentences,
    "non-inferior": _absence_sentences,
    "equivalent": _absence_sentences,
    "safe": _safety_sentences,
    "feasible": _feasibility_sentence,
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


def table(query: Query) -> Table:
    """What the authors concluded beside what the numbers allow.

    With `--outcome` the claims about these outcomes only, with `--at` those that name this time.
    """
    rows = tuple(_claim_row(name, at, evidence) for name, at, evidence in _query_claims(query))
    return Table("claims", COLUMNS, rows, TITLE)


def page_table(query: Query) -> Table:
    """The claim in words, the results it is about, and what they allow."""
    rows = tuple(
        {
            "study": evidence.trial.shown_name(name),
            "concluded": _claim_words(query, evidence.claim),
            "results": results_words(evidence),
            "allows": allowed_words(evidence),
        }
        for name, _, evidence in _query_claims(query)
    )
    return Table("claims", SHOWN, rows, TITLE)


def _query_claims(query: Query) -> Iterator[tuple[str, int, ClaimEvidence]]:
    every = set(query.outcomes) == set(query.registry.outcomes)
    for name, trial in query.records.items():
        analysed = query.analysis.results(name)
        for at, claim in enumerate(trial.claims):
            timely = query.at is None or query.at in claim.at
            if timely and (claim.outcome in query.outcomes or (claim.outcome is None and every)):
                yield name, at, claim_evidence(trial, claim, _results_of_source(trial, claim, analysed))


def _results_of_source(
    trial: Trial, claim: Claim, analysed: tuple[AnalysedResult, ...]
) -> tuple[AnalysedResult, ...]:
    """Every result for a claim about an outcome, those of the claim's own source for one about the whole."""
    source = trial.source_of(claim)
    return analysed if claim.outcome else tuple(result for result in analysed if result.source == source)


def _claim_words(query: Query, claim: Claim) -> str:
    """`benefit for Barthel Index at 3 mo and 6 mo (consistent)`."""
    about = f" for {query.registry.outcomes[claim.outcome].name}" if claim.outcome else ""
    times = f" at {listed([str(time) for time in claim.at])}" if claim.at else ""
    marks = {"consistent": claim.consistent, "hedged": claim.hedged}
    details = [mark for mark, true in marks.items() if true]
    details += [f"class {claim.evidence_class}"] if claim.evidence_class else []
    return f"{claim.says}{about}{times}" + (f" ({', '.join(details)})" if details else "")


def _claim_row(name: str, at: int, evidence: ClaimEvidence) -> Mapping[str, Value]:
    claim, sizes = evidence.claim, evidence.sizes
    better, worse = evidence.favoured_counts
    numbers = {
        "judged": len(evidence.significances),
        "below_alpha": evidence.significant_count,
        "below_alpha_holm": evidence.after_holm,
        "favour_treatment": better,
        "favour_control": worse,
        "smallest_significant_d": smallest_significant_d(*sizes) if sizes else None,
        "detectable_d": detectable_d(*sizes) if sizes else None,
    }
    rests_on_results = claim.says in ("benefit", "no benefit", "harm")
    return {
        "trial": name,
        "claim": at,
        "source": evidence.trial.source_of(claim),
        "outcome": claim.outcome,
        "timepoints": "; ".join(str(time) for time in claim.at) or None,
        "says": claim.says,
        "arm": claim.arm,
        "consistent": claim.consistent,
        "hedged": claim.hedged,
        "evidence_class": claim.evidence_class,
        "results": results_words(evidence),
        **(numbers if rests_on_results else {}),
        "allows": allowed_words(evidence),
    }
