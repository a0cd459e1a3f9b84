"""How a trial reads in a cell: its design, what its arms received, and the time of entry."""

from __future__ import annotations

from collections.abc import Iterable

from msc_evidence.analysis.design import structure_words
from msc_evidence.analysis.stated import StatedAttribute, says_not_reported, stated_attribute
from msc_evidence.registry.design import Arm, Design
from msc_evidence.registry.exposure import Cells, Intervention
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.registry.terms import Terms
from msc_evidence.tables.words import SUPERSCRIPTS, stated_words

SILENT = "not reported"


def treated_label(trials: Iterable[Trial], terms: Terms | None = None, asked: str | None = None) -> str:
    """What a screen calls the treated side.

    The arms' common label, else what all of them received, else what was asked for, else the registry's own word for
    it, else `treatment`.
    """
    arms = [arm for trial in trials for arm in trial.arms.values() if arm.role == "treatment"]
    for labels in ({arm.label for arm in arms}, {arm.given.name if arm.given else None for arm in arms}):
        (word, *others) = labels or {None}
        if word and word != SILENT and not others:
            return word
    return asked or (terms.treatment if terms else None) or "treatment"


def design_words(trial: Trial) -> str:
    """`randomised 2:1, open label, blinded assessment`; silent items are named together."""
    items = {
        word: stated_attribute(trial, "design", word)
        for word in ("allocation", "ratio", "masking", "assessment")
    }
    item_words = {
        word: stated_words(trial, item) for word, item in items.items() if item.known or item.others
    }
    item_words |= {
        word: f"{word} {item_words[word]}"
        for word, item in items.items()
        if word in item_words and says_not_reported(item.first)
    }
    start = " ".join(item_words[word] for word in ("allocation", "ratio") if word in item_words)
    assessed = (
        f"{item_words['assessment']} assessment"
        if items["assessment"].known
        else item_words.get("assessment")
    )
    of_note = {word: item for word, item in items.items() if word not in item_words and word != "assessment"}
    not_reported = [word for word, item in of_note.items() if item.first is not None]
    absent = [word for word, item in of_note.items() if item.first is None]
    parts = [part for part in (start, *structure_words(trial), item_words.get("masking"), assessed) if part]
    parts += [f"{listed(not_reported)} not reported"] if not_reported else []
    parts += [f"{listed(absent)} not recorded"] if absent else []
    return ", ".join(parts)


def treatments_words(trial: Trial, *, short: bool) -> str | None:
    """What the treated arms received, each thing once: its parts in full, or only what it is and its route.

    None where nothing is recorded; an arm that says no more than its label is named by that.
    """
    arms = [arm for arm in trial.arms.values() if arm.given or (arm.role == "treatment" and not arm.combines)]
    words = [
        (_short_words(arm.given) if short else _given_words(arm.given)) if arm.given else arm.label
        for arm in arms
    ]
    return "; ".join(dict.fromkeys(word for word in words if word)) or None


def treatment_words(arm: Arm) -> str:
    """`autologous MSC, culture-expanded, 1×10⁸, intravenous`; `rosuvastatin, 10 mg, once daily, oral`."""
    if arm.given is None:
        return arm.comparator or SILENT
    return _given_words(arm.given)


def _given_words(given: Cells | Intervention) -> str:
    dose = dose_words(given)
    if isinstance(given, Intervention):
        span = f"for {given.duration}" if given.duration else None
        parts = (given.name, dose, " ".join(part for part in (given.schedule, span) if part), given.route)
        return ", ".join(part for part in parts if part)
    kind = " ".join(word for word in (given.origin, given.type) if word and word != SILENT)
    kind += f" from {given.tissue}" if given.tissue else ""
    times = f"given {counted(given.times.count or 0, 'time')}" if given.times else None
    return ", ".join(part for part in (kind, given.preparation, dose, times, given.route) if part)


def _short_words(given: Cells | Intervention) -> str:
    """`autologous MSC, intravenous`; `rosuvastatin 10 mg, oral`."""
    if isinstance(given, Intervention):
        dose = dose_words(given) if given.dose is not None and not says_not_reported(given.dose) else None
        kind = [given.name, dose]
    else:
        kind = [word for word in (given.origin, given.type) if word != SILENT]
    return ", ".join(part for part in (" ".join(word for word in kind if word), given.route) if part)


def dose_words(given: Cells | Intervention) -> str | None:
    """`1×10⁸`, `3×10⁶–8×10⁶`, `2×10⁶ per kg`, `mean 1.59×10⁸`, `10 mg`; None where no dose is recorded."""
    if given.dose is None and given.dose_range is None:
        return None
    ends = given.dose_range
    spread = f"{dose_number(ends.low)}–{dose_number(ends.high)}" if ends else ""
    single = dose_number(given.dose) if given.dose is not None else ""
    both = f"{single} ({spread})" if single and spread else single or spread
    if isinstance(given, Intervention):
        return " ".join(part for part in (both, given.unit) if part)
    unit = f"per {given.per}" if given.per else ""
    return " ".join(part for part in (given.average, both, unit) if part)


def dose_number(dose: object) -> str:
    """A large dose as a power of ten: `1×10⁸`; words as they are.

    >>> dose_number(Reported.read("2.5e8")), dose_number(Reported.read("120"))
    ('2.5×10⁸', '120')
    """
    if not isinstance(dose, Reported):
        return f"dose {dose}"
    exponent = dose.value.adjusted()
    if exponent < 5:
        return str(dose)
    mantissa = dose.value.scaleb(-exponent).normalize()
    return f"{mantissa:f}×10{str(exponent).translate(SUPERSCRIPTS)}"


def entry_words(trial: Trial, terms: Terms) -> str | None:
    """`≤ 90 d, mean 20.2 d`: the window of entry, and how long it was since the onset; None where neither is recorded.

    A window that the source is silent about is `not reported`; that of another source stands beside it.
    """
    window = stated_window(trial)
    parts = [stated_words(trial, window)] if window.first is not None or window.others else []
    return ", ".join((*parts, *since_words(trial, terms))) or None


def since_words(trial: Trial, terms: Terms) -> list[str]:
    """`mean 20.2 d`: how long the entry of all participants was after the onset, on average."""
    starts = (terms.onset or "onset", "onset", "diagnosis")
    return [
        f"mean {row.all.mean} {row.unit or ''}".strip()
        for row in trial.baseline
        if row.all and row.all.mean is not None
        if "time" in row.variable and any(start in row.variable for start in starts)
    ]


def stated_window(trial: Trial) -> StatedAttribute:
    """The time from onset to entry that was allowed, in words: by the first source, and by others."""
    first = window_words(trial.design)
    given = ((other.source, window_words(other.design)) for other in trial.also if other.design)
    others = ((source, words) for source, words in given if words not in (None, SILENT, first))
    return StatedAttribute(first, tuple(others))


def window_words(design: Design) -> str | None:
    """`≤ 90 d`, `18–36 h`, `6 mo–5 y`: the time from onset to entry that was allowed; None where none is recorded."""
    first, last = design.window_from, design.window
    if first is None and last is None:
        return None
    if first is None or not isinstance(last, Time):
        return f"from {first}" if first and last is None else str(last)
    unit = "" if first.unit == last.unit else f" {first.unit}"
    return f"{first.amount.value:f}{unit}–{last.amount.value:f} {last.unit}"
