"""How much evidence a pool holds, as rows and as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msc_evidence.analysis.pool.information import POWER, Information, Required
from msc_evidence.registry.problems import listed
from msc_evidence.tables.pool.screen import NAMES
from msc_evidence.tables.table import Column, Sentences, Table, Value
from msc_evidence.tables.words import fixed, lone_estimate, significant_digits

_TEXT = ("set", "measure", "model", "significant", "effect_stated", "allowance", "crossed", "reason")
_KEYS = (
    *(
        "set",
        "measure",
        "model",
        "k",
        "participants",
        "estimate",
        "z",
        "significant",
        "effect",
        "effect_stated",
    ),
    *("alpha", "power", "sd", "control_risk", "allowance", "heterogeneity", "required", "fraction"),
    *("boundary", "crossed", "reason", "same_effect_se", "same_effect_participants"),
    *("no_effect_se", "no_effect_participants", "doubt_lb", "doubt_ub"),
)
#: `required` participants detect `effect`; `*_se` and `*_participants` are those of the least new trial that moves
#: the conclusion; a new trial with the weight of the whole pool leaves it open from `doubt_lb` to `doubt_ub`.
COLUMNS = tuple(Column(key, key.replace("_", " "), "text" if key in _TEXT else "number") for key in _KEYS)
#: Boundaries beyond this are no test anyone could pass.
FARTHEST = 8


def information_table(informations: Iterable[tuple[str, Information]]) -> Table:
    """One row per pool and allowance for heterogeneity, the pool's own figures on each."""
    return Table(
        "information",
        COLUMNS,
        tuple(dict.fromkeys(_KEYS) | row for named in informations for row in _information_rows(*named)),
    )


def _information_rows(name: str, held: Information) -> Iterator[dict[str, Value]]:
    shared: dict[str, Value] = {
        "set": name or None,
        "measure": held.settings.measure,
        "model": held.settings.model,
        "k": held.k,
        "participants": held.participants,
        "estimate": held.estimate,
        "z": held.z,
        "significant": held.significant,
        "effect": held.effect,
        "effect_stated": held.stated,
        "alpha": held.alpha,
        "power": POWER,
        "sd": held.sd,
        "control_risk": held.control_risk,
        "reason": held.lacking or None,
        "same_effect_se": held.same_effect.se,
        "same_effect_participants": held.same_effect.participants,
        "no_effect_se": held.no_effect.se,
        "no_effect_participants": held.no_effect.participants,
        "doubt_lb": held.doubt.lo,
        "doubt_ub": held.doubt.hi,
    }
    if not held.required:
        yield shared
    for required in held.required:
        yield shared | {
            "allowance": required.allowance,
            "heterogeneity": required.heterogeneity,
            "required": required.participants,
            "fraction": required.fraction,
            "boundary": required.boundary,
            "crossed": abs(held.z) > required.boundary,
        }


def information_sentences(held: Sequence[Information]) -> Sentences:
    """What it would take, how far these studies reach, and what a new trial would change, under each model."""
    first, *others = held
    if not first.required:
        sentences = [f"How much evidence would be enough cannot be said: {first.lacking}."]
    else:
        sentences = [_size_sentence(first), _reach_sentence(first)]
    moved = _new_trial_words(first)
    sentences.append(f"{moved[0].upper()}{moved[1:]} {_doubt_sentence(first)}")
    sentences += [
        f"Under a {NAMES.get(other.settings.model, other.settings.model)}: {_new_trial_words(other)}"
        for other in others
    ]
    return Sentences(tuple(sentences))


def _size_sentence(held: Information) -> str:
    whose = "the effect named" if held.stated else "the pooled effect itself"
    given = f"{_effect_words(held, held.effect)}, {whose}; α {held.alpha:.3g}, power {POWER:.0%}"
    if held.participants is None:
        return f"Information size ({given}): needs the columns n1i and n2i to be stated in participants."
    sizes = [f"{size.participants:,}{_allowance_words(size)}" for size in _distinct_sizes(held)]
    return f"Information size ({given}, {_assumption_words(held)}): {listed(sizes)} participants."


def _assumption_words(held: Information) -> str:
    if held.control_risk is not None:
        return f"control risk {significant_digits(100 * held.control_risk)}%"
    return (
        f"SD {significant_digits(held.sd)}"
        if held.sd is not None
        else "information per participant as in these studies"
    )


def _reach_sentence(held: Information) -> str:
    have = f"{held.participants:,} participants" if held.participants is not None else "studies"
    parts = [
        f"{_percentage(size.fraction)}{_allowance_words(size)} (boundary |z| {_boundary_words(size)},"
        f" {'crossed' if abs(held.z) > size.boundary else 'not crossed'})"
        for size in _distinct_sizes(held)
    ]
    return (
        f"The {have} of this pool reach {listed(parts)} of it, with a pooled z of {fixed(held.z)}{_test_words(held)};"
        " boundaries spend α as O'Brien and Fleming's do, at one look."
    )


def _test_words(held: Information) -> str:
    """What z is of, where the pool was not tested by one."""
    name = {"t": "the t test's", "hk": "Hartung–Knapp's", "hk-adhoc": "Hartung–Knapp's"}.get(held.settings.ci)
    return f", that of {name} p" if name else ""


def _percentage(fraction: float) -> str:
    return f"{100 * fraction:,.0f}%" if fraction >= 1 else f"{significant_digits(100 * fraction)}%"


def _allowance_words(size: Required) -> str:
    return (
        "" if size.allowance == "none" else f" allowing for {size.allowance} {100 * size.heterogeneity:.0f}%"
    )


def _boundary_words(size: Required) -> str:
    return fixed(size.boundary) if size.boundary <= FARTHEST else f"above {FARTHEST}"


def _distinct_sizes(held: Information) -> list[Required]:
    """The size without allowance, and the others where there is heterogeneity to allow for."""
    return [size for size in held.required if size.allowance == "none" or size.heterogeneity > 0]


def _new_trial_words(held: Information) -> str:
    """What the new trial must find, and how large it must be, to move the conclusion."""
    if held.significant:
        new, finds, turn = held.no_effect, "no effect", "undo that"
    else:
        new, finds, turn = held.same_effect, "the same effect", "make it so"
    stands = f"the pooled result is {'' if held.significant else 'not '}significant at {held.alpha:.3g}."
    if new.se is None:
        why = ": τ² limits the weight of a single trial" if new.beyond_tau2 else ""
        return f"{stands} No new trial that finds {finds} would {turn}, however large{why}."
    size = (
        f"{new.participants:,} participants on"
        if new.participants is not None
        else f"an SE of {significant_digits(new.se)} down"
    )
    return f"{stands} A new trial that finds {finds} would {turn} from about {size}."


def _doubt_sentence(held: Information) -> str:
    low, high = _effect_words(held, held.doubt.lo), _effect_words(held, held.doubt.hi)
    return (
        "After one with as much weight as all of these together it would be significant only where that one finds"
        f" {low} or less, or {high} or more."
    )


def _effect_words(held: Information, effect: float) -> str:
    """An effect as people read it: a ratio for ratio measures, PS about ½."""
    name = "an effect of" if held.settings.measure == "GEN" else held.settings.measure
    return f"{name} {lone_estimate(held.settings.scale.back(effect))}"
