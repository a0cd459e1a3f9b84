"""The columns of a user's study data by whatever people, metafor, meta and RevMan call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

from msc_evidence.analysis.pool.own_cells import with_cells_apart
from msc_evidence.registry.problems import Place, Problem, RegistryError, listed, nearest_hint
from msc_evidence.registry.review_rows import RowKind, analysis_of, has_data_rows, kinds
from msc_evidence.registry.studies import StudyFile

#: The arms in words; single letters are those of meta (`event.e`, `n.c`).
_ARMS = (
    ("1", "1i", "e", "exp", "experimental", "t", "treatment", "treated", "intervention"),
    ("2", "2i", "c", "ctrl", "control", "controls", "comparator"),
)
#: What an arm has, by the name of its column without the arm.
_OF_ARMS: Mapping[str, tuple[str, ...]] = {
    "n": ("n", "total", "size", "participants"),
    "m": ("m", "mean"),
    "sd": ("sd",),
    "se": ("se", "sem"),
    "ci_lb": ("ci_lb", "ci_lower", "mean_lower"),
    "ci_ub": ("ci_ub", "ci_upper", "mean_upper"),
    "med": ("med", "median"),
    "q1": ("q1", "q25", "p25"),
    "q3": ("q3", "q75", "p75"),
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
}
_EVENTS = ("events", "event", "cases")
#: Other columns by their words, the first of a name that a file has before the others.
_OTHER: Mapping[str, tuple[str, ...]] = {
    "study": ("study", "slab", "studlab", "study_name", "study_id", "author", "authors", "trial"),
    "yi": ("yi", "giv_mean", "te", "es", "effect", "effect_size"),
    "vi": ("vi", "v", "var", "variance"),
    "sei": ("sei", "giv_se", "se", "sete", "se_te", "std_err", "std_error", "standard_error"),
    "estimate": ("estimate", "est", "point_estimate"),
    "ci_lb": ("ci_lb", "lower", "ci_lower", "lower_ci", "lower_limit", "lower_cl", "lcl", "lci", "ll", "ci_low"),
    "ci_ub": ("ci_ub", "upper", "ci_upper", "upper_ci", "upper_limit", "upper_cl", "ucl", "uci", "ul", "ci_high"),
    "level": ("level", "ci_level", "conf_level"),
    "ti": ("ti", "t", "t_value"),
    "pi": ("pi", "p", "pval", "p_value", "pvalue"),
    "ai": ("ai",), "bi": ("bi",), "ci": ("ci",), "di": ("di",), "direction": ("direction",),
    **{f"{name}{arm}i": (f"{name}{arm}i",) for arm in (1, 2) for name in ("sdpre", "sdpost", "r")},
}  # fmt: skip
#: Columns that are named by the measure that they hold, as people read it: a ratio is no logarithm.
NAMED_MEASURES: Mapping[str, tuple[str, ...]] = {
    "OR": ("or", "odds_ratio"),
    "RR": ("rr", "risk_ratio", "relative_risk"),
    "HR": ("hr", "hazard_ratio"),
    "RD": ("rd", "risk_difference"),
    "MD": ("md", "mean_difference", "mean_diff"),
    "SMD": ("smd", "hedges_g", "standardised_mean_difference", "standardized_mean_difference"),
    "ROM": ("rom", "ratio_of_means"),
}
#: The same as logarithms, which is what `yi` is of a ratio.
_LOGARITHMS: Mapping[str, tuple[str, ...]] = {
    name: tuple(f"{log}{dash}{word}" for log, dash in product(("log", "ln"), ("", "_")) for word in words)
    for name, words in NAMED_MEASURES.items()
    if name in ("OR", "RR", "HR", "ROM")
}
#: Names of columns of estimates, in which an interval may stand too.
_ESTIMATES = frozenset((*_OTHER["estimate"], *_OTHER["yi"], *chain.from_iterable(NAMED_MEASURES.values())))
_LEVELS = ("80", "90", "95", "98", "99")
_DATA_ROWS: Mapping[RowKind, tuple[str, ...]] = {
    "counts": ("Experimental cases", "Control cases"),
    "means": ("Experimental mean", "Experimental SD", "Control mean", "Control SD"),
    "contrast": ("GIV Mean", "GIV SE"),
    "log-rank": ("O-E", "Variance"),
}


def _column_synonyms() -> dict[str, tuple[str, ...]]:
    synonyms = dict(_OTHER)
    for arm, words in enumerate(_ARMS, 1):
        for name, bases in _OF_ARMS.items():
            synonyms[f"{name}{arm}i"] = (f"{name}{arm}i", *_arm_synonyms(bases, words))
        events = ("ai", "ci")[arm - 1]
        synonyms[events] = (events, *_arm_synonyms(_EVENTS, words))
    return synonyms


def _arm_synonyms(bases: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    for base, word in product(bases, words):
        yield f"{base}_{word}"
        yield f"{word}_{base}"
        if word[0].isdigit():
            yield f"{base}{word}"


_SYNONYMS = _column_synonyms()


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of studies under metafor's names, the measure that its columns name, and the level of their intervals."""

    studies: StudyFile
    #: "" where no column is named by a measure.
    measure: str
    level: float


def recognised(studies: StudyFile) -> OwnFile:
    """The file with metafor's names for its columns; raises RegistryError where two columns mean the same.

    A column under metafor's own name goes before its synonyms. `effect` and its like are `yi` beside a variance or a
    standard error, an `estimate` beside an interval alone. Of RevMan's data rows only the cells that their analysis
    uses are kept.
    """
    if {"Comparison Number", "Outcome Number", "Name"} <= set(studies.header):
        message = "RevMan 5's export has headings among its rows; msc-evidence import reads it"
        raise RegistryError([Problem(Place(studies.file, 1, 1), message)])
    studies = (
        _without_unused_cells(studies) if has_data_rows(studies) else with_cells_apart(studies, _ESTIMATES)
    )
    words = {_normalised_name(name): name for name in reversed(studies.header)}
    names = {column: _column_meaning(studies, column, meant, words) for column, meant in _SYNONYMS.items()}
    named = {name: column for name, column in names.items() if column is not None}
    measure = next((name for name, meant in NAMED_MEASURES.items() if set(meant) & set(words)), "")
    if measure:
        named.setdefault("estimate", next(words[word] for word in NAMED_MEASURES[measure] if word in words))
    elif "yi" not in named:
        measure = next((name for name, meant in _LOGARITHMS.items() if set(meant) & set(words)), "")
        if measure:
            named["yi"] = next(words[word] for word in _LOGARITHMS[measure] if word in words)
    alone = not {"vi", "sei"} & set(named) and {"ci_lb", "ci_ub"} <= set(named)
    if (
        alone
        and "estimate" not in named
        and _normalised_name(named.get("yi", "yi")) not in ("yi", *_LOGARITHMS.get(measure, ()))
    ):
        named["estimate"] = named.pop("yi")
    return OwnFile(
        studies.renamed({column: name for name, column in named.items()}), measure, _interval_level(named)
    )


def names_logarithm(file: OwnFile) -> bool:
    """Whether the column of effects as given is named as the logarithm of a measure."""
    return _normalised_name(file.studies.name("yi")) in _LOGARITHMS.get(file.measure, ())


def _normalised_name(name: str) -> str:
    """A column's name without case, dots, spaces and the level of its interval: `95% CI lower` is `ci_lower`."""
    parts = [part for part in re.split(r"[\W_]+", name.casefold()) if part]
    kept = [part for part in parts if part not in _LEVELS]
    return "_".join(kept if "ci" in kept or {"lower", "upper"} & set(kept) else parts)


def _interval_level(named: Mapping[str, str]) -> float:
    """The level that the names of the limits say, 95% where they say none."""
    parts = re.split(r"\W+|_", named.get("ci_lb", ""))
    return next((int(part) / 100 for part in parts if part in _LEVELS), 0.95)


def _column_meaning(
    studies: StudyFile, column: str, meant: Sequence[str], words: Mapping[str, str]
) -> str | None:
    """The file's column of this meaning, None without one."""
    if column in studies.header:
        return column
    if column == "study":
        return next((words[word] for word in meant if word in words), None)
    fitting = list(dict.fromkeys(words[word] for word in meant if word in words))
    if len(fitting) > 1:
        message = f"{listed(fitting)} both mean {column}; rename the one that is not meant"
        raise RegistryError([Problem(Place(studies.file, 1, studies.header.index(fitting[1]) + 1), message)])
    return fitting[0] if fitting else None


def _without_unused_cells(studies: StudyFile) -> StudyFile:
    """RevMan's data rows with what their analyses do not use left empty, and groups of nobody too."""
    known = kinds(studies, {})
    rows = []
    for row in studies.rows:
        kind = known.get(analysis_of(row))
        unused = {
            name for other_kind, names in _DATA_ROWS.items() if kind and other_kind != kind for name in names
        }
        nobody = {name for name in ("Experimental N", "Control N") if row.get(name) == "0"}
        rows.append({name: "" if name in unused | nobody else cell for name, cell in row.items()})
    new_names = {"Variance": "Variance of O-E", "Mean": "Mean as printed"}
    return replace(studies, rows=tuple(rows)).renamed(
        {old: new for old, new in new_names.items() if old in studies.header}
    )


def named_columns(studies: StudyFile, names: Iterable[str]) -> tuple[str, ...]:
    """The columns that options name, under the names of `studies`: whole names first, else parted by commas.

    Raises RegistryError for a name that no column has.
    """
    parts = [
        part
        for text in names
        for part in ([text] if _column_called(studies, text) else text.split(","))
        if part.strip()
    ]
    return tuple(dict.fromkeys(named_column(studies, part.strip()) for part in parts))


def named_column(studies: StudyFile, column_name: str) -> str:
    """The column that an option names, under its name in `studies`; raises RegistryError where there is none."""
    column = _column_called(studies, column_name)
    if column is None:
        called = [studies.name(name) for name in studies.header]
        raise RegistryError(
            [Problem(studies.top, f"missing column {column_name}{nearest_hint(column_name, called)}")]
        )
    return column


def _column_called(studies: StudyFile, text: str) -> str | None:
    """The column of this name, in the file's words or here, in any case where one alone fits."""
    if text in studies.header:
        return text
    called = {studies.name(name): name for name in studies.header}
    if text in called:
        return called[text]
    fitting = [name for shown_name, name in called.items() if shown_name.casefold() == text.casefold()]
    return fitting[0] if len(fitting) == 1 else None
