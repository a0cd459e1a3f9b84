"""What a table says of its notation: in the head of a row, of a column or a group, in the caption, in the footnotes."""

from __future__ import annotations

import re
from typing import Literal

Notation = Literal[
    "n_pct", "pct_n", "n_slash_pct", "mean_sd", "mean_se", "median_iqr", "median_range", "mean_range", "median", "mean",
    "gmean", "range", "pair", "pct", "pct_sd", "n", "adjusted", "mean_ci", "median_ci",
]  # fmt: skip
_SD = r"(?:s\.?\s?d\.?|standard deviations?)"
_SE = r"(?:s\.?\s?e\.?(?:\s?m\.?)?|standard errors?(?: of the mean)?)"
_QUARTILES = r"(?:iqr|inter-?\s?quartile(?: range)?|quartiles?|q1\b|25th|percentiles?)"
_CI = r"(?:\d\d\s*%\s*)?(?:c\.?i\.?\b|confidence intervals?)"
_PEOPLE = r"(?:n|no\.?|number|numbers|frequency|count|patients|participants)"
_HALF = r"(?:m|f|male|female|men|women|males|females|boys|girls|yes|no|left|right)"
_PATTERNS: tuple[tuple[Notation, str], ...] = (
    ("pct_sd", rf"%[^()%]*\({_SD}\)"),
    ("n_slash_pct", rf"\b{_PEOPLE}\s*/\s*(?:%|percent)"),
    ("pct_n", rf"(?:%|per ?cent(?:age)?s?)\s*[(\[]\s*{_PEOPLE}\s*[)\]]"),
    ("n_pct", rf"\b{_PEOPLE}\.?\s*,?\s*[(\[]?\s*,?\s*(?:%|per ?cent(?:age)?s?)"),
    ("mean_ci", rf"(?<!geometric )(?<!adjusted )(?<!squares )(?<!ls )\bmeans?\s*(?:,|and|with)*\s*[(\[]?\s*{_CI}"),
    ("median_ci", rf"\bmedians?\s*(?:,|and|with)?\s*[(\[]?\s*{_CI}"),
    ("mean_se", rf"mean\w*\s*(?:±|\+/-|\(|,|and)?\s*{_SE}\b|±\s*{_SE}\b|\({_SE}\)"),
    ("mean_sd", rf"mean\w*\s*(?:±|\+/-|\(|\[|,|and)?\s*{_SD}|±\s*{_SD}|\({_SD}\)|\b{_SD}\b"),
    ("median_iqr", rf"median\w*\W*(?:and |with )?{_QUARTILES}|(?<!mean )(?<!means )\({_QUARTILES}\)"),
    ("median_range", r"median\w*\W*(?:and |with )?(?:range|min)"),
    ("gmean", r"geometric mean"),
    ("mean_range", r"mean\w*[^;]{0,30}\brange"),
    ("adjusted", r"adjusted|least[- ]squares?|\bls\b|ancova"),
    ("median", r"\bmedian\b"),
    ("mean", r"\bmean\b"),
    ("range", r"\brange\b|min\w*\s*[-–]\s*max|min/max"),
    ("pair", rf"\b{_HALF}\s*[/:]\s*{_HALF}\b"),
    ("pct", r"%|\bper ?cent|\bproportion"),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PATTERNS)


def notations_in(text: str) -> list[Notation]:
    """The notations that a text names, in the order of belief.

    >>> notations_in("Values are mean ± SD or n (%)")
    ['n_pct', 'mean_sd', 'mean', 'pct']
    """
    return [name for name, pattern in _COMPILED if pattern.search(text)]
