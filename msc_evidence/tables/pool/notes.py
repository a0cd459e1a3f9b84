"""What a reader must know of a pool beside its numbers: who is not in it, what was added, which interval misleads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msc_evidence.analysis.pool.counts import event_share, with_empty_cell
from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.pool import FEW, NO_USUAL_PRIOR, TWO, Pool
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.zero_cells import ZeroCells
from msc_evidence.tables.words import NOT_ESTIMABLE, interval_words, level_words, significant_digits

#: What the difference of two effects is not enough for.
TWO_STUDIES = "two studies carry hardly any information on heterogeneity"
#: Why a model on counts has no estimate.
EMPTY_THROUGHOUT = "an arm or an outcome is empty in every study"
#: Events of a smaller share of the participants are rare (Cochrane Handbook 10.4.4.2).
RARE = 0.01


def notes(pool: Pool, *, every_model: bool = False) -> tuple[str, ...]:
    """The notes below the table of models."""
    few = _few_studies_notes(pool) if every_model or pool.pooled.k > TWO else _two_studies_notes(pool)
    said = (warning for warning in warnings(pool) if not warning.startswith(TWO_STUDIES))  # a row says that
    return (*([left_out_words(pool.lacking)] if pool.lacking else []), *said, *few)


def warnings(pool: Pool) -> Iterator[str]:
    """What was done about empty cells, and where the numbers of the pool mislead."""
    if math.isnan(pool.pooled.estimate):
        yield f"{NOT_ESTIMABLE}: {EMPTY_THROUGHOUT}"
    yield from _count_warnings(pool)
    yield from _interval_warnings(pool)


def few_studies_sentences(pools: Sequence[tuple[str, Pool]]) -> list[str]:
    """Of pools shown in one row each, those of so few studies that one model does not tell how uncertain they are."""
    few = [name for name, pool in pools if pool.alternatives and 1 < pool.pooled.k < FEW]
    if not few:
        return []
    verb = "has" if len(few) == 1 else "have"
    return [
        f"{listed(few)} {verb} fewer than {FEW} studies: no single model tells how uncertain the result is; -f csv has"
        " the rows of all models."
    ]


def _two_studies_notes(pool: Pool) -> Iterator[str]:
    if pool.pooled.k == TWO and pool.alternatives and not pool.on_one_df:
        yield f"{TWO_STUDIES}; --models all shows what Hartung–Knapp and Bayesian models make of that"


def _few_studies_notes(pool: Pool) -> Iterator[str]:
    if pool.alternatives and pool.pooled.k < FEW:
        yield f"fewer than {FEW} studies: no single model tells how uncertain the result is; read the rows together"
        if not pool.settings.prior_scales:
            scale = pool.settings.scale.name if pool.settings.measure == "PS" else pool.settings.title
            yield f"no Bayesian row: {NO_USUAL_PRIOR}; --prior-scale gives one for the {scale}"


def left_out_words(left_out: Sequence[tuple[str, str]]) -> str:
    """Who is not in the pool, in one line, those of one reason together.

    >>> left_out_words([("Lee 2010", "no p reported"), ("Jin 2017", "one-sided p"), ("Law 2021", "no p reported")])
    'not in the pool: Lee 2010 and Law 2021 (no p reported); Jin 2017 (one-sided p)'
    """
    groups = by_reason(left_out).items()
    return "not in the pool: " + "; ".join(f"{listed(names)} ({reason})" for reason, names in groups)


def convention_words(zeros: ZeroCells | None) -> str | None:
    """What is done about empty cells, for a column: `only 0.5, drop`."""
    if zeros is None:
        return None
    return f"{zeros.to}{'' if zeros.to == 'none' else f' {zeros.add:g}'}, {zeros.double}"


def _count_warnings(pool: Pool) -> Iterator[str]:
    if "ai" not in pool.columns:
        return
    zeros, empty = pool.settings.zero_cells, with_empty_cell(pool.columns)
    if zeros is not None and (pool.settings.zeros is not None or any(empty)):
        names = [study.label for study, there in zip(pool.studies, empty, strict=True) if there]
        yield _zero_cell_words(pool, zeros, names)
    share = event_share(pool.columns)
    if pool.settings.model in INVERSE_VARIANCE and pool.settings.measure != "PETO" and 0 < share < RARE:
        rare = f"{significant_digits(100 * share, 2)}% of the participants"
        yield (
            f"events are rare ({rare}), where inverse variance is biased; --model MH, or --measure PETO where arms are"
            " of like size and the effect is not large (Cochrane Handbook 10.4.4)"
        )


def _zero_cell_words(pool: Pool, zeros: ZeroCells, names: Sequence[str]) -> str:
    """Which convention for empty cells was used, and where it mattered."""
    if pool.settings.model in ("MH", "peto"):
        model = {"MH": "Mantel–Haenszel", "peto": "Peto"}[pool.settings.model]
        own_effect = (
            ""
            if zeros.to == "none"
            else f"; {zeros.add:g} to all four counts of it for the study's own effect"
        )
        return f"an empty cell in {listed(names)}: {model}'s pool adds nothing{own_effect}"
    where = f"an empty cell in {listed(names)}: " if names else ""
    if zeros.to == "none":
        return f"{where}nothing is added"
    if zeros.to == "all":
        return f"{zeros.add:g} is added to every count of every study"
    return f"{where}{zeros.add:g} is added to all four counts" if names else "no study has an empty cell"


def _interval_warnings(pool: Pool) -> Iterator[str]:
    if pool.settings.model in ("MH", "peto") and pool.pooled.se == 0:
        yield "no arm has an event, or all have one: nothing is left of which an interval could be made"
    if pool.on_one_df:
        yield f"{TWO_STUDIES}: an interval by t rests on one degree of freedom"
    if pool.pooled.k == TWO:
        return
    rows = (pool, *pool.alternatives)
    knapp = [row.pooled for row in rows if row.pooled.ci_method == "hk" and row.pooled.k > 1]
    if any(pooled.se == 0 for pooled in knapp):
        yield "the effects agree exactly: nothing is left of which Hartung–Knapp could make an interval"
    for pooled in knapp[:1]:
        low, high = pool.common_limits()
        if 0 < pooled.ci_ub - pooled.ci_lb < high - low:
            back, level = pool.settings.scale.back, level_words(pool.settings.level)
            yield (
                f"Hartung–Knapp's interval is narrower than the common effect's, {level} CI"
                f" {interval_words(None, back(low), back(high))}: the effects vary less than by chance alone;"
                " hk-adhoc is never narrower"
            )
