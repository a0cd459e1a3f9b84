"""One trial's part in a pool: the best evidence of each arm, several arms made one or told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from msc_evidence.analysis.contrast import favoured_direction
from msc_evidence.analysis.pool.effects import (
    COUNTED,
    ORIENTED,
    SOURCES,
    Shares,
    entry_of,
    poolable_measures,
    printed_effect,
    why_p_is_unusable,
)
from msc_evidence.analysis.pool.entry import CHANGE_MARK, Entry
from msc_evidence.analysis.pool.evidence import GROUPED, Evidence
from msc_evidence.analysis.pool.origin import NOT_REPORTED, not_randomised
from msc_evidence.analysis.recompute.bases import possible_events
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.two_arms.joined_groups import CountGroup, Group

#: What is done with several treatment arms against one control: made one, told apart, or the arm of this name taken.
COMBINE, SPLIT = "combine", "split"
ArmChoice = str
#: Two effects are on different sides of no difference when each is beyond this, on the analysis scale.
SIDE = 0.1
#: What the groups of a trial are called that stand beside its effect.
_KIND_WORDS = {"distribution": "grades", "means": "means", "counts": "counts", "cut": "counts"}


@dataclass(frozen=True, slots=True)
class Study:
    """What a trial enters with: an entry, or one for each arm, and sentences about what was chosen."""

    name: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    #: Whether its effect is an adjusted one.
    adjusted: bool
    #: Whether it is of changes from baseline.
    change: bool
    #: The arm that the treated ones are compared with.
    control: str | None


def study_of(
    name: str,
    shown_name: str,
    trial: Trial,
    pieces: Sequence[Evidence],
    measure: str,
    arms: ArmChoice,
    shares: Shares | None,
) -> Study | str:
    """The trial's part from its evidence at one time; or why it has none.

    Of participants who are not two independent groups only the effect that the source prints, which is of its own
    analysis, can enter.
    """
    if arms in trial.arms:
        pieces = [piece for piece in pieces if arms in (piece.comparison.arm, piece.comparison.against)]
        if not pieces:
            return f"no comparison of the arm {arms}"
    pieces = _counted_once(trial, pieces, arms)
    controls = list(dict.fromkeys(piece.comparison.against for piece in pieces))
    if len(controls) > 1:
        return f"has several control arms ({listed(controls)}); --arms {controls[0]} picks one"
    useful = [
        piece
        for piece in pieces
        if piece.kind in SOURCES[measure] and (piece.kind == "effect" or not piece.dependent)
    ]
    if not useful:
        return _why_no_measure(pieces, measure)
    by_arm: dict[str, list[Evidence]] = {}
    for piece in sorted(useful, key=lambda piece: _order_of_preference(piece, measure)):
        by_arm.setdefault(piece.comparison.arm, []).append(piece)
    if len(by_arm) == 1:
        (arm_pieces,) = by_arm.values()
        return _study_of_one_arm(name, shown_name, trial, arm_pieces, measure, shares)
    in_order = {arm: by_arm[arm] for arm in trial.arms if arm in by_arm}
    return _study_of_several_arms(name, shown_name, in_order, measure, arms, shares)


def _order_of_preference(piece: Evidence, measure: str) -> tuple[bool, float, bool, bool, bool, int]:
    """What says most, what is printed, unadjusted effects, the first source: in that order, then the record's.

    Of arms that were not made by chance an adjusted effect says most (Cochrane Handbook 24).
    """
    analysed = piece.analysed
    adjusted = piece.kind not in GROUPED and analysed.result.adjusted is not None
    rank = SOURCES[measure].index(piece.kind) + _cut_imbalance(piece)
    late = analysed.source != analysed.trial.first_source
    first = _is_adjusted_for_origin(piece, measure)
    return not first, rank, bool(piece.derived), adjusted, late, analysed.index


def _is_adjusted_for_origin(piece: Evidence, measure: str) -> bool:
    """Whether it is an adjusted effect, of known direction, of arms that are known not to be made by chance."""
    if piece.kind != "effect" or piece.analysed.result.adjusted is None:
        return False
    by_chance = not_randomised(piece.analysed.trial, piece.comparison.against) in ("", NOT_REPORTED)
    directed = measure not in ORIENTED or piece.analysed.sign is not None
    return not by_chance and directed and measure in poolable_measures(piece)


def _cut_imbalance(piece: Evidence) -> float:
    """Of a cut of the scale how far from half of all participants it cuts, 0 of other evidence."""
    if piece.kind != "cut" or piece.groups is None:
        return 0.0
    events = sum(group.events for group in piece.groups if isinstance(group, CountGroup))
    return abs(events / sum(group.n for group in piece.groups) - 0.5)


def _counted_once(trial: Trial, pieces: Sequence[Evidence], arms: ArmChoice) -> list[Evidence]:
    """The evidence without arms that stand in another: of those combined the whole, where they are split the parts."""
    given = {arm for piece in pieces for arm in (piece.comparison.arm, piece.comparison.against)}
    wholes = {arm: given.intersection(trial.arms[arm].combines or ()) for arm in given}
    twice = {arm for arm, parts in wholes.items() if parts}
    if arms == COMBINE:
        twice = {part for parts in wholes.values() for part in parts}
    return [piece for piece in pieces if not twice & {piece.comparison.arm, piece.comparison.against}]


def _why_no_measure(pieces: Sequence[Evidence], measure: str) -> str:
    """What the trial prints, none of which gives the measure."""
    for piece in pieces:
        if piece.dependent and piece.kind in SOURCES[measure]:
            return f"{piece.dependent}; and it prints no {measure}"
    words = {
        "cut": "events of both arms",
        "counts": "events of both arms",
        "means": "means and SDs",
        "distribution": "the distribution of both arms",
    }
    printed = list(
        dict.fromkeys(words[piece.kind] for piece in pieces if piece.kind in words and not piece.derived)
    )
    effects = {piece.analysed.result.effect.measure for piece in pieces if piece.analysed.result.effect}
    printed += [f"{effect} as an effect" for effect in sorted(effects)]
    printed = printed or values_printed([piece.analysed for piece in pieces])
    if not printed:
        return (
            why_p_is_unusable(pieces[0], measure) if pieces else f"prints nothing that {measure} follows from"
        )
    scale = measure in COUNTED and words["distribution"] in printed
    cut = "; name a cut (--definition) or --measure COR" if scale else ""
    return f"prints {listed(printed)}, from which no {measure} follows{cut}"


def values_printed(results: Sequence[AnalysedResult]) -> list[str]:
    """Medians and means without what would make them a mean and an SD, percentages that are no count."""
    arms = [values for result in results for values in (result.result.arms or {}).values()]
    named = {"mean": "means without SDs", "median": "medians", "probability": "probabilities"}
    printed = [
        words
        for key, words in named.items()
        if any(getattr(values_of_arm, key) is not None for values_of_arm in arms)
    ]
    return printed + list(dict.fromkeys(words for result in results for words in _percentages(result)))


def _percentages(result: AnalysedResult) -> Iterator[str]:
    """What percentages are that no single count of participants is behind."""
    contrast, arms = result.contrast, result.result.arms or {}
    if contrast is None or contrast.sizes is None:
        return
    for name, n in zip((contrast.arm, contrast.against), contrast.sizes, strict=True):
        values = arms.get(name)
        if values is None or values.percent is None or values.events is not None:
            continue
        if (possible := len(possible_events(values, n))) != 1:
            yield "percentages that " + (
                "several counts fit" if possible else "no whole number of participants fits"
            )


def _study_of_one_arm(
    name: str,
    shown_name: str,
    trial: Trial,
    pieces: Sequence[Evidence],
    measure: str,
    shares: Shares | None,
) -> Study | str:
    """The trial by the first of its evidence that gives the measure."""
    reasons = []
    for piece in pieces:
        entry = entry_of(name, piece, measure, shares)
        if isinstance(entry, Entry):
            notes = tuple(_unpooled_notes(shown_name, piece, entry, pieces, measure, shares))
            marks = (*_arm_marks(trial, piece), *_data_marks(piece))
            return _study_of_entries(name, [_with_marks(entry, piece, marks)], [piece], notes)
        reasons.append(entry)
    return reasons[0]


def _study_of_entries(
    name: str, entries: Sequence[Entry], pieces: Sequence[Evidence], notes: tuple[str, ...]
) -> Study:
    first = pieces[0]
    adjusted = first.kind == "effect" and first.analysed.result.adjusted is not None
    against = first.comparison.against
    return Study(name, tuple(entries), notes, adjusted, first.analysed.result.change, against)


def _with_marks(entry: Entry, piece: Evidence, marks: Iterable[str]) -> Entry:
    analysed, arms = piece.analysed, (piece.comparison.arm, piece.comparison.against)
    return replace(
        entry,
        at=str(analysed.result.at),
        marks=tuple(marks),
        derived=piece.derived,
        analysed=analysed,
        arms=arms,
    )


def _data_marks(piece: Evidence) -> Iterator[str]:
    """What sets the data apart from those of another study."""
    analysed = piece.analysed
    if piece.done:
        yield piece.done
    if piece.derived:
        yield f"from {', '.join(dict.fromkeys(f'{derived.basis} ({derived.method})' for derived in piece.derived))}"
    if any(derived.warning for derived in piece.derived):
        yield "skewed"
    if analysed.result.adjusted and piece.kind != "p":
        yield "unadjusted" if piece.kind in GROUPED else "adjusted"
    if analysed.result.change:
        yield CHANGE_MARK
    if piece.dependent:
        yield piece.dependent.partition(":")[0]
    yield from _source_marks(piece)


def _source_marks(piece: Evidence) -> Iterator[str]:
    """Where the data and the group sizes come from, where that is not the first source."""
    analysed = piece.analysed
    if analysed.source != analysed.trial.first_source:
        yield f"by the {analysed.trial.sources[analysed.source].kind}"
    if piece.sizes_source:
        yield f"group sizes by a {analysed.trial.sources[piece.sizes_source].kind}"


def _arm_marks(trial: Trial, piece: Evidence) -> Iterator[str]:
    """The arm that stands for a trial with several treatment arms."""
    arm = piece.comparison.arm
    if parts := trial.arms[arm].combines:
        yield f"{listed(list(parts))} combined"
    elif sum(other.role == trial.arms[arm].role for other in trial.arms.values()) > 1:
        yield f"arm {arm} alone"


def _study_of_several_arms(
    name: str,
    shown_name: str,
    by_arm: Mapping[str, Sequence[Evidence]],
    measure: str,
    arms: ArmChoice,
    shares: Shares | None,
) -> Study | str:
    """Several treatment arms against one control: made one group, or each with its share of the control."""
    arm_words = listed(list(by_arm))
    alike = _groups_of_one_kind(by_arm, measure)
    picks = f"--arms {' or '.join(by_arm)} picks one"
    if not alike and arms == SPLIT:
        effects = all(piece.kind == "effect" for pieces in by_arm.values() for piece in pieces)
        printed = "effects" if effects else "no groups of one kind"
        return f"prints {printed} of {arm_words}, between which their control cannot be split; {picks}"
    if not alike:
        return f"prints no groups of {arm_words} that can be combined; {picks}"
    if len({piece.groups[1] for piece in alike if piece.groups}) > 1:
        return f"prints another control beside each of {arm_words}; {picks}"
    if arms != SPLIT:
        first = reduce(_joined_groups, (piece.groups[0] for piece in alike if piece.groups))
        control = next(piece.groups[1] for piece in alike if piece.groups)
        pieces = [alike[0].with_groups(first, control, f"{arm_words} combined")]
    else:
        pieces = list(_with_shared_control(alike))
    entries = [entry_of(name, piece, measure, shares) for piece in pieces]
    marked = []
    for entry, piece in zip(entries, pieces, strict=True):
        if isinstance(entry, str):
            return entry
        of_arm = replace(entry, part=piece.comparison.arm) if arms == SPLIT else entry
        of_piece = _with_marks(of_arm, piece, _data_marks(piece))
        together = (*by_arm, piece.comparison.against)
        marked.append(of_piece if arms == SPLIT else replace(of_piece, arms=together))
    return _study_of_entries(
        name, marked, pieces, tuple(_notes_of_arms(name, shown_name, by_arm, alike, measure, shares))
    )


def _notes_of_arms(
    name: str,
    shown_name: str,
    by_arm: Mapping[str, Sequence[Evidence]],
    alike: Sequence[Evidence],
    measure: str,
    shares: Shares | None,
) -> Iterator[str]:
    """The notes on each arm's own evidence."""
    for piece, pieces in zip(alike, by_arm.values(), strict=True):
        entry = entry_of(name, piece, measure, shares)
        if isinstance(entry, Entry):
            yield from _unpooled_notes(shown_name, piece, entry, pieces, measure, shares)


def _joined_groups(first: Group, second: Group) -> Group:
    """Two groups of one kind as one."""
    return first.joined(second)  # type: ignore[arg-type]


def _with_shared_control(pieces: Sequence[Evidence]) -> Iterator[Evidence]:
    for piece in pieces:
        if piece.groups:
            first, control = piece.groups
            yield piece.with_groups(first, control.shared(len(pieces)), "control shared")


def _groups_of_one_kind(by_arm: Mapping[str, Sequence[Evidence]], measure: str) -> list[Evidence]:
    """The best evidence of each arm that all of them have as groups; nothing where they have none of one kind."""
    for kind in SOURCES[measure]:
        if kind in GROUPED:
            by_kind = [[piece for piece in pieces if piece.kind == kind] for pieces in by_arm.values()]
            if all(by_kind):
                return [pieces[0] for pieces in by_kind]
    return []


def _unpooled_notes(
    shown_name: str,
    piece: Evidence,
    entry: Entry,
    pieces: Sequence[Evidence],
    measure: str,
    shares: Shares | None,
) -> Iterator[str]:
    """What else could have stood for the trial, and an effect that stands the other way round than the groups."""
    adjusted, sources = piece.analysed.result.adjusted is not None, piece.analysed.trial.sources
    for other in pieces:
        same = other.kind == piece.kind and (other.analysed.result.adjusted is not None) == adjusted
        other_entry = entry_of(entry.study, other, measure, shares) if same and other is not piece else ""
        if isinstance(other_entry, str) or _data_words(other_entry) == _data_words(entry):
            continue
        if other.analysed.source == piece.analysed.source:
            alike = "of one outcome, time and definition"
            yield f"{shown_name} prints {_data_words(entry)} (pooled) and {_data_words(other_entry)} {alike}"
        else:
            used, unused = (sources[item.analysed.source].kind for item in (piece, other))
            contradiction = (
                f"{_data_words(entry)} by the {used} (pooled), {_data_words(other_entry)} by the {unused}"
            )
            yield f"the sources of {shown_name} contradict each other: {contradiction}"
    yield from _adjusted_note(shown_name, piece, pieces, measure)
    if piece.kind in GROUPED:
        yield from _favours_note(shown_name, piece)
    if piece.kind in GROUPED and measure not in ORIENTED:
        yield from _opposite_direction_note(shown_name, piece, entry)


def _adjusted_note(
    shown_name: str, piece: Evidence, pieces: Sequence[Evidence], measure: str
) -> Iterator[str]:
    """The crude values that an adjusted effect is pooled in place of, or the adjusted effects that they are."""
    crude = [other.kind for other in pieces if other.kind in GROUPED]
    if _is_adjusted_for_origin(piece, measure) and crude:
        origin = not_randomised(piece.analysed.trial, piece.comparison.against)
        yield f"{shown_name} ({origin}) is pooled by its adjusted effect, not by its {_KIND_WORDS[crude[0]]}"
    for other in pieces if piece.kind in GROUPED else ():
        result = other.analysed.result
        effect = result.effect
        if other.kind == "effect" and result.adjusted is not None and effect and effect.ci:
            what = "" if result.adjusted == "yes" else f" ({result.adjusted})"
            printed = f"{effect.measure} {effect.estimate} ({effect.ci}), adjusted{what}"
            yield f"{shown_name} prints {printed}, which is not pooled; its {_KIND_WORDS[piece.kind]} are"


def _favours_note(shown_name: str, piece: Evidence) -> Iterator[str]:
    """That the source names an arm as the better one, and its own values the other."""
    analysed, comparison = piece.analysed, piece.comparison
    unsaid = analysed.result.model_copy(update={"favours": None})
    stated = favoured_direction(analysed.result, comparison, analysed.outcome)
    by_values = favoured_direction(unsaid, comparison, analysed.outcome)
    if analysed.result.direction and stated and by_values and stated != by_values:
        yield (
            f"{shown_name} says that {analysed.result.direction} did better, the other way round than its"
            f" {'values' if piece.derived else _KIND_WORDS[piece.kind]}, which are pooled"
        )


def _data_words(entry: Entry) -> str:
    """`4/16 v 21/36`, `p 0.03`, `1.20 ± 0.5 v …`."""
    data = entry.data
    if "ai" in data:
        return f"{data['ai']:g}/{entry.n1:g} v {data['ci']:g}/{entry.n2:g}"
    if "m1i" in data:
        return " v ".join(
            f"{abs(data[f'm{arm}i']):g} ± {data[f'sd{arm}i']:g} ({data[f'n{arm}i']:g})" for arm in (1, 2)
        )
    if "pi" in data:
        return f"p {data['pi']:g}"
    sizes = f" {entry.n1:g} v {entry.n2:g}" if entry.sized else ""
    return f"{entry.words}{sizes}, effect {data['yi']:.3g} (SE {math.sqrt(data['vi']):.3g})"


def _opposite_direction_note(shown_name: str, piece: Evidence, entry: Entry) -> Iterator[str]:
    effect, p = piece.analysed.result.effect, piece.analysed.result.p
    if effect is None or effect.measure not in (*COUNTED, "MD") or "yi" in entry.data:
        return
    printed = printed_effect(effect, p)
    formulas = MEASURES[effect.measure].columns
    if isinstance(printed, str) or not any(set(columns) <= set(entry.data) for columns in formulas):
        return
    computed, _ = entry.effect(effect.measure)
    apart = [-printed.yi if piece.comparison.turned else printed.yi, computed]
    if apart[0] * apart[1] < 0 and min(map(abs, apart)) > SIDE * (0.1 if effect.measure == "RD" else 1):
        value = math.exp(computed) if MEASURES[effect.measure].ratio else computed
        yield (
            f"{shown_name} prints {effect.measure} {effect.estimate}, the other way round than its groups, which give"
            f" {value:.2f} and are pooled"
        )
