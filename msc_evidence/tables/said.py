"""The sentences under a summary: what its p-values amount to, and what it does not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.contrast import main_contrast
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, tally
from msc_evidence.analysis.significance import ALPHA, below_alpha
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.words import after_holm, fixed, p_values_words, short_name

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4

Analysed = Sequence[tuple[str, Trial, AnalysedResult]]


def sentences(trials: Mapping[str, Trial], shown: Analysed, *, left_out: int) -> Iterator[str]:
    """What the p-values of each trial, or of all where they are many, amount to; `left_out` results are not shown."""
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [found for at, _, found in shown if at == name])
    else:
        said = _significance_words((name, found) for name, _, found in shown)
        yield from (f"{words[0].upper()}{words[1:]}" for words in said)
    yield from _verdict_sentence(trials, shown)
    yield from _silences(trials, left_out)


def _trial_sentence(name: str, trial: Trial, found: Sequence[AnalysedResult]) -> Iterator[str]:
    said = list(_primary_words(trial, found)) or list(_significance_words((name, each) for each in found))
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
        if not found.result.primary or found.p is None or found.result.within:
            continue
        side, printed = below_alpha(found.p), f"on the primary outcome (p {found.p})"
        if side is None:
            yield f"p {found.p} on the primary outcome may be on either side of {ALPHA}."
        elif side:
            yield f"significant difference {printed}."
        else:
            silent = found.sign is None and not found.result.arms and not found.result.effect
            kind = trial.sources[found.source].kind
            rest = f"; the {kind} reports neither its direction nor its size" if silent else ""
            yield f"no significant difference {printed}{rest}."


def _significance_words(results: Iterable[tuple[str, AnalysedResult]]) -> Iterator[str]:
    counts = tally(results)
    if counts.of:
        yield f"{p_values_words(counts)}{after_holm(counts)}."


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
