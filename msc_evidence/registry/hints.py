"""How the registry writes what somebody wrote otherwise: a dose with its unit, an effect in one line, `p-value`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

#: What a key is called elsewhere → what the registry calls it.
OTHER_NAMES = {
    "p-value": "p", "pvalue": "p", "p_value": "p",
    "confidence-interval": "ci", "95%-ci": "ci", "95% ci": "ci", "ci95": "ci",
    "sample-size": "n", "total": "n", "size": "n",
    "std": "sd", "stdev": "sd", "standard-deviation": "sd", "standard-error": "se",
    "time": "at", "timepoint": "at", "time-point": "at",
    "groups": "arms", "name-of-arm": "label",
    "dose-unit": "unit", "units": "unit", "frequency": "schedule", "treatment": "intervention",
    "blinding": "masking", "randomisation": "allocation", "randomization": "allocation",
    "author": "authors", "nct": "registration", "trial-registration": "registration",
}  # fmt: skip
_NUMBER = r"[−-]?\d+(?:[.,]\d+)*(?:e\d+)?"
_DOSE = re.compile(rf"({_NUMBER})\s*([^\W\d].*)")
_EFFECT = re.compile(
    rf"(?P<measure>[A-Za-z]+)\s*[=:]?\s*(?P<estimate>{_NUMBER})"
    rf"(?:\s*[(\[](?:95\s?%\s?CI:?\s*)?(?P<low>{_NUMBER})\s*(?:to|-|–|,|;)\s*(?P<high>{_NUMBER})[)\]])?"
)
_OF = re.compile(r"(\d+)\s*(?:/|of)\s*(\d+)")
_SPREAD = re.compile(rf"({_NUMBER})\s*(?:±|\+/-)\s*({_NUMBER})")
_PERCENT = re.compile(r"(\d+)\s*\((\d[\d.]*)\s*%\)")


def other_name(key: str, known: Collection[str]) -> str | None:
    """The registry's name of a key that goes by another elsewhere, where the mapping has it.

    >>> other_name("P-value", ["p", "at"]), other_name("p-value", ["n"])
    ('p', None)
    """
    name = OTHER_NAMES.get(key.casefold().replace("_", "-")) or OTHER_NAMES.get(key.casefold())
    return name if name in known else None


def written_as(path: tuple[str | int, ...], value: object) -> str | None:
    """How the registry writes a value that stands where another form is expected; None where that is not plain.

    >>> written_as(("arms", "a", "intervention", "dose"), "10 mg")
    'dose: 10, unit: mg'
    >>> written_as(("results", 0, "effect"), "HR 0.95 (0.86 to 1.05)")
    'effect: {measure: HR, estimate: 0.95, ci: 0.86-1.05}'
    >>> written_as(("results", 0, "arms", "a"), "14.8 ± 23.8")
    'a: {mean: 14.8, sd: 23.8}'
    """
    forms = [form for place, form in _FORMS if tuple(map(str, path[-len(place) :])) == place]
    if len(path) > 3 and path[-2] == "arms" and path[-4] == "results":
        forms.append(_values)
    return next((said for form in forms if (said := form(str(path[-1]), str(value).strip()))), None)


def _dose(key: str, text: str) -> str | None:
    """`10 mg`; of cells per kilogram `2e6/kg`."""
    found = _DOSE.fullmatch(text)
    return f"{key}: {found[1]}, unit: {found[2].strip()}" if found else None


def _dose_of_cells(key: str, text: str) -> str | None:
    found = re.fullmatch(rf"({_NUMBER})\s*(?:cells?)?\s*(?:/|per )\s*kg", text)
    if found:
        return f"{key}: {found[1]}, per: kg"
    found = re.fullmatch(rf"({_NUMBER})\s*(?:million\s*)?cells?", text)
    return f"{key}: {found[1]}" if found and "million" not in text else None


def _effect(key: str, text: str) -> str | None:
    found = _EFFECT.fullmatch(text)
    if not found:
        return None
    ci = f", ci: {found['low']}-{found['high']}" if found["low"] else ""
    if found["low"] and found["low"][0] in "-−":
        ci = f', ci: "{found["low"]} to {found["high"]}"'
    return f"{key}: {{measure: {found['measure'].upper()}, estimate: {found['estimate']}{ci}}}"


def _values(key: str, text: str) -> str | None:
    """What an arm printed, by the signs in it; a number alone may count or measure."""
    readings: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_OF, lambda found: f"{{events: {found[1]}, n: {found[2]}}}"),
        (_SPREAD, lambda found: f"{{mean: {found[1]}, sd: {found[2]}}}"),
        (_PERCENT, lambda found: f"{{events: {found[1]}, percent: {found[2]}}}"),
        (
            re.compile(r"\d+"),
            lambda found: f"{{events: {found[0]}}} if it counts, {{mean: {found[0]}}} if it measures",
        ),
    )
    for pattern, words in readings:
        if found := pattern.fullmatch(text):
            return f"{key}: {words(found)}"
    return None


_FORMS: tuple[tuple[tuple[str, ...], Callable[[str, str], str | None]], ...] = (
    (("intervention", "dose"), _dose),
    (("cells", "dose"), _dose_of_cells),
    (("effect",), _effect),
)
