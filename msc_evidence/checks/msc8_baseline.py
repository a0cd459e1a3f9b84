"""MSC801 and MSC802: characteristics at entry that are too alike, or of which one SD is an SE."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msc_evidence.checks.groups import count_of, exact_number
from msc_evidence.checks.randomised_pair import PairedRow, exact_pair, pooled_sd, printed_step
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.statistics.distributions import f_sf
from msc_evidence.statistics.trust.coincidences import at_least, same_count, same_mean, same_sd

#: A table whose likeness is rarer than this among honest ones is worth a look.
RARE = 0.001
#: A ratio of variances that chance gives less often than this, were the SDs of one population.
FAR_APART = 1e-6
#: An SE is the other SD over √n; the two samples' own SDs differ by no more than this factor.
NEAR = 1.3


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether a row prints alike in both arms, and how often it does by chance."""

    row: PairedRow
    alike: bool
    chance: float


@check("MSC801", "warning", fields=("baseline",))
def rows_alike(subject: Subject) -> Iterator[Hit]:
    """more rows alike in both arms than chance gives.

    The means of two random samples print alike with probability 2Φ(h/σ) − 1 − 2(σ/h)(φ(0) − φ(h/σ)), h the
    step of print and σ = SD·√(1/n₁ + 1/n₂); SDs likewise with σ = SD·√(1/2(n₁ − 1) + 1/2(n₂ − 1)); the same
    counts by the hypergeometric distribution. Where a mean is one that whole numbers have, h is at least
    1/n. The tail over all rows as if independent, once of means alone and once of mean and SD, the smaller
    of both doubled; found from two rows alike on, at 0.001.
    It matters because rows copied from one arm to the other look so.
    Example: four of four rows with the same mean and SD to two decimals.
    It cannot see stratification, matching or minimisation, which make arms alike, nor how rows depend on
    each other: the message gives the rarest single row too.
    Source: INSPECT-SR 4.3; rounding as in Sheppard 1898.

    Flagged:
        design: {allocation: randomised}
        arms: {msc: {role: treatment, n: 50}, control: {role: control, n: 50}}
        baseline:
          - {variable: age, arms: {msc: {mean: 61.25, sd: 8.43}, control: {mean: 61.25, sd: 8.43}}}
          - {variable: weight, arms: {msc: {mean: 71.13, sd: 11.43}, control: {mean: 71.13, sd: 11.43}}}
    Silent:
        design: {allocation: randomised}
        arms: {msc: {role: treatment, n: 20}, control: {role: control, n: 20}}
        baseline:
          - {variable: age, arms: {msc: {mean: 62, sd: 12}, control: {mean: 62, sd: 11}}}
          - {variable: weight, arms: {msc: {mean: 71, sd: 9}, control: {mean: 71, sd: 10}}}
    """
    if subject.trial.design.randomisation and "minimi" in subject.trial.design.randomisation.casefold():
        return
    rows = list(subject.rows_of_pair)
    counts = list(_alike_counts(rows))
    alone = [*(found for row in rows if (found := _alike_means(row, spreads=False))), *counts]
    both = [*(found for row in rows if (found := _alike_means(row, spreads=True))), *counts]
    tail, likenesses = min(((_tail(found), found) for found in (alone, both)), key=lambda pair: pair[0])
    alike = [found for found in likenesses if found.alike]
    if len(alike) >= 2 and 2 * tail <= RARE:
        rarest = min(alike, key=lambda found: found.chance)
        kind = "mean and SD" if likenesses is both else "mean"
        what = kind if not any(found in counts for found in alike) else f"{kind}, or count,"
        message = (
            f"{len(alike)} of {len(likenesses)} rows have the same {what} in both arms; chance gives so many with"
            f" probability {2 * tail:.2g} were the rows independent, the rarest alone ({rarest.row.variable})"
            f" with {rarest.chance:.2g}"
        )
        yield Hit(("baseline", alike[0].row.index), message, f"{len(alike)} alike", f"p = {2 * tail:.2g}")


def _tail(found: list[Likeness]) -> float:
    return at_least([row.chance for row in found], sum(row.alike for row in found)) if found else 1.0


def _alike_means(row: PairedRow, *, spreads: bool) -> Likeness | None:
    means, sds = (exact_pair(*(getattr(v, name) for v in row.values)) for name in ("mean", "sd"))
    sd = pooled_sd(row)
    if means is None or sds is None or not sd:
        return None
    step = printed_step(*means)
    grain = 1 / max(row.sizes) if _of_whole_numbers(row) else 0.0
    chance = same_mean(sd, *row.sizes, max(step, grain))
    alike = means[0].value == means[1].value
    if spreads:
        chance *= same_sd(sd, *row.sizes, max(printed_step(*sds), grain / sd))
        alike = alike and sds[0].value == sds[1].value
    return Likeness(row, alike, chance)


def _of_whole_numbers(row: PairedRow) -> bool:
    """Whether both means are such as whole numbers have."""
    means = [value.mean for value in row.values if value.mean is not None]
    totals = [(n * mean.bounds[0], n * mean.bounds[1]) for n, mean in zip(row.sizes, means, strict=False)]
    return all(math.floor(high) >= math.ceil(low - 1e-9) for low, high in totals)


def _alike_counts(rows: Iterable[PairedRow]) -> Iterator[Likeness]:
    """The rows of counts, one of those that are what the others leave over."""
    seen: set[object] = set()
    for row in rows:
        events = [count_of(value.events) for value in row.values]
        one, two = events
        if one is None or two is None or any(n < k for n, k in ((row.sizes[0], one), (row.sizes[1], two))):
            continue
        rest = row.sizes[0] - one, row.sizes[1] - two
        named = row.variable.casefold() if row.category else None
        if rest in seen or (named is not None and named in seen) or not 0 < one + two < sum(row.sizes):
            continue
        seen |= {(one, two), named}
        yield Likeness(row, one == two, same_count(one + two, *row.sizes))


@check("MSC802", "warning", fields=("baseline", "sd"))
def se_among_sds(subject: Subject) -> Iterator[Hit]:
    """SD of one arm that is the other's divided by √n.

    The ratio of the SDs at entry is within a third of the √n of the smaller one, and the F test of the two
    variances is below 0.000001: randomised arms come from one population. Silent where the larger SD is
    above its mean: of skewed values one participant can make an SD, and the F test holds of normal ones.
    It matters because an SE among SDs makes a difference √n times too significant.
    Example: lesion volumes with SD 25.1 in one arm of 30 and 4.4 in the other: 25.1/√30 = 4.6.
    It cannot see heavy tails of values far from 0; look at the medians then.
    Source: INSPECT-SR 4.3; Cochrane Handbook 6.5.2.2; Altman & Bland 1996, BMJ 313:1200 (skewness from
    mean and SD).

    Flagged:
        design: {allocation: randomised}
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 30}}
        baseline: [{variable: volume, arms: {msc: {mean: 31.2, sd: 4.4}, control: {mean: 30.8, sd: 25.1}}}]
    Silent:
        design: {allocation: randomised}
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 30}}
        baseline: [{variable: volume, arms: {msc: {mean: 31.2, sd: 24.4}, control: {mean: 30.8, sd: 25.1}}}]
    """
    for row in subject.rows_of_pair:
        sds = exact_pair(row.values[0].sd, row.values[1].sd)
        if sds is None or min(map(float, sds)) <= 0:
            continue
        small, large = sorted((0, 1), key=lambda at: float(sds[at]))
        ratio, root = float(sds[large]) / float(sds[small]), math.sqrt(row.sizes[small])
        mean = exact_number(row.values[large].mean)
        if mean is not None and 0 < mean.value < sds[large].value:
            continue
        rare = 2 * f_sf(ratio**2, row.sizes[large] - 1, row.sizes[small] - 1) < FAR_APART
        if rare and root / NEAR <= ratio <= root * NEAR:
            arm = row.arms[small]
            message = (
                f"{row.variable}: SD {sds[small]} beside {sds[large]} is near {sds[large]}/√{row.sizes[small]}"
                f" = {float(sds[large]) / root:.3g}: an SE?"
            )
            path = ("baseline", row.index, "arms", arm, "sd")
            yield Hit(path, message, str(sds[small]), f"≈ {sds[large]}")
