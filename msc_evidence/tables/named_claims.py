"""The table `claims`: what the authors concluded beside what the numbers allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.analysis.results import AnalysedResult, analyse
from msc_evidence.registry.model import Claim, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.tables.claims_table import Beside, allows, beside, results_words
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import short_name

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


def table(chosen: Chosen) -> Table:
    """What the authors concluded beside what the numbers allow.

    With `--outcome` the claims about these outcomes only, with `--at` those that name this time.
    """
    rows = tuple(_row(name, at, found) for name, at, found in _claims(chosen))
    return Table("claims", COLUMNS, rows, TITLE)


def shown(chosen: Chosen) -> Table:
    """The claim in words, the results it is about, and what they allow."""
    rows = tuple(
        {
            "study": short_name(name, found.trial),
            "concluded": _concluded(chosen, found.claim),
            "results": results_words(found),
            "allows": allows(found),
        }
        for name, _, found in _claims(chosen)
    )
    return Table("claims", SHOWN, rows, TITLE)


def _claims(chosen: Chosen) -> Iterator[tuple[str, int, Beside]]:
    every = set(chosen.outcomes) == set(chosen.registry.outcomes)
    for name, trial in chosen.records:
        analysed = analyse(trial, chosen.registry.outcomes)
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


def _concluded(chosen: Chosen, claim: Claim) -> str:
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
