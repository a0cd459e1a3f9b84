"""The sentences under a summary: what its p-values amount to, and what it does not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.contrast import main_contrast
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.verdict import ALPHA, Verdict
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.words import fixed, listed, short_name

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


def sentences(trials: Mapping[str, Trial], shown: Analysed, *, left_out: int) -> Iterator[str]:
    """What the p-values of each trial, or of all where they are many, amount to; `left_out` results are not shown."""
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [found for at, _, found in shown if at == name])
    else:
        for words in _significance_words([found for _, _, found in shown]):
            yield words.replace("none of", "None of", 1).replace(
                "correction.", "correction within each source."
            )
    yield from _verdict_sentence(trials, shown)
    yield from _silences(trials, left_out)


def _trial_sentence(name: str, trial: Trial, found: Sequence[AnalysedResult]) -> Iterator[str]:
    said = list(_primary_words(trial, found)) or list(_significance_words(found))
    contrast = main_contrast(trial)
    if contrast and contrast.sizes and sum(contrast.sizes) > 2:
        n1, n2 = contrast.sizes
        least = fixed(smallest_significant_d(n1, n2))
        said.append(
            f"With {n1} against {n2} participants a t test calls no difference below d = {least} significant."
        )
    if said:
        yield f"{short_name(name, trial)}: {' '.join(said)}"


def _primary_words(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    for found in results:
        if not found.result.primary or found.p is None or found.p.comparator != "=":
            continue
        if float(found.p) >= ALPHA:
            silent = found.sign is None and not found.result.arms and not found.result.effect
            kind = trial.sources[found.source].kind
            rest = f"; the {kind} reports neither its direction nor its size" if silent else ""
            yield f"no significant difference on the primary outcome (p {found.p}){rest}."
        else:
            yield f"significant difference on the primary outcome (p {found.p})."


def _significance_words(results: Sequence[AnalysedResult]) -> Iterator[str]:
    tested = [found for found in results if found.p is not None]
    below = sum(_below(found.p) for found in tested)
    after = sum(_survives(found) for found in tested)
    if not tested:
        return
    verb = "is" if below == 1 else "are"
    surviving = "none" if after == 0 else str(after)
    tail = f", {surviving} after Holm's correction" if below and len(tested) > 1 else ""
    yield f"{below or 'none'} of {counted(len(tested), 'p-value')} {verb} below {ALPHA}{tail}."


def _survives(found: AnalysedResult) -> bool:
    """Whether Holm's p is below α; a p printed as `<0.05` alone in its family stays below."""
    bound = found.p is not None and found.p.comparator == "<"
    return found.holm_p is not None and (found.holm_p < ALPHA or (bound and found.holm_p <= ALPHA))


def _below(p: Reported | None) -> bool:
    return (
        p is not None
        and p.comparator != ">"
        and float(p) <= ALPHA
        and (p.comparator == "<" or float(p) < ALPHA)
    )


def _verdict_sentence(trials: Mapping[str, Trial], shown: Analysed) -> Iterator[str]:
    tested = [found for _, _, found in shown if found.p is not None]
    if not tested:
        return
    possible = [found for found in tested if found.verdict not in (None, Verdict.NOT_RECOMPUTABLE)]
    bare = all(not found.result.arms and not found.result.effect for found in tested)
    if not possible and bare:
        kinds = listed(sorted({trial.sources[found.source].kind for _, trial, found in shown if found.p}))
        yield f"No p-value can be recomputed: for these results the {kinds} gives no values per arm and no interval."
    elif not possible:
        yield "No p-value can be recomputed; msc-evidence recompute says what each one needs."
    else:
        tally = [f"{sum(found.verdict is verdict for found in possible)} {verdict}" for verdict in Verdict]
        said = listed([word for word in tally if not word.startswith("0 ")][: len(Verdict)])
        yield f"{len(possible)} of {counted(len(tested), 'p-value')} can be recomputed: {said}."


def _silences(trials: Mapping[str, Trial], without: int) -> Iterator[str]:
    """Whose results were not seen, and how many are no number of a comparison."""
    unseen = [short_name(name, trial) for name, trial in trials.items() if trial.not_seen]
    said = [f"Not wholly seen: {listed(unseen)}."] if unseen else []
    said += (
        [f"Not shown: {counted(without, 'result')} in words or within one arm (--wide)."] if without else []
    )
    if said:
        yield " ".join(said)
