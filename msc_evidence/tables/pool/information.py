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


def information_table(found: Iterable[tuple[str, Information]]) -> Table:
    """One row per pool and allowance for heterogeneity, the pool's own figures on each."""
    return Table(
        "information", COLUMNS, tuple(dict.fromkeys(_KEYS) | row for each in found for row in _rows(*each))
    )


def _rows(name: str, found: Information) -> Iterator[dict[str, Value]]:
    shared: dict[str, Value] = {
        "set": name or None,
        "measure": found.settings.measure,
        "model": found.settings.model,
        "k": found.k,
        "participants": found.participants,
        "estimate": found.estimate,
        "z": found.z,
        "significant": found.significant,
        "effect": found.effect,
        "effect_stated": found.stated,
        "alpha": found.alpha,
        "power": POWER,
        "sd": found.sd,
        "control_risk": found.control_risk,
        "reason": found.lacking or None,
        "same_effect_se": found.same_effect.se,
        "same_effect_participants": found.same_effect.participants,
        "no_effect_se": found.no_effect.se,
        "no_effect_participants": found.no_effect.participants,
        "doubt_lb": found.doubt.lo,
        "doubt_ub": found.doubt.hi,
    }
    if not found.required:
        yield shared
    for each in found.required:
        yield shared | {
            "allowance": each.allowance,
            "heterogeneity": each.heterogeneity,
            "required": each.participants,
            "fraction": each.fraction,
            "boundary": each.boundary,
            "crossed": abs(found.z) > each.boundary,
        }


def information_sentences(held: Sequence[Information]) -> Sentences:
    """What it would take, how far these studies reach, and what a new trial would change, under each model."""
    first, *others = held
    if not first.required:
        said = [f"How much evidence would be enough cannot be said: {first.lacking}."]
    else:
        said = [_needed(first), _reached(first)]
    moved = _moved(first)
    said.append(f"{moved[0].upper()}{moved[1:]} {_open(first)}")
    said += [
        f"Under a {NAMES.get(each.settings.model, each.settings.model)}: {_moved(each)}" for each in others
    ]
    return Sentences(tuple(said))


def _needed(found: Information) -> str:
    whose = "the effect named" if found.stated else "the pooled effect itself"
    given = f"{_words(found, found.effect)}, {whose}; α {found.alpha:.3g}, power {POWER:.0%}"
    if found.participants is None:
        return f"Information size ({given}): needs the columns n1i and n2i to be stated in participants."
    sizes = [f"{each.participants:,}{_allowed(each)}" for each in _distinct(found)]
    return f"Information size ({given}, {_assumed(found)}): {listed(sizes)} participants."


def _assumed(found: Information) -> str:
    if found.control_risk is not None:
        return f"control risk {significant_digits(100 * found.control_risk)}%"
    return (
        f"SD {significant_digits(found.sd)}"
        if found.sd is not None
        else "information per participant as in these studies"
    )


def _reached(found: Information) -> str:
    have = f"{found.participants:,} participants" if found.participants is not None else "studies"
    parts = [
        f"{_share(each.fraction)}{_allowed(each)} (boundary |z| {_boundary(each)},"
        f" {'crossed' if abs(found.z) > each.boundary else 'not crossed'})"
        for each in _distinct(found)
    ]
    return (
        f"The {have} of this pool reach {listed(parts)} of it, with a pooled z of {fixed(found.z)}{_of_test(found)};"
        " boundaries spend α as O'Brien and Fleming's do, at one look."
    )


def _of_test(found: Information) -> str:
    """What z is of, where the pool was not tested by one."""
    name = {"t": "the t test's", "hk": "Hartung–Knapp's", "hk-adhoc": "Hartung–Knapp's"}.get(
        found.settings.ci
    )
    return f", that of {name} p" if name else ""


def _share(fraction: float) -> str:
    return f"{100 * fraction:,.0f}%" if fraction >= 1 else f"{significant_digits(100 * fraction)}%"


def _allowed(each: Required) -> str:
    return (
        "" if each.allowance == "none" else f" allowing for {each.allowance} {100 * each.heterogeneity:.0f}%"
    )


def _boundary(each: Required) -> str:
    return fixed(each.boundary) if each.boundary <= FARTHEST else f"above {FARTHEST}"


def _distinct(found: Information) -> list[Required]:
    """The size without allowance, and the others where there is heterogeneity to allow for."""
    return [each for each in found.required if each.allowance == "none" or each.heterogeneity > 0]


def _moved(found: Information) -> str:
    """What the new trial must find, and how large it must be, to move the conclusion."""
    if found.significant:
        new, finds, turn = found.no_effect, "no effect", "undo that"
    else:
        new, finds, turn = found.same_effect, "the same effect", "make it so"
    stands = f"the pooled result is {'' if found.significant else 'not '}significant at {found.alpha:.3g}."
    if new.se is None:
        why = ": τ² limits the weight of a single trial" if new.beyond_tau2 else ""
        return f"{stands} No new trial that finds {finds} would {turn}, however large{why}."
    size = (
        f"{new.participants:,} participants on"
        if new.participants is not None
        else f"an SE of {significant_digits(new.se)} down"
    )
    return f"{stands} A new trial that finds {finds} would {turn} from about {size}."


def _open(found: Information) -> str:
    low, high = _words(found, found.doubt.lo), _words(found, found.doubt.hi)
    return (
        "After one with as much weight as all of these together it would be significant only where that one finds"
        f" {low} or less, or {high} or more."
    )


def _words(found: Information, effect: float) -> str:
    """An effect as people read it: a ratio for ratio measures, PS about ½."""
    name = "an effect of" if found.settings.measure == "GEN" else found.settings.measure
    return f"{name} {lone_estimate(found.settings.scale.back(effect))}"
