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
from msc_evidence.tables.trial_words import treated_label
from msc_evidence.tables.words import after_holm


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """A claim with the results that it is about; a number that several sources print stands once."""

    trial: Trial
    claim: Claim
    results: tuple[AnalysedResult, ...]

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
        return tally(self.results)

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
    return ClaimEvidence(trial, claim, tuple(judging_results(claim, analysed)))


def results_words(evidence: ClaimEvidence) -> str | None:
    """`p 0.076 at 3 mo, p 0.171 at 6 mo`; the outcomes with them where the claim names none."""
    if evidence.claim.outcome is None:
        return None
    return ", ".join(_judging_result_words(result) for result in evidence.results) or None


def _judging_result_words(result: AnalysedResult) -> str:
    effect = effect_with_interval(result)
    words = [effect.printed] if effect else []
    words += [f"p {result.p}"] if result.p is not None else []
    when = "" if result.result.at is NOT_REPORTED else f" at {result.timepoint}"
    adjusted = " adjusted" * bool(result.result.adjusted)
    return (" ".join(words) or str(result.result.wording)) + adjusted + when


def allowed_words(evidence: ClaimEvidence) -> str:
    """What the numbers allow one to say; a p that is not significant is never read as the absence of an effect."""
    return "; ".join(_SENTENCES[evidence.claim.says](evidence))


def _difference_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of benefit and harm: whether chance alone is unlikely to make such a difference, and in whose favour it is."""
    if not evidence.significances:
        yield evidence.undecided_words
        return
    if evidence.significant_count:
        yield _significant_words(evidence)
    else:
        results = counted(len(evidence.significances), "result")
        yield f"no difference shown: none of {results} is significant at {ALPHA}"
    yield from _adjusted_sentence(evidence)
    better, worse = evidence.favoured_counts
    if better + worse:
        yield f"direction: {better} favour {treated_label([evidence.trial])}, {worse} control"
    else:
        yield "no direction reported"


def _significant_words(evidence: ClaimEvidence) -> str:
    """`a difference at 2 of 6 results, none after Holm's correction …`."""
    results = counted(len(evidence.significances), "result")
    return f"a difference at {evidence.significant_count} of {results}{after_holm(evidence.tally)}"


def _adjusted_sentence(evidence: ClaimEvidence) -> Iterator[str]:
    """What adjusted analyses of a comparison say where the unadjusted one is counted."""
    adjusted = [
        result for result in evidence.results if result.repeats and is_significant(result.result) is not None
    ]
    if adjusted:
        below = sum(is_significant(result.result) is True for result in adjusted)
        yield f"{below or 'none'} of {counted(len(adjusted), 'adjusted analysis', 'adjusted analyses')} is significant"


def _absence_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of no benefit: what the groups could have shown, and what an interval leaves possible."""
    if not evidence.significances:
        yield evidence.undecided_words
        return
    if evidence.significant_count:
        yield _significant_words(evidence)
    yield from _adjusted_sentence(evidence)
    effects = [effect for result in evidence.results if (effect := effect_with_interval(result))]
    bounded = [f"{effect.measure} {effect.ci}" for effect in effects]
    margin = any(tests_a_margin(result) for result in evidence.results)
    if margin:
        yield "tested against a margin"
    if bounded:
        yield f"effects that remain possible: {listed(bounded)}"
    elif not evidence.significant_count and not margin:
        yield "absence not shown: no confidence interval or margin"
    if evidence.sizes and not bounded and not margin:
        least, detectable = smallest_significant_d(*evidence.sizes), detectable_d(*evidence.sizes)
        n1, n2 = evidence.sizes
        yield f"{n1} v {n2}: significant from d {least:.3f} on; 80% power would need d ≥ {detectable:.3f} (t test)"


def _safety_sentences(evidence: ClaimEvidence) -> Iterator[str]:
    """Of safety: what was counted in the arms treated, and what none among so few leaves possible."""
    treated = [name for name, arm in evidence.trial.arms.items() if arm.role == "treatment"]
    arms = [evidence.claim.arm] if evidence.claim.arm else treated
    zeros = {(zero.event, zero.arm): zero for zero in zero_events(evidence.trial)}
    harm_arms = [(harm, name) for harm in evidence.trial.harms for name in arms]
    for harm, name in harm_arms:
        zero = zeros.get((harm.event, name))
        if zero is not None and name in harm.arms and harm.arms[name].value == 0:
            bound = f"up to {zero.bound:.1%} remains possible (95%, one-sided)"
            yield f"no {zero.event}{_until_words(harm)} among {zero.n}: {bound}"
        elif counts := _harm_count_words(harm, name):
            yield f"{harm.event}{_until_words(harm)}: {counts} in {evidence.trial.arms[name].label or name}"
    if not any(_harm_count_words(harm, name) for harm, name in harm_arms):
        yield "no harm is counted in the record"


def _until_words(harm: Harm) -> str:
    return f" until {harm.at}" if harm.at else ""


def _harm_count_words(harm: Harm, name: str) -> str:
    """`2` participants, `3 events`, or both; nothing where the arm was not counted."""
    participants = [str(harm.arms[name])] if name in harm.arms else []
    return ", ".join([*participants, *([f"{harm.events[name]} events"] if name in harm.events else [])])


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
